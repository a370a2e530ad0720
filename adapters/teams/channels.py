"""Channels of the teams in which the app stands: which there are, and messages that everybody there reads."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field, replace
from typing import Final

import structlog

from adapters.port import Channel, DeliveryError
from adapters.teams.activity import Place
from adapters.teams.addresses import Addresses
from adapters.teams.connection import Connection
from adapters.teams.exchange import Post
from adapters.teams.failures import Refused
from adapters.teams.posting import Posting
from adapters.teams.references import References
from adapters.teams.team import Room

log = structlog.get_logger(__name__)

MANY: Final = 2_000
"""Channels that are listed at most, of all teams."""


@dataclass
class Channels:
    """Lists channels, and writes into them at the pace of everything else."""

    connection: Connection
    references: References
    posting: Posting
    addresses: Addresses
    _teams: dict[str, str] = field(default_factory=dict)
    """The team of each channel that was seen, as a conversation."""

    async def all(self) -> AsyncIterator[Channel]:
        """Every standard channel of every team, as it is called now; of a team that we left, none.

        Raises DeliveryError.
        """
        listed = 0
        for team in await self.references.teams():
            rooms = await self._rooms(team)
            name = await self._name(team) if rooms else ""
            for room in rooms[: MANY - listed]:
                yield Channel(self.addresses.channel(team.tenant, room.id), _named(name, room))
            listed = min(MANY, listed + len(rooms))
        if listed == MANY:
            log.warning("there may be more channels than are listed", listed=listed)

    def has(self, address: str) -> bool:
        """Whether this is the address of a channel, and not of a person."""
        return address.rpartition("/")[2].startswith("19:")

    async def post(self, address: str, post: Post) -> tuple[Place, str]:
        """Begin a thread in a channel; return where, and the id of the message. Raises DeliveryError."""
        place = await self._place(address)
        return place, await self.posting.post(place, post)

    async def update(self, address: str, message: str, post: Post) -> None:
        """Replace what was posted. Raises DeliveryError, permanent for what somebody removed."""
        await self.posting.overwrite(await self._place(address), message, post, within=self.posting.unhurried)

    async def _place(self, address: str) -> Place:
        """Return a channel by its address, reached as its team is. Raises DeliveryError, permanent where we left it.

        Another process may have heard a moment ago that the app came into its team: the rows are read once more first.
        """
        tenant, room = self.addresses.parts(address)
        room = room.partition(";")[0]
        team = await self._team(tenant, room, await self.references.standing())
        team = team or await self._team(tenant, room, await self.references.teams())
        if team is None:
            raise DeliveryError("the app stands in no team with this channel", permanent=True)
        return replace(team, conversation=room)

    async def _team(self, tenant: str, room: str, standing: Iterable[Place]) -> Place | None:
        """Return which of these teams a channel is of."""
        teams = {one.conversation: one for one in standing if one.tenant.lower() == tenant}
        if room not in self._teams:
            await self._look_for(room, teams.values())
        return teams.get(self._teams.get(room, ""))

    async def _look_for(self, room: str, teams: Iterable[Place]) -> None:
        """Learn which team a channel is of; a process that begins knows of none."""
        for team in teams:
            await self._rooms(team)
            if room in self._teams:
                return

    async def _rooms(self, team: Place) -> list[Room]:
        """Return the channels of a team; of one that the app was taken out of, none. Raises DeliveryError."""
        try:
            rooms = await self.connection.rooms(team)
        except Refused as refused:
            if not refused.gone:
                raise
            log.warning("a team gave no list of channels", status=refused.status)
            return []
        self._teams |= {room.id: team.conversation for room in rooms}
        return rooms

    async def _name(self, team: Place) -> str:
        return await self.connection.team_name(team) or team.conversation  # an id, rather than no name at all


def _named(team: str, room: Room) -> str:
    return f"{team}: {room.name}" if room.name else team
