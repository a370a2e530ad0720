"""What has served is forgotten: old kudos, those that were taken back or hidden, and messages that have arrived."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.kudos import forgetting
from bot.texts import Texts
from tests.everything import everything
from tests.kudos.thanks import PLACE, WORDS, Floor, House, floor

NL = Texts("nl")
TABLES = ("kudos.kudos", "kudos.receiver", "kudos.posting")


@pytest.fixture
async def here(house: House) -> AsyncIterator[Floor]:
    async with floor(house, kudos_days=60) as there:
        yield there


async def tidied(here: Floor, **later: float) -> list[int]:
    """Let time pass and the day's tidying be done; return how many rows each table of kudos has then."""
    here.stage.clock.forward(**later)
    await here.stage.app.tidy()
    rows = everything(here.stage.server)
    return [len(rows[table]) for table in TABLES]


async def test_kudos_are_kept_for_as_long_as_the_setting_says_and_what_stands_in_chats_stays(here: Floor) -> None:
    await here.gives("o1", "o3", where=str(PLACE))
    await here.arrives()
    assert await tidied(here, days=60) == [1, 1, 2]
    assert await tidied(here, seconds=1) == [0, 0, 0]
    await here.arrives()
    assert here.titles("o3") == ["Agent o1 bedankt je"]
    assert WORDS in here.in_channel()[0].paragraphs


async def test_what_was_taken_back_is_forgotten_after_a_day_and_a_second_press_within_it_gets_its_sentence(
    here: Floor,
) -> None:
    sent = await here.gives("o1", "o3")
    await here.arrives()
    await here.takes_back("o1", sent)
    await here.arrives()
    assert await tidied(here, hours=24) == [1, 1, 1]
    again = await here.takes_back("o1", sent)
    assert again.dialog is not None
    assert again.dialog.title == NL("kudos.withdrawn.title")
    assert await tidied(here, seconds=1) == [0, 0, 0]


async def test_what_was_taken_back_and_still_stands_somewhere_is_known_for_a_month_at_most(here: Floor) -> None:
    sent = await here.gives("o1", "o3")
    await here.arrives()
    here.chat.fail("o3", permanent=False, retry_after=3600)
    await here.takes_back("o1", sent)
    await here.arrives()
    assert await tidied(here, days=3) == [1, 1, 1]
    assert await tidied(here, days=28) == [0, 0, 0]


async def test_what_the_administrator_hid_is_forgotten_after_a_month(here: Floor) -> None:
    await here.gives("o1", "o3")
    await here.arrives()
    (kudos,) = await here.all()
    await here.asks("ada", "kudos_moderate_send", kudos=str(kudos.id), reason="er staat een klant in")
    await here.arrives()
    assert await tidied(here, days=30) == [1, 1, 1]
    assert await tidied(here, seconds=1) == [0, 0, 0]


async def test_messages_that_arrived_and_never_change_again_are_forgotten_the_same_day(here: Floor) -> None:
    await here.gives("o1", "o3")
    await here.arrives()
    await here.chat.tap("o3", "kudos_back")
    await here.arrives()
    kinds = [posting.kind for posting in await here.postings((await here.all())[0].id)]
    assert sorted(kinds) == ["back", "card"]
    assert await tidied(here) == [1, 1, 1]


async def test_many_are_forgotten_in_steps(here: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "AT_ONCE", 2)
    for receiver in ("o3", "o5", "o7", "o9", "o11"):
        await here.gives("o1", receiver)
    assert await tidied(here, days=61) == [0, 0, 0]


async def test_what_becomes_of_somebody_s_kudos_when_they_go_is_forgotten_with_them(here: Floor) -> None:
    """Also of one that is far older than the month: it goes once it has been replaced, and not before."""
    await here.gives("o1", "o3", where=str(PLACE))
    await here.arrives()
    here.stage.clock.forward(days=40)
    await here.asks("o1", "erase_now")
    assert await tidied(here) == [1, 1, 2]
    await here.arrives()
    assert here.titles("o3") == [NL("kudos.card.gone.title")]
    assert await tidied(here, hours=25) == [0, 0, 0]
