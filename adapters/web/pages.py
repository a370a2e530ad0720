"""The routes of the web chat. Nothing personal is ever in an address: tokens travel in bodies, senders in sessions.

Each POST works as a plain form (a page with the card as it became: after "change my answer" the chat itself would
show thanks again) and with htmx (the fragment that changed). What belongs to the person is asked before the sender is
dropped; then the outcome is the conversation's own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from adapters.port import Belongs, Command, Locale, Receive, Reply, Submission
from adapters.web import render
from adapters.web.body import read_form
from adapters.web.mailbox import Mailbox, Waiting
from adapters.web.outcome import fragment, said
from adapters.web.parse import BadForm, Pairs, command_of, preferred, submission_of
from adapters.web.words import Frame, Identify, Refusal, Visitor, WebWords

Read = Callable[[Pairs, Visitor], Submission | Command | BadForm]


@dataclass(frozen=True, slots=True)
class ChatPages:
    """The pages, with everything they need handed in; `waiting` gives what waits for an address."""

    platform: str
    receive: Receive
    belongs: Belongs
    identify: Identify
    frame: Frame
    words: Mapping[Locale, WebWords]
    waiting: Callable[[str], Awaitable[Mailbox]]

    def router(self) -> APIRouter:
        """Return the routes: plain ones, because nothing of an API is of use to them and an answer is on a hot path."""
        router = APIRouter()
        router.add_route("/chat", self.show, methods=["GET"])
        router.add_route("/chat/submit", self.submit, methods=["POST"])
        router.add_route("/chat/command", self.command, methods=["POST"])
        return router

    async def show(self, request: Request) -> Response:
        """The person's page: the newest message first, each card in the state it has now."""
        visitor = await self.identify(request)
        if visitor is None:
            return self._refuse(request, "signed_out", 401)
        words = self.words[visitor.locale]
        newest_first = reversed(await self.waiting(visitor.address))
        cards = [await self._current(waiting, visitor) for waiting in newest_first]
        body = render.chat([card for card in cards if card], words)
        return HTMLResponse(self.frame(words.title, body, visitor.locale))

    async def submit(self, request: Request) -> Response:
        """Something was done with a card."""
        return await self._take(request, submission_of)

    async def command(self, request: Request) -> Response:
        """Somebody asked something about themselves."""
        return await self._take(request, lambda pairs, visitor: command_of(pairs, visitor, self.platform))

    async def _current(self, waiting: Waiting, visitor: Visitor) -> str:
        """Return a card as it stands now; nothing for a card that has closed or is not this person's.

        Any other failure may pass, so the card stays as it was sent, with the notice.
        """
        token = waiting.message.token
        if token is None:
            return render.card(waiting.message, ref=waiting.id)
        if not await self.belongs(token, visitor.address):
            return ""
        reply = await self.receive(Submission(token, "show", visitor.locale))
        return "" if reply.over else render.card(reply.message or waiting.message, notice=reply.notice)

    async def _take(self, request: Request, read: Read) -> Response:
        visitor = await self.identify(request)
        if visitor is None:
            return self._refuse(request, "signed_out", 401)
        pairs = await read_form(request)
        asked = pairs if isinstance(pairs, BadForm) else read(pairs, visitor)
        if isinstance(asked, BadForm):
            return self._refuse(request, asked.refusal, asked.status, visitor)
        if asked.token is not None and not await self.belongs(asked.token, visitor.address):
            return self._refuse(request, "not_yours", 403, visitor)
        return self._answer(request, asked, await self.receive(asked), visitor.locale)

    def _answer(self, request: Request, asked: Submission | Command, reply: Reply, locale: Locale) -> Response:
        words = self.words[locale]
        if _by_htmx(request):
            return fragment(reply, asked.token, words, target=request.headers.get("hx-target", ""))
        if reply == Reply():
            return RedirectResponse("/chat", status_code=303)
        return HTMLResponse(self._page(reply, words, locale))

    def _page(self, reply: Reply, words: WebWords, locale: Locale) -> str:
        cards = [render.card(reply.dialog, anchored=False)] if reply.dialog else []
        cards += [render.card(reply.message)] if reply.message else []
        title = words.refused if reply.failed and not cards else words.title
        body = render.page(title, words, cards=cards, text=reply.notice, failed=reply.failed)
        return self.frame(title, body, locale)

    def _refuse(self, request: Request, why: Refusal, status: int, visitor: Visitor | None = None) -> Response:
        locale = visitor.locale if visitor else preferred(request.headers.get("accept-language", ""))
        words = self.words[locale]
        if _by_htmx(request):
            return said(words.of(why), status=status)
        body = render.page(words.refused, words, text=words.of(why), failed=True)
        return HTMLResponse(self.frame(words.refused, body, locale), status)


def _by_htmx(request: Request) -> bool:
    return request.headers.get("hx-request") == "true"
