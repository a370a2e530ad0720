"""A platform whose messages outlive the application, and people who always do the same with them.

A person keeps tapping until the tap is confirmed, also after the application was killed and came back; what was
confirmed they never repeat.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Callable

import psycopg

from adapters.port import Locale, Member, Message, MessageRef, Submission
from bot.hands import Hands
from tests.acceptance.ledger import Ledger

NAME = "recording"
LATENCY = 0.002
"""Seconds that a call to the platform takes before the message lies there."""
TAP_AGAIN = 0.05
Step = tuple[str, tuple[tuple[int, int], ...]]


def steps_of(address: str) -> tuple[Step, ...]:
    """Return what this person does with a check-in, in order."""
    number = int(address[1:])
    first: Step = ("answer", ((0, 1 + number % 5),))
    second: Step = ("answer", ((1, 1 + number // 3 % 5),))
    again: Step = ("answer", ((0, 1 + number // 7 % 5),))
    by_kind: dict[int, tuple[Step, ...]] = {7: (), 8: (first, second, again), 9: (first, ("withdraw", ()))}
    return by_kind.get(number % 10, (first, second))


def answers_late(address: str) -> bool:
    """Return whether this person puts the card aside until late in the window."""
    return int(address[1:]) % 10 in (5, 6)


def gets_reminder(address: str) -> bool:
    """Return whether this person has done nothing with the card when the reminder step comes."""
    return int(address[1:]) % 10 in (5, 6, 7)


class Post:
    """ChatPlatform that writes every message into the ledger, and starts the person who reads it."""

    name = NAME
    waits = False

    def __init__(self, ledger: Ledger, hands: Hands, late: Callable[[], bool], *, people: bool = True) -> None:
        """`late` says whether those who put the card aside come back to it by now.

        Without `people` they live in another process, which reads in the ledger what they received.
        """
        self._ledger = ledger
        self._hands = hands
        self._late = late
        self._people = people
        self._turns: dict[str, asyncio.Lock] = {}
        self._reading: set[asyncio.Task[None]] = set()

    async def send(self, address: str, message: Message) -> MessageRef:
        """Deliver: after the line "landed" the person has it, whatever becomes of the application."""
        kind = "digest" if message.token is None else "reminder" if len(message.paragraphs) > 1 else "card"
        self._ledger.add("call", address, kind, os.getpid())
        await asyncio.sleep(LATENCY)
        self._ledger.add("landed", address, kind, message.token, message.locale)
        self._read(address, message.token, message.locale)
        return MessageRef(NAME, address, str(len(self._ledger.lines)))

    async def update(self, ref: MessageRef, message: Message) -> None:
        """Nobody looks at replaced cards here."""

    async def members(self) -> AsyncIterator[Member]:
        """Nobody beside the roster."""
        return
        yield

    def resume(self) -> None:
        """Let everybody who has a message go on with it: people do not die with the application."""
        for address, _, token, locale in self._ledger.of("landed"):
            self._read(address, token, locale)

    def quiet(self) -> bool:
        """Return whether everybody has done all that they mean to do by now, in whatever process."""
        if self._reading:
            return False
        said = Counter(values[0] for values in self._ledger.of("said"))
        waiting = {
            values[0]: values for values in self._ledger.of("landed") if said[values[0]] < len(self._meant(values[0]))
        }
        for address, _, token, locale in waiting.values():
            self._read(address, token, locale)
        return not waiting

    def _meant(self, address: str) -> tuple[Step, ...]:
        return () if answers_late(address) and not self._late() else steps_of(address)

    def _read(self, address: str, token: str | None, locale: Locale) -> None:
        if self._people and token is not None:
            task = asyncio.create_task(self._act(address, token, locale))
            self._reading.add(task)
            task.add_done_callback(self._reading.discard)

    async def _act(self, address: str, token: str, locale: Locale) -> None:
        async with self._turns.setdefault(address, asyncio.Lock()):
            done = sum(values[0] == address for values in self._ledger.of("said"))
            for action, positions in self._meant(address)[done:]:
                self._ledger.add("begin", "answering")
                await self._until_confirmed(address, Submission(token, action, locale, positions))
                self._ledger.add("said", address, action, positions)
                self._ledger.add("end", "answering")

    async def _until_confirmed(self, address: str, submission: Submission) -> None:
        confirmed = False
        while not confirmed:
            confirmed = await self._tap(address, submission)
            await asyncio.sleep(0 if confirmed else TAP_AGAIN)

    async def _tap(self, address: str, submission: Submission) -> bool:
        """Tap, and return whether it was confirmed; a database that is away is an error page to a person."""
        try:
            assert await self._hands.belongs(submission.token, address)
        except psycopg.Error:
            return False
        return not (await self._hands.receive(submission)).failed
