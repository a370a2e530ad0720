"""Who is there in the connected workspaces, and in which of the chosen user groups: page after page, with patience."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final, TypeVar

import structlog

from adapters.port import DeliveryError, Member
from adapters.slack.api import Api
from adapters.slack.failures import Refused, Unauthorised
from adapters.slack.members import member_of
from adapters.slack.parse import Addresses
from adapters.slack.workspaces import OVERLOADED
from adapters.traffic.patience import Patience

log = structlog.get_logger(__name__)
T = TypeVar("T")

PAGES: Final = 2000
"""Pages of one list: more people than any workspace has. A list that goes on longer does not end."""
PAGE: Final = 200
"""Members in one answer; Slack asks for no more."""
PATIENCE: Final = Patience(pauses=(None,) * 5, longest=120.0)
"""With each page, and only while Slack asks to wait: its windows are of a minute."""


@dataclass(frozen=True, slots=True)
class Group:
    """A user group of a workspace."""

    id: str
    name: str
    disabled: bool


def unusable(
    handles: Iterable[str], workspaces: Collection[Mapping[str, Group]], *, complete: bool = True
) -> list[str]:
    """Return the handles that no workspace has, or that one of them has disabled, whatever others have. Pure.

    When these are not all workspaces there are, one of the others may have it.
    """
    found = {handle: [groups[handle] for groups in workspaces if handle in groups] for handle in handles}
    return [
        handle
        for handle, groups in found.items()
        if any(group.disabled for group in groups) or (complete and not groups)
    ]


@dataclass(frozen=True)
class Directory:
    """Reads lists. `groups` are handles of user groups, the first that counts first."""

    api: Api
    addresses: Addresses
    groups: Sequence[str] = ()

    async def members(self) -> AsyncIterator[Member]:
        """Everybody in every connected workspace but the bots; of one that refuses us, nobody.

        Raises DeliveryError when all refuse or one does not answer, and for a group that is not there.
        """
        teams = await self.api.connected()
        groups = await self._of_each(teams, self._chosen)
        if wrong := unusable(self.groups, groups.values(), complete=len(groups) == len(teams)):
            raise DeliveryError(f"there is no user group @{wrong[0]}, or it is disabled", permanent=True)
        people = await self._of_each(groups, lambda team: self._people(team, groups[team]))
        for member in chain.from_iterable(people.values()):
            yield member

    async def usergroups(self, team: str) -> Mapping[str, Group]:
        """Return each user group by handle; of two, the one that is not disabled. Raises DeliveryError."""
        found = (await self._read(team, "usergroups.list", include_disabled=True))["usergroups"]
        found.sort(key=lambda one: not one.get("date_delete"))
        return {
            str(one["handle"]).casefold(): Group(str(one["id"]), str(one["name"]), bool(one.get("date_delete")))
            for one in found
        }

    async def _of_each(self, teams: Iterable[str], read: Callable[[str], Awaitable[T]]) -> Mapping[str, T]:
        """What is read in each workspace that does not refuse it: a half-read list would say that others are gone."""
        found, refusals = {}, []
        for team in teams:
            try:
                found[team] = await read(team)
            except (Refused, Unauthorised) as refusal:
                if isinstance(refusal, Refused) and refusal.name in OVERLOADED:
                    raise
                refusals.append(refusal)
                log.warning("a workspace of Slack gave no list of members", error=type(refusal).__name__)
        if refusals and not found:
            raise refusals[0]
        return found

    async def _chosen(self, team: str) -> Mapping[str, Group]:
        """The chosen groups of a workspace, in the order in which they count."""
        known = await self.usergroups(team) if self.groups else {}
        return {handle: known[handle] for handle in self.groups if handle in known}

    async def _people(self, team: str, groups: Mapping[str, Group]) -> Sequence[Member]:
        """Everybody of a workspace, in the first group that they are in."""
        named: dict[str, str] = {}
        for group in groups.values():
            for user in (await self._read(team, "usergroups.users.list", usergroup=group.id))["users"]:
                named.setdefault(str(user), group.name)
        made = [member_of(raw, team, self.addresses, named.get(str(raw["id"]), "")) async for raw in self._listed(team)]
        return [member for member in made if member]

    async def _listed(self, team: str) -> AsyncIterator[Mapping[str, Any]]:
        more: dict[str, str] = {}
        for _ in range(PAGES):
            page = await self._read(team, "users.list", limit=PAGE, include_locale=True, **more)
            for member in page["members"]:
                yield member
            more = {"cursor": (page.get("response_metadata") or {}).get("next_cursor", "")}
            if not more["cursor"]:
                return
        raise DeliveryError("Slack's list of members does not end", permanent=False)

    async def _read(self, team: str, method: str, **arguments: Any) -> Mapping[str, Any]:
        """Ask once more, as often as is bearable, when Slack asked to wait for a bearable time."""
        return await PATIENCE.insist(lambda: self.api.read(team, method, **arguments), self.api.sleep)
