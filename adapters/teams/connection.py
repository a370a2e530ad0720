"""Our connection with Teams: what comes in goes to `hear`, and messages go out, each call with an end in time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial

import structlog

from adapters.port import DeliveryError
from adapters.teams.activity import Place
from adapters.teams.app import TeamsApp
from adapters.teams.exchange import Hear, Listed, Post
from adapters.teams.keys import Keys
from adapters.teams.mount import Mount
from adapters.teams.sdk import BotFramework
from adapters.teams.team import Room, TeamReader
from adapters.teams.tokens import Entra, Nobody
from adapters.teams.wire import Wire
from adapters.traffic.patience import ONCE, READING, Patience

log = structlog.get_logger(__name__)


class Connection:
    """Everything between us and Teams. `now` is in seconds since 1970, `chance` from 0 to 1."""

    def __init__(
        self,
        app: TeamsApp,
        *,
        hear: Hear,
        now: Callable[[], float],
        chance: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._anonymous = app.anonymous
        self._listens = False
        self._tokens = Nobody() if app.anonymous else Entra(app)
        self._wire = Wire(app, self._tokens, now)
        self._keys = Keys(app.metadata, self._wire.fetch, now)
        self._framework = BotFramework(app, self._keys, self._wire)
        self._teams = TeamReader(self._wire.call, only_here=app.anonymous)
        self._sleep, self._chance = sleep, chance
        self.router = Mount(app, self._framework, hear, now).router

    async def send(self, place: Place, post: Post, patience: Patience = ONCE) -> str:
        """Send a message, and return its id. Raises DeliveryError."""
        return await patience.insist(lambda: self._framework.send(place, post), self._sleep, self._chance)

    async def update(self, place: Place, message: str, post: Post, patience: Patience = ONCE) -> None:
        """Replace the message of this id. Raises DeliveryError."""
        await patience.insist(lambda: self._framework.update(place, message, post), self._sleep, self._chance)

    async def begin(self, place: Place, person: str, patience: Patience = ONCE) -> Place:
        """Return the personal conversation with somebody who perhaps never wrote; `place` is any of the same tenant.

        `person` is their id in Teams, or their object id in Entra. Raises DeliveryError.
        """
        return await patience.insist(lambda: self._framework.begin(place, person), self._sleep, self._chance)

    async def members(self, place: Place, patience: Patience = READING) -> AsyncIterator[Listed]:
        """Who is in a team or chat, page after page; somebody may be told twice. Raises DeliveryError."""
        after, seen = "", set[str]()
        while after not in seen:
            seen.add(after)
            reading = partial(self._framework.page, place, after)
            listed, after = await patience.insist(reading, self._sleep, self._chance)
            for one in listed:
                yield one
            if not after:
                return

    async def rooms(self, team: Place, patience: Patience = READING) -> list[Room]:
        """Return the standard channels of a team in which the app stands. Raises DeliveryError."""
        return await patience.insist(lambda: self._teams.rooms(team), self._sleep, self._chance)

    async def team_name(self, team: Place, patience: Patience = READING) -> str:
        """Return what a team is called now, "" when it does not say. Raises DeliveryError."""
        return await patience.insist(lambda: self._teams.name(team), self._sleep, self._chance)

    async def prepare(self) -> None:
        """Have keys and a token before anybody needs them: an invoke is answered within five seconds, or not at all."""
        if self._anonymous:
            return
        self._listens = True
        await self._keys.refresh()
        try:
            await self._tokens.get()
        except DeliveryError as error:
            log.warning("there is no token for Teams yet", error=str(error))

    async def tend(self) -> None:
        """Have newer keys before those of yesterday end; nothing where nobody listens."""
        if self._listens:
            await self._keys.refresh()

    async def close(self) -> None:
        """Let go of connections and threads."""
        await self._wire.close()
        self._tokens.close()
