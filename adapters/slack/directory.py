"""Who is there in the connected workspaces, and in which of the chosen user groups: page after page, with patience."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from adapters.port import DeliveryError, Member
from adapters.slack.api import PAGE, Api
from adapters.slack.members import member_of
from adapters.slack.parse import Addresses

PAGES: Final = 2000
"""Pages of one list: more people than any workspace has. A list that goes on longer does not end."""
TRIES: Final = 6
"""How often one page is asked for while Slack asks to wait."""
LONGEST: Final = 120.0
"""Seconds that are waited for one page at most each time; Slack's windows are of a minute."""


@dataclass(frozen=True, slots=True)
class Group:
    """A user group of a workspace."""

    id: str
    name: str
    disabled: bool


def unusable(handles: Iterable[str], workspaces: Collection[Mapping[str, Group]]) -> list[str]:
    """Return the handles that no workspace has, or that one of them has disabled, whatever others have. Pure."""
    found = {handle: [groups[handle] for groups in workspaces if handle in groups] for handle in handles}
    return [handle for handle, groups in found.items() if not groups or any(group.disabled for group in groups)]


@dataclass(frozen=True)
class Directory:
    """Reads lists. `groups` are handles of user groups, the first that counts first."""

    api: Api
    addresses: Addresses
    groups: Sequence[str] = ()

    async def members(self) -> AsyncIterator[Member]:
        """Everybody in every connected workspace but the bots. Raises DeliveryError, also for a group that is not."""
        teams = await self.api.connected()
        grouped = await self._grouped(teams)
        for team in teams:
            async for raw in self._listed(team):
                if member := member_of(raw, team, self.addresses, grouped.get((team, str(raw["id"])), "")):
                    yield member

    async def usergroups(self, team: str) -> Mapping[str, Group]:
        """Return each user group by handle; of two, the one that is not disabled. Raises DeliveryError."""
        found = (await self._read(team, "usergroups.list", include_disabled=True))["usergroups"]
        found.sort(key=lambda one: not one.get("date_delete"))
        return {
            str(one["handle"]).casefold(): Group(str(one["id"]), str(one["name"]), bool(one.get("date_delete")))
            for one in found
        }

    async def _grouped(self, teams: Sequence[str]) -> Mapping[tuple[str, str], str]:
        """The name of the first chosen group that somebody is in, by workspace and person."""
        if not self.groups:
            return {}
        known = {team: await self.usergroups(team) for team in teams}
        if wrong := unusable(self.groups, known.values()):
            raise DeliveryError(f"there is no user group @{wrong[0]}, or it is disabled", permanent=True)
        named: dict[tuple[str, str], str] = {}
        for team, groups in known.items():
            for group in (groups[handle] for handle in self.groups if handle in groups):
                for user in (await self._read(team, "usergroups.users.list", usergroup=group.id))["users"]:
                    named.setdefault((team, str(user)), group.name)
        return named

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
        for _ in range(TRIES - 1):
            try:
                return await self.api.read(team, method, **arguments)
            except DeliveryError as error:
                if error.retry_after is None or error.retry_after > LONGEST:
                    raise
                await self.api.sleep(error.retry_after)
        return await self.api.read(team, method, **arguments)
