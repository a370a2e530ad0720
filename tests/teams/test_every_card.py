"""Everything that the product says, as cards: Microsoft's own renderer takes them, and their buttons come back."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from adapters.port import IN_PLACE, Choice, Form, Message, Submission
from adapters.teams import cards
from bot.server import Server
from bot.settings import Settings
from tests.saying import Sayings, everything_said, makers
from tests.teams.client import Json, button, buttons, elements, heard, inputs, press
from tests.teams.peer.browser import Screen, on_screen
from tests.teams.peer.running import Checker
from tests.teams.words import WORDS

pytestmark = pytest.mark.asyncio(loop_scope="module")

UNKNOWN = 'Unknown element type "Chart.Line". Fallback will be used if present.'


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def said(house: tuple[Server, Settings]) -> AsyncIterator[Sayings]:
    yield await everything_said(*house)


@pytest_asyncio.fixture(loop_scope="module")
async def screen(checker: Checker) -> AsyncIterator[Screen]:
    if shutil.which("chromium") is None:
        pytest.skip("no Chromium: apt-get install chromium")
    async with on_screen() as screen:
        yield screen


def chat(said: Sayings) -> list[tuple[Message, Json]]:
    """Every card of a chat."""
    return [(message, cards.message(message, WORDS[message.locale])) for message in said.chat]


def dialogs(said: Sayings) -> list[tuple[Message, Json]]:
    """Every card in a dialog; who was pointed at elsewhere is nobody in Teams."""
    shown = [pointing_at_nobody(message) for message in said.dialogs]
    return [(message, cards.dialog(message, WORDS[message.locale])) for message in shown]


def pointing_at_nobody(message: Message) -> Message:
    """Return a message whose form points at nobody."""
    if message.form is None:
        return message
    fields = [replace(one, value="", options=()) if one.kind == "people" else one for one in message.form.fields]
    return replace(message, form=replace(message.form, fields=tuple(fields)))


async def test_everything_that_makes_a_message_was_heard_in_both_languages(said: Sayings) -> None:
    assert makers() - said.made_by == set()
    assert {message.locale for message in said.chat} == {message.locale for message in said.dialogs} == {"nl", "en"}


async def test_every_card_is_valid(said: Sayings, checker: Checker) -> None:
    wrong = {message.title: checker.problems(card) for message, card in [*chat(said), *dialogs(said)]}
    assert {title: problems for title, problems in wrong.items() if problems} == {}


async def test_without_charts_every_card_is_valid_all_the_same(said: Sayings, checker: Checker) -> None:
    for message, card in [*chat(said), *dialogs(said)]:
        drawn = message.image is not None and message.image.lines is not None
        assert checker.problems(card, charts=False) == ([UNKNOWN] if drawn else []), message.title


async def test_a_digest_has_a_chart_and_the_same_in_words(said: Sayings) -> None:
    drawn = [(one, card) for one, card in dialogs(said) if one.image and one.image.lines]
    assert {message.locale for message, _ in drawn} == {"nl", "en"}
    for message, card in drawn:
        (chart,) = [part for part in elements(card) if part["type"] == "Chart.Line"]
        assert message.image
        assert message.image.alt in repr(card["body"])
        assert chart["fallback"]["type"] == "Container"


async def test_what_takes_the_place_of_a_card_is_known_beforehand(said: Sayings) -> None:
    for asked, reply in said.replies:
        name = asked.action if isinstance(asked, Submission) else asked.name
        if name in {"start", "said"}:  # no button asks for these
            continue
        assert not (reply.message and name not in IN_PLACE), name
        assert not (reply.dialog and name in IN_PLACE), name


def asked_by(message: Message) -> list[Choice | Form]:
    """Everything that can be asked with a message."""
    return [*message.choices, *([message.form] if message.form else [])]


def label_of(one: Choice | Form) -> str:
    """What stands on a button."""
    return one.label if isinstance(one, Choice) else one.submit


@pytest.mark.parametrize("older", [False, True])
async def test_every_button_of_the_chat_comes_back_as_what_it_asks(said: Sayings, older: bool) -> None:
    for message, card in chat(said):
        for one in asked_by(message):
            found = heard(*press(card, button(card, label_of(one)), older=older))
            assert comes_back(message, one, found.asked), (message.title, one)


async def test_every_button_of_a_dialog_comes_back_as_what_it_asks(said: Sayings) -> None:
    for message, card in dialogs(said):
        for one in asked_by(message):
            found = heard(*press(card, button(card, label_of(one)), dialog=True))
            assert comes_back(message, one, found.asked), (message.title, one)


def comes_back(message: Message, one: Choice | Form, asked: object) -> bool:
    """Whether this is what that button asks, with everything that stood in a form."""
    filled = {field.name: field.value for field in one.fields} if isinstance(one, Form) else {}
    position = one.position if isinstance(one, Choice) else None
    if isinstance(asked, Submission):
        places = (position,) if position else ()
        expected = (message.token, one.action, message.locale, places, filled)
        return (asked.token, asked.action, asked.locale, asked.positions, dict(asked.texts)) == expected
    fields = {**one.kept} | filled | ({"position": "{}:{}".format(*position)} if position else {})
    said = [getattr(asked, name) for name in ("name", "sender", "locale", "token")]
    return said == [one.action, "noor", message.locale, message.token] and dict(asked.fields) == fields  # type: ignore[attr-defined]


async def test_every_form_that_is_refused_keeps_what_was_typed(said: Sayings) -> None:
    forms = [(message, card) for message, card in dialogs(said) if message.form]
    assert len({message.form.action for message, _ in forms if message.form}) >= 3
    for message, card in forms:
        assert message.form
        typed = {one["id"]: "10:30" for one in inputs(card) if one["id"].startswith("field.")}
        again = heard(*press(card, button(card, message.form.submit), dialog=True, typed=typed)).again
        assert again
        shown = cards.dialog(again, WORDS[again.locale], notice="Nog eens")
        assert [one.get("value") for one in inputs(shown) if one["id"] in typed] == ["10:30"] * len(typed)
        assert [one["title"] for one in buttons(shown)] == [one["title"] for one in buttons(card)]


async def test_a_form_that_is_refused_is_a_valid_card_again(said: Sayings, checker: Checker) -> None:
    for message, card in dialogs(said):
        if message.form:
            again = heard(*press(card, button(card, message.form.submit), dialog=True)).again
            assert again
            assert checker.problems(cards.dialog(again, WORDS[again.locale], notice="Nog eens")) == []


async def test_a_card_holds_its_token_and_its_question_and_nothing_else_that_is_hidden(said: Sayings) -> None:
    for _, card in chat(said):
        hidden = {name for action in buttons(card) for name in action.get("data", {})}
        assert hidden <= {"do", "token", "msteams", "names", "kept"}


async def test_what_a_button_of_the_chat_keeps_is_which_kudos_or_whom_it_is_about_and_nothing_else(
    said: Sayings,
) -> None:
    for message in said.chat:
        for one in asked_by(message):
            assert set(one.kept) in (set(), {"kudos"}, {"to"}), message.title


def distinct(said: Sayings) -> list[tuple[str, Json]]:
    """One card of each kind in each language, by a name for its picture."""
    found: dict[tuple[object, ...], tuple[str, Json]] = {}
    for where, drawn in (("chat", chat(said)), ("dialog", dialogs(said))):
        for message, card in drawn:
            kind = (where, message.locale, *(one["title"] for one in buttons(card)), *map(len, [message.steps]))
            found.setdefault(kind, (f"{message.locale}-{where}-{len(found)}", card))
    return list(found.values())


@pytest.mark.browser
async def test_on_a_phone_nothing_is_cut_off_and_a_keyboard_reaches_everything(said: Sayings, screen: Screen) -> None:
    for name, card in distinct(said):
        await screen.draw(card, name)
        assert await screen.cut_off() == [], name
        assert await screen.headings() == [card["speak"]], name
        labels = [*(one["label"] for one in inputs(card)), *(one["title"] for one in buttons(card))]
        assert await screen.stops() == [card["speak"], *labels], name


@pytest.mark.browser
@pytest.mark.parametrize("labels", [["x" * 20] * 3, ["x" * 80]])
async def test_a_row_that_is_too_long_for_a_phone_is_noticed(screen: Screen, labels: list[str]) -> None:
    row = {"type": "ActionSet", "actions": [{"type": "Action.Submit", "title": label} for label in labels]}
    await screen.draw({"type": "AdaptiveCard", "version": "1.5", "body": [row]})
    assert await screen.cut_off() != []


@pytest.mark.browser
async def test_the_renderer_sends_what_our_client_does(said: Sayings, screen: Screen) -> None:
    forms = [(message, card) for message, card in dialogs(said) if message.form and message.locale == "nl"]
    for message, card in [*forms, *[one for one in chat(said) if one[0].token][:1]]:
        await screen.draw(card)
        for action in buttons(card):
            _, value = press(card, action, dialog=bool(message.form))
            data = value["action"]["data"] if "action" in value else value.get("data", value)
            (sent,) = await screen.enters(action["title"])
            assert (sent["type"], kept(sent["data"])) == (action["type"], kept(data))


def kept(data: Json) -> Json:
    """What counts of what is sent: an empty input is as good as none."""
    return {name: value for name, value in data.items() if value != ""}
