"""The page on which an administrator connects workspaces of Slack, and the way there and back.

Who may open it got a link from the command line. The way through Slack carries a state that is good once, for ten
minutes, and only in the browser that set out with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.constant_time import bytes_eq
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from adapters.slack.oauth import NotConnected
from adapters.slack.workspaces import Workspaces
from bot.slack_manifest import BACK
from bot.texts import Texts
from bot.web.auth import Doors
from bot.web.chrome import locale_of
from bot.web.links import ONE_TIME
from bot.web.sessions import cookie_name, on_loopback
from surveys.model import Language

PURPOSE: Final = "workspaces"
SEAT: Final = "seat:administrator"
STATE: Final = "workspaces-state"
"""Purpose of the link that travels as the state, and of the cookie that holds the browser to it."""


@dataclass(frozen=True)
class WorkspacePages:
    """The routes under `/slack` that people open; `base` is the address under which they do."""

    doors: Doors
    workspaces: Workspaces
    base: str

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/slack/workspaces", self.home, methods=["GET"], response_class=HTMLResponse)
        router.add_api_route("/slack/install", self.set_out, methods=["GET"])
        router.add_api_route(BACK, self.come_back, methods=["GET"], response_class=HTMLResponse)
        return router

    async def home(self, request: Request) -> Response:
        """Which workspaces are connected, and a button to connect one."""
        locale = await self._language(request)
        return await self._page(locale) if locale else self._refusal(request)

    async def set_out(self, request: Request) -> Response:
        """Send the browser to Slack, where its administrator consents."""
        if await self._language(request) is None:
            return self._refusal(request)
        state = await self.doors.links.one_time(SEAT, STATE)
        consent = self.workspaces.consent(state=state, back=f"{self.base}{BACK}")
        response = RedirectResponse(consent, status_code=302)
        secure = not on_loopback(request.url.hostname)
        response.set_cookie(
            cookie_name(STATE, secure=secure),
            state,
            max_age=int(ONE_TIME.total_seconds()),
            path="/",
            secure=secure,
            httponly=True,
            samesite="lax",  # a strict one would not come back from Slack
        )
        return response

    async def come_back(self, request: Request, state: str = "", code: str = "", error: str = "") -> Response:
        """Take what the browser brings from Slack: a code, or that there was no consent."""
        locale = locale_of(request)
        if not await self._set_out_from_here(request, state):
            return HTMLResponse(self.doors.chrome.message(Texts(locale), "slack.workspaces.lost"), 403)
        response = await self._outcome(locale, code, declined=bool(error) or not code)
        secure = not on_loopback(request.url.hostname)
        name = cookie_name(STATE, secure=secure)
        response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="lax")
        return response

    async def _outcome(self, locale: Language, code: str, *, declined: bool) -> Response:
        t = Texts(locale)
        if declined:
            return await self._page(locale, t("slack.workspaces.declined"))
        try:
            found = await self.workspaces.connect(code, back=f"{self.base}{BACK}")
        except NotConnected as error:
            return await self._page(locale, t(f"slack.workspaces.{error.why}"), status=502)
        return await self._page(locale, t("slack.workspaces.done", name=found.name))

    async def _set_out_from_here(self, request: Request, state: str) -> bool:
        """Return whether this browser carries the state it set out with, which is then spent."""
        name = cookie_name(STATE, secure=not on_loopback(request.url.hostname))
        cookie = request.cookies.get(name, "")
        if not state or not bytes_eq(cookie.encode(), state.encode()):
            return False
        link = await self.doors.links.check(state)
        return link is not None and link.purpose == STATE and await self.doors.links.redeem(state) is not None

    async def _language(self, request: Request) -> Language | None:
        """Return in which language to speak to whoever may be here; None for anybody else."""
        session = await self.doors.session(request, PURPOSE)
        return session.locale if session and session.subject == SEAT else None

    async def _page(self, locale: Language, said: str = "", *, status: int = 200) -> HTMLResponse:
        names = [one.name for one in await self.workspaces.connected()]
        chrome = self.doors.chrome
        return HTMLResponse(
            chrome.page("workspaces.html", "slack.workspaces.title", locale, said=said, names=names), status
        )

    def _refusal(self, request: Request) -> Response:
        return HTMLResponse(self.doors.chrome.message(Texts(locale_of(request)), "slack.workspaces.signed_out"), 403)
