"""What is kept about somebody as a file of their own: the same document as in the chat, to keep or to hand on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from bot.export import export_text
from bot.privacy import load
from bot.reading import subject_of
from bot.texts import Texts
from bot.web.auth import Doors
from bot.web.chrome import locale_of
from bot.web.sessions import cookie_name, on_loopback
from surveys.store.database import Database
from surveys.tickets import KeyRing

PURPOSE: Final = "export"
"""Of the one-time link that a chat platform shows; on the web chat its own session is enough."""
FILE: Final = 'attachment; filename="adempauze-own-data.json"'


@dataclass(frozen=True)
class OwnData:
    """The route `/export`."""

    doors: Doors
    database: Database
    keys: KeyRing
    now: Callable[[], datetime]

    def router(self) -> APIRouter:
        """Return the route."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/export", self.file, methods=["GET"])
        return router

    async def file(self, request: Request) -> Response:
        """Hand the document to whoever is signed in, once for each link."""
        session = await self.doors.session(request, PURPOSE) or await self.doors.session(request, "chat")
        document = await self._document(session.subject) if session else None
        if document is None:
            page = self.doors.chrome.message(Texts(locale_of(request)), "export.signed_out")
            return HTMLResponse(page, 401)
        response = Response(document, media_type="application/json", headers={"Content-Disposition": FILE})
        secure = not on_loopback(request.url.hostname)
        name = cookie_name(PURPOSE, secure=secure)
        response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="strict")
        return response

    async def _document(self, subject: str) -> str | None:
        async with self.database.begin() as connection:
            person = await subject_of(connection, subject)
            if person is None:
                return None
            shown = await load(connection, person, self.keys)
        return export_text(shown.kept, shown.path, shown.waves, self.now(), shown.periods)
