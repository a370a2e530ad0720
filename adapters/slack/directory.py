"""Who is there in the connected workspaces, and in which of the chosen user groups: page after page, with patience."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from adapters.port import DeliveryError, Member
from adapters.slack.api import Api
from adapters.slack.lists import Lists
from adapters.slack.members import member_of
from adapters.slack.parse import Addresses


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

    @property
    def _lists(self) -> Lists:
        return Lists(self.api, "members")

    async def members(self) -> AsyncIterator[Member]:
        """Everybody in every connected workspace but the bots; of one that refuses us, nobody.

        Raises DeliveryError when all refuse or one does not answer, and for a group that is not there.
        """
        teams = await self.api.connected()
        groups = await self._lists.of_each(teams, self._chosen)
        if wrong := unusable(self.groups, groups.values(), complete=len(groups) == len(teams)):
            raise DeliveryError(f"there is no user group @{wrong[0]}, or it is disabled", permanent=True)
        people = await self._lists.of_each(groups, lambda team: self._people(team, groups[team]))
        for member in chain.from_iterable(people.values()):
            yield member

    async def usergroups(self, team: str) -> Mapping[str, Group]:
        """Return each user group by handle; of two, the one that is not disabled. Raises DeliveryError."""
        found = (await self._lists.read(team, "usergroups.list", include_disabled=True))["usergroups"]
        found.sort(key=lambda one: not one.get("date_delete"))
        return {
            str(one["handle"]).casefold(): Group(str(one["id"]), str(one["name"]), bool(one.get("date_delete")))
            for one in found
        }

    async def _chosen(self, team: str) -> Mapping[str, Group]:
        """The chosen groups of a workspace, in the order in which they count."""
        known = await self.usergroups(team) if self.groups else {}
        return {handle: known[handle] for handle in self.groups if handle in known}

    async def _people(self, team: str, groups: Mapping[str, Group]) -> Sequence[Member]:
        """Everybody of a workspace, in the first group that they are in."""
        named: dict[str, str] = {}
        for group in groups.values():
            for user in (await self._lists.read(team, "usergroups.users.list", usergroup=group.id))["users"]:
                named.setdefault(str(user), group.name)
        pages = self._lists.pages(team, "users.list", "members", include_locale=True)
        made = [member_of(raw, team, self.addresses, named.get(str(raw["id"]), "")) async for raw in pages]
        return [member for member in made if member]
