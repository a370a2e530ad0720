"""What was acknowledged is dealt with afterwards: asked, answered and shown, whatever goes wrong on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial

import structlog

from adapters.port import Belongs, DeliveryError, Locale, Receive, Speaks
from adapters.slack.asking import own_page
from adapters.slack.outcome import Step, refused, steps, try_again
from adapters.slack.parse import Heard, Place
from adapters.slack.showing import Showing
from adapters.slack.socket_mode import After
from adapters.slack.turns import Turns
from adapters.slack.words import SlackWords

log = structlog.get_logger(__name__)


@dataclass
class Dealing:
    """Deals with what is heard, each in a task of its own."""

    receive: Receive
    belongs: Belongs
    speaks: Speaks
    words: Mapping[Locale, SlackWords]
    showing: Showing
    _turns: Turns = field(default_factory=Turns)
    _running: set[asyncio.Task[None]] = field(default_factory=set)

    async def begin(self, after: After | None) -> None:
        """Do something in a task of its own, when Slack has its acknowledgement.

        Not before: a form's acknowledgement says "one moment", and would come after the outcome and replace it.
        """
        if after is not None:
            task = asyncio.create_task(after())
            self._running.add(task)
            task.add_done_callback(self._ended)

    async def settle(self) -> None:
        """Wait until everything that was begun has ended."""
        while self._running:  # one may have begun another
            await asyncio.gather(*self._running, return_exceptions=True)

    async def deal(self, heard: Heard) -> None:
        """Find out what is to be shown, and show it; whatever goes wrong on the way, somebody gets an answer."""
        (spoken,) = await asyncio.gather(self._spoken_to(heard), return_exceptions=True)
        heard = heard if isinstance(spoken, BaseException) else spoken
        (found,) = await asyncio.gather(self._in_turn(heard), return_exceptions=True)
        if isinstance(found, BaseException):
            log.error("a request failed", kind=type(heard.asked).__name__, error=type(found).__name__)
            found = try_again(heard, self.words[heard.asked.locale])
        for step in found:
            try:
                await self.showing.show(heard, step)
            except DeliveryError as error:
                log.warning("an answer could not be shown", step=type(step).__name__, permanent=error.permanent)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("what was acknowledged broke down", error=type(error).__name__)

    async def _in_turn(self, heard: Heard) -> list[Step]:
        async with self._turns.turn():
            return await self._asked(heard)

    async def _asked(self, heard: Heard) -> list[Step]:
        words, asked = self.words[heard.asked.locale], heard.asked
        if asked.token is not None and not await self.belongs(asked.token, heard.sender.address):
            return refused(heard, words)
        reply = await self.receive(asked)
        if reply.changed and heard.place != Place(home=True):  # when a dialog closes, Slack says nothing of the tab
            await self.begin(partial(self.deal, own_page(heard.sender, asked.locale)))
        return steps(heard, reply, words)

    async def _spoken_to(self, heard: Heard) -> Heard:
        """Return the same in the language of whoever did it, where nothing else says which."""
        language = await self.speaks(heard.sender.address) if heard.place.wordless else None
        return heard if language is None else replace(heard, asked=replace(heard.asked, locale=language))
