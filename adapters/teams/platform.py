"""Teams as a platform: people in their personal chats with the app, and teams in which it stands for their roster."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import structlog

from adapters.port import (
    Belongs,
    Board,
    Changed,
    Channel,
    DeliveryError,
    Keep,
    Locale,
    Member,
    Message,
    MessageRef,
    Receive,
    Speaks,
)
from adapters.teams import cards
from adapters.teams.activity import Activity
from adapters.teams.addresses import Addresses
from adapters.teams.app import TeamsApp
from adapters.teams.changes import Changes
from adapters.teams.channels import Channels
from adapters.teams.comings import Comings
from adapters.teams.connection import Connection
from adapters.teams.conversation import Conversation
from adapters.teams.directory import Directory, Rosters
from adapters.teams.exchange import Answer
from adapters.teams.graph import Graph
from adapters.teams.organisation import Organisation
from adapters.teams.parse import NAME
from adapters.teams.posting import Posting
from adapters.teams.references import References
from adapters.teams.words import TeamsWords
from adapters.traffic.pace import Pace
from adapters.traffic.places import Places

log = structlog.get_logger(__name__)


class Teams:
    """ChatPlatform over Teams. `Addresses` says what an address is; the id of a message is `conversation/activity`."""

    name = NAME
    waits = False

    def __init__(
        self,
        app: TeamsApp,
        *,
        receive: Receive,
        belongs: Belongs,
        speaks: Speaks,
        changed: Changed,
        keep: Keep,
        board: Board,
        words: Mapping[Locale, TeamsWords],
        locale: Locale,
        chance: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """`locale` is spoken to somebody of whom nothing is known yet; `chance` is from 0 to 1."""
        self._words = words
        self._connection = Connection(app, hear=self.hear, now=board.now, chance=chance, sleep=sleep)
        self._references = References(keep, board.now)
        addresses = Addresses(app.alone)
        places = Places(Pace(app.per_second * 60, late=0), board, sleep)
        self._posting = Posting(
            self._connection, self._references, places, addresses, app.service, f"28:{app.id}", board, sleep
        )
        self._channels = Channels(self._connection, self._references, self._posting, addresses)
        self._conversation = Conversation(receive, belongs, speaks, addresses, self._connection, words, locale)
        self._comings = Comings(
            self._references, self._conversation, self._connection, receive, changed, self._posting, chance
        )
        graph = Graph(app, now=board.now, chance=chance, sleep=sleep) if app.graph else None
        organisation = Organisation(graph, app.groups) if graph else None
        rosters = Rosters(self._connection.members, self._references.teams)
        self._directory = Directory(addresses, rosters, organisation)
        self._changes = Changes(organisation, keep, changed, board.now) if organisation else None
        self._graph = graph
        self.router = self._connection.router

    async def send(self, address: str, message: Message) -> MessageRef:
        """Post into the personal chat with somebody, begun where there is none yet. Raises DeliveryError."""
        place, sent = await self._posting.send(address, cards.post(message, self._words))
        return MessageRef(NAME, address, f"{place.conversation}/{sent}")

    async def update(self, ref: MessageRef, message: Message) -> None:
        """Replace a message, of a person or in a channel. Raises DeliveryError."""
        conversation, _, sent = ref.id.rpartition("/")
        if self._channels.has(ref.address):
            await self._channels.update(ref.address, sent, cards.public(message, self._words))
            return
        await self._posting.update(ref.address, conversation, sent, cards.post(message, self._words))

    @property
    def lists_everybody(self) -> bool:
        """Whether whoever is no member is not there: of teams that cannot be said, of Microsoft Graph it can."""
        return self._directory.lists_everybody

    def members(self) -> AsyncIterator[Member]:
        """Everybody in the teams in which the app stands, or everybody of whom Microsoft Graph tells."""
        return self._directory.members()

    def channels(self) -> AsyncIterator[Channel]:
        """Every standard channel of the teams in which the app stands. Raises DeliveryError."""
        return self._channels.all()

    async def post(self, channel: str, message: Message) -> MessageRef:
        """Begin a thread in a channel, without buttons. Raises DeliveryError, permanent where we left it."""
        place, sent = await self._channels.post(channel, cards.public(message, self._words))
        return MessageRef(NAME, channel, f"{place.conversation}/{sent}")

    async def hear(self, activity: Activity) -> Answer | None:
        """Deal with what happened; an invoke gets its answer."""
        if activity.scope == "personal" and not activity.elsewhere:
            self._meet_again(activity)
        if activity.kind == "invoke":
            return await self._conversation.invoked(activity)
        try:
            await self._deal(activity)
        except DeliveryError as error:  # what was to be done is done; answered 500, it would come again
            log.warning("an answer could not be shown", kind=activity.kind, permanent=error.permanent)
        return None

    async def _deal(self, activity: Activity) -> None:
        match activity.kind:
            case "message":
                await self._said(activity)
            case "installationUpdate":
                await self._comings.installed(activity)
            case "conversationUpdate":
                await self._comings.moved(activity)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Have everything at hand before somebody waits for it."""
        await self._references.look_again()
        await self._connection.prepare()
        if self._changes:
            self._changes.begin()
        yield

    async def tend(self) -> None:
        """Look at what other processes wrote and at the keys, and ask Microsoft Graph whether members changed."""
        await self._references.look_again()
        await self._connection.tend()
        if self._changes:
            await self._changes.tend()

    async def close(self) -> None:
        """Deal with what was heard, and let go of the connections."""
        await self._conversation.settle()
        await self._connection.close()
        if self._graph:
            await self._graph.close()

    async def _said(self, activity: Activity) -> None:
        if activity.value and activity.scope == "personal":
            await self._conversation.pressed(activity)
            return
        await self._conversation.written(activity)
        if activity.scope == "personal":
            await self._references.refresh(self._conversation.address_of(activity), activity.place)

    def _meet_again(self, activity: Activity) -> None:
        """Hold where somebody is reached now. It is not written: it may have been a button of a check-in."""
        address = self._conversation.address_of(activity)
        self._references.remember(address, activity.place)
        self._posting.awake(address)
