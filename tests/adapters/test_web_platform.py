from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

import pytest
from fastapi import FastAPI, Request
from httpx import ASGITransport, AsyncClient, Response

from adapters.port import (
    ChatPlatform,
    Choice,
    Command,
    DeliveryError,
    Image,
    Keep,
    Message,
    MessageRef,
    Reply,
    Submission,
)
from adapters.web.mailbox import STEP, Waiting, pack, unpack
from adapters.web.platform import WebChat
from adapters.web.words import Visitor, WebWords

WORDS = WebWords(**{name: f"[{name}]" for name in WebWords.__slots__ if name != "commands"}, commands=())
QUESTION = Message("Vraag", "nl", choices=(Choice("answer", "Mee eens", (0, 4)), Choice("later", "Later")), token="T")
THANKS = Message("Dank je wel", "nl", token="T")
HTMX = {"HX-Request": "true"}
ANSWER = {"token": "T", "action": "answer", "position": "0:4"}


class InMemory:
    def __init__(self) -> None:
        self.records: dict[str, bytes] = {}

    async def get(self, key: str) -> bytes | None:
        return self.records.get(key)

    async def put(self, key: str, value: bytes) -> None:
        self.records[key] = value

    async def change(self, key: str, edit: Callable[[bytes | None], bytes]) -> None:
        await self.put(key, edit(await self.get(key)))

    async def delete(self, key: str) -> None:
        self.records.pop(key, None)


@dataclass
class Conversation:
    """Answers with `reply`; a card that is shown is in state `now`."""

    reply: Reply = field(default_factory=lambda: Reply(message=THANKS))
    now: Reply = field(default_factory=lambda: Reply(message=QUESTION))
    owner: str = "noor"
    heard: list[Submission | Command] = field(default_factory=list)

    async def receive(self, what: Submission | Command) -> Reply:
        if isinstance(what, Submission) and what.action == "show":
            return self.now
        self.heard.append(what)
        return self.reply

    async def belongs(self, token: str, sender: str) -> bool:
        return sender == self.owner


async def identify(request: Request) -> Visitor | None:
    name = request.headers.get("x-visitor")
    return Visitor(name, "nl") if name else None


def numbered() -> Iterator[str]:
    return (str(n) for n in count(1))


@pytest.fixture
def conversation() -> Conversation:
    return Conversation()


@pytest.fixture
def keep() -> InMemory:
    return InMemory()


@pytest.fixture
def chat(conversation: Conversation, keep: Keep) -> WebChat:
    return WebChat(
        receive=conversation.receive,
        belongs=conversation.belongs,
        keep=keep,
        identify=identify,
        frame=lambda title, body, locale: f"<html lang={locale}><title>{title}</title>{body}</html>",
        words={"nl": WORDS, "en": WORDS},
        new_id=numbered().__next__,
    )


@pytest.fixture
async def browser(chat: WebChat) -> AsyncIterator[AsyncClient]:
    app = FastAPI()
    app.include_router(chat.router)
    headers = {"x-visitor": "noor", "content-type": "application/x-www-form-urlencoded"}
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test", headers=headers) as client:
        yield client


async def post(browser: AsyncClient, kind: str, data: dict[str, str], **headers: str) -> Response:
    return await browser.post(f"/chat/{kind}", data=data, headers=headers)


def test_the_web_chat_is_a_chat_platform_on_which_messages_wait(chat: WebChat) -> None:
    platform: ChatPlatform = chat
    assert (platform.name, platform.waits) == ("web", True)


async def test_a_message_waits_on_the_page_until_its_reader_comes(chat: WebChat, browser: AsyncClient) -> None:
    await chat.send("noor", Message("Oud", "nl"))
    await chat.send("noor", Message("Nieuw", "nl"))
    await chat.send("sam", Message("Van Sam", "nl"))
    page = (await browser.get("/chat")).text
    assert page.index("Nieuw") < page.index("Oud")
    assert "Van Sam" not in page


async def test_a_message_is_replaced_by_its_id(chat: WebChat, browser: AsyncClient) -> None:
    ref = await chat.send("noor", Message("Eerst", "nl"))
    await chat.update(ref, Message("Daarna", "nl"))
    page = (await browser.get("/chat")).text
    assert "Daarna" in page
    assert "Eerst" not in page


async def test_replacing_what_is_gone_is_a_permanent_failure(chat: WebChat) -> None:
    with pytest.raises(DeliveryError) as failure:
        await chat.update(MessageRef("web", "noor", "99"), THANKS)
    assert failure.value.permanent


async def test_the_page_keeps_the_newest_twenty(chat: WebChat) -> None:
    for n in range(25):
        await chat.send("noor", Message(f"bericht {n}", "nl"))
    assert [w.message.title for w in await chat.waiting("noor")] == [f"bericht {n}" for n in range(5, 25)]


async def test_the_web_chat_lists_nobody(chat: WebChat) -> None:
    assert [member async for member in chat.members()] == []


def test_the_size_of_a_mailbox_says_little() -> None:
    small = pack((Waiting("1", Message("a", "nl")),))
    large = pack((Waiting("1", Message("a" * 900, "nl")), Waiting("2", QUESTION)))
    assert len(small) == len(large) == STEP


def test_a_message_comes_back_from_the_mailbox_as_it_went_in() -> None:
    message = Message("a", "nl", image=Image("<svg/>", b"", "b"), choices=QUESTION.choices, token="T")
    assert unpack(pack((Waiting("1", message),))) == (Waiting("1", message),)


async def test_a_card_is_shown_in_the_state_it_has_now(
    chat: WebChat, browser: AsyncClient, conversation: Conversation
) -> None:
    await chat.send("noor", QUESTION)
    conversation.now = Reply(message=THANKS)
    page = (await browser.get("/chat")).text
    assert "Dank je wel" in page
    assert "Mee eens" not in page


async def test_a_card_of_a_closed_check_in_leaves_the_page(
    chat: WebChat, browser: AsyncClient, conversation: Conversation
) -> None:
    await chat.send("noor", QUESTION)
    conversation.now = Reply(notice="gesloten", failed=True, over=True)
    assert "[empty]" in (await browser.get("/chat")).text


async def test_a_failure_that_may_pass_keeps_the_card_and_says_so(
    chat: WebChat, browser: AsyncClient, conversation: Conversation
) -> None:
    await chat.send("noor", QUESTION)
    conversation.now = Reply(notice="Probeer het zo nog eens.", failed=True)
    page = (await browser.get("/chat")).text
    assert "Mee eens" in page
    assert "Probeer het zo nog eens." in page


async def test_answering_leaves_no_trace_in_the_mailbox(chat: WebChat, browser: AsyncClient, keep: InMemory) -> None:
    await chat.send("noor", QUESTION)
    before = dict(keep.records)
    await post(browser, "submit", ANSWER)
    await browser.get("/chat")
    assert keep.records == before


async def test_without_javascript_an_answer_is_a_page_with_the_card_as_it_became(
    browser: AsyncClient, conversation: Conversation
) -> None:
    page = await post(browser, "submit", ANSWER)
    assert "Dank je wel" in page.text
    assert 'href="/chat"' in page.text
    assert conversation.heard == [Submission("T", "answer", "nl", ((0, 4),))]


async def test_without_javascript_a_dialog_is_a_page_with_the_way_back(
    browser: AsyncClient, conversation: Conversation
) -> None:
    conversation.reply = Reply(dialog=Message("Een pauze", "nl"))
    page = await post(browser, "submit", {"token": "T", "action": "breaks"})
    assert "<html" in page.text
    assert "Een pauze" in page.text
    assert 'href="/chat"' in page.text


async def test_with_htmx_only_the_card_comes_back(browser: AsyncClient) -> None:
    answered = await post(browser, "submit", ANSWER, **HTMX)
    assert answered.text.startswith("<article")
    assert answered.headers["hx-retarget"].startswith("#card-")


async def test_with_htmx_a_dialog_opens_and_the_card_stays(browser: AsyncClient, conversation: Conversation) -> None:
    conversation.reply = Reply(dialog=Message("Een pauze", "nl"))
    answered = await post(browser, "submit", {"token": "T", "action": "breaks"}, **HTMX)
    assert answered.headers["hx-retarget"] == "#dialog"


async def test_with_htmx_a_card_and_a_dialog_come_together(browser: AsyncClient, conversation: Conversation) -> None:
    conversation.reply = Reply(message=THANKS, dialog=Message("Een pauze", "nl"))
    answered = await post(browser, "submit", ANSWER, **HTMX)
    assert 'hx-swap-oob="innerHTML:#dialog"' in answered.text
    assert answered.headers["hx-retarget"].startswith("#card-")


async def test_a_notice_stands_beside_a_card_that_keeps_its_buttons(
    browser: AsyncClient, conversation: Conversation
) -> None:
    conversation.reply = Reply(notice="Probeer het zo nog eens.", failed=True)
    answered = await post(browser, "submit", ANSWER, **HTMX)
    assert answered.headers["hx-retarget"] == "next .notice"
    assert "Probeer het zo" in answered.text


async def test_a_command_from_the_row_opens_in_the_dialog(browser: AsyncClient, conversation: Conversation) -> None:
    conversation.reply = Reply(message=Message("Instellingen", "nl"))
    answered = await post(browser, "command", {"name": "settings"}, **HTMX, **{"HX-Target": "dialog"})
    assert answered.headers["hx-retarget"] == "#dialog"
    assert conversation.heard == [Command("settings", "web", "noor", "nl", {}, None)]


@pytest.mark.parametrize("kind", ["submit", "command"])
async def test_a_token_of_somebody_else_reaches_nobody(
    browser: AsyncClient, conversation: Conversation, kind: str
) -> None:
    conversation.owner = "sam"
    data = ANSWER if kind == "submit" else {"name": "later", "token": "T"}
    refused = await post(browser, kind, data)
    assert refused.status_code == 403
    assert "[not_yours]" in refused.text
    assert conversation.heard == []


async def test_a_card_of_somebody_else_is_not_shown(
    chat: WebChat, browser: AsyncClient, conversation: Conversation
) -> None:
    conversation.owner = "sam"
    await chat.send("noor", QUESTION)
    assert "Vraag" not in (await browser.get("/chat")).text


@pytest.mark.parametrize("path", ["/chat", "/chat/submit", "/chat/command"])
async def test_nobody_gets_in_without_a_session(browser: AsyncClient, conversation: Conversation, path: str) -> None:
    method = "GET" if path == "/chat" else "POST"
    refused = await browser.request(method, path, headers={"x-visitor": ""})
    assert refused.status_code == 401
    assert "[signed_out]" in refused.text
    assert conversation.heard == []


@pytest.mark.parametrize(
    "data", [{}, {"token": "T", "action": "answer", "sender": "sam"}, {"token": "T", "action": "?"}]
)
async def test_a_form_we_do_not_know_is_refused_whole(
    browser: AsyncClient, conversation: Conversation, data: dict[str, str]
) -> None:
    refused = await post(browser, "submit", data)
    assert refused.status_code == 422
    assert "[unreadable]" in refused.text
    assert conversation.heard == []


async def test_a_ten_megabyte_comment_is_refused_without_reading_it(
    browser: AsyncClient, conversation: Conversation
) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        yield b"token=T&action=comment&text.comment="
        for _ in range(640):
            read += 16 * 1024
            yield b"a" * 16 * 1024

    refused = await browser.post("/chat/submit", content=endless())
    assert refused.status_code == 413
    assert "[too_large]" in refused.text
    assert read <= 80 * 1024
    assert conversation.heard == []


async def test_an_announced_size_is_enough_to_refuse(browser: AsyncClient) -> None:
    refused = await browser.post("/chat/submit", content=b"a=1", headers={"content-length": "10000000"})
    assert refused.status_code == 413


async def test_a_refusal_comes_to_htmx_as_a_sentence(browser: AsyncClient) -> None:
    refused = await post(browser, "submit", {"token": "T"}, **HTMX)
    assert (refused.status_code, refused.headers["hx-retarget"]) == (422, "next .notice")


def test_no_address_holds_a_token_or_a_sender(chat: WebChat) -> None:
    assert sorted(route.path for route in chat.router.routes) == ["/chat", "/chat/command", "/chat/submit"]  # type: ignore[attr-defined]
