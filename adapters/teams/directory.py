"""Who is there in Teams: in the teams in which the app stands, or, where it may ask, in Microsoft Graph."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog

from adapters.port import DeliveryError, Member
from adapters.teams.accounts import Account, account_in_team, members_of
from adapters.teams.activity import Place
from adapters.teams.addresses import Addresses
from adapters.teams.exchange import Listed
from adapters.teams.failures import Refused
from adapters.teams.organisation import Organisation

log = structlog.get_logger(__name__)

Teams = Callable[[], Awaitable[Sequence[Place]]]
"""The teams in which the app stands, each as a place in it."""


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

    Graph tells of everybody, teams of who is in them: whoever is in none may be there all the same.
    """

    addresses: Addresses
    rosters: Rosters
    organisation: Organisation | None = None

    @property
    def lists_everybody(self) -> bool:
        """Whether whoever is not listed is not there."""
        return self.organisation is not None

    async def members(self) -> AsyncIterator[Member]:
        """Everybody. Guests, and who is blocked or of another tenant, are not active. Raises DeliveryError."""
        for member in members_of(await (self.organisation or self.rosters).accounts(), self.addresses):
            yield member
