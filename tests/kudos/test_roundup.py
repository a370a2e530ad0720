"""The weekly round-up of a channel: on Monday morning, of the week before, without a number, and never made up for."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from adapters.port import Message
from bot.kudos.roundups import MOST, WORDS
from bot.texts import Texts
from surveys.kudos.model import Kind
from tests.kudos.thanks import CHANNEL, PLACE, Floor, House, floor

NL = Texts("nl")
HERE = str(PLACE)
NEXT = datetime(2026, 3, 9, 8, 30, tzinfo=UTC)
"""Half past nine in Amsterdam, a week after the stage begins."""


@pytest.fixture
async def here(house: House) -> AsyncIterator[Floor]:
    async with floor(house, kudos_hourly=1000) as there:
        there.stage.clock.forward(hours=1)
        yield there


async def monday(here: Floor, moment: datetime = NEXT) -> None:
    """Play on until a Monday morning."""
    await here.stage.until(moment)
    await here.stage.tick()


def roundups(here: Floor) -> list[Message]:
    return [one for one in here.in_channel() if one.title == NL("kudos.roundup.title")]


async def test_on_monday_the_channel_reads_what_was_said_there_in_the_week_before(here: Floor) -> None:
    await here.gives("o1", "o3", where=HERE, text="Dank voor het overnemen")
    here.stage.clock.forward(days=1)
    await here.gives("o5", "o7", where=HERE, text="Fijn dat je bleef")
    await here.gives("o5", "o7", where="wall", text="Dit hoort op de muur")
    await monday(here, NEXT - timedelta(minutes=1))
    assert roundups(here) == []
    await monday(here)
    (told,) = roundups(here)
    assert told.paragraphs == (
        "Agent o5 bedankt Agent o7: Fijn dat je bleef",
        "Agent o1 bedankt Agent o3: Dank voor het overnemen",
    )
    assert told.choices == ()


async def test_a_week_is_told_once(here: Floor) -> None:
    await here.gives("o1", "o3", where=HERE)
    await monday(here)
    here.stage.clock.forward(days=1)
    await here.gives("o5", "o7", where=HERE, text="Fijn dat je bleef")
    await monday(here, NEXT + timedelta(weeks=1))
    first, second = roundups(here)
    assert "Agent o1" in repr(first.paragraphs)
    assert "Agent o1" not in repr(second.paragraphs)
    assert "Fijn dat je bleef" in repr(second.paragraphs)


async def test_a_channel_that_is_closed_while_its_round_up_waits_gets_none(here: Floor) -> None:
    await here.gives("o1", "o3", where=HERE)
    await here.stage.until(NEXT)
    await here.stage.app.recognition.roundups.begin(here.stage.clock())
    before = here.in_channel()
    await here.stage.app.recognition.placing.close("recording", CHANNEL)
    await here.arrives()
    assert here.in_channel() == before


async def test_a_week_in_which_nothing_was_said_has_no_round_up(here: Floor) -> None:
    await monday(here)
    await monday(here, NEXT + timedelta(weeks=1))
    assert here.in_channel() == []


async def test_it_has_no_numbers_and_names_what_was_valued_in_words(here: Floor) -> None:
    for giver in ("o1", "o3", "o5", "o1", "o3"):
        await here.gives(giver, "o7", where=HERE, tag="calm", text="Dank voor het overnemen")
    await monday(here)
    (told,) = roundups(here)
    assert told.paragraphs[-1] == NL("kudos.roundup.tags", tags="Bleef rustig bij een boze klant")
    said = " ".join((told.title, *told.paragraphs, *told.notes))
    assert not re.search(r"\d", re.sub(r"Agent o\d", "", said))


async def test_what_is_many_is_told_in_part_with_the_wall_for_the_rest(here: Floor) -> None:
    for number in range(MOST + 2):
        await here.gives("o1", "o3", where=HERE, text=f"Dank voor klus {number}")
    await here.gives("o1", "o3", where=HERE, text="woord " * 80)
    await monday(here)
    (told,) = roundups(here)
    lines = [line for line in told.paragraphs if line.startswith("Agent o1")]
    assert len(lines) == MOST
    assert all(len(line) < WORDS + 60 for line in lines)
    assert NL("kudos.roundup.more") in told.paragraphs


async def test_weeks_that_were_missed_are_not_made_up_for(here: Floor) -> None:
    await here.gives("o1", "o3", where=HERE)
    await here.arrives()
    here.stage.clock.time = NEXT + timedelta(days=2)
    await here.stage.tick()
    assert roundups(here) == []
    await here.gives("o5", "o7", where=HERE, text="Fijn dat je bleef")
    await monday(here, NEXT + timedelta(weeks=1))
    (told,) = roundups(here)
    assert told.paragraphs == ("Agent o5 bedankt Agent o7: Fijn dat je bleef",)


async def test_it_goes_out_at_half_past_nine_also_when_the_clock_has_changed(here: Floor) -> None:
    here.stage.clock.time = datetime(2026, 3, 24, 12, tzinfo=UTC)
    await here.stage.tick()
    await here.gives("o1", "o3", where=HERE)
    summer = datetime(2026, 3, 30, 7, 30, tzinfo=UTC)
    await monday(here, summer - timedelta(minutes=1))
    assert roundups(here) == []
    await monday(here, summer)
    assert len(roundups(here)) == 1


async def test_what_may_still_be_taken_back_waits_a_week(here: Floor) -> None:
    await monday(here, NEXT - timedelta(minutes=10))
    await here.gives("o1", "o3", where=HERE)
    await monday(here)
    assert roundups(here) == []
    await monday(here, NEXT + timedelta(weeks=1))
    assert len(roundups(here)) == 1


async def test_what_its_receiver_hides_later_is_taken_out_of_the_round_up(here: Floor) -> None:
    await here.gives("o1", "o3", where=HERE, text="Dank voor het overnemen")
    await here.gives("o5", "o7", where=HERE, text="Fijn dat je bleef")
    await monday(here)
    await here.chat.tap("o3", "kudos_hide")
    await here.arrives()
    (told,) = roundups(here)
    assert told.paragraphs == ("Agent o5 bedankt Agent o7: Fijn dat je bleef",)
    await here.chat.tap("o7", "kudos_hide")
    await here.arrives()
    assert roundups(here) == []
    assert "Agent" not in repr(here.in_channel()[-1])


async def test_hiding_touches_the_round_up_of_its_own_week_alone(here: Floor) -> None:
    await here.gives("o1", "o3", where=HERE)
    await monday(here)
    here.stage.clock.forward(days=1)
    await here.gives("o5", "o7", where=HERE)
    await monday(here, NEXT + timedelta(weeks=1))
    before = len(here.chat.updates)
    await here.chat.tap("o7", "kudos_hide")
    await here.arrives()
    changed = [ref.address for ref, _ in here.chat.updates[before:]]
    assert changed.count("o7") == 2  # the tap itself, and the card as it is now
    assert len(changed) == 4  # its own post, and one round-up


async def test_a_channel_that_was_opened_in_the_week_has_its_first_on_the_monday_after(here: Floor) -> None:
    here.stage.clock.forward(days=2)
    await here.stage.run(f"UPDATE kudos.place SET roundup = '{here.stage.clock().isoformat()}'")
    await here.arrives()
    assert await here.stage.rows("SELECT roundup FROM kudos.place") == [(NEXT,)]
    await here.gives("o1", "o3", where=HERE)
    await monday(here)
    assert len(roundups(here)) == 1


async def test_a_channel_that_we_left_gets_none_and_holds_up_nothing(here: Floor) -> None:
    await here.gives("o1", "o3", where=HERE)
    await here.arrives()
    await here.stage.run("UPDATE kudos.place SET gone = true")
    await monday(here)
    assert roundups(here) == []


async def test_two_processes_make_one_round_up(here: Floor) -> None:
    await here.gives("o1", "o3", where=HERE)
    await here.arrives()
    here.stage.clock.time = NEXT
    again = here.stage.app.recognition.roundups
    await here.stage.app.tick(NEXT)
    await again.begin(NEXT)
    await here.stage.tick()
    await here.stage.app.jobs.run_until_idle()
    assert len(roundups(here)) == 1


async def test_what_is_remembered_of_a_round_up_goes_with_the_kudos_of_its_time(house: House) -> None:
    async with floor(house, kudos_days=30) as here:
        await here.gives("o1", "o3", where=HERE)
        await monday(here)
        count = f"SELECT count(*) FROM kudos.posting WHERE kind = '{Kind.ROUNDUP}'"
        assert await here.stage.rows(count) == [(1,)]
        await monday(here, NEXT + timedelta(weeks=5))
        kept = await here.stage.rows(f"SELECT id FROM kudos.posting WHERE kind = '{Kind.ROUNDUP}' ORDER BY id")
        assert len(kept) == 5  # of six
