"""Messages as Block Kit: whatever they hold, Slack takes them; and what nobody is to read is in no text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from adapters.port import Choice, Field, Form, Image, Lines, Link, Message
from adapters.slack import render
from tests.adapters.slack_stage import words_of
from tests.adapters.test_slack_http import CARD, DIALOG, TOKEN, WORDS
from tests.slack.blockcheck import check_message, message_problems, view_problems
from tests.slack.model import Json
from tests.slack.schema.check import wire_problems

WORD = st.text(max_size=8)
NAMES = st.from_regex(r"[a-z][a-z_]{0,20}", fullmatch=True)
LENGTHS = st.sampled_from([0, 1, 24, 25, 75, 76, 150, 151, 2000, 2001, 3000, 3001])
TEXTS = st.builds(lambda part, length: (part or "x")[:1] * length, WORD, LENGTHS) | WORD
POSITIONS = st.tuples(st.integers(0, 999), st.integers(1, 999))
SMALL = st.text(max_size=200)


def choices(texts: st.SearchStrategy[str], most: int) -> st.SearchStrategy[list[Choice]]:
    """Buttons of which no two do the same."""
    one = st.builds(Choice, NAMES, texts, POSITIONS | st.none(), st.booleans(), st.booleans())
    return st.lists(one, max_size=most, unique_by=lambda choice: (choice.action, choice.position))


def fields(texts: st.SearchStrategy[str]) -> st.SearchStrategy[list[Field]]:
    """Inputs of which no two have one name."""
    options = st.lists(st.tuples(NAMES, texts), min_size=1, max_size=100, unique_by=lambda option: option[0])
    select = st.builds(
        lambda name, label, options, hint: Field(name, label, "select", options[0][0], tuple(options), hint=hint),
        *(NAMES, texts, options, texts),
    )
    text = st.builds(
        lambda name, label, value, limit, hint: Field(name, label, "text", value[:limit], limit=limit, hint=hint),
        *(NAMES, texts, texts, st.integers(1, 3000), texts),
    )
    moment = st.builds(lambda name, label: Field(name, label, "time", "09:30"), NAMES, texts)
    day = st.builds(lambda name, label, day: Field(name, label, "date", day), NAMES, texts, st.sampled_from(["", DAY]))
    people = st.builds(
        lambda name, label, value, limit: Field(name, label, "people", value, limit=limit),
        *(NAMES, texts, st.sampled_from(["", "U1", "U1,U2", "U1,U1,sanne de wit,,U3"]), st.integers(0, 20)),
    )
    return st.lists(select | text | moment | day | people, max_size=6, unique_by=lambda field: field.name)


DAY = "2031-05-06"
DAYS = (date(2031, 3, 3), date(2031, 3, 10))
WEEKS = ("3 mrt", "10 mrt")
DRAWN = st.builds(
    lambda title, name: Lines(title, WEEKS, DAYS, ((name, (3.0, 3.5)),), (1.0, 5.0)),
    *(st.text(min_size=1, max_size=120), st.text(min_size=1, max_size=60)),
)


def messages(texts: st.SearchStrategy[str], *, most: int, token: str = "t" * 2000) -> st.SearchStrategy[Message]:
    """Messages with every feature, of texts like these; `token` is the longest that a button bears."""
    form = st.builds(lambda fields, submit: Form("settings", tuple(fields), submit), fields(texts), texts)
    link = st.builds(lambda label: Link(label, "https://example.org/a"), texts)
    return st.builds(
        Message,
        title=texts,
        locale=st.sampled_from(["nl", "en"]),
        paragraphs=st.lists(texts, max_size=4).map(tuple),
        steps=st.lists(texts, max_size=4).map(tuple),
        image=st.none() | st.builds(lambda alt, lines: Image("<svg/>", b"png", alt, lines), texts, st.none() | DRAWN),
        form=st.none() | form,
        choices=choices(texts, most).map(tuple),
        links=st.lists(link, max_size=4).map(tuple),
        notes=st.lists(texts, max_size=24).map(tuple),
        token=st.sampled_from([None, TOKEN, token]),
    )


def refused(view: Json, kind: str) -> list[str]:
    """What Slack would refuse in a view, by its rules and by its types."""
    return view_problems(view, kind) + wire_problems(kind.capitalize(), view)


@given(messages(TEXTS, most=60))
def test_slack_takes_every_message(message: Message) -> None:
    content = render.message(message)
    assert message_problems(content["blocks"]) + wire_problems("Message", content) == []


@given(messages(TEXTS, most=60))
def test_slack_takes_every_dialog(message: Message) -> None:
    assert refused(render.modal(message, WORDS[message.locale]), "modal") == []


@given(messages(TEXTS, most=60))
def test_slack_takes_every_own_page(message: Message) -> None:
    assert refused(render.home(message), "home") == []


@given(messages(SMALL, most=8, token="t" * 100).filter(lambda message: message.form is None))
def test_slack_takes_a_card_of_ordinary_length_as_a_whole(message: Message) -> None:
    check_message(render.message(message))


@given(TEXTS)
def test_slack_takes_every_sentence(text: str) -> None:
    assert refused(render.sentence(text, WORDS["nl"]), "modal") == []


def submitted(message: Message, typed: str) -> Json:
    """A dialog as it comes back: filled in, and with everything that Slack adds."""
    view = render.modal(message, WORDS[message.locale])
    values: Json = {}
    for block in (block for block in view["blocks"] if block["type"] == "input"):
        part = block["element"]
        given = {
            "static_select": {"selected_option": (part.get("options") or [None])[-1]},
            "datepicker": {"selected_date": DAY},
            "plain_text_input": {"value": typed},
            "multi_users_select": {"selected_users": part.get("initial_users") or []},
        }[part["type"]]
        values[block["block_id"]] = {part["action_id"]: {"type": part["type"], **given}}
    added = {"id": "V1", "team_id": "T1", "hash": "1.x", "bot_id": "B1", "external_id": "", "root_view_id": "V1"}
    return {"callback_id": "", "private_metadata": "", "submit": None, **view, **added, "state": {"values": values}}


@given(messages(TEXTS, most=8), st.text(max_size=100), TEXTS)
def test_slack_takes_a_refused_dialog_back(message: Message, typed: str, notice: str) -> None:
    assert refused(render.again(submitted(message, typed), notice), "modal") == []


@given(st.text(min_size=1, max_size=100))
def test_a_refused_dialog_keeps_what_was_typed_to_the_letter(typed: str) -> None:
    inputs = [b for b in render.again(submitted(DIALOG, typed), "Te lang")["blocks"] if b["type"] == "input"]
    assert [block["element"]["initial_value"] for block in inputs] == [typed]


def test_a_refused_dialog_that_was_emptied_stays_empty() -> None:
    form = Form("comment", (Field("comment", "Toelichting", "text", "wat er stond"),), "Stuur")
    again = render.again(submitted(Message("T", "nl", form=form), ""), "Te kort")
    assert "wat er stond" not in words_of(again["blocks"])


def test_a_dialog_that_is_refused_twice_has_one_notice() -> None:
    once = render.again(submitted(DIALOG, "druk"), "Te lang")
    twice = render.again({**submitted(DIALOG, "druk"), "blocks": once["blocks"]}, "Nog te lang")
    assert [block.get("block_id") for block in twice["blocks"]].count("notice") == 1


def buttons(blocks: list[Json]) -> Iterator[Json]:
    """Every button."""
    for block in blocks:
        yield from block.get("elements", []) if block["type"] == "actions" else []


def test_the_token_travels_on_every_button_that_asks_something() -> None:
    form = Message(
        "V", "nl", form=DIALOG.form, choices=CARD.choices, links=(Link("L", "https://x.example"),), token="T"
    )
    values = {part["action_id"]: part.get("value") for part in buttons(render.message(form)["blocks"])}
    assert {name for name, value in values.items() if value != "T"} == {"link/0"}


def test_the_token_of_a_dialog_travels_beside_its_form() -> None:
    assert render.modal(DIALOG, WORDS["nl"])["private_metadata"] == TOKEN


@given(messages(WORD, most=8))
def test_a_token_is_in_no_text(message: Message) -> None:
    content = render.message(message)
    assert TOKEN not in words_of([content["text"], content["blocks"]])


def test_an_answer_button_says_where_it_stands_and_never_what_it_means() -> None:
    names = [part["action_id"] for part in buttons(render.message(CARD)["blocks"])]
    assert names == ["nl/answer/0:1", "nl/answer/0:2", "nl/answer/0:3", "nl/breaks"]


def test_answers_look_alike() -> None:
    shown = [part for part in buttons(render.message(CARD)["blocks"]) if "answer" in part["action_id"]]
    assert len({tuple(sorted(set(part) - {"text", "action_id"})) for part in shown}) == 1


def test_more_buttons_than_fit_in_a_row_stand_in_rows() -> None:
    many = Message("V", "nl", choices=tuple(Choice("answer", str(n), (0, n)) for n in range(60)))
    rows = [len(block["elements"]) for block in render.message(many)["blocks"] if block["type"] == "actions"]
    assert rows == [25, 25, 10]


def test_ways_out_come_after_the_answers() -> None:
    quiet, loud = Choice("skip", "Sla over", (0, 0), quiet=True), Choice("help", "Hulp", prominent=True)
    message = Message("V", "nl", choices=(quiet, loud, *CARD.choices[:2]))
    names = [part["action_id"].split("/")[1] for part in buttons(render.message(message)["blocks"])]
    assert names == ["answer", "answer", "help", "skip"]


@given(messages(WORD, most=8))
def test_nothing_that_is_written_becomes_markup(message: Message) -> None:
    assert "mrkdwn" not in repr([block.get("text", block.get("elements")) for block in render.home(message)["blocks"]])


@given(messages(TEXTS, most=8))
def test_the_same_message_gives_the_same_blocks(message: Message) -> None:
    assert render.message(message) == render.message(message)


def test_a_notification_says_no_more_than_the_title() -> None:
    assert render.message(Message("Dank je wel", "nl", ("Fijn dat het goed gaat",)))["text"] == "Dank je wel"


def test_a_text_that_is_too_long_says_that_it_was_cut() -> None:
    (_, section) = render.message(Message("V", "nl", ("x" * 3001,)))["blocks"]
    assert section["text"]["text"] == "x" * 2999 + "…"
