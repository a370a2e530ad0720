"""The nudge: now and then a giver is asked about three colleagues of the shift, whatever anybody gave or got."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from adapters.port import Message
from bot.texts import Texts
from surveys.kudos.nudge import DRAWN
from surveys.model import Shift
from surveys.store import people as people_store
from tests.kudos.thanks import Floor, House, floor
from tests.stage import Stage

NL = Texts("nl")
EVERY = timedelta(days=28)
TEAM = {f"Agent o{number}" for number in range(1, 13)} | {"Noor", "Ada"}


@pytest.fixture
async def here(house: House) -> AsyncIterator[Floor]:
    async with floor(house) as there:
        await there.gives("o1", "o3")
        await there.arrives()
        yield there


async def a_month_later(here: Floor, days: float = 28.1) -> None:
    """Play on until a working hour after a month."""
    here.stage.clock.forward(days=days)
    await here.stage.tick()


def nudges(here: Floor, who: str = "o1") -> list[Message]:
    return [one for one in here.chat.inbox(who) if one.title == NL("kudos.nudge.title")]


def drawn(message: Message) -> list[str]:
    return [choice.label for choice in message.choices if choice.action == "kudos"]


async def works(stage: Stage, *who: str) -> None:
    """Let these people, and nobody else of those whose planning is known, be at work around now."""
    now = stage.clock()
    around = Shift(now - timedelta(hours=2), now + timedelta(hours=6))
    before = Shift(now - timedelta(days=2), now - timedelta(days=2, hours=-8))
    async with stage.app.database.begin() as connection:
        planned = [(one.id, around if name in who else before) for name, one in stage.people.items()]
        await people_store.replace_shifts(connection, planned)


async def test_whoever_gave_thanks_is_asked_after_a_month_about_three_of_the_own_team(here: Floor) -> None:
    await a_month_later(here, 27.9)
    assert nudges(here) == []
    await a_month_later(here, 0.2)
    (asked,) = nudges(here)
    assert len(drawn(asked)) == DRAWN
    assert set(drawn(asked)) <= TEAM - {"Agent o1"}
    assert NL("kudos.nudge.note") in asked.notes
    assert not [one for who in ("o3", "o5", "noor") for one in nudges(here, who)]


async def test_only_who_is_on_shift_is_drawn(here: Floor) -> None:
    here.stage.clock.forward(days=28.1)
    await works(here.stage, "o1", "o7", "a1", "p1")
    await here.stage.tick()
    (asked,) = nudges(here)
    assert drawn(asked) == ["Agent o7"]


async def test_where_nobody_else_is_at_work_nothing_is_asked_and_it_comes_again_later(here: Floor) -> None:
    here.stage.clock.forward(days=28.1)
    await works(here.stage, "o1")
    await here.stage.tick()
    assert nudges(here) == []
    here.stage.clock.forward(days=30.5)
    await works(here.stage, "o1", "o5", "o7")
    await here.stage.tick()
    (asked,) = nudges(here)
    assert set(drawn(asked)) == {"Agent o5", "Agent o7"}


async def test_it_waits_for_the_hours_of_its_reader(here: Floor) -> None:
    here.stage.clock.forward(days=28, hours=13)
    await here.stage.tick()
    assert nudges(here) == []
    here.stage.clock.forward(hours=10, minutes=1)
    await here.stage.tick()
    assert len(nudges(here)) == 1


async def test_one_press_opens_the_form_with_that_colleague_in_it(here: Floor) -> None:
    await a_month_later(here)
    (asked,) = nudges(here)
    name = drawn(asked)[1]
    opened = (await here.chat.tap("o1", "kudos", (0, 2))).dialog
    assert opened is not None
    assert opened.form is not None
    people = next(one for one in opened.form.fields if one.name == "people")
    assert [label for _, label in people.options] == [name]


async def test_whoever_wants_no_more_of_it_is_never_asked_again(here: Floor) -> None:
    await a_month_later(here)
    said = await here.chat.tap("o1", "kudos_nudge_off")
    assert said.notice == NL("kudos.jar.nudge_off")
    for _ in range(3):
        await a_month_later(here, 35)
    assert len(nudges(here)) == 1


async def test_it_comes_again_after_another_month_or_a_little_more(here: Floor) -> None:
    await a_month_later(here)
    await a_month_later(here, 27.9)
    assert len(nudges(here)) == 1
    await a_month_later(here, 2.2)
    assert len(nudges(here)) == 2


async def test_a_team_that_began_together_is_not_asked_together_for_ever(house: House) -> None:
    async with floor(house) as here:
        for giver in ("o1", "o3", "o5", "o7"):
            await here.gives(giver, "noor")
        await a_month_later(here)
        moments = {str(row[0]) for row in await here.stage.rows("SELECT nudge FROM kudos.giver")}
        assert len(moments) == 4


@pytest.mark.parametrize("how", ["stop_now", "pause"])
async def test_whoever_stopped_or_paused_is_left_alone(here: Floor, how: str) -> None:
    here.stage.clock.forward(days=27)
    await here.asks("o1", "pause_save", length="4") if how == "pause" else await here.asks("o1", how)
    await a_month_later(here, 1.1)
    assert nudges(here) == []


async def test_whoever_is_locked_is_not_asked(here: Floor) -> None:
    await here.stage.run("UPDATE kudos.giver SET locked = 'na overleg'")
    await a_month_later(here)
    assert nudges(here) == []


async def test_who_stops_between_the_plan_and_the_message_is_not_asked(here: Floor) -> None:
    here.stage.clock.forward(days=28, hours=13)
    await here.stage.tick()
    await here.asks("o1", "stop_now")
    here.stage.clock.forward(hours=10, minutes=1)
    await here.stage.tick()
    assert nudges(here) == []


async def test_where_the_organisation_wants_none_nobody_is_asked_and_no_clock_waits(house: House) -> None:
    async with floor(house) as here:
        await here.gives("o1", "o3")
        await here.arrives()
    async with floor(house, kudos_nudge_days=0) as here:
        await here.gives("o1", "o3")
        await here.stage.run("UPDATE kudos.giver SET nudge = now()")
        await here.arrives()
        await a_month_later(here)
        assert nudges(here) == []
        due = await here.stage.app.tick.next_due()
        assert due is None or due > here.stage.clock()


async def test_who_was_drawn_is_written_nowhere(here: Floor) -> None:
    """No row that came or changed with the question holds one of these colleagues."""
    tables = ("kudos.giver", "kudos.posting", "kudos.kudos", "kudos.receiver")
    before = {str(row) for table in tables for row in await here.stage.rows(f"SELECT t::text FROM {table} t")}
    await a_month_later(here)
    (asked,) = nudges(here)
    after = {str(row) for table in tables for row in await here.stage.rows(f"SELECT t::text FROM {table} t")}
    ids = [str(one.id) for one in here.stage.people.values() if one.name in drawn(asked)]
    assert [row for row in after - before if "nudge" in row]
    assert not [row for row in after - before if any(one in row for one in ids)]
