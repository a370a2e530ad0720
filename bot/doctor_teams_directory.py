"""What `doctor` looks at of the members of Teams: whether Microsoft Graph lets us read, and knows each chosen group.

No secret and no token is ever shown, and nobody who is listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from adapters.port import DeliveryError, workspace_of
from adapters.teams.app import TeamsApp
from adapters.teams.failures import Refused, Unauthorised
from adapters.teams.graph import Graph
from adapters.teams.organisation import Group, Organisation, missing_in
from adapters.traffic.patience import AWAITED
from bot.doctor import Finding

TEAMS: Final = "teams"
GROUPS: Final = "ADEMPAUZE_TEAMS_GROUPS"
GIVE: Final = "give the app the application permission {} of Microsoft Graph, and let an administrator consent to it"


async def ask_directory(app: TeamsApp, now: Callable[[], float]) -> list[Finding]:
    """Ask Microsoft Graph in each tenant that is let in; nothing where members are not read through it.

    `now` is in seconds since 1970.
    """
    if not app.graph:
        return []
    graph = Graph(app, now=now, patience=AWAITED)
    try:
        return await _Looking(Organisation(graph, app.groups), several=len(graph.tenants) > 1).findings()
    finally:
        await graph.close()


def check_addresses(addresses: Iterable[str], *, several: bool) -> list[Finding]:
    """Look for people whose address in Teams is of another time, or no object id: nobody is reached there."""
    wrong = sum(bool(workspace_of(address)) != several for address in addresses)
    if not wrong:
        return []
    shape = "tenant-id/object-id" if several else "the object id in Entra alone"
    mend = f"run `adempauze roster members teams`, or write them in the people file as {shape}"
    return [Finding(TEAMS, f"{wrong} people have an address of another way of letting tenants in", mend)]


class _Looking:
    def __init__(self, organisation: Organisation, *, several: bool) -> None:
        self._organisation = organisation
        self._several = several

    async def findings(self) -> list[Finding]:
        tenants = self._organisation.graph.tenants
        found = [await self._read(tenant) for tenant in tenants]
        if not self._organisation.groups or not all(finding.ok for finding in found):
            return found
        return [*found, *await self._groups()]

    async def _read(self, tenant: str) -> Finding:
        """Ask for one person, of whom nothing is told but their id."""
        try:
            await self._organisation.graph.get(tenant, "/users?$select=id&$top=1")
        except DeliveryError as error:
            what = f"Microsoft Graph lets us read no members{self._of(tenant)}: {error}"
            return Finding(TEAMS, what, _mend(error, "User.Read.All"))
        return Finding(TEAMS, f"Microsoft Graph lets us read members{self._of(tenant)}")

    async def _groups(self) -> list[Finding]:
        """Look for each chosen group in the tenants; one of them has to have it, under a name of its own."""
        known, wrong = list[dict[str, Group]](), list[Finding]()
        for tenant in self._organisation.graph.tenants:
            known.append({})
            for name in self._organisation.groups:
                try:
                    group = await self._organisation.group(tenant, name)
                except DeliveryError as error:
                    wrong.append(self._not_read(tenant, name, error))
                    continue
                if group:
                    known[-1][name] = group
        return wrong or _missing(missing_in(self._organisation.groups, known))

    def _not_read(self, tenant: str, name: str, error: DeliveryError) -> Finding:
        if error.permanent and not isinstance(error, Refused):
            what, _, mend = str(error).partition(": ")
            return Finding(TEAMS, f"{what}{self._of(tenant)}", f"{mend}, in {GROUPS}")
        what = f"the group {name!r} could not be read{self._of(tenant)}: {error}"
        return Finding(TEAMS, what, _mend(error, "GroupMember.Read.All"))

    def _of(self, tenant: str) -> str:
        return f" of the tenant {tenant}" if self._several else ""


def _missing(names: Iterable[str]) -> list[Finding]:
    mend = f"make it in Entra, or take it out of {GROUPS}; an object id stands on the group's page in Entra"
    found = [Finding(TEAMS, f"Entra has no group {name!r}", mend) for name in names]
    return found or [Finding(TEAMS, "Microsoft Graph knows each chosen group")]


def _mend(error: DeliveryError, permission: str) -> str:
    if isinstance(error, Unauthorised):
        return "see that ADEMPAUZE_TEAMS_APP_ID, its secret and the tenant belong together, and that Entra is reached"
    if isinstance(error, Refused) and error.status == 403:
        return GIVE.format(permission)
    return "let this machine reach Microsoft Graph, and try again later"
