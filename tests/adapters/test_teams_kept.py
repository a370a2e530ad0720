"""What buttons of Teams keep, and people who are pointed at: drawn, sent by a client, and read back strictly."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from adapters.port import Choice, Command, Field, Form, Message
from adapters.teams import cards, parse
from adapters.teams.parse import Unreadable
from tests.teams.client import Json, button, filled, heard, inputs, press
from tests.teams.words import WORDS

NOOR, DAAN = "aaaaaaaa-0000-0000-0000-000000000001", "AAAAAAAA-0000-0000-0000-000000000002"
KEPT = {"kudos": "17", "text": "dank\nvoor {{DATE()}} & شكرا"}
THANKED = Message(
    "Noor bedankt je",
    "nl",
    choices=(Choice("kudos_back", "Terug", kept=KEPT), Choice("kudos_report", "Meld", kept=KEPT)),
)


def form(value: str = "", *options: tuple[str, str], **kept: str) -> Message:
    people = Field("people", "Wie", "people", value, options, hint="een of meer")
    text = Field("text", "Waarvoor", "text", limit=3000)
    asked = Form("kudos_preview", (people, text), "Verder", kept=kept)
    return Message("Bedanken", "nl", form=asked, choices=(Choice("kudos_jar", "Pot", kept={"page": "2"}),))


def opened(message: Message) -> Json:
    return cards.dialog(message, WORDS["nl"])


def sent(message: Message, sender: str = "noor", **texts: str) -> parse.Heard:
    card = opened(message)
    return heard(*press(card, button(card, "Verder"), dialog=True, typed=filled(card, texts)), sender)


@pytest.mark.parametrize("older", [False, True])
@pytest.mark.parametrize(("label", "name"), [("Terug", "kudos_back"), ("Meld", "kudos_report")])
def test_what_a_button_of_the_chat_keeps_comes_back(label: str, name: str, older: bool) -> None:
    card = cards.message(THANKED, WORDS["nl"])
    asked = heard(*press(card, button(card, label), older=older)).asked
    assert asked == Command(name, "teams", "noor", "nl", KEPT)


@pytest.mark.parametrize("extension", [False, True])
def test_what_a_button_of_a_dialog_keeps_comes_back(extension: bool) -> None:
    card = opened(THANKED)
    asked = heard(*press(card, button(card, "Terug"), dialog=True, extension=extension)).asked
    assert asked == Command("kudos_back", "teams", "noor", "nl", KEPT)


def test_what_a_form_keeps_comes_back_with_what_was_filled_in() -> None:
    found = sent(form(tag="dienst"), text="nu")
    assert isinstance(found.asked, Command)
    assert found.asked.fields == {"people": "", "text": "nu", "tag": "dienst"}


def test_a_form_that_is_refused_keeps_what_it_kept() -> None:
    again = sent(form(tag="dienst"), text="nu").again
    assert again
    assert again.form
    assert (again.form.kept, again.choices[0].kept) == ({"tag": "dienst"}, {"page": "2"})
    assert sent(again).asked == sent(form(tag="dienst"), text="nu").asked


def test_an_open_dialog_of_before_anything_was_kept_can_be_sent() -> None:
    value = press(opened(form()), button(opened(form()), "Verder"), dialog=True)[1]
    (choice,) = value["data"]["again"]["choices"]
    choice.pop()
    again = parse.submitted(value, "noor").again
    assert again
    assert again.choices == (Choice("kudos_jar", "Pot"),)


BAD: dict[str, Any] = {
    "a list": ["kudos"],
    "a text": "kudos",
    "a number in it": {"kudos": 17},
    "nothing in it": {"kudos": None},
    "a name of another shape": {"Kudos Id": "17"},
    "too many": {f"name_{number}": "" for number in range(21)},
    "too long": {"text": "x" * 4001},
    "a NUL": {"text": "a\0b"},
    "half a character": {"text": "\ud800"},
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_kept_in_another_shape_is_refused_as_a_whole(name: str) -> None:
    for where in (parse.submitted, parse.fetched):
        with pytest.raises(Unreadable):
            where({"data": {"do": "nl/kudos_report", "kept": BAD[name]}}, "noor")


@pytest.mark.parametrize("do", ["nl/answer/0:1", "nl/later", "nl/kudos_report"])
def test_a_token_and_something_kept_contradict_each_other(do: str) -> None:
    with pytest.raises(Unreadable):
        parse.submitted({"data": {"do": do, "token": "T", "kept": {"kudos": "17"}}}, "noor")


def test_what_was_filled_in_cannot_have_been_kept() -> None:
    value = press(opened(form()), button(opened(form()), "Verder"), dialog=True)[1]
    value["data"]["kept"] = {"text": "toen"}
    with pytest.raises(Unreadable):
        parse.submitted(value, "noor")


def picker(message: Message) -> Json:
    return next(one for one in inputs(opened(message)) if "choices.data" in one)


def test_people_are_picked_from_everybody_in_the_organisation() -> None:
    found = picker(form())
    assert found == {
        "type": "Input.ChoiceSet",
        "id": "people.people",
        "label": "Wie (een of meer)",
        "isMultiSelect": True,
        "choices": [],
        "choices.data": {"type": "Data.Query", "dataset": "graph.microsoft.com/users"},
    }


def test_whoever_was_picked_before_stands_there_by_name() -> None:
    found = picker(form(f"{NOOR},{DAAN}", (NOOR, "Noor Visser"), ("elsewhere", "Nobody")))
    assert (found["value"], found["choices"]) == (f"{NOOR},{DAAN}", [{"title": "Noor Visser", "value": NOOR}])


def test_the_picker_knows_nothing_of_tenants() -> None:
    found = picker(form(f"lente/{NOOR}", (f"lente/{NOOR}", "Noor")))
    assert (found["value"], found["choices"]) == (NOOR, [{"title": "Noor", "value": NOOR}])


@pytest.mark.parametrize(("sender", "before"), [("noor", ""), ("lente/noor", "lente/")])
def test_people_come_back_as_addresses_in_the_tenant_of_who_points(sender: str, before: str) -> None:
    asked = sent(form(), sender, people=f"{NOOR},{DAAN},{NOOR}", text="dank").asked
    assert isinstance(asked, Command)
    assert asked.fields["people"] == f"{before}{NOOR},{before}{DAAN.lower()}"


def test_people_stay_in_a_form_that_was_refused() -> None:
    again = sent(form(NOOR, (NOOR, "Noor")), "lente/noor", people=f"{NOOR},{DAAN}").again
    assert again
    assert picker(again)["value"] == f"{NOOR},{DAAN.lower()}"


@pytest.mark.parametrize("value", [7, ["a"], "a b", "lente/a", "a;b", "é", "-a", "x" * 65, ",".join(["a"] * 101)])
def test_what_is_nobody_of_microsoft_entra_is_refused_as_a_whole(value: Any) -> None:
    card = opened(form())
    _, good = press(card, button(card, "Verder"), dialog=True)
    bad = copy.deepcopy(good)
    bad["data"]["people.people"] = value
    with pytest.raises(Unreadable):
        parse.submitted(bad, "noor")
