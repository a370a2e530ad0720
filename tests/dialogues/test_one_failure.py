"""What goes wrong with one delivery goes wrong with that one alone; what changes in the meantime is heeded."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest

from adapters.port import ChatPlatform, Message, MessageRef
from adapters.recording import Recording
from bot.digests import MAX_ATTEMPTS as DIGEST_ATTEMPTS
from bot.digests import Digests
from bot.hands import Hands
from bot.lanes import lanes
from bot.sending import MAX_ATTEMPTS
from bot.server import Server
from bot.settings import Settings
from surveys.model import Person
from surveys.store import people as people_store
from surveys.store import platform as store
from surveys.store.platform import Delivery
from tests.dialogues.talk import MOMENT, ONCE, all_at, at
from tests.everything import logged
from tests.stage import PULSE, Stage, staged

House = tuple[Server, Settings]


class Odd(Recording):
    """A platform that fails in a way nobody foresaw, and lets something happen in the middle of a call."""

    def __init__(self, hands: Hands) -> None:
        super().__init__(receive=hands.receive, belongs=hands.belongs)
        self.odd: set[str] = set()
        self.meanwhile: Callable[[str], object] | None = None

    async def send(self, address: str, message: Message) -> MessageRef:
        if self.meanwhile:
            await self.meanwhile(address)  # type: ignore[misc]
        if address in self.odd:
            raise RuntimeError("the answer of the platform has another shape")
        return await super().send(address, message)


def odd(hands: Callable[[str], Hands]) -> Mapping[str, ChatPlatform]:
    return {"recording": Odd(hands("recording"))}


@asynccontextmanager
async def due(house: House, *, survey: object = ONCE, **settings: object) -> AsyncIterator[tuple[Stage, Odd]]:
    """Open a wave in which everybody's card is due at ten, and stop just before."""
    server, base = house
    mine = base.model_copy(update=settings)
    async with staged(server, mine, survey=survey, platforms=odd) as stage:  # type: ignore[arg-type]
        await all_at(stage, MOMENT)
        await stage.tick()
        assert stage.recording.sent == []
        platform = stage.recording
        assert isinstance(platform, Odd)
        yield stage, platform


async def go(stage: Stage) -> None:
    stage.clock.time = max(at(stage, MOMENT) + timedelta(seconds=1), stage.clock())
    await stage.tick()


def carded(platform: Recording) -> list[str]:
    return sorted(sent.address for sent in platform.sent)


async def test_a_card_that_fails_unforeseen_holds_nobody_up_and_is_tried_again(house: House) -> None:
    async with due(house) as (stage, platform):
        platform.odd = {"a1"}
        with logged() as text:
            await go(stage)
        assert len(carded(platform)) == 30
        assert "RuntimeError" in text.getvalue()
        assert "another shape" not in text.getvalue()
        platform.odd = set()
        await stage.until(stage.clock() + timedelta(minutes=2))
        assert carded(platform).count("a1") == 1


async def test_a_card_that_always_fails_unforeseen_is_given_up(house: House) -> None:
    async with due(house) as (stage, platform):
        platform.odd = {"a1"}
        await go(stage)
        await stage.until(stage.clock() + timedelta(hours=3))
        found = await stage.rows("SELECT state, attempts FROM platform.delivery WHERE address = 'a1'")
        assert found == [("failed", MAX_ATTEMPTS - 1)]


async def test_a_reminder_that_fails_unforeseen_holds_nobody_up(house: House) -> None:
    async with due(house, survey=PULSE) as (stage, platform):
        await go(stage)
        platform.odd = {"a1"}
        await stage.until(stage.clock() + timedelta(days=1, minutes=1))
        assert len(platform.sent) == 31 + 30


async def test_a_digest_that_fails_unforeseen_holds_nobody_up_and_is_given_up_in_the_end(house: House) -> None:
    async with staged(*house, survey=None, platforms=odd) as stage:
        platform = stage.recording
        assert isinstance(platform, Odd)
        platform.odd = {"bram"}

        async def compose(reader: Person, _: int | None) -> Message:
            return Message(title=reader.name, locale="nl")

        digests = Digests(
            stage.app.database,
            lanes(stage.app.platforms, lambda _: 1, stage.clock),
            compose,
            stage.clock,
            stage.app.heads,
        )
        async with stage.app.database.begin() as connection:
            await store.add_digest_due(connection, 1, stage.clock())
        await digests.expand_due(stage.clock())
        await digests.send(1)
        assert carded(platform) == ["noor"]
        await stage.run(f"UPDATE platform.digest_delivery SET attempts = {DIGEST_ATTEMPTS - 1}")
        stage.clock.forward(minutes=6)
        await digests.send(1)
        assert await stage.rows("SELECT * FROM platform.digest_delivery") == []


async def test_two_workers_with_the_same_list_ask_everybody_once(house: House) -> None:
    """A worker that stalled until its job was given to another one asks nobody again."""
    async with due(house) as (stage, platform):
        stage.clock.time = at(stage, MOMENT) + timedelta(seconds=1)
        (wave,) = {wave for (wave,) in await stage.rows("SELECT wave_id FROM platform.delivery")}
        async with stage.app.database.begin() as connection:
            chunks = await store.due_cards(connection, stage.clock())
            lists = [await store.cards_of(connection, chunk, stage.clock()) for chunk in chunks]
            batch = await stage.app.sending.invitations.batch(connection, wave)  # type: ignore[arg-type]
        assert batch is not None
        cards: list[Delivery] = [card for one in lists for card in one]
        await asyncio.gather(*(stage.app.sending.send_each(batch, list(cards)) for _ in range(2)))
        assert carded(platform) == sorted(stage.people)


async def test_two_workers_after_a_kill_ask_who_was_being_called_once_more_between_them(house: House) -> None:
    async with due(house) as (stage, platform):
        await stage.run("UPDATE platform.delivery SET state = 'calling' WHERE address = 'a1'")
        stage.clock.time = at(stage, MOMENT) + timedelta(seconds=1)
        async with stage.app.database.begin() as connection:
            (chunk, *_) = await store.due_cards(connection, stage.clock())
            cards = [c for c in await store.cards_of(connection, chunk, stage.clock()) if c.address == "a1"]
            batch = await stage.app.sending.invitations.batch(connection, chunk.wave)
        assert batch is not None
        assert [card.state for card in cards] == ["calling"]
        await asyncio.gather(*(stage.app.sending.send_each(batch, list(cards)) for _ in range(2)))
        assert carded(platform) == ["a1"]


async def test_later_tapped_during_the_call_is_not_undone(house: House) -> None:
    async with due(house) as (stage, platform):

        async def later(address: str) -> None:
            if address == "a1":
                await stage.run(
                    "UPDATE platform.delivery SET state = 'waiting', due = due + interval '2 hours'"
                    " WHERE address = 'a1'"
                )

        platform.meanwhile = later
        await go(stage)
        assert await stage.rows("SELECT state FROM platform.delivery WHERE address = 'a1'") == [("waiting",)]


@pytest.mark.parametrize("chosen", [{"stopped": True}, {"paused_until": date(2026, 4, 1)}], ids=["stop", "pause"])
async def test_what_somebody_chose_a_moment_before_the_call_is_heeded(house: House, chosen: dict[str, object]) -> None:
    async with due(house) as (stage, platform):
        last = (await stage.rows("SELECT address FROM platform.delivery ORDER BY due, person_id"))[-1][0]

        async def choose(_: str) -> None:
            platform.meanwhile = None
            async with stage.app.database.begin() as connection:
                person = stage.people[str(last)].id
                before = (await people_store.load_preferences(connection, [person]))[person]
                await people_store.save_preferences(connection, person, replace(before, **chosen))  # type: ignore[arg-type]

        platform.meanwhile = choose
        await go(stage)
        assert carded(platform) == sorted(set(stage.people) - {str(last)})


async def test_where_the_platform_asks_to_wait_every_chunk_waits(house: House) -> None:
    async with due(house, chunk_size=5) as (stage, platform):
        for who in stage.people:
            platform.fail(who, permanent=False, retry_after=600)
        tried: list[str] = []

        async def count(address: str) -> None:
            tried.append(address)

        platform.meanwhile = count
        await go(stage)
        assert len(tried) == 1
        for who in stage.people:
            platform.recover(who)
        stage.clock.forward(minutes=9)
        await stage.tick()
        assert len(tried) == 1
        stage.clock.forward(minutes=1)
        await stage.tick()
        assert carded(platform) == sorted(stage.people)
