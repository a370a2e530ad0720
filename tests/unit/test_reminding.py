"""How often a reminder is tried."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from adapters.port import DeliveryError, Message, MessageRef, NoPlace
from bot.errands import Errands
from bot.reminding import REMINDER_TRIES, Reminding
from tests.stage import Clock

NOBODY: Any = None
HELLO = Message("Check-in", "nl")


class Failing:
    """A lane on which calls fail in turn, and then succeed."""

    def __init__(self, failures: Iterable[DeliveryError]) -> None:
        self.failures = list(failures)
        self.sent = 0

    async def send(self, address: str, message: Message) -> MessageRef:
        if self.failures:
            raise self.failures.pop(0)
        self.sent += 1
        return MessageRef("slack", address, "1")


async def called(failures: Iterable[DeliveryError]) -> int:
    """How often the reminder went out."""

    async def no_time(_: float) -> None: ...

    lane: Any = Failing(failures)
    reminding = Reminding(NOBODY, NOBODY, NOBODY, Clock(), Errands(), NOBODY, sleep=no_time)
    await reminding._call(lane, "U1", HELLO)
    return int(lane.sent)


@pytest.mark.parametrize(("failures", "sent"), [(REMINDER_TRIES - 1, 1), (REMINDER_TRIES, 0)])
async def test_a_reminder_is_tried_a_few_times(failures: int, sent: int) -> None:
    assert await called([DeliveryError("busy", permanent=False)] * failures) == sent


async def test_waiting_for_a_place_among_our_own_calls_is_no_try() -> None:
    assert await called([NoPlace(5)] * 20) == 1


@pytest.mark.parametrize("seconds", [0.01, 5, 300])
async def test_a_reminder_whose_turn_never_comes_is_given_up(seconds: float) -> None:
    assert await called([NoPlace(seconds)] * 1_000) == 0
