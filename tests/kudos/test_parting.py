"""Whoever is erased or leaves: what they got is forgotten, and what they gave goes back or loses its name."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final
from uuid import UUID

import pytest

from adapters.port import Message
from bot.erasing import Erasing
from bot.texts import Texts
from surveys.roster import parse_people
from surveys.store import own as own_store
from tests.everything import everything
from tests.kudos.thanks import ADMIN, CHANNEL, PLACE, WORDS, Floor, House, floor
from tests.privacy.wave import found_in, names_of
from tests.stage import roster_csv

Go = Callable[[Floor, str], Awaitable[None]]
NL = Texts("nl")
GONE = NL("kudos.card.gone.title")
OFF = NL("kudos.post.gone.title")
NOBODY = """
    SELECT person_id FROM (
        SELECT giver_id AS person_id FROM kudos.kudos UNION ALL SELECT person_id FROM kudos.receiver
        UNION ALL SELECT person_id FROM kudos.giver UNION ALL SELECT person_id FROM kudos.posting
    ) named WHERE person_id IS NOT NULL AND person_id NOT IN (SELECT id FROM people.person)
"""
"""Rows of kudos about people who are not there."""


@pytest.fixture
async def here(house: House) -> AsyncIterator[Floor]:
    async with floor(house) as there:
        yield there


async def erased_at_their_own_word(here: Floor, who: str) -> None:
    await here.asks(who, "erase_now")


async def erased_but_stopped(here: Floor, who: str) -> None:
    await here.asks(who, "erase_stop")


async def erased_on_request(here: Floor, who: str) -> None:
    app = here.stage.app
    erasing = Erasing(app.database, app.service, app.recognition.parting, app.platforms, here.stage.clock)
    await erasing.erase(here.stage.people[who])


async def left_the_roster(here: Floor, who: str) -> None:
    lines = (roster_csv() + ADMIN).splitlines(keepends=True)
    rows = parse_people("".join(line for line in lines if not line.startswith(f"{who},")), platforms=("recording",))
    await here.stage.app.rostering.import_people(rows, lambda _: None, limit=1.0)


WAYS: Final[tuple[Go, ...]] = (erased_at_their_own_word, erased_but_stopped, erased_on_request, left_the_roster)


@pytest.mark.parametrize("go", WAYS)
async def test_what_somebody_gave_is_taken_back_everywhere_when_they_go(here: Floor, go: Go) -> None:
    """In chats and channels a sentence takes its place, and no row keeps a word of it or leads to its giver."""
    await here.gives("o1", "o3", where=str(PLACE))
    await here.arrives()
    await go(here, "o1")
    await here.arrives()
    assert here.titles("o3") == [GONE]
    assert here.titles(CHANNEL) == [OFF]
    rows = everything(here.stage.server)
    assert found_in(rows, [WORDS, *names_of(here.stage.people["o1"])], schema="kudos") == []
    assert NL("kudos.jar.empty") in repr(await here.asks("o3", "kudos_jar"))


@pytest.mark.parametrize("go", WAYS)
async def test_what_somebody_got_is_forgotten_when_they_go(here: Floor, go: Go) -> None:
    """A kudos that nobody else got goes with them; of one that others got they are no part any more."""
    await here.gives("o1", "o3", where=str(PLACE), text="alleen voor jou")
    await here.gives("o1", "o3", "o5", where=str(PLACE), text="voor jullie samen")
    await here.arrives()
    await go(here, "o3")
    await here.arrives()
    assert sorted(here.titles(CHANNEL)) == ["Agent o1 bedankt Agent o5", OFF]
    (card,) = here.chat.inbox("o5")
    assert "voor jullie samen" in card.paragraphs
    assert "o3" not in repr(card)
    rows = everything(here.stage.server)
    assert found_in(rows, ["alleen voor jou", *names_of(here.stage.people["o3"])], schema="kudos") == []


async def test_where_the_organisation_lets_words_stay_they_stay_without_a_name(house: House) -> None:
    async with floor(house, kudos_leaving="anonymise") as here:
        await here.gives("o1", "o3", where=str(PLACE))
        await here.arrives()
        await here.asks("o1", "erase_now")
        await here.arrives()
        assert here.titles(CHANNEL) == [NL("kudos.post.title", giver=NL("kudos.card.left"), names="Agent o3")]
        (card,) = here.chat.inbox("o3")
        assert card.title == NL("kudos.card.title", giver=NL("kudos.card.left"))
        assert WORDS in card.paragraphs
        assert "kudos_back" not in [choice.action for choice in card.choices]
        assert found_in(everything(here.stage.server), names_of(here.stage.people["o1"])) == []


@pytest.mark.parametrize("go", WAYS)
@pytest.mark.parametrize("leaving", ["erase", "anonymise"])
async def test_a_card_without_a_name_does_not_change_when_its_giver_goes(house: House, leaving: str, go: Go) -> None:
    """That it changed on the day on which a certain colleague left would say whose it was."""
    async with floor(house, kudos_leaving=leaving, kudos_anonymous=True) as here:
        await here.gives("o1", "o3", where="anonymous")
        here.stage.clock.forward(hours=4)
        await here.arrives()
        before = here.chat.inbox("o3")
        await go(here, "o1")
        await here.arrives()
        assert here.chat.inbox("o3") == before
        assert here.chat.updates == []
        assert found_in(everything(here.stage.server), names_of(here.stage.people["o1"]), schema="kudos") == []
        await here.chat.tap("o3", "kudos_back")
        assert NL("kudos.card.backed") in here.chat.inbox("o3")[0].paragraphs


async def test_a_card_without_a_name_that_waits_for_its_moment_comes_then_though_its_giver_is_gone(
    house: House,
) -> None:
    """That none came, or that it came early, would be a trace for whoever was told of it beforehand."""
    async with floor(house, kudos_anonymous=True) as here:
        await here.gives("o1", "o3", where="anonymous")
        await here.asks("o1", "erase_now")
        await here.arrives()
        assert here.titles("o3") == []
        here.stage.clock.forward(hours=4)
        await here.arrives()
        assert here.titles("o3") == [NL("kudos.card.anonymous.title")]


async def test_whoever_gave_without_a_name_reads_first_that_it_stays(house: House) -> None:
    async with floor(house, kudos_anonymous=True) as here:
        stays = NL("erase.kudos.nameless")
        assert stays not in _there((await here.asks("o1", "erase")).dialog).paragraphs
        await here.gives("o1", "o3", where="anonymous")
        assert stays in _there((await here.asks("o1", "erase")).dialog).paragraphs


async def test_what_was_to_be_sent_to_somebody_who_goes_never_is(here: Floor) -> None:
    await here.gives("o1", "o3")
    await here.asks("o3", "erase_stop")
    await here.arrives()
    assert here.titles("o3") == []


async def test_whoever_goes_while_a_call_is_under_way_is_taken_back_when_it_has_ended(here: Floor) -> None:
    await here.gives("o1", "o3")

    async def meanwhile(_: float) -> None:
        await here.asks("o1", "erase_now")

    here.line.during = meanwhile
    await here.arrives()
    await here.arrives()
    assert here.titles("o3") == [GONE]


async def test_somebody_else_s_kudos_stay_as_they_are(here: Floor) -> None:
    await here.gives("o5", "o7", where=str(PLACE))
    await here.arrives()
    await here.asks("o1", "erase_now")
    await here.arrives()
    assert here.titles(CHANNEL) == ["Agent o5 bedankt Agent o7"]
    assert len(here.chat.updates) == 0


@pytest.mark.parametrize(("leaving", "text"), [("erase", "erase.kudos"), ("anonymise", "erase.kudos.stay")])
async def test_whoever_wants_to_be_erased_reads_first_what_becomes_of_their_kudos(
    house: House, leaving: str, text: str
) -> None:
    async with floor(house, kudos_leaving=leaving) as here:
        asked = (await here.asks("o1", "erase")).dialog
        assert asked is not None
        assert NL(text) in asked.paragraphs


async def test_people_who_thank_each_other_while_they_go_wait_for_nobody_for_ever(here: Floor) -> None:
    """Everybody thanks everybody, and half of them go at the same moment: no request fails, and no row names nobody."""
    cast = [f"o{number}" for number in range(1, 9)]
    pairs = [(giver, receiver) for giver in cast for receiver in cast if giver != receiver]
    looked = {pair: (await here.looks(*pair)).dialog for pair in pairs}
    for pair in pairs[::3]:
        await here.presses(pair[0], _there(looked[pair]), "kudos_send")

    async def send(giver: str, receiver: str) -> str:
        reply = await here.presses(giver, _there(looked[giver, receiver]), "kudos_send")
        return reply.notice

    async def go(who: str) -> str:
        return (await here.asks(who, "erase_now" if who < "o3" else "erase_stop")).notice

    said = await asyncio.gather(*(send(*pair) for pair in pairs), *(go(who) for who in cast[:4]), here.arrives())
    assert NL("error.unknown") not in said
    assert await here.stage.rows(NOBODY) == []


async def test_nobody_waits_for_somebody_who_is_leaving(here: Floor) -> None:
    """An import holds all who leave, giver and receiver; to wait for the one with the other held would be for ever."""
    looked = _there((await here.looks("o1", "o3")).dialog)
    async with here.stage.app.database.begin() as leaving:
        await own_store.hold_leavers(leaving, [here.stage.people["o3"].id])
        refused = await asyncio.wait_for(here.presses("o1", looked, "kudos_send"), 5)
        assert refused.notice == NL("kudos.refusal.left")
    assert (await here.presses("o1", looked, "kudos_send")).changed


async def test_a_row_about_nobody_would_be_found(here: Floor) -> None:
    await here.stage.run(f"INSERT INTO kudos.receiver VALUES ('{UUID(int=1)}', '{UUID(int=2)}', false, false, false)")
    assert await here.stage.rows(NOBODY) == [(UUID(int=2),)]


def _there(dialog: Message | None) -> Message:
    assert dialog is not None
    return dialog
