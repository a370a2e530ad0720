"""The invented people at their cards: each answer is a tap that goes in where every platform's taps go in."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from adapters.port import Message, MessageRef, Reply
from adapters.recording import Recording, Sent
from bot.simulation.organisation import Colleague
from bot.simulation.people import Answers
from surveys.model import Item, Wave

AT_ONCE: Final = 6
"""How many people tap at the same time."""


@dataclass
class Witness:
    """What really happened in one wave: who got a card, and what each answered. Only a simulation may know."""

    delivered: set[str] = field(default_factory=set)
    answers: dict[str, dict[str, int]] = field(default_factory=dict)


@dataclass
class Crowd:
    """Everybody on the platform in memory."""

    recording: Recording
    answers: Answers
    items: Mapping[str, Item]
    _read: int = 0
    """How many of the messages sent have been looked at."""

    async def react(self, wave: Wave, people: Mapping[str, Colleague], witness: Witness) -> None:
        """Let everybody who got a card or a reminder since last time do what they do with it."""
        new, self._read = self.recording.sent[self._read :], len(self.recording.sent)
        cards = [sent for sent in new if _is_card(sent.message) and sent.address in people]
        turns = [self._turn(sent, people[sent.address], wave, witness) for sent in cards]
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(turn: asyncio.Future[None]) -> None:
            async with gate:
                await turn

        await asyncio.gather(*(one(turn) for turn in turns))  # type: ignore[arg-type]
        witness.delivered.update(sent.address for sent in cards)

    async def _turn(self, sent: Sent, who: Colleague, wave: Wave, witness: Witness) -> None:
        """The second card of a wave is the reminder."""
        reminded = who.id in witness.delivered
        if who.id in witness.answers or not self.answers.takes_part(who.id, wave.number):
            return
        if reminded or self.answers.at_once(who.id, wave.number):
            witness.answers[who.id] = await self._answer(sent.ref, who, wave)

    async def _answer(self, card: MessageRef, who: Colleague, wave: Wave) -> dict[str, int]:
        given: dict[str, int] = {}
        for position, name in enumerate(wave.items):
            item = self.items[name]
            if self.answers.skips(who.id, item, wave.number):
                _done(await self.recording.tap(card, "skip", (position, 0)))
            else:
                given[name] = self.answers.answer(who, item, wave.number)
                _done(await self.recording.tap(card, "answer", (position, given[name])))
        return given


def _is_card(message: Message) -> bool:
    return any(choice.action == "answer" for choice in message.choices)


def _done(reply: Reply) -> None:
    if reply.failed:
        raise RuntimeError(
            f"a simulated tap was refused ({reply.notice or 'not the own card'}): this is a fault of ours"
        )
