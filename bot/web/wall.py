"""The wall as a page: the thanks that everybody may see, newest first, for any member who is signed in.

Nothing on it is counted, ranked or put together by person, and its addresses hold nothing about whoever looks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from bot.kudos.cards import Told
from bot.kudos.composing import tell_all
from bot.kudos.terms import Terms
from bot.kudos.wall_words import title
from bot.reading import subject_of, texts_of
from bot.spoken import spoken_day
from bot.texts import Texts
from bot.web.auth import Doors
from bot.web.chrome import Chrome, locale_of
from surveys.errors import NotFound
from surveys.kudos.valued import LATELY, Named, valued
from surveys.localtime import local_day, zone
from surveys.model import Language, Person
from surveys.store import kudos as store
from surveys.store.database import Database

PURPOSE: Final = "wall"
"""Of the one-time link that a chat platform shows; on the web chat its own session is enough."""
A_PAGE: Final = 30
LAST_PAGE: Final = 9_999


@dataclass(frozen=True, slots=True)
class Onlooker:
    """Who looks, and whether they can thank somebody from here."""

    texts: Texts
    place: ZoneInfo
    thanks_here: bool


@dataclass(frozen=True, slots=True)
class Note:
    """One kudos as it stands there. `words` are in the language `language`; `channel` is empty for the wall alone."""

    title: str
    words: str
    language: Language
    tag: str
    day: date
    spoken: str
    channel: str


@dataclass(frozen=True)
class Wall:
    """The route `/wall`."""

    doors: Doors
    database: Database
    terms: Terms
    now: Callable[[], datetime]

    def router(self) -> APIRouter:
        """Return the route."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/wall", self.show, methods=["GET"], response_class=HTMLResponse)
        return router

    async def show(self, request: Request, page: int = 1) -> Response:
        """Show a page of it, from 1 for the newest. Raises NotFound for a page that there can't be."""
        if not 1 <= page <= LAST_PAGE:
            raise NotFound
        looker = await self._onlooker(request)
        if looker is None:
            refusal = self.doors.chrome.message(Texts(locale_of(request)), "kudos.wall.signed_out")
            return HTMLResponse(refusal, 401)
        async with self.database.begin() as connection:
            found = await store.wall(connection, most=A_PAGE + 1, skip=(page - 1) * A_PAGE)
            told = await tell_all(connection, found[:A_PAGE], self.terms)
            named = await store.tags_on_wall(connection, self.now() - LATELY)
        shown = Shown(told, named if page == 1 else Named({}, 0), page, more=len(found) > A_PAGE)
        return HTMLResponse(wall(self.doors.chrome, shown, self.terms, looker))

    async def _onlooker(self, request: Request) -> Onlooker | None:
        chat = await self.doors.session(request, "chat")
        session = chat or await self.doors.session(request, PURPOSE)
        if session is None:
            return None
        async with self.database.begin() as connection:
            person = await subject_of(connection, session.subject)
            if person is None:
                return None
            texts = await texts_of(connection, person)
        return Onlooker(texts, zone(person.timezone), thanks_here=chat is not None and _is_on_web(person))


@dataclass(frozen=True, slots=True)
class Shown:
    """What is read of the wall for one page."""

    told: Sequence[Told]
    named: Named
    page: int
    more: bool


def wall(chrome: Chrome, shown: Shown, terms: Terms, looker: Onlooker) -> str:
    """Return the page. Pure: everything on it follows from what was read."""
    t = looker.texts
    picture = valued(shown.named, [tag.id for tag in terms.tags])
    body = chrome.body(
        "wall.html",
        t.language,
        notes=[note(told, t, looker.place) for told in shown.told],
        valued=[(terms.tag_title(tag, t.language), often) for tag, often in picture],
        newer=shown.page - 1,
        older=shown.page + 1 if shown.more else 0,
        thanks_here=looker.thanks_here,
    )
    nav = (("/chat", t("web.chat.back")),) if looker.thanks_here else ()
    return chrome(t("kudos.wall.title"), body, t.language, nav=nav, sign_out=True)


def note(told: Told, t: Texts, place: ZoneInfo) -> Note:
    """Return one kudos as it stands there, with the day on which it was given and no time."""
    kudos = told.kudos
    day = local_day(kudos.at, place)
    tag, channel = told.tag(t.language), told.place.name if told.place else ""
    return Note(title(told, t), kudos.words, kudos.language, tag, day, spoken_day(day, t.language), channel)


def _is_on_web(person: Person) -> bool:
    return "web" in person.addresses
