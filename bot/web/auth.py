"""Signing in with a link, and out again.

GET shows a page with one button and changes nothing, so a preview robot spends no link. POST spends it and moves on
to an address without it. Each purpose has its own cookie, so that one browser can hold a chat and a digest.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from adapters.web.words import Visitor
from bot.texts import Texts
from bot.web.chrome import Chrome, locale_of
from bot.web.links import Links
from bot.web.sessions import Session, Sessions, cookie_name, on_loopback
from surveys.links import Link
from surveys.model import Language

TARGETS: Final[Mapping[str, str]] = {
    "chat": "/chat",
    "digest": "/digest",
    "council": "/council",
    "keys": "/keys",
    "seat": "/seat",
    "export": "/export",
    "wall": "/wall",
    "workspaces": "/slack/workspaces",
}
"""Purpose of a link to the address behind it."""


@dataclass(frozen=True, slots=True)
class Behind:
    """How the person behind a link or session is spoken to now: language, and address on the web chat."""

    language: Language | None
    address: str | None


FindBehind = Callable[[str], Awaitable[Behind | None]]


@dataclass(frozen=True, slots=True)
class Doors:
    """The routes of links, and who is behind a request.

    `behind` is asked anew at every request, so that a session follows its person and never an address.
    """

    links: Links
    sessions: Sessions
    chrome: Chrome
    behind: FindBehind
    targets: Mapping[str, str]

    def router(self) -> APIRouter:
        """Return the routes `/l/{link}` and `/sign-out`."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/l/{link}", self.ask, methods=["GET"], response_class=HTMLResponse)
        router.add_api_route("/l/{link}", self.enter, methods=["POST"], response_class=HTMLResponse)
        router.add_api_route("/sign-out", self.leave, methods=["POST"], response_class=HTMLResponse)
        return router

    async def ask(self, request: Request, link: str) -> Response:
        """One button."""
        found = await self.links.check(link)
        if found is None or found.purpose not in self.targets:
            return self._refuse(request)
        locale = await self._language(request, found)
        return HTMLResponse(self.chrome.page("link.html", "web.link.title", locale, once=found.once))

    async def enter(self, request: Request, link: str) -> Response:
        """Spend the link, open a session, and go where the link leads."""
        found = await self.links.redeem(link)
        if found is None or found.purpose not in self.targets:
            return self._refuse(request)
        value, seconds = self.sessions.open(found, await self._language(request, found))
        response = RedirectResponse(self.targets[found.purpose], status_code=303)
        secure = not on_loopback(request.url.hostname)
        response.set_cookie(
            cookie_name(found.purpose, secure=secure),
            value,
            max_age=seconds,
            path="/",
            secure=secure,
            httponly=True,
            samesite="strict",
        )
        return response

    async def leave(self, request: Request) -> Response:
        """Take the sessions out of this browser; a copy of one lives on until it ends or its link is revoked."""
        locale = locale_of(request)
        response = HTMLResponse(self.chrome.message(Texts(locale), "web.signed_out"))
        secure = not on_loopback(request.url.hostname)
        for purpose in self.targets:
            name = cookie_name(purpose, secure=secure)
            response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="strict")
        return response

    async def session(self, request: Request, purpose: str) -> Session | None:
        """Return the session of a request for this purpose, its link checked anew."""
        name = cookie_name(purpose, secure=not on_loopback(request.url.hostname))
        cookie = request.cookies.get(name)
        return await self.sessions.read(cookie, purpose) if cookie else None

    async def visitor(self, request: Request) -> Visitor | None:
        """Return whose chat this is: what the web chat is handed as `identify`."""
        session = await self.session(request, "chat")
        found = await self.behind(session.subject) if session else None
        if session is None or found is None or found.address is None:
            return None
        return Visitor(found.address, found.language or session.locale)

    async def _language(self, request: Request, link: Link) -> Language:
        found = await self.behind(link.subject)
        return (found.language if found else None) or locale_of(request)

    def _refuse(self, request: Request) -> Response:
        return HTMLResponse(self.chrome.message(Texts(locale_of(request)), "web.link.refused"), 403)
