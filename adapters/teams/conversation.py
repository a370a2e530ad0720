"""What people do: each activity becomes something asked, and what comes of it is shown where Teams shows it.

An invoke is answered within five seconds, after whatever was to be written has been written; when that takes longer the
card stays as it is, with a sentence to try again. Nothing personal is ever written into a chat, but for the card that
takes the place of a card, and nothing at all where others read along: there only a message extension is answered, with
a dialog that nobody else sees.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

import structlog

from adapters.port import Belongs, Choice, Command, DeliveryError, Locale, Message, Receive, Reply, Speaks
from adapters.teams import cards, outcome, parse
from adapters.teams.activity import Activity
from adapters.teams.addresses import Addresses
from adapters.teams.connection import Connection
from adapters.teams.exchange import Answer, Post
from adapters.teams.parse import Heard, Unreadable
from adapters.teams.texts import Json
from adapters.teams.words import TeamsWords
from adapters.traffic.patience import AWAITED

log = structlog.get_logger(__name__)

Where = Literal["card", "dialog", "extension"]
Read = Callable[[Any, str], Heard]

PRIVATE: Final = frozenset({"personal", ""})
"""The scopes in which nobody reads along."""
SECONDS: Final = 4.5
"""Seconds after which an invoke is answered whatever there is; Teams waits for five."""
INVOKES: Final[Mapping[str, tuple[Read, Where]]] = {
    "adaptiveCard/action": (parse.executed, "card"),
    "task/fetch": (parse.fetched, "dialog"),
    "task/submit": (parse.submitted, "dialog"),
    "composeExtension/submitAction": (parse.submitted_there, "extension"),
}
THANKING: Final = "composeExtension/fetchTask"
"""What begins at a message, or where one is written: in any chat, and for nobody else to see."""
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
        """Answer a button or a form, or the beginning of a message extension."""
        if activity.name == THANKING:
            return await self._thanked(activity)
        if activity.name not in INVOKES:
            return NOT_OURS
        read, where = INVOKES[activity.name]
        if where != "extension" and activity.scope not in PRIVATE:
            words, locale = await self.words_for(activity), self._told_locale(activity)
            return _saying(where, words.privately, words, locale)
        try:
            heard = read(activity.value, self.address_of(activity))
        except Unreadable:
            return self._unreadable(where, activity)
        return self._shown(where, heard, await self._in_time(self._asked(heard, activity), self._once_more(heard)))

    async def _thanked(self, activity: Activity) -> Answer:
        """Answer who wants to thank somebody, in their own language."""
        try:
            asked = parse.thanking(activity.value, self.address_of(activity), self._told_locale(activity))
        except Unreadable:
            return self._unreadable("extension", activity)

        async def answer() -> Reply:
            own = await self.speaks(asked.sender)
            return await self.receive(replace(asked, locale=own or asked.locale))

        otherwise = Reply(notice=self.words[asked.locale].again, failed=True)
        return self._shown("extension", Heard(asked), await self._in_time(answer(), otherwise))

    def _unreadable(self, where: Where, activity: Activity) -> Answer:
        """Answer what no button sends: nobody is looked up for it, and no time lost."""
        locale = self._told_locale(activity)
        words = self.words[locale]
        log.warning("an invoke was not readable", invoke=activity.name)
        if where == "card":
            return Answer(outcome.unreadable(words))
        return _saying(where, words.unreadable, words, locale)

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
        own = await self.speaks(self.address_of(activity)) if activity.scope in PRIVATE else None
        return own or self._told_locale(activity)

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

    async def _in_time(self, work: Coroutine[Any, Any, Reply], otherwise: Reply) -> Reply:
        """Return what came of it, or what is said when that is not there in time. What was begun goes on to its end."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)
        await asyncio.wait({task}, timeout=self.seconds)
        if task.done() and not task.cancelled() and task.exception() is None:
            return task.result()
        return otherwise

    def _once_more(self, heard: Heard) -> Reply:
        """Return "try again"; with a button that keeps what it is about, where such a one was pressed.

        Whoever had to begin anew would do it as another thing, and twice when the first comes to its end after all.
        """
        asked, words = heard.asked, self.words[heard.asked.locale]
        if not isinstance(asked, Command) or not asked.fields or heard.again:
            return Reply(notice=words.again, failed=True)
        button = Choice(asked.name, words.once_more, prominent=True, kept=asked.fields)
        return Reply(dialog=Message(words.name, asked.locale, paragraphs=(words.late,), choices=(button,)))

    def _told_locale(self, activity: Activity) -> Locale:
        return _locale(activity.locale) or self.locale

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
        locale = heard.asked.locale
        words = self.words[locale]
        try:
            return Answer(_body(where, heard, reply, self.words))
        except DeliveryError:
            log.error("an outcome is more than a card holds")
            return _saying(where, words.again, words, locale)

    async def _say(self, activity: Activity, sentence: str) -> None:
        await self.connection.send(activity.place, Post(text=sentence), AWAITED)


def _body(where: Where, heard: Heard, reply: Reply, words: Mapping[Locale, TeamsWords]) -> Json:
    """Return what an invoke is answered. Raises DeliveryError."""
    shown, asked = reply.dialog or reply.message, heard.asked.locale
    spoken = words[shown.locale if shown else asked]
    if where == "card":
        return outcome.acted(reply, spoken)
    if where == "dialog":
        return outcome.shown(reply, spoken, again=heard.again)
    return outcome.shown_there(reply, spoken, asked, again=heard.again)


def _saying(where: Where, sentence: str, words: TeamsWords, locale: Locale) -> Answer:
    if where == "card":
        return Answer(outcome.sentence(sentence))
    return Answer(outcome.told(sentence) if where == "dialog" else outcome.told_there(sentence, words, locale))


def _locale(told: str) -> Locale | None:
    language = told[:2].casefold()
    return "nl" if language == "nl" else "en" if language == "en" else None
