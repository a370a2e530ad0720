"""What somebody in Slack sees of an outcome, and where."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

import pytest

from adapters.port import Choice, Command, Field, Form, Message, Reply, Submission
from tests.adapters.slack_stage import words_of
from tests.adapters.test_slack_http import CARD, THANKS, TOKEN, WORDS, Bench, slack_before
from tests.slack.model import View

NL = WORDS["nl"]
SETTINGS = Form("settings", (Field("rhythm", "Ritme", "select", "2", (("1", "Wekelijks"), ("2", "Soms"))),), "Bewaar")
HOME = Message("Jouw pagina", "nl", form=SETTINGS, choices=(Choice("privacy", "Privacy"),))
HELP = Message("Hulp", "nl", ("Bel 113",))


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with slack_before() as bench:
        yield bench


def chat(bench: Bench) -> list[str]:
    """What stands in the conversation, for everybody who reads along."""
    return [message.text for message in bench.noor.messages()]


def whispers(bench: Bench) -> list[str]:
    """What was whispered to Noor."""
    return [message.text for message in bench.noor.ephemeral()]


def lines(view: View | None) -> list[str]:
    """The words of a view, from top to bottom."""
    assert view is not None
    return [line for line in words_of(view.blocks).splitlines() if line]


def modal(bench: Bench) -> list[str]:
    """The words of the one dialog that is open."""
    (view,) = bench.noor.views
    return lines(view)


def filled(view: View) -> Mapping[str, object]:
    """What stands in the inputs of a view."""
    parts = [block["element"] for block in view.blocks if block["type"] == "input"]
    return {part["action_id"]: part.get("initial_value") or part.get("initial_option") for part in parts}


async def home_button(bench: Bench, reply: Reply) -> None:
    """Noor opens her Home tab and presses its button."""
    bench.conversation.reply = Reply(message=HOME)
    await bench.noor.opens_home()
    await bench.platform.settle()
    bench.conversation.reply = reply
    assert bench.noor.home is not None
    assert (await bench.noor.taps("nl/privacy", on=bench.noor.home)).ok
    await bench.platform.settle()


async def sends(bench: Bench, reply: Reply, **forge: object) -> None:
    """Noor sends the form of the dialog that is open."""
    bench.conversation.reply = reply
    assert (await bench.noor.submits(bench.noor.views[-1], {"comment": "druk"}, forge=forge)).ok
    await bench.platform.settle()


async def slash(bench: Bench, text: str, reply: Reply) -> None:
    """Noor types a command."""
    bench.conversation.reply = reply
    assert (await bench.noor.writes("/adempauze", text)).ok
    await bench.platform.settle()


async def test_thanks_replace_the_card_by_the_address_that_came_with_the_tap(bench: Bench) -> None:
    await bench.card()
    await bench.taps()
    assert chat(bench) == [THANKS.title]
    assert bench.slack.called("chat.update") == []


async def test_thanks_replace_the_card_when_that_address_has_ended(bench: Bench) -> None:
    await bench.card()
    bench.conversation.gate.clear()
    await bench.noor.taps("nl/answer/0:2", on=bench.noor.messages()[-1])
    bench.watch.seconds += 1801
    bench.conversation.gate.set()
    await bench.platform.settle()
    assert chat(bench) == [THANKS.title]
    assert [call.outcome for call in bench.slack.called("response_url")] == ["expired_url"]


@pytest.mark.parametrize("status", [0, 503])
async def test_thanks_replace_the_card_when_that_address_is_out_of_order(status: int, bench: Bench) -> None:
    await bench.card()
    bench.slack.outage(status=status, methods={"response_url"})
    await bench.taps()
    assert chat(bench) == [THANKS.title]


async def test_a_card_that_was_deleted_meanwhile_does_not_come_back(bench: Bench) -> None:
    await bench.card()
    card = bench.noor.messages()[-1]
    bench.noor.deletes(card)
    assert (await bench.noor.taps("nl/answer/0:2", on=card)).ok
    await bench.platform.settle()
    assert (chat(bench), len(bench.conversation.heard)) == ([], 1)


async def test_an_old_card_can_be_tapped_again(bench: Bench) -> None:
    await bench.card()
    before = bench.noor.messages()[-1]
    await bench.taps()
    assert (await bench.noor.taps("nl/answer/0:1", on=before)).ok
    await bench.platform.settle()
    assert (chat(bench), len(bench.conversation.heard)) == ([THANKS.title], 2)


async def test_a_dialog_opens_as_a_modal_and_is_not_in_the_chat(bench: Bench) -> None:
    await bench.opens()
    assert "Toelichten" in modal(bench)
    assert chat(bench) == [CARD.title]


async def test_a_dialog_within_a_dialog_takes_its_place(bench: Bench) -> None:
    await bench.opens(Message("Pauze", "nl", choices=(Choice("breaks", "Nog een"),), token=TOKEN))
    bench.conversation.reply = Reply(dialog=HELP)
    assert (await bench.noor.taps("nl/breaks", on=bench.noor.views[-1])).ok
    await bench.platform.settle()
    assert modal(bench) == [HELP.title, *HELP.paragraphs]


async def test_what_somebody_changed_shows_on_their_home_tab_at_once(bench: Bench) -> None:
    await bench.opens()
    await sends(bench, Reply(dialog=HELP, changed=True))
    assert [asked.name for asked in bench.conversation.heard if isinstance(asked, Command)].count("home") == 1
    assert lines(bench.noor.home) == modal(bench) == [HELP.title, *HELP.paragraphs]


async def test_the_home_tab_is_left_alone_when_nothing_changed(bench: Bench) -> None:
    await bench.opens()
    await sends(bench, Reply(dialog=HELP))
    assert bench.noor.home is None


async def test_a_notice_with_a_dialog_stands_on_top_of_it(bench: Bench) -> None:
    await bench.card()
    bench.conversation.reply = Reply(dialog=HELP, notice="Al bewaard")
    await bench.taps("nl/breaks")
    assert modal(bench)[0] == "Al bewaard"


async def test_whoever_comes_too_late_for_a_dialog_is_told_to_try_again(bench: Bench) -> None:
    await bench.card()
    bench.conversation.reply = Reply(dialog=HELP)
    bench.conversation.gate.clear()
    await bench.noor.taps("nl/breaks", on=bench.noor.messages()[-1])
    bench.watch.seconds += 4
    bench.conversation.gate.set()
    await bench.platform.settle()
    assert (bench.noor.views, whispers(bench), chat(bench)) == ([], [NL.again], [CARD.title])


async def test_a_failure_of_ours_is_whispered_and_the_card_keeps_its_buttons(bench: Bench) -> None:
    await bench.card()
    before = bench.noor.messages()
    bench.conversation.broken = True
    await bench.taps()
    assert (whispers(bench), bench.noor.messages()) == ([NL.again], before)


async def test_what_failed_may_be_done_again(bench: Bench) -> None:
    await bench.card()
    bench.conversation.broken = True
    await bench.taps()
    bench.conversation.broken = False
    await bench.taps()
    assert chat(bench) == [THANKS.title]


async def test_a_notice_is_whispered_and_never_written_into_the_chat(bench: Bench) -> None:
    await bench.card()
    before = bench.noor.messages()
    bench.conversation.reply = Reply(notice="Al beantwoord", failed=True)
    await bench.taps()
    assert (whispers(bench), bench.noor.messages()) == (["Al beantwoord"], before)


async def test_thanks_and_a_notice_are_both_shown(bench: Bench) -> None:
    await bench.card()
    bench.conversation.reply = Reply(message=THANKS, notice="Tot later")
    await bench.taps()
    assert (chat(bench), whispers(bench)) == ([THANKS.title], ["Tot later"])


@pytest.mark.parametrize("why", ["refused", "broken"])
async def test_a_form_that_is_not_taken_keeps_what_was_typed_and_says_why(why: str, bench: Bench) -> None:
    await bench.opens()
    bench.conversation.broken = why == "broken"
    await sends(bench, Reply(notice="Te lang", failed=True))
    assert modal(bench)[0] == ("Te lang" if why == "refused" else NL.again)
    assert filled(bench.noor.views[-1]) == {"comment": "druk"}


async def test_a_form_that_was_not_taken_can_be_sent_again(bench: Bench) -> None:
    await bench.opens()
    await sends(bench, Reply(notice="Te lang", failed=True))
    await sends(bench, Reply(notice="Nog te lang", failed=True))
    assert "Te lang" not in modal(bench)
    assert [one.texts for one in bench.conversation.heard if isinstance(one, Submission)][1:] == [
        {"comment": "druk"},
        {"comment": "druk"},
    ]


async def test_a_form_that_is_taken_becomes_a_sentence(bench: Bench) -> None:
    await bench.opens()
    await sends(bench, Reply(notice="Bewaard"))
    assert modal(bench) == ["Bewaard"]


async def test_a_dialog_that_was_closed_does_not_come_back(bench: Bench) -> None:
    await bench.opens()
    bench.conversation.gate.clear()
    await bench.noor.submits(bench.noor.views[-1], {"comment": "druk"})
    await bench.noor.closes(bench.noor.views[-1])
    bench.conversation.gate.set()
    await bench.platform.settle()
    assert (bench.noor.views, chat(bench)) == ([], [CARD.title])


async def test_the_own_page_is_published_when_the_home_tab_opens(bench: Bench) -> None:
    bench.conversation.reply = Reply(message=HOME)
    await bench.noor.opens_home()
    await bench.platform.settle()
    assert HOME.title in lines(bench.noor.home)
    assert bench.conversation.heard == [Command("home", "slack", "U1", "nl")]


async def test_somebody_unknown_reads_so_on_their_home_tab(bench: Bench) -> None:
    bench.conversation.reply = Reply(notice="We kennen je niet", failed=True)
    await bench.noor.opens_home()
    await bench.platform.settle()
    assert lines(bench.noor.home) == ["We kennen je niet"]


async def test_the_other_tabs_of_the_app_ask_nothing(bench: Bench) -> None:
    assert (await bench.noor.opens_home("messages")).ok
    await bench.platform.settle()
    assert bench.conversation.heard == []


@pytest.mark.parametrize("reply", [Reply(message=HELP), Reply(dialog=HELP), Reply(notice="Hulp")])
async def test_a_button_on_the_home_tab_opens_a_modal(reply: Reply, bench: Bench) -> None:
    await home_button(bench, reply)
    assert modal(bench)[0] == "Hulp"
    assert bench.noor.messages() == []


async def test_a_form_on_the_home_tab_hands_over_what_was_chosen(bench: Bench) -> None:
    await home_button(bench, Reply())
    assert bench.noor.home is not None
    assert (await bench.noor.taps("nl/settings/form", on=bench.noor.home, values={"rhythm": "Wekelijks"})).ok
    await bench.platform.settle()
    assert bench.conversation.heard[-1] == Command("settings", "slack", "U1", "nl", {"rhythm": "1"})


@pytest.mark.parametrize(
    ("text", "name"), [("", "home"), ("help", "help"), ("  Pause  two weeks", "pause"), ("¿qué?", "unknown")]
)
async def test_a_typed_word_becomes_a_command(text: str, name: str, bench: Bench) -> None:
    await slash(bench, text, Reply(dialog=HELP))
    assert bench.conversation.heard == [Command(name, "slack", "U1", "nl")]


@pytest.mark.parametrize("reply", [Reply(message=HELP), Reply(dialog=HELP)])
async def test_a_command_opens_a_modal(reply: Reply, bench: Bench) -> None:
    await slash(bench, "help", reply)
    assert modal(bench)[0] == "Hulp"


async def test_a_notice_after_a_command_is_whispered_where_it_was_typed(bench: Bench) -> None:
    await slash(bench, "pause", Reply(notice="Je pauzeert"))
    assert (whispers(bench), chat(bench), bench.noor.views) == (["Je pauzeert"], [], [])


async def test_a_card_is_answered_in_its_own_language(bench: Bench) -> None:
    bench.conversation.languages["U1"] = "en"
    bench.conversation.broken = True
    await bench.card()
    await bench.taps()
    assert whispers(bench) == [NL.again]


async def test_somebody_elses_button_is_refused_beside_the_card(bench: Bench) -> None:
    await bench.card()
    before = bench.noor.messages()
    await bench.noor.taps("nl/answer/0:2", on=before[-1], forge={"value": "token-of-daan"})
    await bench.platform.settle()
    assert (whispers(bench), bench.noor.messages(), bench.conversation.heard) == ([NL.not_yours], before, [])


async def test_somebody_elses_form_is_refused_and_keeps_what_was_typed(bench: Bench) -> None:
    await bench.opens()
    await sends(bench, Reply(notice="Bewaard"), private_metadata="token-of-daan")
    assert modal(bench)[0] == NL.not_yours
    assert filled(bench.noor.views[-1]) == {"comment": "druk"}
    assert len(bench.conversation.heard) == 1
