"""What is typed after a command, and shortcuts: who is meant, what is said, and what is not looked at."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.port import Command, Field, Form, Message, Reply
from adapters.slack import asking
from adapters.slack.asking import THANK, THANK_FOR
from adapters.slack.parse import Addresses, heard_in
from adapters.slack.spoken import plain, thanks
from adapters.traffic.bounded import LIMIT
from surveys.kudos.wording import holds_link, reaches_everyone
from tests.adapters.slack_stage import words_of
from tests.adapters.test_slack_http import SECRET, WORDS, Bench, slack_before
from tests.everything import logged
from tests.slack.model import Json

ALONE, MANY = Addresses(alone=True), Addresses(alone=False)
ASKS = Message("Bedanken", "nl", form=Form("kudos_preview", (Field("people", "Wie", "people"),), "Verder"))
SLASH: Json = {"command": "/kudos", "team_id": "T1", "user_id": "U1", "trigger_id": "1"}


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with slack_before() as bench:
        bench.conversation.reply = Reply(dialog=ASKS)
        bench.noor.team.channel("C1", name="dank", with_bot=False, members=["U1", "U2"])
        yield bench


def asks(people: str, text: str, sender: str = "U1") -> Command:
    """The form, with these people and words in it."""
    return Command("kudos", "slack", sender, "nl", {"people": people, "text": text})


@pytest.mark.parametrize(
    ("typed", "people", "said"),
    [
        ("", [], ""),
        ("dank voor alles", [], "dank voor alles"),
        ("<@U1|sanne> dank voor alles", ["U1"], "dank voor alles"),
        ("<@U1> <@W2> dank", ["U1", "W2"], "dank"),
        ("<@U1>,<@U2>, <@U3>: dank", ["U1", "U2", "U3"], "dank"),
        ("<@U1> en <@U2> and <@U3> &amp; <@U4> + <@U5> - dank", ["U1", "U2", "U3", "U4", "U5"], "dank"),
        ("<@U1> <@U1> dank", ["U1"], "dank"),
        ("<@U1>", ["U1"], ""),
        ("<@U1> en dan nog iets", ["U1"], "en dan nog iets"),
        ("<@U1> enorm bedankt", ["U1"], "enorm bedankt"),
        ("<@U1> dank dat je <@U2|bilal> hielp", ["U1"], "dank dat je @bilal hielp"),
        ("<@U1> dank dat je <@U2> hielp", ["U1"], "dank dat je @U2 hielp"),
        ("@sanne dank", [], "@sanne dank"),
        ("dank <@U1|sanne>", [], "dank @sanne"),
        ("&lt;@U1&gt; dank", [], "<@U1> dank"),
        ("<@U1> hielp in <#C1|klanten> en <#C2>", ["U1"], "hielp in #klanten en #C2"),
        ("<@U1> 3 &gt; 2 &amp;amp; 1 &lt; 2", ["U1"], "3 > 2 &amp; 1 < 2"),
        ("<@U1> bel <tel:+31612345678|06-12345678>", ["U1"], "bel 06-12345678"),
        ("<@U1|Zoë شكرا> شكرا", ["U1"], "شكرا"),
        ("<@U1>\ndank\nvoor alles", ["U1"], "dank\nvoor alles"),
    ],
)
def test_the_people_with_whom_it_begins_are_meant_and_the_rest_is_said(
    typed: str, people: list[str], said: str
) -> None:
    assert thanks(typed) == (people, said)


@pytest.mark.parametrize(
    "typed", ["<!here> dank", "dank <!channel>", "<!everyone>", "<!subteam^S1|@lijn> dank", "dank <!subteam^S1>"]
)
def test_whatever_reaches_a_whole_channel_or_group_can_be_seen_to(typed: str) -> None:
    assert thanks(typed) == ([], typed)
    assert reaches_everyone(plain(typed))


@pytest.mark.parametrize(
    "typed", ["zie <https://x.example/a?b=1&amp;c|x>", "<HTTP://x.example>", "<mailto:a@x.example|a>"]
)
def test_a_link_can_be_seen_to_be_one(typed: str) -> None:
    assert holds_link(plain(typed))


def test_a_link_is_shown_by_its_address() -> None:
    assert plain("zie <https://x.example/a?b=1&amp;c|x>") == "zie https://x.example/a?b=1&c"


@given(st.text(max_size=200).filter(lambda text: "<" not in text and "&" not in text))
def test_words_stay_as_they_were_written(text: str) -> None:
    escaped = text.replace(">", "&gt;")
    assert thanks(escaped) == ([], text.strip())


@given(st.text(alphabet="<>@#!|&;,:U1C en\n", max_size=400))
def test_whatever_is_typed_names_only_ids(text: str) -> None:
    people, _ = thanks(text)
    assert all(one.isalnum() for one in people)
    heard = heard_in(lambda: asking.slash_of({**SLASH, "text": text}, MANY, "nl"))
    assert heard is not None
    assert heard.asked.fields["people"] == ",".join(f"T1/{one}" for one in people)  # type: ignore[union-attr]


@pytest.mark.parametrize("part", ["<@U1>", "<@U1> en ", "<@", "en ", "&amp;", "<#a|", "<https://"])
def test_as_much_as_a_request_may_bring_is_read_at_once(part: str) -> None:
    began = time.process_time()
    thanks(part * (LIMIT // len(part)))
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kudos", ""),
        ("kudos @sanne dank &amp; groet", "@sanne dank & groet"),
        ("KUDOS  <@U2> dank", "<@U2> dank"),
        ("bedank @sanne voor alles", "@sanne voor alles"),
        ("Bedanken", ""),
    ],
)
def test_after_the_other_command_the_words_stay_words(text: str, said: str) -> None:
    heard = asking.slash_of({**SLASH, "command": "/adempauze", "text": text}, ALONE, "nl")
    expected = said.replace("<@U2>", "@U2")
    assert heard.asked == asks("", expected)


async def test_who_is_mentioned_first_stands_in_the_form_that_opens(bench: Bench) -> None:
    await bench.noor.writes("/kudos", "@daan, dank voor 'a & b' in #dank", channel="C1")
    await bench.platform.settle()
    assert bench.conversation.heard == [asks("U2", "dank voor 'a & b' in #dank")]
    assert ASKS.title in words_of(bench.noor.views[-1].blocks)


async def test_without_names_behind_the_ids_it_is_the_same(bench: Bench) -> None:
    await bench.noor.writes("/kudos", "@daan dank", labels=False)
    await bench.platform.settle()
    assert bench.conversation.heard == [asks("U2", "dank")]


async def test_nothing_typed_opens_the_form_with_nothing_in_it(bench: Bench) -> None:
    await bench.noor.writes("/kudos")
    await bench.platform.settle()
    assert bench.conversation.heard == [asks("", "")]
    assert len(bench.noor.views) == 1


async def test_a_name_that_slack_does_not_know_stays_text(bench: Bench) -> None:
    await bench.noor.writes("/kudos", "@sanne dank")
    await bench.platform.settle()
    assert bench.conversation.heard == [asks("", "@sanne dank")]


async def test_of_several_workspaces_the_people_are_those_of_ones_own() -> None:
    heard = asking.slash_of({**SLASH, "text": "<@U2> dank"}, MANY, "nl")
    assert heard.asked == asks("T1/U2", "dank", "T1/U1")


async def test_thanks_that_are_typed_stand_in_no_channel_and_in_no_log(bench: Bench) -> None:
    with logged() as text:
        await bench.noor.writes("/kudos", f"@daan {SECRET}", channel="C1")
        bench.conversation.broken = True
        await bench.noor.writes("/kudos", f"@daan {SECRET}", channel="C1")
        await bench.noor.writes("/adempauze", f"kudos {SECRET}", channel="C1")
        await bench.platform.settle()
    assert "a request failed" in text.getvalue()
    assert not {part for part in (SECRET, "U2", "daan") if part in text.getvalue()}
    assert bench.noor.reads("C1") == []


async def test_whoever_wrote_a_message_can_be_thanked_for_it(bench: Bench) -> None:
    message = bench.daan.says(f"Opgelost: {SECRET}", "C1")
    with logged() as text:
        assert (await bench.noor.calls_on(message, THANK_FOR)).ok
        await bench.platform.settle()
    assert bench.conversation.heard == [asks("U2", "")]
    assert ASKS.title in words_of(bench.noor.views[-1].blocks)
    assert SECRET not in text.getvalue() + repr(bench.slack.calls) + repr(bench.conversation.heard)


async def test_for_what_an_app_wrote_the_form_opens_with_nobody_in_it(bench: Bench) -> None:
    await bench.card()
    await bench.noor.calls_on(bench.noor.messages()[0], THANK_FOR)
    await bench.platform.settle()
    assert bench.conversation.heard == [asks("", "")]
    assert len(bench.noor.views) == 1
    assert [message.text for message in bench.noor.messages()] == ["Hoe druk was je week?"]


async def test_somebody_can_be_thanked_from_anywhere(bench: Bench) -> None:
    assert (await bench.noor.calls(THANK)).ok
    await bench.platform.settle()
    assert bench.conversation.heard == [asks("", "")]
    assert len(bench.noor.views) == 1


@pytest.mark.parametrize("callback_id", ["", "x", "kudos", "nl/kudos"])
async def test_a_shortcut_that_is_not_ours_asks_nothing(callback_id: str, bench: Bench) -> None:
    assert (await bench.noor.calls(callback_id)).ok
    assert (await bench.noor.calls_on(bench.daan.says("Opgelost", "C1"), callback_id)).ok
    await bench.platform.settle()
    assert (bench.conversation.heard, bench.slack.calls) == ([], [])


async def test_a_shortcut_is_answered_in_the_language_of_whoever_uses_it(bench: Bench) -> None:
    bench.conversation.languages["U1"] = "en"
    await bench.noor.calls(THANK)
    await bench.noor.calls_on(bench.daan.says("Opgelost", "C1"), THANK_FOR)
    await bench.platform.settle()
    assert [asked.locale for asked in bench.conversation.heard] == ["en", "en"]


async def test_a_refusal_beside_somebody_elses_message_is_seen_by_one(bench: Bench) -> None:
    bench.conversation.reply = Reply(notice="Je account staat op slot", failed=True)
    message = bench.daan.says("Opgelost", "C1")
    await bench.noor.calls_on(message, THANK_FOR)
    await bench.platform.settle()
    (whisper,) = bench.noor.team.messages.find("C1").ephemeral
    assert (whisper.text, whisper.ephemeral_for) == ("Je account staat op slot", "U1")
    assert bench.noor.reads("C1") == []


async def test_a_refusal_from_anywhere_opens_as_a_dialog(bench: Bench) -> None:
    bench.conversation.reply = Reply(notice="Je account staat op slot", failed=True)
    await bench.noor.calls(THANK)
    await bench.platform.settle()
    assert "Je account staat op slot" in words_of(bench.noor.views[-1].blocks)


async def test_a_form_that_opens_too_late_from_anywhere_says_so_in_the_direct_message(bench: Bench) -> None:
    bench.conversation.gate.clear()
    await bench.noor.calls(THANK)
    bench.watch.seconds += 4
    bench.conversation.gate.set()
    await bench.platform.settle()
    assert [message.text for message in bench.noor.messages()] == [WORDS["nl"].again]
    assert bench.noor.views == []


async def test_a_form_that_opens_too_late_says_so_beside_the_message(bench: Bench) -> None:
    bench.conversation.gate.clear()
    await bench.noor.calls_on(bench.daan.says("Opgelost", "C1"), THANK_FOR)
    bench.watch.seconds += 4
    bench.conversation.gate.set()
    await bench.platform.settle()
    (whisper,) = bench.noor.team.messages.find("C1").ephemeral
    assert (whisper.text, bench.noor.views) == (WORDS["nl"].again, [])
