"""Messages to Teams: where they go, with which token, how long it may take, and what a failure means."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from email.utils import formatdate
from pathlib import Path

import pytest

from adapters.port import DeliveryError
from adapters.teams.exchange import Post
from adapters.teams.failures import LATER, SLOWER, SOON, Refused, Unauthorised
from adapters.teams.sdk import MANY
from adapters.teams.wire import CONNECTIONS
from adapters.traffic.patience import AWAITED
from tests.adapters.teams_bench import Bench, teams_before
from tests.everything import logged
from tests.teams.fake import BOT, CHAT, NOOR, NOOR_ENTRA, TENANT
from tests.teams.served import Scripted

CARD = {
    "type": "AdaptiveCard",
    "version": "1.5",
    "body": [{"type": "TextBlock", "text": "Hoe druk was je week? – ☕", "wrap": True, "unknownHere": None}],
    "actions": [{"type": "Action.Execute", "verb": "answer", "data": {"n": [1, 2.5, True]}}],
}
POST = Post(card=CARD, summary="Hoe druk was je week?")


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with teams_before(tmp_path) as bench:
        yield bench


async def failure(bench: Bench) -> DeliveryError:
    """Return what a message that fails is told to have failed of."""
    with pytest.raises(DeliveryError) as caught:
        await bench.connection.send(bench.place, POST)
    return caught.value


async def test_a_card_arrives_whole_in_the_conversation(bench: Bench) -> None:
    name = await bench.connection.send(bench.place, POST)
    sent = bench.teams.messages[f"{CHAT}/{name}"]
    (attached,) = sent["attachments"]
    assert attached == {"contentType": "application/vnd.microsoft.card.adaptive", "content": CARD}
    assert (sent["type"], sent["summary"], sent["from"]) == ("message", "Hoe druk was je week?", {"id": BOT})
    assert "replyToId" not in sent


async def test_a_conversation_of_any_name_is_found(bench: Bench) -> None:
    thread = "19:a b/ü@thread.tacv2;messageid=1;x"
    name = await bench.connection.send(replace(bench.place, conversation=thread), Post(text="hallo"))
    assert bench.teams.messages[f"{thread}/{name}"]["text"] == "hallo"


async def test_an_update_replaces_the_message(bench: Bench) -> None:
    name = await bench.connection.send(bench.place, POST)
    await bench.connection.update(bench.place, name, Post(text="Dank je wel"))
    assert bench.teams.messages[f"{CHAT}/{name}"]["text"] == "Dank je wel"
    assert list(bench.teams.messages) == [f"{CHAT}/{name}"]


@pytest.mark.parametrize("person", [NOOR, NOOR_ENTRA])
async def test_somebody_who_never_wrote_gets_a_conversation(person: str, bench: Bench) -> None:
    place = await bench.connection.begin(bench.place, person)
    assert place == replace(bench.place, conversation=f"a:chat-with-{person}")
    (call,) = bench.teams.connector.calls
    assert call.json == {
        "isGroup": False,
        "bot": {"id": BOT},
        "members": [{"id": person}],
        "tenantId": TENANT,
        "channelData": {"tenant": {"id": TENANT}},
    }


async def test_many_messages_need_one_token(bench: Bench) -> None:
    await asyncio.gather(*(bench.connection.send(bench.place, POST) for _ in range(20)))
    assert bench.teams.tokens == 1
    assert {call.headers["Authorization"] for call in bench.teams.connector.calls} == {"Bearer token-1"}


async def test_many_messages_share_a_few_connections(bench: Bench) -> None:
    bench.teams.connector.seconds = 0.05
    for _ in range(3):
        await asyncio.gather(*(bench.connection.send(bench.place, POST) for _ in range(2 * CONNECTIONS)))
    assert bench.teams.connector.connections <= CONNECTIONS


async def test_a_single_tenant_gets_its_token_from_its_own_tenant(bench: Bench) -> None:
    await bench.connection.send(bench.place, POST)
    (asked,) = [call for call in bench.teams.entra.calls if call.method == "POST"]
    assert asked.path == f"/{TENANT}/oauth2/v2.0/token"
    assert b"scope=https%3A%2F%2Fapi.botframework.com%2F.default" in asked.body


async def test_an_application_of_many_tenants_gets_its_token_from_the_bot_framework(tmp_path: Path) -> None:
    async with teams_before(tmp_path, lambda teams: {"type": "MultiTenant"}) as bench:
        await bench.connection.send(bench.place, POST)
    assert bench.teams.entra.calls[-1].path == "/botframework.com/oauth2/v2.0/token"


async def test_a_managed_identity_gets_its_token_from_its_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with teams_before(tmp_path, lambda teams: {"type": "UserAssignedMSI", "secret": ""}) as bench:
        monkeypatch.setenv("IDENTITY_ENDPOINT", f"{bench.teams.machine.base}/msi/token")
        monkeypatch.setenv("IDENTITY_HEADER", "header-of-a-fake")
        for _ in range(3):
            await bench.connection.send(bench.place, POST)
    (asked,) = bench.teams.machine.calls
    assert (asked.query["resource"], bench.teams.entra.calls) == ("https://api.botframework.com", [])


async def test_a_slow_token_holds_up_nobody_else(bench: Bench) -> None:
    bench.teams.entra.seconds = 1.0
    sending = asyncio.create_task(bench.connection.send(bench.place, POST))
    await asyncio.sleep(0.1)
    assert (await bench.post()).status_code == 200
    assert not sending.done()
    await sending


@pytest.mark.parametrize("status", [500, 503])
async def test_whoever_hands_out_tokens_and_does_not_answer_is_asked_again_soon(status: int, bench: Bench) -> None:
    await bench.connection.send(bench.place, POST)
    bench.teams.refused = {"token-1"}
    bench.teams.entra.script.append(Scripted(status))
    assert (await failure(bench)).retry_after == SOON


async def test_a_token_that_is_refused_is_replaced_by_a_new_one(bench: Bench) -> None:
    await bench.connection.send(bench.place, POST)
    bench.teams.refused = {"token-1"}
    await bench.connection.send(bench.place, POST)
    assert (bench.teams.tokens, len(bench.teams.messages)) == (2, 2)


async def test_when_many_have_their_token_refused_one_new_one_is_fetched(bench: Bench) -> None:
    await bench.connection.send(bench.place, POST)
    bench.teams.refused = {"token-1"}
    await asyncio.gather(*(bench.connection.send(bench.place, POST) for _ in range(10)))
    assert (bench.teams.tokens, len(bench.teams.messages)) == (2, 11)


async def test_tokens_that_are_all_refused_are_a_failure_that_may_pass(bench: Bench) -> None:
    bench.teams.refused = {f"token-{number}" for number in range(9)}
    error = await failure(bench)
    assert (type(error), error.permanent, error.retry_after) == (Unauthorised, False, LATER)
    assert bench.teams.tokens == 2


async def test_without_a_token_nothing_is_sent(bench: Bench) -> None:
    await bench.connection.prepare()
    bench.teams.no_secret = True
    bench.teams.refused = {"token-1"}
    with logged() as text:
        error = await failure(bench)
    assert (type(error), error.permanent, bench.teams.messages) == (Unauthorised, False, {})
    assert "Noor" not in str(error) + text.getvalue()


@pytest.mark.parametrize("status", [403, 404])
async def test_a_conversation_that_is_gone_is_a_failure_for_good(status: int, bench: Bench) -> None:
    bench.teams.script(status, body='{"error": {"code": "MessageWritesBlocked", "message": "Noor blocked you"}}')
    error = await failure(bench)
    assert isinstance(error, Refused)
    assert (error.permanent, error.gone, error.status, error.code) == (True, True, status, "MessageWritesBlocked")
    assert "Noor" not in str(error)


@pytest.mark.parametrize("status", [400, 405, 409, 413, 422])
async def test_what_teams_never_takes_is_a_failure_for_good_but_nobody_is_gone(status: int, bench: Bench) -> None:
    bench.teams.script(status)
    error = await failure(bench)
    assert isinstance(error, Refused)
    assert (error.permanent, error.gone) == (True, False)


@pytest.mark.parametrize("status", [302, 408, 412, 429, 500, 502, 503, 504])
async def test_what_may_pass_is_no_failure_for_good(status: int, bench: Bench) -> None:
    bench.teams.script(status, headers={"Location": f"{bench.teams.metadata.base}/elsewhere"})
    error = await failure(bench)
    assert (error.permanent, len(bench.teams.connector.calls), bench.teams.metadata.calls) == (False, 1, [])


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("7", 7),
        ("0", 1),
        ("1.5", 1.5),
        ("9999999", 3600),
        ("soon", SLOWER),
        ("", SLOWER),
        ("-5", SLOWER),
        ("nan", SLOWER),
    ],
)
async def test_it_is_told_how_long_teams_asks_to_wait(header: str, wait: float, bench: Bench) -> None:
    bench.teams.script(429, headers={"Retry-After": header})
    assert (await failure(bench)).retry_after == wait


async def test_teams_may_ask_to_wait_until_a_moment(bench: Bench) -> None:
    bench.teams.script(503, headers={"Retry-After": formatdate(bench.watch() + 20, usegmt=True)})
    assert (await failure(bench)).retry_after == 20


async def test_a_connection_that_breaks_is_a_failure_that_may_pass(bench: Bench) -> None:
    bench.teams.script(0)
    assert not (await failure(bench)).permanent


async def test_a_call_ends_when_its_time_is_over(tmp_path: Path) -> None:
    async with teams_before(tmp_path, lambda teams: {"timeout": 0.3}) as bench:
        bench.teams.connector.seconds = 1.5
        began = time.perf_counter()
        assert not (await failure(bench)).permanent
        assert time.perf_counter() - began < 1.2


@pytest.mark.parametrize("body", [" ", "[]", "{", "5", '"x"', "null", "{}", "[" * 50_000])
async def test_an_answer_of_another_shape_breaks_nothing(body: str, bench: Bench) -> None:
    bench.teams.script(201, 201, body=body)
    assert await bench.connection.send(bench.place, POST) == ""
    with pytest.raises(DeliveryError) as caught:
        await bench.connection.begin(bench.place, NOOR)
    assert not caught.value.permanent


async def test_by_itself_nothing_is_sent_twice(bench: Bench) -> None:
    bench.teams.script(502, after=True)
    await failure(bench)
    assert (len(bench.teams.messages), bench.waited) == (1, [])


@pytest.mark.parametrize("status", [412, 429, 502, 504])
async def test_what_somebody_waits_for_is_tried_again(status: int, bench: Bench) -> None:
    bench.teams.script(status, headers={"Retry-After": "2"})
    await bench.connection.send(bench.place, POST, AWAITED)
    assert (len(bench.teams.messages), bench.waited) == (1, [2.5])


async def test_pauses_grow_and_end(bench: Bench) -> None:
    bench.teams.script(502, 502, 502)
    with pytest.raises(DeliveryError):
        await bench.connection.send(bench.place, POST, AWAITED)
    assert (bench.waited, len(bench.teams.connector.calls)) == ([0.5, 1.5], 3)


@pytest.mark.parametrize(("status", "asked"), [(403, "0"), (404, "0"), (429, "6")])
async def test_what_makes_no_sense_is_not_tried_again(status: int, asked: str, bench: Bench) -> None:
    bench.teams.script(status, headers={"Retry-After": asked})
    with pytest.raises(DeliveryError):
        await bench.connection.update(bench.place, "1:1", POST, AWAITED)
    assert (bench.waited, len(bench.teams.connector.calls)) == ([], 1)


async def test_nothing_of_a_message_is_in_a_log(bench: Bench) -> None:
    bench.teams.script(201, 403, 502)
    with logged() as text:
        await bench.connection.send(bench.place, POST)
        await failure(bench)
        await failure(bench)
    assert not {part for part in ("Hoe druk", CHAT, NOOR, "token-1", "secret-of") if part in text.getvalue()}


@pytest.mark.parametrize("url", ["http://evil.example/", "https://evil.example@127.0.0.1/", "file:///x", "x", ""])
async def test_a_service_url_that_leads_nowhere_is_not_called(url: str, bench: Bench) -> None:
    with pytest.raises(DeliveryError) as caught:
        await bench.connection.send(replace(bench.place, service_url=url), POST)
    assert (caught.value.permanent, bench.teams.tokens) == (True, 0)


async def test_what_a_call_needs_is_made_once_for_each_service_url(bench: Bench) -> None:
    """It takes the SDK four milliseconds, in which nothing else is done: at 200 answers a second most of the time."""
    connectors = bench.connection._framework.bot_framework_authentication._connectors
    made = [await connectors.create(f"https://{number}.example/", "") for number in (0, 0, *range(1, MANY + 1))]
    assert (made[0] is made[1], made[1] is made[2], len(connectors._made)) == (True, False, 1)
