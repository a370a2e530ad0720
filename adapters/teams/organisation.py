"""Who is there according to Microsoft Graph: the users of each tenant, their managers, and the members of groups.

learn.microsoft.com/graph/api/user-list, learn.microsoft.com/graph/api/group-list-transitivemembers
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar
from urllib.parse import quote

import structlog

from adapters.port import DeliveryError
from adapters.teams.accounts import Account, account_in_graph
from adapters.teams.failures import Refused, Unauthorised
from adapters.teams.graph import Graph, Json, rows_in

log = structlog.get_logger(__name__)
T = TypeVar("T")

PAGE: Final = 999
"""People on one page; Graph gives no more."""
TOLD: Final = "displayName,mail,userPrincipalName,preferredLanguage,accountEnabled,userType"
"""What we ask of somebody, and nothing else."""
NOT_ALLOWED: Final = frozenset({401, 403})
GUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Group:
    """A group of a tenant."""

    id: str
    name: str


@dataclass(frozen=True)
class Organisation:
    """Reads lists. `groups` are names or object ids of groups, the first that counts first."""

    graph: Graph
    groups: Sequence[str] = ()

    async def accounts(self) -> list[Account]:
        """Return everybody in every tenant that is let in; of one that refuses us, nobody.

        Raises DeliveryError when all refuse or one does not answer, and for a group that is not there, or of whose
        name there are several.
        """
        groups = await self._of_each(self.graph.tenants, self.chosen)
        complete = len(groups) == len(self.graph.tenants)
        if complete and (missing := missing_in(self.groups, groups.values())):
            raise DeliveryError(f"Entra has no group {missing[0]!r}", permanent=True)
        found = await self._of_each(groups, lambda tenant: self._people(tenant, groups[tenant].values()))
        return [account for accounts in found.values() for account in accounts]

    async def chosen(self, tenant: str) -> Mapping[str, Group]:
        """Return the chosen groups that a tenant has, in the order in which they count. Raises DeliveryError."""
        found = {name: await self.group(tenant, name) for name in self.groups}
        return {name: group for name, group in found.items() if group is not None}

    async def group(self, tenant: str, name: str) -> Group | None:
        """Return the group of this name or object id, None when there is none. Raises DeliveryError.

        A name may be that of several groups; then nobody can know which one is meant.
        """
        found = await (self._by_id if GUID.fullmatch(name) else self._by_name)(tenant, name)
        if len(found) > 1:
            raise DeliveryError(f"Entra has several groups {name!r}: give the object id of one", permanent=True)
        return found[0] if found else None

    async def _by_id(self, tenant: str, id_: str) -> list[Group]:
        try:
            return [_group(await self.graph.get(tenant, f"/groups/{id_}?$select=id,displayName"))]
        except Refused as refused:
            if refused.status != 404:
                raise
            return []

    async def _by_name(self, tenant: str, name: str) -> list[Group]:
        wanted = quote(name.replace("'", "''"), safe="'")
        page = await self.graph.get(tenant, f"/groups?$filter=displayName%20eq%20'{wanted}'&$select=id,displayName")
        return [_group(row) for row in rows_in(page)]

    async def _people(self, tenant: str, groups: Iterable[Group]) -> list[Account]:
        """Everybody of a tenant, in the first group that they are in; whom they report to, where there are groups.

        A group of groups has the members of all of them. What else than a user is in one is in no list of users.
        """
        named: dict[str, str] = {}
        for group in groups:
            where = f"/groups/{group.id}/transitiveMembers?$select=id&$top={PAGE}"
            async for row in self.graph.rows(tenant, where):
                named.setdefault(str(row.get("id")).lower(), group.name)
        expand = "&$expand=manager($select=id)" if self.groups else ""
        users = self.graph.rows(tenant, f"/users?$select=id,{TOLD}{expand}&$top={PAGE}")
        made = [account_in_graph(row, tenant, named) async for row in users]
        return [account for account in made if account]

    async def _of_each(self, tenants: Iterable[str], read: Callable[[str], Awaitable[T]]) -> Mapping[str, T]:
        """What is read in each tenant that does not refuse us: a half-read list would say that others are gone."""
        found, refusals = {}, []
        for tenant in tenants:
            try:
                found[tenant] = await read(tenant)
            except (Refused, Unauthorised) as refusal:
                if isinstance(refusal, Refused) and refusal.status not in NOT_ALLOWED:
                    raise
                refusals.append(refusal)
                log.warning("a tenant gave no list of members", error=type(refusal).__name__)
        if refusals and not found:
            raise refusals[0]
        return found


def missing_in(names: Iterable[str], tenants: Iterable[Mapping[str, Group]]) -> list[str]:
    """Return the chosen names that no tenant has. Pure."""
    there = {name for groups in tenants for name in groups}
    return [name for name in names if name not in there]


def _group(row: Json) -> Group:
    id_, name = row.get("id"), row.get("displayName")
    if not isinstance(id_, str) or not GUID.fullmatch(id_) or not isinstance(name, str) or not name.strip():
        raise DeliveryError("Microsoft Graph answered with no group", permanent=False)
    return Group(id_, name)
