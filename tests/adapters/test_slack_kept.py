"""What buttons and forms keep, and at whom somebody points: to Slack and back, and nothing that was not ours."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.port import Choice, Command, Field, Form, Message, Reply
from adapters.slack import kept, parse, pointing, render
from adapters.slack.outcome import Open, Publish, Replace, Turn, steps
from adapters.slack.parse import Addresses, Heard, Place
from tests.adapters.slack_stage import words_of
from tests.adapters.test_slack_http import TAP, TOKEN, WORDS, Bench, slack_before
from tests.adapters.test_slack_oauth import in_town
from tests.slack.blockcheck import message_problems, view_problems
from tests.slack.model import Json

ALONE, MANY = Addresses(alone=True), Addresses(alone=False)
NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,10}", fullmatch=True)
KEPT = st.dictionaries(NAMES, st.text(max_size=60), min_size=1, max_size=8)
PEOPLE = Field("people", "Wie", "people", "U1")
FORM = Form("kudos_preview", (PEOPLE, Field("text", "Waarvoor", "text")), "Verder", kept={"where": "C1"})
ASKS = Message("Bedanken", "nl", form=FORM)
REFUSED: Mapping[str, str] = {
    "no JSON": "{",
    "a list within": '{"a":["b"]}',
    "a number": '{"a":1}',
    "nothing under a name": '{"a":null}',
    "a name of another kind": '{"A b":"c"}',
    "an empty name": '{"":"c"}',
    "a name of 41": json.dumps({"a" * 41: "c"}),
    "21 fields": json.dumps({f"a{number}": "" for number in range(21)}),
    "3,001 characters": json.dumps({"a": "x" * 2993}),
    "objects within objects": '{"a":' * 500,
}


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with slack_before() as bench:
        yield bench


def tapped(value: str, action_id: str = "nl/kudos_hide", **more: object) -> Heard | None:
    """What a tap on a button with this value is."""
    payload: Json = {**TAP, **more, "actions": [TAP["actions"][0] | {"action_id": action_id, "value": value}]}
    return parse.heard_in(lambda: parse.tap_of(payload, ALONE))


def picked(*users: str) -> Json:
    """The state of a form in which these were picked."""
    one = {"people": {"type": "multi_users_select", "selected_users": list(users)}}
    return {"values": {"field/people": one}}


def sent(state: Json, addresses: Addresses = ALONE, **view: object) -> Heard | None:
    """What a form that was sent in this state is."""
    body = {"id": "V1", "type": "modal", "callback_id": "nl/kudos_preview/form", "blocks": [], "state": state, **view}
    payload: Json = {**TAP, "type": "view_submission", "view": body}
    return parse.heard_in(lambda: parse.submitted_of(payload, addresses))


def fields_of(heard: Heard | None) -> Mapping[str, str]:
    assert heard is not None
    assert isinstance(heard.asked, Command)
    return heard.asked.fields


@given(KEPT)
def test_what_a_button_keeps_comes_back_to_the_letter(fields: dict[str, str]) -> None:
    (block,) = [
        one
        for one in render.message(Message("K", "nl", choices=(Choice("kudos_hide", "Weg", kept=fields),)))["blocks"]
        if one["type"] == "actions"
    ]
    heard = tapped(block["elements"][0]["value"])
    assert heard is not None
    assert heard.asked == Command("kudos_hide", "slack", "U1", "nl", fields)


@given(KEPT.filter(lambda fields: not {"people", "text"} & set(fields)))
def test_what_a_form_keeps_travels_beside_its_dialog_and_on_its_button(fields: dict[str, str]) -> None:
    message = Message("K", "nl", form=Form("kudos_preview", FORM.fields, "Verder", kept=fields))
    beside = render.modal(message, WORDS["nl"])["private_metadata"]
    (button,) = render.home(message)["blocks"][-1]["elements"]
    assert beside == button["value"]
    assert fields_of(sent({"values": {}}, private_metadata=beside)) == fields


def test_what_is_kept_is_in_no_text() -> None:
    message = Message("K", "nl", form=FORM, choices=(Choice("kudos_hide", "Weg", kept={"kudos": "a2f1"}),))
    assert not {part for part in ("a2f1", "C1") if part in words_of(render.message(message)["blocks"])}


def test_what_was_filled_in_counts_for_more_than_what_was_kept_under_its_name() -> None:
    """Ours never has both; a view that was rewritten may."""
    metadata = '{"people":"U7","where":"C1"}'
    assert fields_of(sent(picked("U2"), private_metadata=metadata)) == {"people": "U2", "where": "C1"}


@pytest.mark.parametrize("action", ["answer", "comment"])
def test_what_is_kept_is_never_a_token(action: str) -> None:
    heard = tapped('{"token":"token-of-noor"}', f"nl/{action}")
    assert heard is not None
    assert heard.asked == Command(action, "slack", "U1", "nl", {"token": TOKEN})


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_we_would_not_have_kept_asks_nothing(name: str) -> None:
    assert tapped(REFUSED[name]) is None
    assert sent({"values": {}}, private_metadata=REFUSED[name]) is None


@given(st.text(max_size=40).map(lambda text: "{" + text))
def test_whatever_begins_as_kept_is_fields_of_text_or_nothing(text: str) -> None:
    heard = tapped(text)
    assert heard is None or all(isinstance(value, str) for value in fields_of(heard).values())


@pytest.mark.parametrize(("most", "length"), [(kept.BUTTON, 2000), (kept.VIEW, 3000)])
def test_as_much_is_kept_as_slack_carries_and_no_more(most: int, length: int) -> None:
    text = "x" * (length - len('{"text":""}'))
    assert len(kept.packed({"text": text}, most)) == length
    with pytest.raises(ValueError, match=f"{length + 1} characters"):
        kept.packed({"text": text + "x"}, most)


def test_a_button_that_keeps_too_much_is_an_error_rather_than_cut() -> None:
    large = {"text": "x" * 2500}
    with pytest.raises(ValueError, match="2000"):
        render.message(Message("K", "nl", choices=(Choice("kudos_send", "Verstuur", kept=large),)))
    form = Message("K", "nl", form=Form("kudos_preview", FORM.fields[:1], "Verder", kept=large))
    assert len(render.modal(form, WORDS["nl"])["private_metadata"]) > 2500
    with pytest.raises(ValueError, match="2000"):
        render.home(form)


def test_two_buttons_that_slack_could_not_tell_apart_are_an_error() -> None:
    two = [Choice("kudos_moderate", "Verberg", kept={"kudos": kudos}) for kudos in ("a", "b")]
    with pytest.raises(ValueError, match="positions"):
        render.message(Message("K", "nl", choices=tuple(two)))


def test_two_buttons_of_one_action_are_told_apart_by_their_positions() -> None:
    two = [Choice("kudos_moderate", "Verberg", (0, place), kept={"kudos": str(place)}) for place in (1, 2)]
    blocks = render.message(Message("K", "nl", choices=tuple(two)))["blocks"]
    assert message_problems(blocks) == []
    assert [part["action_id"] for part in blocks[-1]["elements"]] == ["nl/kudos_moderate/0:1", "nl/kudos_moderate/0:2"]


def test_people_are_picked_among_those_whom_slack_knows() -> None:
    (element, _) = [block["element"] for block in render.modal(ASKS, WORDS["nl"])["blocks"] if "element" in block]
    assert element == {"type": "multi_users_select", "action_id": "people", "initial_users": ["U1"]}
    assert view_problems(render.modal(ASKS, WORDS["nl"]), "modal") == []


def people_of(block_holder: Json) -> list[str]:
    """Who stands in the field of people of a view or a message."""
    parts = [block["element"] for block in block_holder["blocks"] if block["type"] == "input"]
    users: list[str] = next(part for part in parts if part["type"] == "multi_users_select").get("initial_users", [])
    return users


def test_whoever_already_stands_there_stays_however_many_they_are() -> None:
    """That they are too many is said in words, and loses nobody."""
    many = ",".join(f"U{number}" for number in range(50))
    message = Message("B", "nl", form=Form("kudos", (Field("people", "Wie", "people", many),), "V"))
    view = render.modal(message, WORDS["nl"])
    assert (len(people_of(view)), view_problems(view, "modal")) == (50, [])


@pytest.mark.parametrize(
    ("value", "team", "stand"),
    [
        ("U1,U2", "T1", ["U1", "U2"]),
        ("T1/U1,T2/U2,T1/U3", "T1", ["U1", "U3"]),
        ("T2/U2", "T1", []),
        ("sanne de wit,U1", "T1", ["U1"]),
        ("", "T1", []),
    ],
)
def test_only_people_of_ones_own_workspace_can_stand_there(value: str, team: str, stand: list[str]) -> None:
    message = Message("B", "nl", form=Form("kudos", (Field("people", "Wie", "people", value),), "V"))
    assert people_of(render.modal(pointing.within(message, team), WORDS["nl"])) == stand


@pytest.mark.parametrize(
    "place", [Place(trigger="1"), Place(view={"id": "V1"}), Place(home=True), Place(ts="1.1", channel="D1")]
)
def test_an_outcome_shows_people_of_the_workspace_of_whoever_asked(place: Place) -> None:
    heard = Heard(Command("kudos", "slack", "T2/U9", "nl"), MANY.sender("T2", "U9"), place)
    field = Field("people", "Wie", "people", "T1/U1,T2/U2")
    shown = Message("B", "nl", form=Form("kudos_preview", (field,), "V"))
    reply = Reply(message=shown) if place.ts or place.home else Reply(dialog=shown)
    (step,) = steps(heard, reply, WORDS["nl"])
    assert isinstance(step, Open | Turn | Publish | Replace)
    assert people_of(step.content if isinstance(step, Replace) else step.view) == ["U2"]


async def test_a_message_is_sent_and_changed_with_people_of_the_workspace_of_its_reader() -> None:
    field = Field("people", "Wie", "people", "T1/U1,T2/U2")
    shown = Message("B", "nl", form=Form("kudos_preview", (field,), "V"))
    async with in_town() as town:
        process = town.process()
        for team in (town.lente, town.zomer):
            await town.connects(team, process)
        ref = await process.send("T2/U1", shown)
        for _ in range(2):
            (message,) = town.zomer.users["U1"].messages()
            assert people_of(message.body) == ["U2"]
            await process.update(ref, shown)


def test_people_come_back_as_addresses_of_the_workspace_in_which_they_were_picked() -> None:
    assert fields_of(sent(picked("U2", "U3")))["people"] == "U2,U3"
    assert fields_of(sent(picked("U2", "U3"), MANY))["people"] == "T1/U2,T1/U3"
    assert fields_of(sent(picked()))["people"] == ""


@pytest.mark.parametrize("user", ["T2/U9", "U1,U2", "", "U1 ", "U" * 41])
def test_whoever_has_no_id_of_slack_is_not_picked(user: str) -> None:
    """With an id like the first, somebody of another workspace would be meant."""
    assert sent(picked(user), MANY) is None


async def test_a_refused_form_stands_there_as_it_was_filled_in(bench: Bench) -> None:
    bench.conversation.reply = Reply(dialog=ASKS)
    await bench.noor.writes("/kudos")
    await bench.platform.settle()
    bench.conversation.reply = Reply(notice="Kies een tag", failed=True)
    for people in (["U2", "U1"], []):
        await bench.noor.submits(bench.noor.views[-1], {"people": people, "text": "dank"})
        await bench.platform.settle()
        assert "Kies een tag" in words_of(bench.noor.views[-1].blocks)
        assert people_of(bench.noor.views[-1].body) == people
        assert json.loads(bench.noor.views[-1].private_metadata) == FORM.kept
    assert bench.conversation.heard[-1] == Command(
        "kudos_preview", "slack", "U1", "nl", {"where": "C1", "people": "", "text": "dank"}
    )
