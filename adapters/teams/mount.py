"""Where Teams knocks: what is let in, how it is answered, and nothing of it in a log."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Final

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from adapters.teams.activity import UNREADABLE, Activity, Claimed, activity_of, claimed
from adapters.teams.app import TeamsApp
from adapters.teams.exchange import Answer, Hear, NotVouched
from adapters.teams.keys import NoKeys
from adapters.teams.once import Once
from adapters.teams.sdk import BotFramework
from adapters.traffic.bounded import bounded

log = structlog.get_logger(__name__)

PATH: Final = "/teams/messages"
"""The messaging endpoint, as it is entered in Azure."""


class Mount:
    """Brings activities to `hear`, each once. `now` is in seconds since 1970."""

    def __init__(self, app: TeamsApp, framework: BotFramework, hear: Hear, now: Callable[[], float]) -> None:
        self._app = app
        self._framework = framework
        self._hear = hear
        self._once = Once[Answer | None](now)
        self.router = APIRouter()
        self.router.add_route(PATH, self.messages, methods=["POST"])

    async def messages(self, request: Request) -> Response:
        """An activity: read as far as it takes to know who vouches for it, believed after that, then read strictly."""
        try:
            said = await _said(request)
            vouched = await self._vouched(said, request.headers.get("authorization", ""))
            activity = self._let_in(said)
        except TurnedAway as turned:
            log.warning("a request was turned away", status=turned.status, why=turned.why, fault=turned.fault)
            return PlainTextResponse(turned.why, turned.status)
        dealing = self._once.do(activity, partial(self._framework.turn, vouched, activity, self._hear), None)
        (answer,) = await asyncio.gather(dealing, return_exceptions=True)
        if isinstance(answer, BaseException):
            log.error("an activity failed", kind=activity.kind, error=type(answer).__name__)
            return PlainTextResponse("come again", 500)
        return _response(answer)

    async def _vouched(self, said: Claimed, header: str) -> object:
        try:
            return await self._framework.vouched_for(header, said.channel, said.service_url)
        except NotVouched as error:
            raise TurnedAway(401, "not signed by the Bot Framework", str(error)) from error
        except NoKeys as error:
            raise TurnedAway(503, "the keys of the Bot Framework cannot be had") from error

    def _let_in(self, said: Claimed) -> Activity:
        try:
            activity = activity_of(said.body)
        except UNREADABLE as error:
            raise TurnedAway(400, "not readable") from error
        if not self._app.lets_in(activity.place.tenant):
            raise TurnedAway(403, "not for this tenant")
        return activity


class TurnedAway(Exception):
    """A request that goes no further; `why` says it to whoever sent it and to the log, `fault` to the log alone."""

    def __init__(self, status: int, why: str, fault: str = "") -> None:
        super().__init__(why)
        self.status = status
        self.why = why
        self.fault = fault


async def _said(request: Request) -> Claimed:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise TurnedAway(415, "not JSON")
    body = await bounded(request)
    if body is None:
        raise TurnedAway(413, "too large")
    try:
        return claimed(body)
    except UNREADABLE as error:
        raise TurnedAway(400, "not readable") from error


def _response(answer: Answer | None) -> Response:
    if answer is None or answer.body is None:
        return Response(status_code=200 if answer is None else answer.status)
    return JSONResponse(dict(answer.body), answer.status)
