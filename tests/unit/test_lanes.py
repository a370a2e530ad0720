"""A lane to a platform: how many calls at a time, and none before the platform wants them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from adapters.port import DeliveryError, Member, Message, MessageRef, NoPlace
from bot.lanes import lanes
from tests.stage import Clock


@dataclass
class Slow:
    """A platform that notes how many calls are under way, and fails as told."""

    name: str = "slow"
    waits: bool = False
    failure: DeliveryError | None = None
    called: int = 0
    most: int = 0
    _under_way: int = field(default=0)

    async def send(self, address: str, message: Message) -> MessageRef:
        self.called += 1
        self._under_way += 1
        self.most = max(self.most, self._under_way)
        await asyncio.sleep(0.01)
        self._under_way -= 1
        if self.failure:
            raise self.failure
        return MessageRef(self.name, address, "1")

    async def update(self, ref: MessageRef, message: Message) -> None:
        """Not called here."""

    async def members(self) -> AsyncIterator[Member]:
        return
        yield


HELLO = Message("Check-in", "nl")


async def test_no_more_calls_than_allowed_are_under_way() -> None:
    platform = Slow()
    lane = lanes({"slow": platform}, lambda _: 2, Clock())["slow"]
    await asyncio.gather(*(lane.send(f"a{n}", HELLO) for n in range(9)))
    assert (platform.called, platform.most) == (9, 2)


async def test_nothing_is_called_before_the_platform_wants_it() -> None:
    platform, clock = Slow(failure=DeliveryError("busy", permanent=False, retry_after=60)), Clock()
    lane = lanes({"slow": platform}, lambda _: 1, clock)["slow"]
    for seconds in (0, 0, 59):
        clock.forward(seconds=seconds)
        with pytest.raises(DeliveryError) as refused:
            await lane.send("a", HELLO)
    assert (platform.called, refused.value.retry_after, refused.value.permanent) == (1, 1.0, False)
    platform.failure = None
    clock.forward(seconds=1)
    await lane.send("a", HELLO)
    assert platform.called == 2


async def test_what_one_workspace_asks_holds_up_no_other() -> None:
    platform, clock = Slow(failure=DeliveryError("busy", permanent=False, retry_after=60, within="T1/")), Clock()
    lane = lanes({"slow": platform}, lambda _: 1, clock)["slow"]
    with pytest.raises(DeliveryError):
        await lane.send("T1/a", HELLO)
    platform.failure = None
    with pytest.raises(NoPlace) as refused:
        await lane.send("T1/b", HELLO)
    assert refused.value.retry_after == 60
    await lane.send("T11/a", HELLO)
    await lane.send("T2/a", HELLO)
    assert platform.called == 3


async def test_calls_to_one_workspace_take_no_place_of_another() -> None:
    platform = Slow()
    lane = lanes({"slow": platform}, lambda _: 2, Clock())["slow"]
    await asyncio.gather(*(lane.send(f"T{n % 3}/a{n}", HELLO) for n in range(18)))
    assert (platform.called, platform.most) == (18, 6)


async def test_another_failure_keeps_the_lane_open() -> None:
    platform = Slow(failure=DeliveryError("gone", permanent=True))
    lane = lanes({"slow": platform}, lambda _: 1, Clock())["slow"]
    for _ in range(2):
        with pytest.raises(DeliveryError):
            await lane.send("a", HELLO)
    assert platform.called == 2


async def test_who_finds_no_place_among_our_own_calls_holds_up_nobody() -> None:
    platform = Slow(failure=NoPlace(5))
    lane = lanes({"slow": platform}, lambda _: 1, Clock())["slow"]
    for address in ("a", "b"):
        with pytest.raises(NoPlace):
            await lane.send(address, HELLO)
    assert platform.called == 2
