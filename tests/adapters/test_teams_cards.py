"""Messages as Adaptive Cards: whatever they hold, a card is never too large, and asks what the message asks."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.port import Choice, DeliveryError, Field, Form, Image, Lines, Link, Message
from adapters.teams import cards
from adapters.teams.texts import chart as charted
from adapters.teams.texts import heading, numbers
from tests.adapters.test_slack_render import SMALL, TEXTS, WORD, messages
from tests.teams.client import Json, buttons, elements, inputs
from tests.teams.words import WORDS

TOKEN = "t" * 300
CARD = Message(
    "Hoe was je week?",
    "nl",
    ("Vraag 1 van 2",),
    choices=(
        *(Choice("answer", str(number), (0, number)) for number in range(1, 6)),
        Choice("skip", "Sla over", (0, 0), quiet=True),
        Choice("later", "Later"),
        Choice("help", "Hulp"),
    ),
    notes=("Klein",),
    token=TOKEN,
)
FORM = Form(
    "settings_save",
    (
        Field("rhythm", "Ritme", "select", "2", (("1", "Elke week"), ("2", "Soms"))),
        Field("words", "Woorden", "text", "vrij", hint="Kort", limit=80),
        Field("moment", "Moment", "time", "09:30"),
        Field("until", "Tot", "date"),
    ),
    "Bewaar",
)
DIALOG = Message("Instellingen", "nl", form=FORM, choices=(Choice("home", "Terug"),), token=TOKEN)
DAYS = (date(2031, 3, 3), date(2031, 3, 10))
LINES = Lines("Rust", ("3 mrt", "10 mrt"), DAYS, (("Ochtend", (3.0, 3.46)), ("Lente", (2.0, 2.5))), (1.0, 5.0))


def chat(message: Message) -> Json:
    return cards.message(message, WORDS[message.locale])


def dialog(message: Message, notice: str = "") -> Json:
    return cards.dialog(message, WORDS[message.locale], notice=notice)


def said(card: Json) -> list[str]:
    """Every text that somebody reads, from top to bottom."""
    parts = [part for element in card["body"] for part in elements(element)]
    return [run["text"] for part in parts for run in (part, *part.get("inlines", [])) if "text" in run]


def titles(card: Json) -> list[list[str]]:
    """The labels of each row of buttons."""
    return [[action["title"] for action in part["actions"]] for part in card["body"] if part["type"] == "ActionSet"]


@given(messages(TEXTS, most=60))
def test_a_card_is_never_larger_than_teams_takes(message: Message) -> None:
    for draw in (chat, dialog):
        with suppress(cards.CardTooLarge):
            assert cards.size(draw(message)) <= cards.MOST


@given(messages(TEXTS, most=8, token="t" * 300).filter(lambda message: message.form is None))
def test_however_much_there_is_to_say_it_can_be_delivered(message: Message) -> None:
    assert cards.size(chat(message)) <= cards.MOST


def test_a_picture_that_takes_too_many_bytes_to_describe_is_described_in_fewer() -> None:
    picture = Image("<svg/>", b"png", "\x07" * 3000)
    assert cards.size(chat(Message("Overzicht", "nl", image=picture))) <= cards.MOST


@given(messages(SMALL, most=8, token="t" * 100).filter(lambda message: message.form is None))
def test_a_message_of_ordinary_length_is_shown_as_a_whole(message: Message) -> None:
    card = repr(chat(message)["body"]).replace("\\", "")  # before signs that would be markup there is one more
    for text in (*message.paragraphs, *message.steps, *message.notes):
        assert repr(text.replace("{{", "{\u200b{"))[1:-1].replace("\\", "") in card


@given(messages(WORD, most=8, token=TOKEN))
def test_no_id_is_there_twice(message: Message) -> None:
    ids = [one["id"] for one in elements(dialog(message)) if "id" in one]
    assert len(ids) == len(set(ids))


@given(messages(WORD, most=8, token=TOKEN))
def test_a_token_is_in_no_text(message: Message) -> None:
    shown = replace(message, token="geheim-van-de-kaart")
    assert "geheim" not in repr([said(chat(shown)), titles(chat(shown)), chat(shown)["speak"]])


@given(messages(WORD, most=8, token=TOKEN))
def test_the_same_message_gives_the_same_card(message: Message) -> None:
    assert chat(message) == chat(message)


def test_too_much_to_say_ends_with_a_sign_and_keeps_every_button() -> None:
    long = replace(CARD, paragraphs=tuple(f"{number} {'x' * 3000}" for number in range(20)))
    card = chat(long)
    assert [text[:2] for text in said(card)] == ["Ho", "0 ", "1 ", "…", "Kl"]
    assert len(buttons(card)) == len(CARD.choices)


def test_what_is_cut_off_is_the_least_that_had_to_go() -> None:
    long = replace(CARD, paragraphs=("x",) * 200)
    card = chat(long)
    assert cards.MOST - 1000 < cards.size(card) <= cards.MOST


def test_more_buttons_than_a_card_holds_cannot_be_delivered() -> None:
    many = Message("V", "nl", choices=tuple(Choice("answer", str(n), (0, n)) for n in range(60)), token="t" * 300)
    with pytest.raises(DeliveryError) as failure:
        chat(many)
    assert failure.value.permanent


def test_a_size_is_counted_as_the_stricter_of_two_encodings() -> None:
    assert cards.size({"a": "x"}) == 2 * len('{"a":"x"}')
    assert cards.size({"a": "\u20ac" * 100}) == 3 * 100 + len('{"a":""}')


def test_options_stand_below_each_other_and_ways_out_after_them() -> None:
    assert titles(chat(CARD)) == [["1"], ["2"], ["3"], ["4"], ["5"], ["Later", "Hulp", "Sla over"]]


def test_what_invites_comes_first_and_stands_alone() -> None:
    choices = (Choice("help", "Hulp"), Choice("breaks", "Pauze", prominent=True), Choice("change", "Wijzig"))
    assert titles(chat(Message("Dank je wel", "nl", choices=choices))) == [["Pauze"], ["Hulp", "Wijzig"]]


def test_a_row_has_no_more_buttons_than_a_phone_shows() -> None:
    choices = tuple(Choice(name, name * 6) for name in "abcdefghij")
    assert {len(row) for row in titles(chat(Message("V", "nl", choices=choices)))} == {4, 2}


def test_answers_look_alike() -> None:
    options = [action for action in buttons(chat(CARD)) if action.get("verb", "").startswith("nl/answer")]
    assert len({repr({**option, "title": "", "verb": "", "data": "", "fallback": ""}) for option in options}) == 1
    assert len(options) == 5


def test_an_answer_button_says_where_it_stands_and_never_what_it_means() -> None:
    (option,) = [action for action in buttons(chat(CARD)) if action["title"] == "2"]
    assert (option["type"], option["verb"]) == ("Action.Execute", "nl/answer/0:2")
    assert option["data"] == option["fallback"]["data"] == {"do": "nl/answer/0:2", "token": TOKEN}
    assert option["fallback"]["type"] == "Action.Submit"


def test_what_is_for_one_person_alone_opens_a_dialog() -> None:
    (button,) = [action for action in buttons(chat(CARD)) if action["title"] == "Hulp"]
    assert button["type"] == "Action.Submit"
    assert button["data"]["msteams"] == {"type": "task/fetch"}


def test_inside_a_dialog_every_button_sends_it() -> None:
    found = buttons(dialog(replace(CARD, form=FORM)))
    assert {action["type"] for action in found} == {"Action.Submit"}
    assert not any("msteams" in action["data"] for action in found)


def test_only_the_button_of_a_form_takes_along_what_was_filled_in() -> None:
    took = {action["title"]: action["associatedInputs"] for action in buttons(dialog(DIALOG))}
    assert took == {"Bewaar": "auto", "Terug": "none"}


def test_inputs_say_what_they_are_and_stand_as_they_were() -> None:
    shown = {one["id"]: (one["type"], one["label"], one.get("value")) for one in inputs(dialog(DIALOG))}
    assert shown == {
        "choice.rhythm": ("Input.ChoiceSet", "Ritme", "=2"),
        "field.words": ("Input.Text", "Woorden (Kort)", "vrij"),
        "field.moment": ("Input.Time", "Moment", "09:30"),
        "field.until": ("Input.Date", "Tot", None),
    }


def test_a_text_has_its_limit_and_many_words_get_many_lines() -> None:
    (one,) = inputs(dialog(replace(DIALOG, form=Form("x", (Field("w", "W", "text", limit=280),), "Stuur"))))
    assert (one["maxLength"], one["isMultiline"]) == (280, True)


def test_a_choice_that_nobody_made_yet_has_to_be_made() -> None:
    field = Field("rhythm", "Ritme", "select", options=(("1", "Elke week"),))
    (one,) = inputs(dialog(replace(DIALOG, form=Form("x", (field,), "Stuur"))))
    assert (one["isRequired"], one["errorMessage"]) == (True, "Kies er een.")


def test_a_dialog_that_grows_too_large_gives_up_being_shown_again_first() -> None:
    long = replace(DIALOG, paragraphs=("x" * 3000,) * 4)
    (button, _) = buttons(dialog(long))
    assert "again" not in button["data"]
    assert sum(text == "x" * 3000 for text in said(dialog(long))) == 4
    assert "again" in buttons(dialog(DIALOG))[0]["data"]


def test_a_chart_has_its_numbers_and_the_same_in_words() -> None:
    card = chat(Message("Rust", "nl", image=Image("<svg/>", b"", "Een lijn", LINES)))
    (chart,) = [part for part in card["body"] if part["type"] == "Chart.Line"]
    assert chart["data"][-1]["values"] == [{"x": "2031-03-03", "y": 3.0}, {"x": "2031-03-10", "y": 3.46}]
    assert said({"body": [chart["fallback"]]}) == list(numbers(LINES, "nl"))
    assert "Een lijn" in said(card)


def test_a_chart_is_as_high_as_the_scale_and_says_what_was_asked_above_it() -> None:
    title, chart = charted(replace(LINES, title="Hoe druk was het?"), "nl")
    assert (chart["yMin"], chart["yMax"]) == (1.0, 5.0)
    assert said({"body": [title]}) == ["Hoe druk was het?"]


def test_the_line_that_a_chart_is_about_lies_above_the_other_in_a_colour_of_its_own() -> None:
    _, chart = charted(LINES, "nl")
    beside, about = chart["data"]
    assert (beside["legend"], about["legend"]) == ("Lente", "Ochtend")
    assert beside["color"] != about["color"]


def test_a_picture_without_lines_is_told_in_words() -> None:
    assert said(chat(Message("Rust", "nl", image=Image("<svg/>", b"", "Een lijn")))) == ["Rust", "Een lijn"]


def test_numbers_are_written_as_the_language_writes_them() -> None:
    assert numbers(LINES, "nl")[1] == "10 mrt: Ochtend 3,5; Lente 2,5"
    assert numbers(LINES, "en")[1] == "10 mrt: Ochtend 3.5; Lente 2.5"


@pytest.mark.parametrize("url", ["https://a.example", "tel:113", "mailto:a@b.example"])
def test_a_link_leads_where_it_says(url: str) -> None:
    (link,) = buttons(chat(Message("V", "nl", links=(Link("Lees", url),))))
    assert (link["type"], link["url"]) == ("Action.OpenUrl", url)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "//a.example", ""])
def test_a_link_that_is_not_safe_is_not_shown(url: str) -> None:
    assert buttons(chat(Message("V", "nl", links=(Link("Lees", url),)))) == []


MARKS = {"*Zuid*": r"\*Zuid\*", "[a](b)": r"\[a\](b)", "- x": r"\- x", "1. x": r"1\. x", "# x": r"\# x", "a-b": "a-b"}


@pytest.mark.parametrize("name", MARKS)
def test_nothing_in_a_title_becomes_markup(name: str) -> None:
    assert heading(name)["text"] == MARKS[name]


def test_no_text_calls_a_function_of_the_card() -> None:
    card = chat(Message("{{DATE(2031-01-01T00:00:00Z)}}", "nl", ("{{TIME(2031-01-01T00:00:00Z)}}",)))
    assert "{{" not in repr(card)


@given(messages(WORD, most=8, token=TOKEN))
def test_every_text_but_the_title_is_one_in_which_nothing_is_markup(message: Message) -> None:
    blocks = [part for part in elements(chat(message)) if part["type"] == "TextBlock"]
    assert [block["style"] for block in blocks] == ["heading"]


def test_a_code_of_many_letters_can_break_and_is_no_markup_either() -> None:
    (_, code) = chat(Message("V", "nl", ("a*b" * 20,)))["body"]
    assert (code["type"], code["wrap"], code["text"]) == ("TextBlock", True, r"a\*b" * 20)


def test_a_card_says_its_language_and_what_is_said_aloud() -> None:
    card = dialog(DIALOG, notice="Te lang.")
    assert (card["lang"], card["version"], card["speak"]) == ("nl", "1.5", "Te lang. Instellingen")
    assert said(card)[0] == "Te lang."


def test_what_is_said_aloud_is_no_more_than_the_title() -> None:
    assert chat(Message("Dank je wel", "nl", ("Fijn dat het goed gaat",)))["speak"] == "Dank je wel"


@given(st.text(max_size=300))
def test_whatever_a_title_is_it_is_never_empty(title: str) -> None:
    assert chat(Message(title, "nl"))["body"][0]["text"]
