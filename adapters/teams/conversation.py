"""What people do: each activity becomes something asked, and what comes of it is shown where Teams shows it.

An invoke is answered within five seconds, after whatever was to be written has been written; when that takes longer the
card stays as it is, with a sentence to try again. Nothing personal is ever written into a chat, but for the card that
takes the place of a card, and nothing at all where others read along.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import structlog

from adapters.port import Belongs, DeliveryError, Locale, Receive, Reply, Speaks
from adapters.teams import cards, outcome, parse
from adapters.teams.activity import Activity
from adapters.teams.addresses import Addresses
from adapters.teams.connection import Connection
from adapters.teams.exchange import Answer, Post
from adapters.teams.parse import Heard, Unreadable
from adapters.teams.words import TeamsWords
from adapters.traffic.patience import AWAITED

log = structlog.get_logger(__name__)

Where = Literal["card", "dialog"]
Read = Callable[[Any, str], Heard]

SECONDS: Final = 4.5
"""Seconds after which an invoke is answered whatever there is; Teams waits for five."""
INVOKES: Final[Mapping[str, tuple[Read, Where]]] = {
    "adaptiveCard/action": (parse.executed, "card"),
    "task/fetch": (parse.fetched, "dialog"),
    "task/submit": (parse.submitted, "dialog"),
}
NOT_OURS: Final = Answer(status=501)
"""What an invoke is answered that nothing of ours sends: Microsoft's word for "not implemented"."""


@dataclass
class Conversation:
    """Answers invokes and messages. `locale` is spoken to somebody of whom nothing is known yet."""

    receive: Receive
    belongs: Belongs
    speaks: Speaks
    addresses: Addresses
    connection: Connection
    words: Mapping[Locale, TeamsWords]
    locale: Locale
    seconds: float = SECONDS
    _running: set[asyncio.Task[Reply]] = field(default_factory=set)

    async def invoked(self, activity: Activity) -> Answer:
        """Answer a button or a form."""
        if activity.name not in INVOKES:
            return NOT_OURS
        read, where = INVOKES[activity.name]
        if activity.scope not in ("personal", ""):
            return _saying(where, (await self.words_for(activity)).privately)
        try:
            heard = read(activity.value, self.address_of(activity))
        except Unreadable:
            words = self.words[_locale(activity.locale) or self.locale]  # nobody is looked up for it, and no time lost
            log.warning("an invoke was not readable", invoke=activity.name)
            return Answer(outcome.unreadable(words) if where == "card" else outcome.told(words.unreadable))
        return self._shown(where, heard, await self._in_time(heard, activity))

    async def pressed(self, activity: Activity) -> None:
        """Deal with a button in a client that does not know Action.Execute: it comes as a message."""
        words = await self.words_for(activity)
        try:
            heard = parse.pressed(activity.value, self.address_of(activity))
        except Unreadable:
            await self._say(activity, words.unreadable)
            return
        reply = await self._asked(heard, activity)
        if reply.message is not None and activity.reply_to:
            post = cards.post(reply.message, self.words)
            await self.connection.update(activity.place, activity.reply_to, post, AWAITED)
        else:
            await self._say(activity, reply.notice or words.again)

    async def written(self, activity: Activity) -> None:
        """Answer what somebody typed: with a card in private, with one sentence where others read along."""
        if activity.scope != "personal":
            if activity.mentioned:
                await self._say(activity, (await self.words_for(activity)).privately)
            return
        locale = await self.spoken(activity)
        reply = await self.receive(parse.written(activity.text, self.address_of(activity), locale))
        if reply.message is None:
            await self._say(activity, reply.notice or self.words[locale].again)
        else:
            await self.connection.send(activity.place, cards.post(reply.message, self.words), AWAITED)

    async def spoken(self, activity: Activity) -> Locale:
        """Return the language of somebody: their own, else that of their Teams."""
        own = await self.speaks(self.address_of(activity)) if activity.scope in ("personal", "") else None
        return own or _locale(activity.locale) or self.locale

    async def words_for(self, activity: Activity) -> TeamsWords:
        """Return our own words in the language of somebody."""
        return self.words[await self.spoken(activity)]

    def address_of(self, activity: Activity) -> str:
        """Return the address of whoever did it; the channel vouches for tenant and person."""
        return self.addresses.of(activity.place.tenant, activity.sender.entra or activity.sender.teams)

    async def settle(self) -> None:
        """Wait until everything that took too long has come to its end."""
        while self._running:
            await asyncio.wait(self._running)

    async def _in_time(self, heard: Heard, activity: Activity) -> Reply:
        """Return what came of it; when that is not there in time, "try again". What was begun goes on to its end."""
        task = asyncio.create_task(self._asked(heard, activity))
        self._running.add(task)
        task.add_done_callback(self._ended)
        await asyncio.wait({task}, timeout=self.seconds)
        if task.done() and not task.cancelled() and task.exception() is None:
            return task.result()
        return Reply(notice=self.words[heard.asked.locale].again, failed=True)

    async def _asked(self, heard: Heard, activity: Activity) -> Reply:
        asked = heard.asked
        if asked.token is not None and not await self.belongs(asked.token, self.address_of(activity)):
            return Reply(notice=self.words[asked.locale].not_yours, failed=True)
        return await self.receive(asked)

    def _ended(self, task: asyncio.Task[Reply]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a request failed", error=type(error).__name__)

    def _shown(self, where: Where, heard: Heard, reply: Reply) -> Answer:
        words = self.words[heard.asked.locale]
        try:
            body = outcome.acted(reply, words) if where == "card" else outcome.shown(reply, words, again=heard.again)
        except DeliveryError:
            log.error("an outcome is more than a card holds")
            return _saying(where, words.again)
        return Answer(body)

    async def _say(self, activity: Activity, sentence: str) -> None:
        await self.connection.send(activity.place, Post(text=sentence), AWAITED)


def _saying(where: Where, sentence: str) -> Answer:
    return Answer(outcome.sentence(sentence) if where == "card" else outcome.told(sentence))


def _locale(told: str) -> Locale | None:
    language = told[:2].casefold()
    return "nl" if language == "nl" else "en" if language == "en" else None
