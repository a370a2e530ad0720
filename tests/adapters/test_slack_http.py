"""Slack over HTTP: what is let in, how soon it is acknowledged, and what never reaches a log."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from fastapi import FastAPI

from adapters.port import Choice, Command, Field, Form, Locale, Member, Message, Reply, Submission
from adapters.slack.app import SlackApp
from adapters.slack.platform import Slack
from adapters.slack.words import SlackWords
from adapters.traffic.bounded import LIMIT
from tests.adapters.contract import Conversation
from tests.adapters.web_stage import MemoryBoard, MemoryKeep
from tests.everything import logged
from tests.slack.conftest import Watch
from tests.slack.delivery import sign
from tests.slack.fake import FakeSlack, fake_slack
from tests.slack.model import Json, Sleep
from tests.slack.person import Person

TOKEN = "token-of-noor"
WORDS: dict[Locale, SlackWords] = {
    "nl": SlackWords(name="Adempauze", close="Sluit", busy="Even", not_yours="Niet van jou", again="Nog eens"),
    "en": SlackWords(name="Adempauze", close="Close", busy="Busy", not_yours="Not yours", again="Again"),
}
OPTIONS = tuple(Choice("answer", label, (0, number)) for number, label in enumerate(("Nooit", "Soms", "Altijd"), 1))
CARD = Message("Hoe druk was je week?", "nl", choices=(*OPTIONS, Choice("breaks", "Pauze")), token=TOKEN)
THANKS = Message("Dank je wel", "nl", choices=(Choice("change", "Wijzig"),), token=TOKEN)
COMMENT = Form("comment", (Field("comment", "Toelichting", "text"),), "Stuur")
DIALOG = Message("Toelichten", "nl", form=COMMENT, token=TOKEN)
SLACK_FORM = "application/x-www-form-urlencoded"


@dataclass
class Slow(Conversation):
    """A conversation that answers when its `gate` is open, in the language that somebody `speaks`, or breaks down.

    `changes` are the members of whom it heard.
    """

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    broken: bool = False
    languages: dict[str, Locale] = field(default_factory=dict)
    changes: list[Member | None] = field(default_factory=list)
    waiting: int = 0

    async def receive(self, asked: Submission | Command) -> Reply:
        await self.gate.wait()
        if self.broken:
            raise ConnectionError("the database is away")
        return await super().receive(asked)

    async def belongs(self, token: str, sender: str) -> bool:
        self.waiting += 1
        await self.gate.wait()
        self.waiting -= 1
        return await super().belongs(token, sender)

    async def speaks(self, address: str) -> Locale | None:
        return self.languages.get(address)

    async def changed(self, member: Member | None) -> None:
        self.changes.append(member)


@dataclass
class Bench:
    """The real adapter before a fake Slack, with Noor and Daan in the workspace."""

    slack: FakeSlack
    watch: Watch
    conversation: Slow
    platform: Slack
    noor: Person
    daan: Person
    web: httpx.AsyncClient
    board: MemoryBoard

    async def card(self, message: Message = CARD) -> None:
        """Send Noor a card."""
        await self.platform.send("U1", message)

    async def taps(self, action: str = "nl/answer/0:2") -> None:
        """Noor taps a button of her newest card, and waits for what comes of it."""
        assert (await self.noor.taps(action, on=self.noor.messages()[-1])).ok
        await self.platform.settle()

    async def opens(self, dialog: Message = DIALOG) -> None:
        """Noor has a card, and a dialog open over it."""
        await self.card()
        self.conversation.reply = Reply(dialog=dialog)
        await self.taps("nl/breaks")

    async def post(self, body: bytes, content_type: str = "application/json", **headers: Any) -> httpx.Response:
        """Post these bytes, signed by Slack unless other headers say otherwise."""
        signature = {name.lower(): value for name, value in self.slack.http.signature(body).items()}
        sent = {"content-type": content_type, **signature, **headers}
        answer = await self.web.post("/slack/events", content=body, headers={n: v for n, v in sent.items() if v})
        await self.platform.settle()
        return answer

    async def interacts(self, payload: object) -> httpx.Response:
        """Post this as an interaction that Slack signed."""
        return await self.post(urlencode({"payload": json.dumps(payload)}).encode(), SLACK_FORM)


@asynccontextmanager
async def slack_before(*, sleep: Sleep = asyncio.sleep, socket: bool = False, **app: Any) -> AsyncIterator[Bench]:
    """Set everything up, over HTTP or over a `socket`; `app` are fields of SlackApp that differ from the usual."""
    watch = Watch()
    board = MemoryBoard(watch)
    async with fake_slack(now=watch) as slack:
        team = slack.workspace("T1", name="Lente")
        noor, daan = (team.user(f"U{n}", name=name) for n, name in enumerate(("Noor", "Daan"), 1))
        usual = {"signing_secret": slack.signing_secret, "bot_token": team.bot_token, "per_minute": 60_000}
        usual |= {"api": slack.api_base, "app_token": slack.app_token if socket else ""}
        slack.socket_mode = socket
        talk = Slow(owners={TOKEN: "U1"}, reply=Reply(message=THANKS))
        talk.gate.set()
        platform = Slack(
            SlackApp(**{**usual, **app}),
            receive=talk.receive,
            belongs=talk.belongs,
            speaks=talk.speaks,
            changed=talk.changed,
            keep=MemoryKeep(),
            board=board,
            words=WORDS,
            locale="nl",
            sleep=sleep,
        )
        ours = FastAPI()
        ours.include_router(platform.router)
        carrier = httpx.ASGITransport(ours, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=carrier, base_url="http://app.test") as web, platform.listening():
            slack.connect(web)
            await slack.sockets.wait(int(socket))
            yield Bench(slack, watch, talk, platform, noor, daan, web, board)
            talk.gate.set()
            await platform.close()


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with slack_before() as bench:
        yield bench


SECRET = "de roosters zijn krap"
TAP: Json = {"type": "block_actions", "user": {"id": "U1"}, "team": {"id": "T1"}, "trigger_id": "1"}
TAP |= {"actions": [{"type": "button", "block_id": "b", "action_id": "nl/answer/0:2", "value": TOKEN, "text": SECRET}]}
BODY = urlencode({"payload": json.dumps(TAP)}).encode()
NOW = str(int(time.time()))
FALSE: Mapping[str, Mapping[str, Any]] = {
    "a wrong signature": {"x-slack-signature": "v0=" + "0" * 64},
    "no signature": {"x-slack-signature": None},
    "no moment": {"x-slack-request-timestamp": None},
    "a moment that is no number": {"x-slack-request-timestamp": "yesterday"},
    "a moment that is not a number": {"x-slack-request-timestamp": "nan"},
    "another moment": {"x-slack-request-timestamp": str(int(NOW) - 7)},
    "a signature in letters that no digest has": {"x-slack-signature": "v0=é€".encode()},
    "a signature under another secret": {
        "x-slack-request-timestamp": NOW,
        "x-slack-signature": sign("another secret", NOW, BODY),
    },
    "the signature of another body": {
        "x-slack-request-timestamp": NOW,
        "x-slack-signature": sign("signing-secret-of-a-fake", NOW, BODY + b" "),
    },
}


async def test_what_slack_signed_is_taken(bench: Bench) -> None:
    assert (await bench.post(BODY, SLACK_FORM)).status_code == 200
    assert bench.conversation.heard == [Submission(TOKEN, "answer", "nl", ((0, 2),))]


@pytest.mark.parametrize("name", sorted(FALSE))
async def test_what_slack_did_not_sign_is_refused_and_nothing_happens(name: str, bench: Bench) -> None:
    assert (await bench.post(BODY, SLACK_FORM, **FALSE[name])).status_code == 401
    assert (bench.conversation.heard, bench.slack.calls) == ([], [])


@pytest.mark.parametrize("seconds", [-360, 360])
async def test_a_signature_counts_for_five_minutes(seconds: int, bench: Bench) -> None:
    bench.slack.http.signed_at = lambda: time.time() + seconds
    assert (await bench.post(BODY, SLACK_FORM)).status_code == 401
    assert bench.conversation.heard == []


@pytest.mark.parametrize("body", [b"", b"{not json", b"\xff\xfe", b"payload=%ff", b"payload={not json"])
async def test_garbage_that_nobody_signed_is_refused_like_the_rest(body: bytes, bench: Bench) -> None:
    assert (await bench.post(body, **{"x-slack-signature": "v0=0"})).status_code == 401


@pytest.mark.parametrize("body", [b"{not json", b"payload={not json", b"\xff\xfe"])
async def test_signed_garbage_is_not_readable_and_breaks_nothing(body: bytes, bench: Bench) -> None:
    kind = SLACK_FORM if body.startswith(b"payload") else "application/json"
    assert (await bench.post(body, kind)).status_code in {400, 401}
    assert bench.conversation.heard == []


async def test_a_request_that_is_too_large_is_refused(bench: Bench) -> None:
    assert (await bench.post(b" " * (LIMIT + 1))).status_code == 413


async def test_a_request_that_hides_its_length_is_refused_when_it_grows_too_large(bench: Bench) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 4 * LIMIT:
            sent += LIMIT // 4
            yield b" " * (LIMIT // 4)

    assert (await bench.web.post("/slack/events", content=endless())).status_code == 413


async def test_without_a_signing_secret_there_is_no_address_to_post_to() -> None:
    async with slack_before(signing_secret="") as bench:
        assert (await bench.post(BODY, SLACK_FORM)).status_code == 404
        assert bench.conversation.heard == []


@pytest.mark.parametrize("name", sorted(FALSE))
async def test_nothing_of_a_refused_request_reaches_a_log(name: str) -> None:
    with logged() as text:
        async with slack_before() as bench:
            await bench.post(BODY, SLACK_FORM, **FALSE[name])
    assert not {part for part in (SECRET, TOKEN, "U1", "block_actions") if part in text.getvalue()}


async def test_nothing_of_what_somebody_did_reaches_a_log() -> None:
    with logged() as text:
        async with slack_before() as bench:
            await bench.opens()
            await bench.noor.submits(bench.noor.views[-1], {"comment": SECRET})
            await bench.noor.writes("/adempauze", SECRET)
            await bench.platform.settle()
    assert [one.texts for one in bench.conversation.heard if isinstance(one, Submission)][-1] == {"comment": SECRET}
    assert not {part for part in (SECRET, TOKEN, "block_actions", "Hoe druk") if part in text.getvalue()}


def test_a_body_in_a_log_would_be_seen() -> None:
    with logged() as text:
        logging.getLogger("planted").warning(BODY.decode())
    assert TOKEN in text.getvalue()


async def test_what_another_program_for_slack_needs_in_the_environment_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Slack's own library reads such variables, and with them would look for tokens in another way."""
    for name in ("BOT_TOKEN", "CLIENT_ID", "CLIENT_SECRET", "SIGNING_SECRET", "APP_TOKEN"):
        monkeypatch.setenv(f"SLACK_{name}", "of-another-program")
    async with slack_before() as bench:
        await bench.card()
        await bench.taps()
        assert len(bench.conversation.heard) == 1


async def test_slack_finds_out_whether_the_address_is_ours(bench: Bench) -> None:
    asked = {"type": "url_verification", "challenge": "challenge-of-slack", "token": "x"}
    assert (await bench.post(json.dumps(asked).encode())).json() == {"challenge": "challenge-of-slack"}


@pytest.mark.parametrize("kind", ["message", "user_change", "team_join", "something_of_next_year"])
async def test_an_event_that_means_nothing_to_us_is_taken(kind: str, bench: Bench) -> None:
    assert (await bench.noor.team.event({"type": kind, "user": "U1"})).ok
    assert bench.conversation.heard == []


async def test_an_event_that_is_told_again_does_the_same_again(bench: Bench) -> None:
    assert (await bench.noor.opens_home(retries=3)).ok
    await bench.platform.settle()
    assert bench.noor.home is not None
    assert {type(one) for one in bench.conversation.heard} == {Command}


async def test_a_double_tap_is_acknowledged_twice_and_leaves_one_card(bench: Bench) -> None:
    await bench.card()
    card = bench.noor.messages()[-1]
    acks = await asyncio.gather(*(bench.noor.taps("nl/answer/0:2", on=card) for _ in range(2)))
    await bench.platform.settle()
    assert all(ack.ok for ack in acks)
    assert [message.text for message in bench.noor.messages()] == ["Dank je wel"]


async def test_closing_waits_for_what_was_acknowledged(bench: Bench) -> None:
    await bench.card()
    await bench.noor.taps("nl/answer/0:2", on=bench.noor.messages()[-1])
    await bench.platform.close()
    assert bench.noor.messages()[-1].text == THANKS.title
