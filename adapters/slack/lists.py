"""Long lists in the connected workspaces, read page after page with patience."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import structlog

from adapters.port import DeliveryError
from adapters.slack.api import Api
from adapters.slack.failures import Refused, Unauthorised
from adapters.slack.workspaces import OVERLOADED
from adapters.traffic.patience import Patience

log = structlog.get_logger(__name__)
T = TypeVar("T")

PAGES: Final = 2000
"""Pages of one list: more people than any workspace has. A list that goes on longer does not end."""
PAGE: Final = 200
"""Members or channels in one answer; Slack asks for no more."""
PATIENCE: Final = Patience(pauses=(None,) * 5, longest=120.0)
"""With each page, and only while Slack asks to wait: its windows are of a minute."""


@dataclass(frozen=True)
class Lists:
    """Reads lists of one kind, which `what` names in the log."""

    api: Api
    what: str

    async def of_each(self, teams: Iterable[str], read: Callable[[str], Awaitable[T]]) -> Mapping[str, T]:
        """Return what is read in each workspace that does not refuse it.

        Raises DeliveryError when all refuse or one does not answer: a half-read list would say that others are gone.
        """
        found, refusals = {}, []
        for team in teams:
            try:
                found[team] = await read(team)
            except (Refused, Unauthorised) as refusal:
                if isinstance(refusal, Refused) and refusal.name in OVERLOADED:
                    raise
                refusals.append(refusal)
                log.warning(f"a workspace of Slack gave no list of {self.what}", error=type(refusal).__name__)
        if refusals and not found:
            raise refusals[0]
        return found

    async def pages(self, team: str, method: str, name: str, **asked: Any) -> AsyncIterator[Mapping[str, Any]]:
        """Everything that stands under this name in any page of the answer. Raises DeliveryError."""
        more: dict[str, str] = {}
        for _ in range(PAGES):
            page = await self.read(team, method, limit=PAGE, **asked, **more)
            for one in page[name]:
                yield one
            more = {"cursor": (page.get("response_metadata") or {}).get("next_cursor", "")}
            if not more["cursor"]:
                return
        raise DeliveryError(f"Slack's list of {self.what} does not end", permanent=False)

    async def read(self, team: str, method: str, **arguments: Any) -> Mapping[str, Any]:
        """Ask once more, as often as is bearable, when Slack asks to wait for a bearable time. Raises DeliveryError."""
        return await PATIENCE.insist(lambda: self.api.read(team, method, **arguments), self.api.sleep)
