"""Sending in Teams: at the pace of the tenant and of each conversation, for all processes together."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import pairwise

import pytest

from adapters.port import DeliveryError, Message, NoPlace, Reply
from adapters.teams.activity import Place
from adapters.teams.exchange import Post
from adapters.traffic.patience import ONCE, Patience
from tests.adapters.teams_stage import TeamsStage, on_teams
from tests.adapters.web_stage import MemoryBoard
from tests.teams.fake import BOT, TENANT
from tests.teams.person import Person

CARD = Message("Hoe druk?", "nl")
START = 1_772_438_400.0


class Time:
    """Time that passes while somebody waits."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
async def stage() -> AsyncIterator[TeamsStage]:
    async with on_teams("nl") as one:
        yield one


def timed(stage: TeamsStage, board: MemoryBoard | None = None, per_second: float = 25) -> Time:
    """Let a stage keep the pace on time of its own; with a board on that of another process."""
    watch, posting = Time(), stage.platform._posting
    posting.board = board or MemoryBoard(watch)
    posting.sleep = watch.sleep
    pace = replace(posting.places.pace, per_minute=per_second * 60)
    posting.places = replace(posting.places, pace=pace, board=posting.board, sleep=watch.sleep)
    return watch


async def test_a_tenant_gets_no_more_than_the_pace(stage: TeamsStage) -> None:
    watch = timed(stage)
    for number in range(100):  # each begins a conversation and sends into it
        await stage.platform.send(f"person-{number}", CARD)
    assert 200 / 25 - 1.5 <= watch.now - START <= 200 / 25


async def test_two_messages_into_one_conversation_are_a_second_apart(stage: TeamsStage) -> None:
    watch = timed(stage)
    for _ in range(3):
        await stage.platform.send(stage.address, CARD)
    assert watch.now - START == pytest.approx(2, abs=0.1)


async def test_everybody_who_gets_the_app_at_once_is_welcomed_at_the_pace(stage: TeamsStage) -> None:
    watch = timed(stage)
    stage.conversation.reply = Reply(message=CARD)
    stage.teams.script(429, headers={"Retry-After": "3"})
    people = [Person(stage.teams, stage.carrier, f"person-{number}") for number in range(60)]
    for one in people:
        await one.installs()
    assert [len(one.cards) for one in people] == [1] * 60
    assert watch.now - START >= 59 / 25 + 3 - 1


async def test_when_teams_asks_to_wait_the_whole_tenant_waits(stage: TeamsStage) -> None:
    board = MemoryBoard(lambda: START)
    timed(stage, board)
    stage.teams.script(429, headers={"Retry-After": "30"})
    with pytest.raises(DeliveryError) as refused:
        await stage.platform.send("one", CARD)
    assert (refused.value.retry_after, refused.value.within) == (30, "")
    with pytest.raises(DeliveryError) as others:
        await stage.platform.send("two", CARD)
    assert (others.value.retry_after, len(stage.teams.connector.calls)) == (30, 1)


async def test_who_finds_no_place_makes_no_call(stage: TeamsStage) -> None:
    timed(stage, MemoryBoard(lambda: START), per_second=0.1)
    for _ in range(2):  # the one place, and the one that was not used before
        await stage.platform._posting.places.take(TENANT)
    with pytest.raises(NoPlace):
        await stage.platform.send("three", CARD)
    assert stage.teams.connector.calls == []


async def test_a_card_is_replaced_soon_or_not_at_all(stage: TeamsStage) -> None:
    """Somebody pressed a button that does it, and waits for the answer."""
    ref = await stage.platform.send(stage.address, CARD)
    stage.teams.connector.seconds, stage.platform._posting.hurried = 0.5, 0.05
    began = time.perf_counter()
    with pytest.raises(DeliveryError) as late:
        await stage.platform.update(ref, CARD)
    assert not late.value.permanent
    assert time.perf_counter() - began < 0.4


async def test_a_secret_that_ended_slows_nobody_down(stage: TeamsStage) -> None:
    board = MemoryBoard(lambda: START)
    timed(stage, board)
    stage.teams.no_secret = True
    with pytest.raises(DeliveryError, match="does not know us"):
        await stage.platform.send("one", CARD)
    assert board.numbers == {}


async def test_with_several_tenants_a_refusal_is_of_one(stage: TeamsStage) -> None:
    posting = stage.platform._posting
    posting.addresses = replace(posting.addresses, alone="")
    timed(stage, MemoryBoard(lambda: START))
    stage.teams.script(429, headers={"Retry-After": "30"})
    with pytest.raises(DeliveryError) as refused:
        await stage.platform.send(f"{TENANT}/one", CARD)
    await stage.platform.send("another-tenant/two", CARD)
    assert refused.value.within == f"{TENANT}/"


async def test_an_address_of_the_other_kind_is_nobodys(stage: TeamsStage) -> None:
    with pytest.raises(DeliveryError) as refused:
        await stage.platform.send(f"{TENANT}/one", CARD)
    assert refused.value.permanent


@pytest.mark.parametrize("status", [408, 412, 502, 504])
async def test_what_may_pass_is_left_to_the_job_that_sends(status: int, stage: TeamsStage) -> None:
    stage.teams.script(status)
    with pytest.raises(DeliveryError) as refused:
        await stage.platform.send("one", CARD)
    assert (refused.value.permanent, len(stage.teams.connector.calls)) == (False, 1)


async def test_messages_into_one_conversation_are_a_second_apart_also_when_places_are_far_away(
    stage: TeamsStage,
) -> None:
    """Where the pace holds up the first, the second goes by when that one went, and not by when it was asked for."""
    board = MemoryBoard()
    time = timed(stage, board)
    board.now = time
    board.claimed[TENANT] = set(range(25 * int(START), 25 * int(START + 4)))
    sent: list[float] = []
    send = stage.platform._connection.send

    async def noted(place: Place, post: Post, patience: Patience = ONCE) -> str:
        sent.append(time.now)
        return await send(place, post, patience)

    stage.platform._posting.connection.send = noted  # type: ignore[method-assign]
    place = Place(stage.teams.service_url, stage.noor.chat, TENANT, BOT)
    stage.platform._references.remember(stage.address, place)
    await asyncio.gather(*(stage.platform.send(stage.address, CARD) for _ in range(3)))
    assert all(later - earlier >= 1 for earlier, later in pairwise(sent))


async def test_in_no_second_are_more_calls_than_the_pace_also_after_a_moment_in_which_nothing_went(
    stage: TeamsStage,
) -> None:
    time = timed(stage)
    await stage.platform._posting.places.take(TENANT)
    time.now += 60
    began = time.now
    for _ in range(26):
        await stage.platform._posting.places.take(TENANT)
    assert time.now - began >= 0.95
