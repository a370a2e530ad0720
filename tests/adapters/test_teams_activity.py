"""What Teams sends is read strictly: what we need of it, and nothing when it has not the shape that is documented."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.teams.activity import MOST_TEXT, UNREADABLE, Activity, Person, Place, activity_of
from adapters.teams.exchange import Answer
from adapters.teams.mount import PATH
from tests.adapters.teams_bench import Bench, teams_before
from tests.everything import logged
from tests.teams.fake import BOT, CHAT, NOOR, NOOR_ENTRA, TENANT, FakeTeams
from tests.teams.served import Json

SECRET = "what Noor wrote"
NAME = "<at>Adempauze</at>"
MENTION = {"type": "mention", "mentioned": {"id": BOT, "name": "Adempauze"}, "text": NAME}
OTHER = {"type": "mention", "mentioned": {"id": "29:daan", "name": "Daan"}, "text": "<at>Daan</at>"}
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from([BOT, CHAT, "add"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = ["type", "id", "name", "action", "channelId", "serviceUrl", "from", "conversation", "recipient", "entities"]
FIELDS += ["channelData", "locale", "text", "value", "replyToId", "membersAdded", "membersRemoved"]
WHATEVER = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def teams(tmp_path: Path) -> FakeTeams:
    return FakeTeams(tmp_path)


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with teams_before(tmp_path) as bench:
        yield bench


def test_a_message_says_who_wrote_what_where(teams: FakeTeams) -> None:
    assert activity_of(teams.activity(id="17", replyToId="16", value={"verb": "answer"})) == Activity(
        kind="message",
        place=Place("/emea/", CHAT, TENANT, BOT),
        sender=Person(NOOR, NOOR_ENTRA),
        scope="personal",
        id="17",
        text="hallo",
        value={"verb": "answer"},
        locale="nl-NL",
        reply_to="16",
    )


def test_a_channel_says_its_team_and_the_thread(teams: FakeTeams) -> None:
    where = {"id": "19:x@thread.tacv2;messageid=5", "conversationType": "channel", "isGroup": True}
    data = {"tenant": {"id": TENANT}, "team": {"id": "19:team"}, "channel": {"id": "19:x@thread.tacv2"}}
    found = activity_of(teams.activity(conversation=where, channelData=data))
    assert (found.scope, found.team, found.channel) == ("channel", "19:team", "19:x@thread.tacv2")
    assert (found.place.conversation, found.place.whole) == (where["id"], "19:x@thread.tacv2")


@pytest.mark.parametrize("action", ["add", "remove", "add-upgrade", "remove-upgrade"])
def test_an_installation_says_what_was_done(action: str, teams: FakeTeams) -> None:
    body = teams.activity(type="installationUpdate", action=action, text=None, **{"from": {"id": NOOR}})
    found = activity_of(body)
    assert (found.kind, found.action, found.sender) == ("installationUpdate", action, Person(NOOR))


def test_a_conversation_says_who_came_and_who_left(teams: FakeTeams) -> None:
    came, left = [{"id": BOT}, {"id": NOOR, "aadObjectId": NOOR_ENTRA}], [{"id": "29:daan"}]
    body = teams.activity(type="conversationUpdate", membersAdded=came, membersRemoved=left, text=None)
    found = activity_of(body)
    assert (found.added, found.removed) == ((Person(BOT), Person(NOOR, NOOR_ENTRA)), (Person("29:daan"),))


@pytest.mark.parametrize(
    ("text", "entities", "left"),
    [
        (f"{NAME} help", [MENTION], "help"),
        (f"{NAME}\u00a0help", [MENTION], "help"),
        (f"hulp, {NAME}\n nu", [MENTION], "hulp, nu"),
        (f"{NAME} set Adempauze time", [MENTION], "set Adempauze time"),
        (f"{NAME} says {NAME}", [MENTION, MENTION], "says"),
        (f"{NAME} ask <at>Daan</at>", [MENTION, OTHER], "ask <at>Daan</at>"),
        (None, [MENTION], ""),
        (f"{NAME} help", [{**MENTION, "text": None}], "help"),
    ],
)
def test_a_mention_of_us_is_taken_out_and_no_other_word(
    text: str | None, entities: list[Json], left: str, teams: FakeTeams
) -> None:
    found = activity_of(teams.activity(text=text, entities=entities))
    assert (found.text, found.mentioned) == (left, True)


def test_a_text_that_mentions_without_end_holds_nobody_up(teams: FakeTeams) -> None:
    """Each mention is looked for in the whole text: as large as a request may be, that took ten seconds."""
    body = teams.activity(text="<at>a" * 80_000, entities=[{**MENTION, "text": "<at>b"}] * 7_000)
    began = time.perf_counter()
    found = activity_of(body)
    assert time.perf_counter() - began < 1
    assert (len(found.text), found.mentioned) == (MOST_TEXT, True)


def test_a_mention_of_somebody_else_is_no_mention_of_us(teams: FakeTeams) -> None:
    found = activity_of(teams.activity(text=f"<at>Daan</at> said {NAME}", entities=[OTHER]))
    assert (found.text, found.mentioned) == (f"<at>Daan</at> said {NAME}", False)


@pytest.mark.parametrize(
    "tenants", [("t", "t"), ("t", None), (None, "t"), ("t", "")], ids=["both", "data", "conversation", "empty"]
)
def test_the_tenant_stands_in_either_place(tenants: tuple[str | None, str | None], teams: FakeTeams) -> None:
    data, conversation = tenants
    body = teams.activity(channelData={"tenant": {"id": data}}, conversation={"id": CHAT, "tenantId": conversation})
    assert activity_of(body).place.tenant == "t"


def test_two_tenants_are_refused(teams: FakeTeams) -> None:
    body = teams.activity(channelData={"tenant": {"id": "t"}}, conversation={"id": CHAT, "tenantId": "u"})
    with pytest.raises(UNREADABLE):
        activity_of(body)


@pytest.mark.parametrize(
    "fields",
    [
        {"type": None},
        {"type": 5},
        {"type": "a\nb"},
        {"from": None},
        {"from": {"id": ""}},
        {"from": {"id": "a\u0000b"}},
        {"from": {"id": NOOR, "aadObjectId": 5}},
        {"conversation": {}},
        {"conversation": [CHAT]},
        {"conversation": {"id": "x" * 1025}},
        {"recipient": None},
        {"value": [SECRET]},
        {"value": SECRET},
        {"text": 5},
        {"text": {"a": SECRET}},
        {"entities": 5},
        {"entities": [SECRET]},
        {"channelData": SECRET},
        {"channelData": {"tenant": SECRET}},
        {"membersAdded": [SECRET]},
        {"membersAdded": {"id": SECRET}},
        {"id": 5},
        {"replyToId": ["x"]},
        {"locale": 5},
        {"name": {"a": 1}},
    ],
    ids=str,
)
async def test_what_has_another_shape_is_not_readable_and_nothing_happens(fields: dict[str, Any], bench: Bench) -> None:
    with logged() as text:
        answer = await bench.post(bench.teams.activity(**fields))
    assert (answer.status_code, answer.text, bench.hearing.activities) == (400, "not readable", [])
    assert not {part for part in (SECRET, NOOR, NOOR_ENTRA, "Traceback") if part in text.getvalue()}


@WHATEVER
@given(st.sampled_from(FIELDS), VALUES)
async def test_anything_at_all_in_a_field_breaks_nothing(bench: Bench, name: str, value: Any) -> None:
    with logged() as text:
        answer = await bench.post(bench.teams.activity() | {name: value})
    assert answer.status_code in {200, 400, 401, 403}
    assert not {part for part in ("an activity failed", "Traceback") if part in text.getvalue()}


@WHATEVER
@given(VALUES)
async def test_anything_at_all_as_a_body_breaks_nothing(bench: Bench, value: Any) -> None:
    assert (await bench.raw(json.dumps(value).encode())).status_code in {400, 401}


async def test_an_invoke_is_answered_with_what_was_decided(bench: Bench) -> None:
    card = {"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": {"type": "AdaptiveCard"}}
    bench.hearing.answer = Answer(card)
    value = {"action": {"type": "Action.Execute", "verb": "answer", "data": {"token": "t"}}, "trigger": "manual"}
    answer = await bench.post(bench.teams.activity(type="invoke", name="adaptiveCard/action", value=value, text=None))
    assert (answer.status_code, answer.json()) == (200, card)
    (heard,) = bench.hearing.activities
    assert (heard.kind, heard.name, heard.value) == ("invoke", "adaptiveCard/action", value)
    assert bench.teams.connector.calls == []  # nothing goes into the chat


@pytest.mark.parametrize(("answer", "status"), [(None, 501), (Answer(), 200), (Answer(status=400), 400)])
async def test_an_invoke_without_a_body_is_answered_with_its_status(
    answer: Answer | None, status: int, bench: Bench
) -> None:
    bench.hearing.answer = answer
    got = await bench.post(bench.teams.activity(type="invoke", name="task/fetch"))
    assert (got.status_code, got.content) == (status, b"")


async def test_a_message_has_no_answer_even_when_one_is_given(bench: Bench) -> None:
    bench.hearing.answer = Answer({"a": 1})
    got = await bench.post()
    assert (got.status_code, got.content) == (200, b"")


async def test_nothing_is_buffered_for_whoever_asks_for_all_replies_at_once(bench: Bench) -> None:
    got = await bench.post(bench.teams.activity(deliveryMode="expectReplies"))
    assert (got.status_code, got.content) == (200, b"")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD"])
async def test_teams_only_posts(method: str, bench: Bench) -> None:
    assert (await bench.client.request(method, PATH)).status_code == 405
