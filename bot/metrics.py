"""Counts for a monitoring system: never a person, a cohort, a survey or an answer, so no label can be one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from sqlalchemy import text

from surveys.store.database import Database

COUNTED: Final = {
    "adempauze_waves": ("waves by state", "SELECT state, count(*) FROM surveys.wave GROUP BY state"),
    "adempauze_deliveries": (
        "cards of open waves that wait to be sent for the first time, and all others",
        "SELECT state, cards FROM (SELECT count(*) AS n FROM platform.delivery WHERE NOT sent AND state <> 'failed') w,"
        " (SELECT count(*) AS total FROM surveys.response) r,"
        " LATERAL (VALUES ('waiting', n), ('settled', total - n)) AS counted(state, cards)",
    ),
    "adempauze_jobs": (
        "jobs in the queue by state",
        "SELECT status::text, count(*) FROM platform.procrastinate_jobs GROUP BY status",
    ),
}
"""Name of each count: what it says, and where it comes from.

Cards are counted against the sealed rows, which nobody's choice adds or removes: *later* changes no count, and whoever
stops, leaves or is erased is one who is no longer waited for, like anybody whose card was sent or failed.
"""


@dataclass
class Ticks:
    """How often the clock of this process ticked."""

    count: int = 0


@dataclass(frozen=True)
class Metrics:
    """The page `/metrics`."""

    database: Database
    ticks: Ticks

    def router(self) -> APIRouter:
        """Return the route."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/metrics", self.page, methods=["GET"])
        return router

    async def page(self) -> Response:
        """Count anew and answer in the text format of Prometheus."""
        registry = CollectorRegistry()
        async with self.database.begin() as connection:
            for name, (what, query) in COUNTED.items():
                gauge = Gauge(name, what, ["state"], registry=registry)
                for state, count in await connection.execute(text(query)):
                    gauge.labels(state=state).set(count)
        Gauge("adempauze_ticks", "ticks of this process's clock", registry=registry).set(self.ticks.count)
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_PLAIN_0_0_4)
