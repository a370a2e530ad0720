"""The page on which somebody takes a seat: they choose a secret, and see a recovery code once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from adapters.web.body import read_form
from adapters.web.parse import BadForm
from bot.seats import CEREMONY, Seats, seat_of
from bot.texts import Texts
from bot.web.auth import Doors
from bot.web.chrome import locale_of
from surveys.errors import InputError
from surveys.seats import SHORTEST_SECRET, Seat, check_secret


async def fields_of(request: Request) -> Mapping[str, str]:
    """Return the fields of a form, the last of each name. Raises InputError."""
    pairs = await read_form(request)
    if isinstance(pairs, BadForm):
        raise InputError(pairs.detail)
    return dict(pairs)


@dataclass(frozen=True)
class Ceremony:
    """The route `/seat`, for whoever came with the link of a ceremony."""

    doors: Doors
    seats: Seats

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/seat", self.ask, methods=["GET"], response_class=HTMLResponse)
        router.add_api_route("/seat", self.take, methods=["POST"], response_class=HTMLResponse)
        return router

    async def ask(self, request: Request) -> Response:
        """Two fields for a secret."""
        found = await self._who(request)
        if found is None:
            return self._refusal(request)
        seat, t = found
        if not (await self.seats.standing()).may_be_taken(seat, self.seats.now()):
            return HTMLResponse(self.doors.chrome.message(t, "seat.taken"), 403)
        return self._page(seat, t)

    async def take(self, request: Request) -> Response:
        """Take the seat, and show once what has to be written down."""
        found = await self._who(request)
        if found is None:
            return self._refusal(request)
        seat, t = found
        fields = await fields_of(request)
        secret = fields.get("secret", "")
        if wrong := _wrong(secret, fields.get("again", "")):
            return self._page(seat, t, t(wrong, shortest=SHORTEST_SECRET), 422)
        try:
            taken = await self.seats.take(seat, secret)
        except InputError:
            return HTMLResponse(self.doors.chrome.message(t, "seat.taken"), 403)
        title, onward = t("seat.done.title"), f"/l/{await self.seats.page(seat)}"
        body = self.doors.chrome.body("seat_done.html", t.language, taken=taken, onward=onward, name=t(f"seat.{seat}"))
        return HTMLResponse(self.doors.chrome(title, body, t.language))

    async def _who(self, request: Request) -> tuple[Seat, Texts] | None:
        session = await self.doors.session(request, CEREMONY)
        seat = seat_of(session.subject) if session else None
        return (seat, Texts(session.locale)) if session and seat else None

    def _page(self, seat: Seat, t: Texts, said: str = "", status: int = 200) -> Response:
        body = self.doors.chrome.body(
            "seat.html", t.language, said=said, name=t(f"seat.{seat}"), shortest=SHORTEST_SECRET
        )
        return HTMLResponse(self.doors.chrome(t("seat.title"), body, t.language), status)

    def _refusal(self, request: Request) -> Response:
        return HTMLResponse(self.doors.chrome.message(Texts(locale_of(request)), "web.link.refused"), 403)


def _wrong(secret: str, again: str) -> str:
    """Return the id of the text that says what is wrong with a secret."""
    if secret != again:
        return "seat.differs"
    try:
        check_secret(secret)
    except InputError:
        return "seat.weak"
    return ""
