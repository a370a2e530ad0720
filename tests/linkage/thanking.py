"""People who answer, thank somebody, do both or neither, as lots decide: an experiment with a known truth.

Who thanks does so at a moment that was drawn before the lot whether they answer. Who answers does that a little
earlier, and thanks with the button under the thanks; who does not asks for the form by its name. So whether somebody
who thanked has answered is as good as a coin thrown after everything else: dealt anew, it is another truth as likely.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Final
from uuid import UUID

import psycopg

from adapters.port import MessageRef, Reply
from tests.linkage.town import GROUPS, Pace
from tests.stage import Stage

WORDS: Final = ("Dank voor je rust bij dat gesprek", "Fijn dat je mijn dienst overnam", "Je uitleg hielp me verder")
SHOWN: Final = ("private", "wall")
TRIES: Final = 20


@dataclass(frozen=True, slots=True)
class Part:
    """What the lots say: whether somebody answers and with what, whether they thank, and when, in seconds after their
    card came."""

    answers: bool
    thanks: bool
    options: tuple[int, int]
    answering: float
    thanking: float


def parts(people: Sequence[str], pace: Pace, each: int, chance: random.Random) -> dict[str, Part]:
    """Draw lots: in each group of cards `each` people do both, `each` only thank and `each` only answer."""
    drawn = dict[str, Part]()
    for start in range(GROUPS):
        group = sorted(people)[start::GROUPS]
        for number, who in enumerate(chance.sample(group, len(group))):
            thanking = chance.uniform(0.15, 0.5) * pace.lasts
            answering = thanking - chance.uniform(0.05, 0.1) * pace.lasts
            answers = number < each or 2 * each <= number < 3 * each
            options = (chance.randint(1, 5), chance.randint(1, 5))
            drawn[who] = Part(answers, number < 2 * each, options, answering, thanking)
    return drawn


@dataclass
class Thanking:
    """Lets everybody play their part. `answered` and `thanked` say when they did (seconds since 1970)."""

    stage: Stage
    parts: Mapping[str, Part]
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    answered: dict[str, float] = field(default_factory=dict)
    thanked: dict[str, float] = field(default_factory=dict)
    patience: float = 30.0
    _moved: float = field(default_factory=time.time)

    def __post_init__(self) -> None:
        """Let no two things happen at the same moment, as they never do."""
        self.stage.clock.step = timedelta(microseconds=1)

    def __call__(self, who: str) -> Coroutine[None, None, None]:
        """Return what somebody does from the moment on at which their card has come."""
        return self._live(who, self.parts[who], self.chance.choice(sorted(set(self.parts) - {who})))

    async def _live(self, who: str, part: Part, whom: str) -> None:
        """Nobody thanks later because their answer took long: the moment would tell of it on a busy machine."""
        began = time.time()
        async with asyncio.TaskGroup() as group:
            if part.answers:
                group.create_task(self._answer(who, part))
            if part.thanks:
                await asyncio.sleep(max(0.0, began + part.thanking - time.time()))
                await self._thank(who, part, self.stage.people[whom].id)

    async def _answer(self, who: str, part: Part) -> None:
        await asyncio.sleep(part.answering)
        self._now()
        self.answered[who] = time.time()
        for item, option in enumerate(part.options):
            tap = partial(self.stage.recording.tap, self._card(who), "answer", (item, option))
            await _until_it_works(tap)

    async def _thank(self, who: str, part: Part, whom: UUID) -> None:
        """Open the form, as the button under the thanks does or by its name, and send it."""
        self._now()
        self.thanked[who] = time.time()
        chat, address = self.stage.recording, self._address(who)
        token = chat.shown(self._card(who)).token if part.answers else None
        opened = await _until_it_works(partial(chat.act, address, "nl", "kudos", token=token))
        assert opened.dialog is not None
        assert opened.dialog.form is not None
        words, where = WORDS[int(part.thanking * 1e6) % len(WORDS)], SHOWN[int(part.answering * 1e6) % len(SHOWN)]
        fields = {**opened.dialog.form.kept, "to": str(whom), "text": words, "tag": "thanks", "where": where}
        await _until_it_works(partial(chat.act, address, "nl", "kudos_send", texts=fields))

    def _address(self, who: str) -> str:
        return self.stage.people[who].addresses["recording"]

    def _card(self, who: str) -> MessageRef:
        """Return where their card lies: thanks of others may have come before and after it."""
        sent = (one for one in self.stage.recording.sent if one.address == self._address(who))
        return next(one.ref for one in sent if one.message.token)

    def _now(self) -> None:
        """Let the clock of the stage go on as the real one did."""
        now = time.time()
        self.stage.clock.forward(seconds=now - self._moved)
        self._moved = now


async def _until_it_works(press: Callable[[], Awaitable[Reply]]) -> Reply:
    """Press again when the machine was too busy, as people do. Raises AssertionError when it never works."""
    for _ in range(TRIES):
        with suppress(psycopg.OperationalError):  # what a platform would say "try again" to
            reply = await press()
            if not reply.failed:
                return reply
        await asyncio.sleep(0.2)
    raise AssertionError("it never works: the machine is too busy for this experiment")
