"""What Slack signs and never sends: whatever it is, it breaks nothing, nothing happens, and no log holds any of it."""

from __future__ import annotations

import copy
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.adapters.test_slack_http import SECRET, SLACK_FORM, TAP, TOKEN, Bench, slack_before
from tests.adapters.test_slack_rough import no_pause
from tests.everything import logged
from tests.slack import events, payloads
from tests.slack.model import Json

EVENT: Json = {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "token": SECRET}
UNREADABLE: dict[str, Json] = {
    "a tap on nothing": {**TAP, "actions": []},
    "a tap on something that is no button": {**TAP, "actions": [SECRET]},
    "a tap on a button without a name": {**TAP, "actions": [{"type": "button", "value": SECRET}]},
    "an interaction of no kind": {"user": {"id": "U1"}, "team": {"id": "T1"}, "token": SECRET},
    "nothing": {},
    "an event that is not there": EVENT,
    "an event that is a word": {**EVENT, "event": SECRET},
    "an event that is a list": {**EVENT, "event": [SECRET]},
    "an event of a kind that is no word": {**EVENT, "event": {"type": 5, "text": SECRET}},
    "a view that is a number": {**TAP, "type": "view_submission", "view": 5},
    "a workspace that is a number": {**TAP, "team": 5},
    "somebody who is a number": {**TAP, "user": 5},
}
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["T1", "U1", TOKEN]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
WHATEVER = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with slack_before(sleep=no_pause) as bench:
        yield bench


@pytest.fixture
async def socketed() -> AsyncIterator[Bench]:
    async with slack_before(sleep=no_pause, socket=True) as bench:
        yield bench


@pytest.mark.parametrize("name", sorted(UNREADABLE))
async def test_a_signed_payload_of_no_known_shape_is_not_readable_and_nothing_happens(name: str, bench: Bench) -> None:
    event = UNREADABLE[name].get("type") == "event_callback"
    body = json.dumps(UNREADABLE[name])
    with logged() as text:
        form = urlencode({"payload": body}).encode()
        answer = await (bench.post(body.encode()) if event else bench.post(form, SLACK_FORM))
    assert (answer.status_code, answer.text) == (400, "not readable")
    assert (bench.conversation.heard, bench.slack.calls) == ([], [])
    assert not {part for part in (SECRET, TOKEN, "U1", "Traceback") if part in text.getvalue()}


@pytest.mark.parametrize("name", sorted(UNREADABLE))
async def test_over_a_socket_it_is_acknowledged_and_the_connection_goes_on(name: str, socketed: Bench) -> None:
    with logged() as text:
        ack = await socketed.slack.send("interactive", UNREADABLE[name])
        assert (ack.ok, ack.body, socketed.conversation.heard) == (True, "", [])
        await socketed.card()
        await socketed.taps()
    assert (len(socketed.conversation.heard), socketed.slack.called("apps.connections.open")[1:]) == (1, [])
    assert not {part for part in (SECRET, TOKEN, "U1", "Traceback") if part in text.getvalue()}


@pytest.mark.parametrize("payload", [5, "word", ["list"], None, True])
async def test_over_a_socket_an_envelope_without_an_object_is_acknowledged(payload: Any, socketed: Bench) -> None:
    assert (await socketed.slack.send("interactive", payload)).ok
    await socketed.card()
    await socketed.taps()
    assert len(socketed.conversation.heard) == 1


@WHATEVER
@given(VALUES)
async def test_anything_at_all_as_a_payload_breaks_nothing(bench: Bench, payload: Any) -> None:
    await holds(bench, payload)


@WHATEVER
@given(st.data())
async def test_what_slack_sends_with_anything_at_all_in_it_breaks_nothing(
    bench: Bench, sent: list[Json], data: st.DataObject
) -> None:
    await holds(bench, data.draw(st.sampled_from(sent).flatmap(bent)))


async def holds(bench: Bench, payload: Any) -> None:
    """Whichever way it comes in, it is taken or refused, and all that it began ends well or says why."""
    body = json.dumps(payload)
    with logged() as text:
        for content, kind in ((urlencode({"payload": body}).encode(), SLACK_FORM), (body.encode(), "application/json")):
            answer = await bench.post(content, kind)
            assert answer.status_code in {200, 400, 401, 413}
    assert not {part for part in ("broke down", "Traceback", "never retrieved") if part in text.getvalue()}


@pytest.fixture
async def sent(bench: Bench) -> list[Json]:
    """One of everything that Slack sends."""
    await bench.opens()
    noor, card = bench.noor, bench.noor.messages()[-1]
    return [
        TAP,
        payloads.block_actions(noor, "nl/answer/0:2", card, {}),
        payloads.view_submission(noor, noor.views[-1], {"comment": "druk"}, None),
        payloads.slash_command(noor, "/adempauze", "help", noor.dm, "directmessage"),
        events.wrap(noor.team, events.home_opened(noor, noor.dm, "home")),
        events.wrap(noor.team, {"type": "tokens_revoked", "tokens": {"bot": ["U1"]}}),
        events.wrap(noor.team, {"type": "app_uninstalled"}),
        events.wrap(
            noor.team, {"type": "message", "channel": noor.dm, "channel_type": "im", "user": "U1", "text": "x"}
        ),
    ]


@st.composite
def bent(draw: st.DrawFn, real: Json) -> Json:
    """The same with one or two places in it gone, or filled with something else."""
    payload = copy.deepcopy(real)
    for _ in range(draw(st.integers(1, 2))):
        holder, key = draw(st.sampled_from(list(places(payload))))
        if draw(st.booleans()):
            holder[key] = draw(VALUES)
        else:
            del holder[key]
    return payload


def places(part: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in it: what holds it, and its key or number there."""
    inside = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, value in inside:
        yield part, key
        yield from places(value)
