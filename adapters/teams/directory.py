"""Who is there in Teams: in the teams in which the app stands, or, where it may ask, in Microsoft Graph."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass

import structlog

from adapters.port import DeliveryError, Member, workspace_of
from adapters.teams.accounts import Account, account_in_team, members_of
from adapters.teams.activity import Place
from adapters.teams.addresses import Addresses
from adapters.teams.exchange import Listed
from adapters.teams.failures import Refused
from adapters.teams.organisation import Organisation

log = structlog.get_logger(__name__)

Teams = Callable[[], Awaitable[Sequence[Place]]]
"""The teams in which the app stands, each as a place in it."""
Reached = Callable[[], Awaitable[Collection[str]]]
"""The addresses of who has the app for themselves, and so is there without being in a team."""


async def nobody() -> Collection[str]:
    """Nobody has the app for themselves."""
    return ()


@dataclass(frozen=True)
class Rosters:
    """Reads who is in teams. `members` lists who is in one, page after page, and may tell somebody twice."""

    members: Callable[[Place], AsyncIterator[Listed]]
    teams: Teams

    async def accounts(self) -> list[Account]:
        """Return everybody in every team; of one that the app was taken out of, nobody.

        Raises DeliveryError when there is no other, and when one does not answer: a half-read list would say that
        the people of that team are gone.
        """
        found: list[Account] = []
        gone: list[Refused] = []
        teams = await self.teams()
        for place in teams:
            try:
                made = [account_in_team(one, place.tenant) async for one in self.members(place)]
            except Refused as refused:
                if not refused.gone:
                    raise
                gone.append(refused)
                log.warning("a team gave no list of members", status=refused.status)
            else:
                found += [account for account in made if account]
        if gone and len(gone) == len(teams):
            raise gone[0]
        if not teams:
            raise DeliveryError("the app is in no team yet, and may not ask Microsoft Graph", permanent=True)
        return found


@dataclass(frozen=True)
class Directory:
    """Lists members: of the `organisation`, where the app may read it, else of the teams.

    Teams tell of who is in them, and of nobody else: whoever is `reached` is there as well, with nothing else known of
    them. Graph tells of everybody.
    """

    addresses: Addresses
    rosters: Rosters
    organisation: Organisation | None = None
    reached: Reached = nobody

    async def members(self) -> AsyncIterator[Member]:
        """Everybody. Guests, and who is blocked or of another tenant, are not active. Raises DeliveryError."""
        accounts = await (self.organisation or self.rosters).accounts()
        members = members_of(accounts, self.addresses)
        for member in members:
            yield member
        if self.organisation is None:
            listed = {member.address for member in members}
            tenants = {workspace_of(address) for address in listed}
            for address in sorted(set(await self.reached()) - listed):
                if workspace_of(address) in tenants:  # of a tenant that told nothing, nothing is known
                    yield Member(address, "", "", "", "")
