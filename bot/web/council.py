"""The page of the works council: everything ever published, checked on the spot, and how anybody can check it too.

Its scope is the whole organisation; like every page it reads figures from Releases alone, on the reader role.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel.dates import format_date
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse

from bot.digest import band_of
from bot.kudos.band import Bands
from bot.logbook import Followed, follow
from bot.publication import History, Published, export_of, history_of
from bot.reading import EVERYTHING, lengths_of, read
from bot.texts import Texts
from bot.web.auth import Doors
from bot.web.chrome import locale_of
from bot.web.dashboard import Group, groups, length, line, page
from surveys.release import canonical
from surveys.seats import Seat
from surveys.store import releases as release_store
from surveys.store import seats as seat_store
from surveys.store import traces
from surveys.store.database import Database
from surveys.store.traces import Kept

PURPOSE: Final = "council"
SEAT: Final = "seat:works-council"
PROMISES: Final = ("who", "groups", "seen", "leader", "destroyed")
PLACE: Final = ZoneInfo("UTC")
"""Dates as in the export."""


@dataclass(frozen=True)
class Council:
    """The routes under `/council`, for the seat of the works council alone."""

    doors: Doors
    database: Database
    now: Callable[[], datetime]
    bands: Bands | None = None

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(include_in_schema=False, prefix="/council")
        router.add_api_route("", self.home, methods=["GET"], response_class=HTMLResponse)
        router.add_api_route("/export.json", self.export, methods=["GET"])
        router.add_api_route("/digest/{node}", self.digest, methods=["GET"], response_class=HTMLResponse)
        router.add_api_route("/digest/{node}/{shape}.svg", self.drawing, methods=["GET"])
        return router

    async def home(self, request: Request) -> Response:
        """Everything at a glance."""
        t = await self._seat(request)
        if t is None:
            return self._refusal(request)
        documents, head = await self._documents()
        history = await asyncio.to_thread(history_of, documents, head)
        async with self.database.reading(EVERYTHING.nodes) as connection:
            kept = await traces.kept(connection)
        followed = follow(await self._log())
        reading = await read(self.database, EVERYTHING)
        found = groups(reading, EVERYTHING) if reading else []
        return HTMLResponse(self._home(history, followed, found, kept, t))

    async def export(self, request: Request) -> Response:
        """The whole publication history as one file."""
        if await self._seat(request) is None:
            return self._refusal(request)
        documents, _ = await self._documents()
        log = [canonical(entry) for entry in await self._log()]
        named = {"Content-Disposition": 'attachment; filename="releases.json"'}
        return StreamingResponse(export_of(documents, log), media_type="application/json", headers=named)

    async def digest(self, request: Request, node: str, every: int | None = None) -> Response:
        """The digest of any group, as its people and its leader read it."""
        t = await self._seat(request)
        if t is None:
            return self._refusal(request)
        reading = await read(self.database, EVERYTHING, node, length(every))
        if reading is None:
            return HTMLResponse(self.doors.chrome.message(t, "digest.none_yet"))
        back = ("/council", t("council.nav"))
        lengths, base = await lengths_of(self.database, EVERYTHING, reading), "/council/digest"
        band = await band_of(self.bands, reading, t)
        return HTMLResponse(
            page(self.doors.chrome, reading, EVERYTHING, t, PLACE, lengths=lengths, base=base, back=back, band=band)
        )

    async def drawing(self, request: Request, node: str, shape: str, every: int | None = None) -> Response:
        """The line of any group."""
        t = await self._seat(request)
        if t is None:
            return Response(status_code=403)
        return await line(await read(self.database, EVERYTHING, node, length(every)), shape, t, PLACE)

    async def _seat(self, request: Request) -> Texts | None:
        session = await self.doors.session(request, PURPOSE)
        return Texts(session.locale) if session and session.subject == SEAT else None

    def _refusal(self, request: Request) -> Response:
        return HTMLResponse(self.doors.chrome.message(Texts(locale_of(request)), "council.signed_out"), 403)

    async def _documents(self) -> tuple[list[bytes], str]:
        """Return every document of the chain and the hash kept of the newest, read on the reader role."""
        async with self.database.reading(EVERYTHING.nodes) as connection:
            return await release_store.documents(connection), await release_store.head(connection)

    async def _log(self) -> list[dict[str, Any]]:
        async with self.database.reading(EVERYTHING.nodes) as connection:
            return await seat_store.documents(connection)

    def _home(self, history: History, followed: Followed, found: list[Group], kept: list[Kept], t: Texts) -> str:
        body = self.doors.chrome.body(
            "council.html",
            t.language,
            history=history,
            followed=followed,
            waiting=[one for one in followed.standing.open_proposals(self.now()) if one.by is not Seat.WORKS_COUNCIL],
            promises=PROMISES,
            preset=_preset(history, t),
            period=lambda row: _period(row, t),
            groups=found,
            kept=[(f"{one.survey} {one.number}", _limit(one, t)) for one in kept],
            base="/council/digest",
            here="",
        )
        return self.doors.chrome(t("council.title"), body, t.language, sign_out=True, wide=True)


def _preset(history: History, t: Texts) -> str:
    name = history.policy.preset if history.policy else ""
    return t(f"council.policy.preset.{name}") if f"council.policy.preset.{name}" in t else name


def _limit(kept: Kept, t: Texts) -> str:
    """What the server may keep of a wave, and until when."""
    if kept.traces is None:
        return t("council.kept.erasing")
    why = ", ".join(t(f"council.kept.{name}") for name in kept.traces)
    if kept.until is None:
        return t("council.kept.by_hand", why=why)
    day = format_date(kept.until.astimezone(UTC).date(), "d MMMM y", locale=t.language)
    return t("council.kept.until", why=why, day=day)


def _period(row: Published, t: Texts) -> str:
    opened, closed = (moment.astimezone(UTC).date() for moment in (row.opened, row.closed))
    return f"{format_date(opened, 'd MMM', locale=t.language)} – {format_date(closed, 'd MMM y', locale=t.language)}"
