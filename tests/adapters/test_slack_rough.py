"""Slack in rough weather: what is tried again, what is not, what somebody reads instead, and what no log ever holds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.port import Command, DeliveryError, Reply, Submission
from tests.adapters.test_slack_http import CARD, SECRET, THANKS, TOKEN, WORDS, Bench, slack_before
from tests.adapters.test_slack_showing import HELP, HOME, chat, filled, lines, modal, sends, slash, whispers
from tests.everything import logged
from tests.slack.model import Json

NL, EN = WORDS["nl"], WORDS["en"]
UNSHOWN = "an answer could not be shown"


async def no_pause(seconds: float) -> None:
    """Let nothing wait."""


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with slack_before(sleep=no_pause) as bench:
        yield bench


async def late(bench: Bench, reply: Reply) -> None:
    """Noor presses a button of her Home tab, and the answer takes longer than a dialog may be opened."""
    bench.conversation.reply = Reply(message=HOME)
    await bench.noor.opens_home()
    await bench.platform.settle()
    bench.conversation.reply = reply
    bench.conversation.gate.clear()
    assert bench.noor.home is not None
    assert (await bench.noor.taps("nl/privacy", on=bench.noor.home)).ok
    bench.watch.seconds += 4
    bench.conversation.gate.set()
    await bench.platform.settle()


async def test_a_call_that_takes_too_long_may_be_made_again_later_but_is_made_once_now() -> None:
    async with slack_before(timeout=0.1) as bench:
        bench.slack.slow(0.5)
        with pytest.raises(DeliveryError) as failed:
            await bench.card()
        await bench.slack.until(lambda: bench.slack.calls)
        await asyncio.sleep(0.2)  # in which a second call would have come in
        assert (failed.value.permanent, len(bench.slack.calls)) == (False, 1)


async def test_a_call_that_is_quick_enough_is_taken() -> None:
    async with slack_before(timeout=5) as bench:
        bench.slack.slow(0.05)
        await bench.card()
        assert chat(bench) == [CARD.title]


@pytest.mark.parametrize("times", [1, 2])
async def test_a_refused_form_keeps_what_was_typed_through_a_short_outage(times: int, bench: Bench) -> None:
    await bench.opens()
    bench.slack.outage(methods={"views.update"}, times=times)
    await sends(bench, Reply(notice="Te lang", failed=True))
    assert (modal(bench)[0], filled(bench.noor.views[-1])) == ("Te lang", {"comment": "druk"})


@pytest.mark.parametrize("status", [0, 503])
@pytest.mark.parametrize("times", [1, 2])
async def test_a_form_shows_its_outcome_through_a_short_outage(times: int, status: int, bench: Bench) -> None:
    await bench.opens()
    bench.slack.outage(status=status, methods={"views.update"}, times=times)
    await sends(bench, Reply(notice="Bewaard"))
    assert modal(bench) == ["Bewaard"]


async def test_what_a_form_said_is_heard_once_however_often_its_outcome_is_shown(bench: Bench) -> None:
    await bench.opens()
    bench.slack.outage(methods={"views.update"}, times=2)
    await sends(bench, Reply(notice="Bewaard"))
    assert [type(one) for one in bench.conversation.heard[1:]] == [Submission]


async def test_whoever_shows_an_outcome_again_waits_for_as_long_as_slack_asks() -> None:
    waited: list[float] = []

    async def noted(seconds: float) -> None:
        waited.append(seconds)

    async with slack_before(sleep=noted) as bench:
        await bench.opens()
        bench.slack.fail("views.update", "ratelimited", retry_after=7)
        await sends(bench, Reply(notice="Bewaard"))
        assert (modal(bench), waited[-1]) == (["Bewaard"], 7.5)


async def test_an_outcome_that_slack_never_takes_is_shown_once_and_logged(bench: Bench) -> None:
    await bench.opens()
    bench.slack.fail("views.update", "invalid_blocks")
    with logged() as text:
        await sends(bench, Reply(notice="Bewaard"))
    assert (len(bench.slack.called("views.update")), UNSHOWN in text.getvalue()) == (1, True)


@pytest.mark.parametrize("times", [1, 2])
async def test_the_own_page_is_published_through_a_short_outage(times: int, bench: Bench) -> None:
    bench.conversation.reply = Reply(message=HOME)
    bench.slack.outage(methods={"views.publish"}, times=times)
    await bench.noor.opens_home()
    await bench.slack.until(lambda: bench.noor.home)
    assert HOME.title in lines(bench.noor.home)


@pytest.mark.parametrize("status", [0, 503])
@pytest.mark.parametrize("times", [1, 2])
async def test_a_whisper_is_tried_again_through_a_short_outage(times: int, status: int, bench: Bench) -> None:
    await bench.card()
    bench.slack.outage(status=status, methods={"response_url"}, times=times)
    bench.conversation.reply = Reply(notice="Al beantwoord", failed=True)
    with logged() as text:
        await bench.taps()
    assert (whispers(bench), UNSHOWN in text.getvalue()) == (["Al beantwoord"], False)


async def test_a_whisper_that_never_arrives_is_logged_without_a_word_of_it(bench: Bench) -> None:
    await bench.card()
    bench.slack.outage(methods={"response_url"})
    bench.conversation.reply = Reply(notice="Al beantwoord", failed=True)
    with logged() as text:
        await bench.taps()
    assert (whispers(bench), len(bench.slack.called("response_url"))) == ([], 3)
    assert (UNSHOWN in text.getvalue(), "Al beantwoord" in text.getvalue()) == (True, False)


async def test_an_outage_of_both_ways_leaves_the_card_and_is_logged(bench: Bench) -> None:
    await bench.card()
    with logged() as text, bench.slack.outage(methods={"response_url", "chat.update"}):
        await bench.taps()
    assert (chat(bench), UNSHOWN in text.getvalue()) == ([CARD.title], True)
    await bench.taps()
    assert chat(bench) == [THANKS.title]


async def test_whoever_comes_too_late_on_the_home_tab_reads_there_to_try_again(bench: Bench) -> None:
    await late(bench, Reply(dialog=HELP))
    assert (lines(bench.noor.home), bench.noor.views, chat(bench)) == ([NL.again], [], [])


async def test_a_notice_that_comes_too_late_for_a_dialog_stands_on_the_home_tab(bench: Bench) -> None:
    await late(bench, Reply(notice="Je pauzeert"))
    assert (lines(bench.noor.home), bench.noor.views, chat(bench)) == (["Je pauzeert"], [], [])


async def test_whoever_came_too_late_has_their_page_back_when_the_tab_opens_anew(bench: Bench) -> None:
    await late(bench, Reply(dialog=HELP))
    bench.conversation.reply = Reply(message=HOME)
    await bench.noor.opens_home()
    await bench.platform.settle()
    assert HOME.title in lines(bench.noor.home)


async def test_whoever_comes_too_late_after_a_command_is_told_in_their_own_language(bench: Bench) -> None:
    bench.conversation.languages["U1"] = "en"
    bench.slack.fail("views.open", "expired_trigger_id")
    await slash(bench, "help", Reply(dialog=HELP))
    assert (whispers(bench), bench.noor.views) == ([EN.again], [])


async def test_a_command_that_fails_says_so_in_the_language_of_whoever_typed(bench: Bench) -> None:
    bench.conversation.languages["U1"] = "en"
    bench.conversation.broken = True
    await slash(bench, "help", Reply())
    assert whispers(bench) == [EN.again]


async def test_a_command_of_somebody_unknown_that_fails_says_so_in_the_usual_language(bench: Bench) -> None:
    bench.conversation.broken = True
    await slash(bench, "help", Reply())
    assert whispers(bench) == [NL.again]


async def test_a_home_tab_that_fails_says_so_in_the_language_of_whoever_opened_it(bench: Bench) -> None:
    bench.conversation.languages["U1"] = "en"
    bench.conversation.broken = True
    await bench.noor.opens_home()
    await bench.slack.until(lambda: bench.noor.home)
    assert lines(bench.noor.home) == [EN.again]


async def test_whoever_taps_a_card_that_was_deleted_is_whispered_what_became_of_it(bench: Bench) -> None:
    await bench.card()
    card = bench.noor.messages()[-1]
    bench.noor.deletes(card)
    assert (await bench.noor.taps("nl/answer/0:2", on=card)).ok
    await bench.platform.settle()
    assert (whispers(bench), chat(bench)) == ([THANKS.title], [])
    assert bench.conversation.heard == [Submission(TOKEN, "answer", "nl", ((0, 2),))]


@pytest.mark.parametrize("times", [1, 2])
async def test_what_became_of_a_deleted_card_is_whispered_through_a_short_outage(times: int, bench: Bench) -> None:
    await bench.card()
    card = bench.noor.messages()[-1]
    bench.noor.deletes(card)
    bench.slack.outage(methods={"response_url"}, times=1 + times)  # the card itself is tried that way too, once
    await bench.noor.taps("nl/answer/0:2", on=card)
    await bench.platform.settle()
    assert whispers(bench) == [THANKS.title]


async def test_a_submitted_view_that_is_not_ours_is_acknowledged_and_nothing_more(bench: Bench) -> None:
    await bench.opens()
    before = list(bench.conversation.heard)
    ack = await bench.noor.submits(bench.noor.views[-1], {"comment": "druk"}, forge={"callback_id": "somebody-elses"})
    await bench.platform.settle()
    assert (ack.ok, ack.body, bench.conversation.heard, bench.noor.views) == (True, "", before, [])


async def test_a_form_to_which_nothing_is_said_turns_back_with_what_was_typed(bench: Bench) -> None:
    await bench.opens()
    before = modal(bench)
    await sends(bench, Reply())
    assert (NL.busy in modal(bench), filled(bench.noor.views[-1])) == (False, {"comment": "druk"})
    assert [line for line in before if line not in modal(bench)] == []


async def test_nothing_of_what_somebody_did_reaches_a_log_over_a_socket() -> None:
    with logged() as text:
        async with slack_before(socket=True) as bench:
            await bench.opens()
            await bench.noor.submits(bench.noor.views[-1], {"comment": SECRET})
            await bench.noor.writes("/adempauze", SECRET)
            await bench.noor.opens_home()
            await bench.slack.until(lambda: bench.noor.home)
            await bench.platform.settle()
    assert [one.texts for one in bench.conversation.heard if isinstance(one, Submission)][-1] == {"comment": SECRET}
    assert [one.name for one in bench.conversation.heard if isinstance(one, Command)] == ["de", "home"]
    assert not {part for part in (SECRET, TOKEN, "block_actions", "Hoe druk") if part in text.getvalue()}


@pytest.mark.parametrize("socket", [False, True])
async def test_nothing_of_an_interaction_that_nobody_waits_for_reaches_a_log(*, socket: bool) -> None:
    asked: Json = {"type": "block_suggestion", "action_id": "x", "block_id": "b", "value": SECRET, "token": TOKEN}
    asked |= {"user": {"id": "U1"}, "team": {"id": "T1"}}
    with logged() as text:
        async with slack_before(socket=socket) as bench:
            ack = await bench.slack.send("interactive", asked)
    assert (ack.ok, bench.conversation.heard) == (True, [])
    assert not {part for part in (SECRET, TOKEN, "block_suggestion") if part in text.getvalue()}


async def test_nothing_of_what_went_wrong_with_it_reaches_a_log_either() -> None:
    with logged() as text:
        async with slack_before(sleep=no_pause) as bench:
            await bench.opens()
            bench.slack.outage()
            await bench.noor.submits(bench.noor.views[-1], {"comment": SECRET})
            await bench.platform.settle()
            bench.conversation.broken = True
            await bench.noor.writes("/adempauze", SECRET)
            await bench.platform.settle()
    assert text.getvalue().count(UNSHOWN) == 2
    assert not {part for part in (SECRET, TOKEN, "Hoe druk", "trigger_id", "/actions/") if part in text.getvalue()}
