"""The page of a seat: what is agreed, what waits, what was signed; and the forms with which a seat signs.

There are two of them, one for each seat, with the same routes. Every form asks for the secret anew: a session shows,
a secret signs.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from bot.agreeing import Agreeing
from bot.agreement_words import added_and_dropped, differences, lines, questions, told
from bot.heads import Heads
from bot.keys_form import changes_of
from bot.logbook import envelope, follow
from bot.seats import PAGES, Seats, subject_of
from bot.texts import Texts
from bot.web.auth import Doors
from bot.web.chrome import locale_of
from bot.web.seat import fields_of
from surveys.errors import InputError, NotFound, WrongSecret
from surveys.model import Mode
from surveys.people_file import FACETS
from surveys.policy import EMPLOYER, PRESETS, SWITCHES
from surveys.seats import Seat
from surveys.signed_log import Kind
from surveys.standing import Standing
from surveys.store import seats as store
from surveys.store import surveys as survey_store
from surveys.store.database import WHOLE

PREFIXES: Final[Mapping[Seat, str]] = {Seat.WORKS_COUNCIL: "/council/keys", Seat.ADMINISTRATOR: "/keys"}
DECISIONS: Final = {"accept": Kind.ACCEPTED, "refuse": Kind.REFUSED, "withdraw": Kind.WITHDRAWN}

Act = Callable[[Mapping[str, str]], Awaitable[str]]
"""Signs what a form asks for; returns the id of the text that says what was done."""


@dataclass(frozen=True)
class KeyPages:
    """The routes of one seat, under its prefix."""

    doors: Doors
    seats: Seats
    agreeing: Agreeing
    seat: Seat
    address: str
    """Under which people reach the pages."""
    heads: Heads

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(include_in_schema=False, prefix=PREFIXES[self.seat])
        router.add_api_route("", self.home, methods=["GET"], response_class=HTMLResponse)
        router.add_api_route("/log.json", self.log, methods=["GET"])
        for name, act in (("propose", self._propose), ("decide", self._decide), ("chat", self._chat)):
            router.add_api_route(f"/{name}", self._form(act), methods=["POST"], response_class=HTMLResponse)
        router.add_api_route("/hand-over", self.hand_over, methods=["POST"], response_class=HTMLResponse)
        return router

    async def home(self, request: Request) -> Response:
        """Everything at a glance."""
        t = await self._who(request)
        return await self._page(t) if t else self._refusal(request)

    async def log(self, request: Request) -> Response:
        """The whole log as one file, which `adempauze audit log` checks."""
        if await self._who(request) is None:
            return self._refusal(request)
        content = json.dumps(envelope(await self._documents()), ensure_ascii=False, indent=1)
        named = {"Content-Disposition": 'attachment; filename="log.json"'}
        return Response(content, media_type="application/json", headers=named)

    async def hand_over(self, request: Request) -> Response:
        """Hand over a seat, and show once the link with which it is taken."""
        t = await self._who(request)
        if t is None:
            return self._refusal(request)
        fields = await fields_of(request)
        try:
            seat = Seat.ADMINISTRATOR if fields.get("seat") == Seat.ADMINISTRATOR else self.seat
            link = await self.seats.hand_over(seat, self.seat, fields.get("secret", ""))
        except InputError as error:
            return await self._page(t, *_said(error, t), status=422)
        body = self.doors.chrome.body(
            "handed_over.html", t.language, address=f"{self.address}/l/{link}", name=t(f"seat.{seat}")
        )
        return HTMLResponse(self.doors.chrome(t("keys.handed.title"), body, t.language))

    def _form(self, act: Act) -> Callable[[Request], Awaitable[Response]]:
        async def take(request: Request) -> Response:
            t = await self._who(request)
            if t is None:
                return self._refusal(request)
            fields = await fields_of(request)
            try:
                done = await act(fields)
            except InputError as error:
                return await self._page(t, *_said(error, t), status=422)
            return await self._page(t, t(done))

        return take

    async def _propose(self, fields: Mapping[str, str]) -> str:
        before = await self.seats.standing()
        start = before.agreement or await self.agreeing.draft()
        changes = changes_of(fields, start, self.agreeing.instrument)
        after = await self.agreeing.propose(self.seat, fields.get("secret", ""), changes, fields.get("reason", ""))
        return "keys.done.strengthened" if after.agreement != before.agreement else "keys.done.proposed"

    async def _decide(self, fields: Mapping[str, str]) -> str:
        what, place = fields.get("what", ""), fields.get("place", "")
        if what not in DECISIONS or not place.isdecimal():
            raise NotFound
        reason = fields.get("reason", "")
        await self.agreeing.decide(self.seat, fields.get("secret", ""), int(place[:9]), DECISIONS[what], reason)
        return f"keys.done.{what}"

    async def _chat(self, fields: Mapping[str, str]) -> str:
        if self.seat is not Seat.WORKS_COUNCIL:
            raise NotFound
        await self.seats.check(self.seat, fields.get("secret", ""))
        await self.heads.choose(fields.get("email", "")[:200])
        return "keys.done.chat"

    async def _page(self, t: Texts, said: str = "", detail: str = "", *, status: int = 200) -> HTMLResponse:
        followed = follow(await self._documents())
        standing, draft = followed.standing, None if followed.standing.agreement else await self.agreeing.draft()
        agreement = standing.agreement or draft
        assert agreement is not None
        body = self.doors.chrome.body(
            "keys.html",
            t.language,
            said=said,
            detail=detail,
            failed=status != 200,
            followed=followed,
            told=lambda line: told(line.entry, t),
            standing=standing,
            agreement=agreement,
            lines=lines(agreement, t),
            questions=questions(agreement.items, self.agreeing.instrument),
            proposals=self._proposals(standing, t),
            surveys=await self._surveys() | agreement.surveys,
            presets=sorted(PRESETS),
            employer=sorted(EMPLOYER),
            modes=list(Mode),
            switches=[(name, getattr(agreement, name)) for name in SWITCHES],
            told_to=await self._told_to(),
            facets=sorted(FACETS),
            seat=self.seat,
            seats=list(Seat),
            base=PREFIXES[self.seat],
        )
        return HTMLResponse(self.doors.chrome(t("keys.title"), body, t.language, sign_out=True, wide=True), status)

    def _proposals(self, standing: Standing, t: Texts) -> list[dict[str, Any]]:
        return [
            {
                "proposal": one,
                "differences": differences(standing.agreement, one, t),
                "questions": added_and_dropped(standing.agreement, one, self.agreeing.instrument),
            }
            for one in standing.open_proposals(self.seats.now())
        ]

    async def _told_to(self) -> str:
        there = await self.heads.chosen()
        return await self.heads.name_of(there) if there else ""

    async def _surveys(self) -> set[str]:
        async with self.seats.database.begin() as connection:
            return {one.id for one, _ in await survey_store.surveys(connection) if not one.simulated}

    async def _documents(self) -> list[dict[str, Any]]:
        async with self.seats.database.reading([WHOLE]) as connection:
            return await store.documents(connection)

    async def _who(self, request: Request) -> Texts | None:
        session = await self.doors.session(request, PAGES[self.seat])
        return Texts(session.locale) if session and session.subject == subject_of(self.seat) else None

    def _refusal(self, request: Request) -> Response:
        return HTMLResponse(self.doors.chrome.message(Texts(locale_of(request)), "keys.signed_out"), 403)


def _said(error: InputError, t: Texts) -> tuple[str, str]:
    """Return what went wrong in words of the page, and in English where only the rule itself says it."""
    return (t("keys.wrong_secret"), "") if isinstance(error, WrongSecret) else (t("keys.not_done"), str(error))
