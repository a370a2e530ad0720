"""Giving thanks: what is asked, what its giver sees before it goes out, and what stops it without losing a word."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.port import Command, Message, Reply
from bot.texts import Texts
from tests.kudos.thanks import PLACE, WORDS, Floor, House, floor
from tests.stage import roster_csv

NL = Texts("nl")


@pytest.fixture
async def here(house: House) -> AsyncIterator[Floor]:
    async with floor(house) as there:
        yield there


def shown(reply: Reply) -> Message:
    assert reply.dialog is not None
    return reply.dialog


def text_in(reply: Reply) -> str:
    """Return what stands in the box for the text."""
    form = shown(reply).form
    assert form is not None
    return next(one.value for one in form.fields if one.name == "text")


async def test_the_form_asks_who_what_for_what_it_was_and_who_sees_it(here: Floor) -> None:
    form = shown(await here.asks("o1")).form
    assert form is not None
    assert [one.name for one in form.fields] == ["people", "text", "tag", "where", "said"]
    where = dict(next(one.options for one in form.fields if one.name == "where"))
    assert list(where) == ["private", "wall", str(PLACE)]


async def test_nothing_is_kept_before_it_is_sent(here: Floor) -> None:
    looked = await here.looks("o1", "o3")
    assert shown(looked).title == NL("kudos.preview.title")
    assert WORDS in shown(looked).paragraphs
    assert await here.all() == []


async def test_a_command_that_is_typed_whole_is_shown_as_it_arrives(here: Floor) -> None:
    looked = await here.asks("o1", text="@Agent o3 @agent o5 dank voor jullie hulp")
    assert NL("kudos.preview.to", names="Agent o3 en Agent o5") in shown(looked).paragraphs
    assert "dank voor jullie hulp" in shown(looked).paragraphs


async def test_what_was_filled_in_comes_back_to_be_changed(here: Floor) -> None:
    looked = await here.looks("o1", "o3", where="wall", tag="calm")
    again = await here.presses("o1", shown(looked), "kudos_change")
    form = shown(again).form
    assert form is not None
    values = {one.name: one.value for one in form.fields}
    assert values == {"people": "o3", "text": WORDS, "tag": "calm", "where": "wall", "said": ""}


async def test_everybody_who_is_thanked_gets_a_card_of_their_own(here: Floor) -> None:
    sent = await here.gives("o1", "o3", "o4")
    assert shown(sent).title == NL("kudos.sent.title")
    await here.arrives()
    assert here.titles("o3") == ["Agent o1 bedankt je"]
    assert here.titles("o4") == ["Agent o1 thanks you"]
    assert WORDS in here.chat.inbox("o4")[0].paragraphs
    assert here.in_channel() == []


async def test_a_public_kudos_stands_in_the_channel_that_was_chosen(here: Floor) -> None:
    await here.gives("o1", "o3", "o5", where=str(PLACE))
    await here.arrives()
    (posted,) = here.in_channel()
    assert posted.title == "Agent o1 bedankt Agent o3 en Agent o5"
    assert posted.paragraphs == (WORDS,)


@pytest.mark.parametrize("where", ["private", "wall"])
async def test_its_giver_reads_once_more_who_sees_what_was_sent(here: Floor, where: str) -> None:
    sent = await here.gives("o1", "o3", where=where)
    assert NL("kudos.preview.seen", where=NL(f"kudos.where.{where}")) in shown(sent).paragraphs


async def test_sent_twice_it_is_one(here: Floor) -> None:
    looked = await here.looks("o1", "o3")
    first = await here.presses("o1", shown(looked), "kudos_send")
    second = await here.presses("o1", shown(looked), "kudos_send")
    assert shown(first).title == NL("kudos.sent.title")
    assert second.notice == NL("kudos.sent.twice")
    await here.arrives()
    assert len(await here.all()) == len(here.titles("o3")) == 1


@pytest.mark.parametrize(
    ("to", "text", "why"),
    [
        ((), WORDS, NL("kudos.refusal.nobody")),
        (("o1",), WORDS, NL("kudos.refusal.yourself")),
        (("o3", "UBOT"), WORDS, NL("kudos.refusal.left")),
        (("o3",), "🎉🎉🎉", NL("kudos.refusal.no_words")),
        (("o3",), "a" * 501, NL("kudos.refusal.too_long", length=501, most=500)),
        (("o3",), "woord " * 500, NL("kudos.refusal.too_long", length=2999, most=500)),
        (("o3",), "dank @everyone voor de hulp", NL("kudos.refusal.everyone")),
        (("o3",), "dank <!subteam^S123> voor de hulp", NL("kudos.refusal.everyone")),
        (("o3",), "kijk op https://example.org eens", NL("kudos.refusal.link")),
        ((), "@karel dank voor je hulp", NL("kudos.refusal.unknown", names="karel")),
        (("o3",), "kankerlijer bedankt", NL("kudos.refusal.slur")),
        (tuple(f"o{n}" for n in range(2, 13)), WORDS, NL("kudos.refusal.too_many", most=10)),
    ],
)
async def test_what_stops_it_is_said_and_the_text_stands_there_still(
    here: Floor, to: tuple[str, ...], text: str, why: str
) -> None:
    refused = await here.looks("o1", *to, text=text)
    assert refused.failed
    assert why in refused.notice
    assert text_in(refused) == text.strip()
    assert await here.all() == []


async def test_a_name_of_several_is_told_apart_by_the_team(house: House) -> None:
    twins = "x1,Sanne Vos,x1@lente.example,Noord/Service/Ochtend,,agent,nl,Europe/Amsterdam,x1\n"
    twins += "x2,Sanne Vos,x2@lente.example,Noord/Service/Avond,,agent,nl,Europe/Amsterdam,x2\n"
    async with floor(house, roster=roster_csv() + twins) as here:
        unclear = await here.asks("o1", text="@sanne vos dank")
        both = "Sanne Vos (Ochtend), Sanne Vos (Avond)"
        assert unclear.notice == NL("kudos.refusal.unclear", name="sanne vos", who=both)
        looked = await here.asks("o1", "kudos_preview", people="Sanne Vos (Avond)", text=WORDS)
        assert NL("kudos.preview.to", names="Sanne Vos") in shown(looked).paragraphs


async def test_where_people_are_typed_one_of_two_with_a_name_comes_back_with_the_team(house: House) -> None:
    twins = "x1,Sanne Vos,x1@lente.example,Noord/Service/Ochtend,,agent,nl,Europe/Amsterdam,x1\n"
    twins += "x2,Sanne Vos,x2@lente.example,Noord/Service/Avond,,agent,nl,Europe/Amsterdam,x2\n"
    async with floor(house, roster=roster_csv() + twins) as here:
        await here.stage.run("INSERT INTO people.address SELECT person_id, 'web', address FROM people.address")

        async def asks(name: str, **fields: str) -> Reply:
            return await here.stage.app.inbox.receive(Command(name, "web", "o1", "nl", fields))

        looked = shown(await asks("kudos_preview", people="Sanne Vos (Avond), Agent o3", text=WORDS))
        kept = next(choice.kept for choice in looked.choices if choice.action == "kudos_change")
        form = shown(await asks("kudos_change", **kept)).form
        assert form is not None
        people = next(one for one in form.fields if one.name == "people")
        assert people.value == "Sanne Vos (Avond), Agent o3"
        assert not (await asks("kudos_preview", people=people.value, text=WORDS)).failed


async def test_text_from_right_to_left_is_welcome_without_the_signs_that_turn_it(here: Floor) -> None:
    await here.gives("o1", "o3", text="\u202eشكرا جزيلا\u202c لك")
    (kudos,) = await here.all()
    assert kudos.words == "شكرا جزيلا لك"


async def test_numbers_and_names_of_customers_are_masked_and_their_giver_sees_that(here: Floor) -> None:
    looked = await here.looks("o1", "o3", text="Bedankt dat je mevrouw Jansen terugbelde op 06-12345678")
    assert "Bedankt dat je mevrouw [naam] terugbelde op [telefoonnummer]" in shown(looked).paragraphs
    assert NL("kudos.preview.masked") in shown(looked).paragraphs


async def test_a_text_that_masking_makes_too_long_is_told_of_before_it_is_shown(here: Floor) -> None:
    text = ("a@b.nl " * 70).strip()
    refused = await here.looks("o1", "o3", text=text)
    assert refused.failed
    assert refused.notice == NL("kudos.refusal.too_long", length=70 * 14 - 1, most=500)
    assert text_in(refused) == text


async def test_a_text_that_could_sting_asks_its_giver_a_question_and_goes_out_when_they_want(here: Floor) -> None:
    looked = await here.looks("o1", "o3", text="Fijn dat je eindelijk een keer op tijd was")
    assert NL("kudos.preview.tone") in shown(looked).paragraphs
    assert NL("kudos.preview.alone") in shown(looked).notes
    await here.presses("o1", shown(looked), "kudos_send")
    assert len(await here.all()) == 1


async def test_crisis_language_gets_help_and_is_kept_nowhere(here: Floor) -> None:
    helped = await here.looks("o1", "o3", text="dank je wel, ik wil niet meer leven")
    assert shown(helped).title not in (NL("kudos.preview.title"), NL("kudos.give.title"))
    assert shown(helped).links
    again = await here.asks("o1", "kudos_send", to=str(here.stage.people["o3"].id), text="ik wil niet meer leven")
    assert shown(again).title == shown(helped).title
    assert await here.all() == []


async def test_what_a_customer_said_is_passed_on_as_that(here: Floor) -> None:
    await here.gives("o1", "o3", text="Een klant zei dat niemand het ooit zo duidelijk had uitgelegd")
    await here.arrives()
    assert here.titles("o3") == [NL("kudos.card.customer.title", giver="Agent o1")]


async def test_without_a_name_only_where_the_organisation_allows_it(house: House, here: Floor) -> None:
    refused = await here.looks("o1", "o3", where="anonymous")
    assert NL("kudos.refusal.not_anonymous") in refused.notice


async def test_a_kudos_without_a_name_hides_its_giver_from_who_gets_it_and_says_that_we_know(house: House) -> None:
    async with floor(house, kudos_anonymous=True) as here:
        assert NL("kudos.give.anonymous") in shown(await here.asks("o1")).notes
        await here.gives("o1", "o3", where="anonymous")
        here.stage.clock.forward(hours=4)
        await here.arrives()
        (card,) = here.chat.inbox("o3")
        assert card.title == NL("kudos.card.anonymous.title")
        assert NL("kudos.card.anonymous") in card.notes
        assert "o1" not in repr(card)
        (jar,) = (shown(await here.asks("o3", "kudos_jar")),)
        assert "o1" not in repr(jar.paragraphs)


async def test_many_thanks_in_a_week_are_told_to_their_giver_alone(house: House) -> None:
    async with floor(house, kudos_weekly=2) as here:
        await here.gives("o1", "o3", "o5")
        looked = await here.looks("o1", "o7")
        assert NL("kudos.hint.many") in shown(looked).paragraphs
        await here.presses("o1", shown(looked), "kudos_send")
        await here.arrives()
        everything = [message for who in ("o3", "o5", "o7", "noor", "ada") for message in here.chat.inbox(who)]
        assert NL("kudos.hint.many") not in repr(everything)


async def test_thanks_that_go_to_one_person_mostly_are_mentioned_to_their_giver_alone(here: Floor) -> None:
    for _ in range(3):
        await here.gives("o1", "o3")
    looked = await here.looks("o1", "o3")
    assert NL("kudos.hint.one_person") in shown(looked).paragraphs


async def test_nobody_thanks_without_end_in_an_hour(house: House) -> None:
    async with floor(house, kudos_hourly=2) as here:
        await here.gives("o1", "o3", "o5")
        assert NL("kudos.refusal.too_fast") in (await here.looks("o1", "o7")).notice
        here.stage.clock.forward(hours=1)
        assert not (await here.looks("o1", "o7")).failed


async def test_who_takes_everything_back_thanks_no_more_in_an_hour_than_anybody_else(house: House) -> None:
    async with floor(house, kudos_hourly=2) as here:
        await here.takes_back("o1", await here.gives("o1", "o3", "o5"))
        assert NL("kudos.refusal.too_fast") in (await here.looks("o1", "o3")).notice


async def test_manager_to_team_and_team_to_manager_are_both_welcome(here: Floor) -> None:
    await here.gives("noor", "o1")
    await here.gives("o1", "noor")
    assert len(await here.all()) == 2


async def test_somebody_who_left_between_looking_and_sending_is_not_thanked(here: Floor) -> None:
    looked = await here.looks("o1", "o3")
    await here.stage.run("DELETE FROM people.person WHERE external_id = 'o3'")
    refused = await here.presses("o1", shown(looked), "kudos_send")
    assert NL("kudos.refusal.left") in refused.notice


async def test_a_channel_that_we_left_is_refused_with_what_to_do(here: Floor) -> None:
    looked = await here.looks("o1", "o3", where=str(PLACE))
    await here.stage.run("UPDATE kudos.place SET gone = true")
    refused = await here.presses("o1", shown(looked), "kudos_send")
    assert NL("kudos.refusal.no_place") in refused.notice


async def test_a_locked_giver_reads_why(here: Floor) -> None:
    person = here.stage.people["o1"].id
    await here.stage.run(f"INSERT INTO kudos.giver VALUES ('{person}', NULL, 'na overleg met Noor')")
    refused = await here.looks("o1", "o3")
    assert NL("kudos.refusal.locked", reason="na overleg met Noor") in refused.notice


async def test_a_kudos_without_a_name_comes_later_so_that_its_moment_names_nobody(house: House) -> None:
    async with floor(house, kudos_anonymous=True) as here:
        await here.gives("o1", "o3", where="anonymous")
        here.stage.clock.forward(minutes=14)
        await here.arrives()
        assert here.titles("o3") == []
        assert WORDS not in repr(shown(await here.asks("o3", "kudos_jar")))
        here.stage.clock.forward(hours=3, minutes=2)
        await here.arrives()
        assert here.titles("o3") == [NL("kudos.card.anonymous.title")]
        assert WORDS in repr(shown(await here.asks("o3", "kudos_jar")))


async def test_a_name_that_means_nobody_stands_in_the_form_still(here: Floor) -> None:
    refused = await here.asks("o1", text="@Agent o3 @karel dank jullie")
    assert NL("kudos.refusal.unknown", names="karel") in refused.notice
    assert text_in(refused) == "@Agent o3 @karel dank jullie"
    mended = await here.asks("o1", "kudos_preview", text="@Agent o3 @Agent o5 dank jullie")
    assert NL("kudos.preview.to", names="Agent o3 en Agent o5") in shown(mended).paragraphs


async def test_somebody_who_is_not_on_this_platform_stays_named_when_the_text_is_changed(here: Floor) -> None:
    await here.stage.run("UPDATE people.address SET platform = 'web' WHERE address = 'o3'")
    looked = await here.asks("o1", text="@Agent o3 dank je wel")
    again = await here.presses("o1", shown(looked), "kudos_change")
    assert text_in(again) == "@Agent o3 dank je wel"
