"""Who has the app and who has it no more: people, and teams. Each is welcomed once, however often Teams says so.

An installation comes as `installationUpdate` and as `conversationUpdate`, in either order or at once. In a personal
chat only the former counts: it tells a language, and the latter comes also where we begin a conversation ourselves.
learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/subscribe-to-conversation-events
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from adapters.port import Changed, Command, Receive
from adapters.teams import cards
from adapters.teams.activity import Activity, Place
from adapters.teams.connection import Connection
from adapters.teams.conversation import Conversation
from adapters.teams.exchange import Post
from adapters.teams.parse import NAME
from adapters.teams.posting import Posting
from adapters.teams.references import References
from adapters.traffic.patience import AWAITED, READING

COMING: Final = frozenset({"add", "add-upgrade"})
GOING: Final = frozenset({"remove"})
"""`remove-upgrade` is followed by `add-upgrade`, and nobody is gone."""


@dataclass
class Comings:
    """Writes who has the app, and welcomes who has it newly."""

    references: References
    conversation: Conversation
    connection: Connection
    receive: Receive
    changed: Changed
    posting: Posting
    chance: Callable[[], float]

    async def installed(self, activity: Activity) -> None:
        """Deal with an `installationUpdate`."""
        if activity.action in COMING:
            await self._come(activity)
        elif activity.action in GOING:
            await self._go(activity)

    async def moved(self, activity: Activity) -> None:
        """Deal with a `conversationUpdate`: we, or others, came into a conversation or left it.

        In a personal one it says nothing that `installationUpdate` does not say as well, and with a language.
        """
        if activity.scope == "personal":
            return
        came = {person.teams for person in activity.added}
        left = {person.teams for person in activity.removed}
        if activity.place.bot in came:
            await self._come(activity)
        elif activity.place.bot in left:
            await self._go(activity)
        elif activity.team and (came or left):
            await self.changed(None)

    async def _come(self, activity: Activity) -> None:
        if activity.scope == "personal":
            await self._meet(activity)
        elif activity.scope and await self.references.enter(_at(activity), team=bool(activity.team)):
            words = self.conversation.words[self.conversation.locale]  # everybody's, not that of who added us
            await self.connection.send(_at(activity), Post(text=words.privately), AWAITED)
            await self.changed(None)

    async def _meet(self, activity: Activity) -> None:
        if not activity.sender.entra:  # a guest of no organisation, whom no roster knows
            return
        address = self.conversation.address_of(activity)
        self.posting.awake(address)
        if await self.references.meet(address, activity.place):
            locale = await self.conversation.spoken(activity)
            reply = await self.receive(Command("start", NAME, address, locale))
            if reply.message is not None:
                await self._greet(address, cards.post(reply.message, self.conversation.words))

    async def _greet(self, address: str, post: Post) -> None:
        """Welcome somebody at the pace of the tenant: a policy may install the app for everybody at once."""
        posting = self.posting
        await READING.insist(lambda: posting.send(address, post), posting.sleep, self.chance)

    async def _go(self, activity: Activity) -> None:
        if activity.scope == "personal":
            await self.references.leave(self.conversation.address_of(activity))
        else:
            await self.references.exit(_at(activity), team=bool(activity.team))
            await self.changed(None)


def _at(activity: Activity) -> Place:
    """The whole of a team or group chat, not the thread in which something was said."""
    return replace(activity.place, conversation=activity.team or activity.place.whole)
