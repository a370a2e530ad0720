"""The digest as a page: for the people of a team, and for whoever leads a group.

The path of every figure: who is behind the session and `scope_of` on the application role, `read` on the reader role
with that scope, then pure report, words and page. There is no other way from this file to a figure of a check-in; what
is said of thanks, `bot.kudos.band` says by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, get_args
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from analytics.chart_words import alt_text
from analytics.report import digest
from bot.beside_words import bars
from bot.digest import band_of, remark
from bot.digest_words import chart_words, tell
from bot.kudos.band import Bands
from bot.reading import Reading, Scope, lengths_of, read, scope_of, subject_of, texts_of
from bot.texts import Texts
from bot.web.auth import Doors
from bot.web.chrome import Chrome, locale_of
from bot.web.drawing import SHAPES, Drawing, svg
from surveys.errors import NotFound
from surveys.instrument import shipped_instrument
from surveys.localtime import zone
from surveys.model import Every, NodeId
from surveys.store.database import Database

PURPOSE = "digest"
EVERY: Final[tuple[Every, ...]] = get_args(Every)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks: what they may read (None for nothing), in which language and time zone."""

    scope: Scope | None
    texts: Texts
    place: ZoneInfo


@dataclass(frozen=True)
class Dashboard:
    """The routes `/digest`, `/digest/{node}` and `/digest/{node}/{shape}.svg`."""

    doors: Doors
    database: Database
    now: Callable[[], datetime]
    bands: Bands | None = None

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/digest", self.own, methods=["GET"], response_class=HTMLResponse)
        router.add_api_route("/digest/{node}", self.one, methods=["GET"], response_class=HTMLResponse)
        router.add_api_route("/digest/{node}/{shape}.svg", self.drawing, methods=["GET"])
        return router

    async def own(self, request: Request) -> Response:
        """Where the reader begins."""
        return await self._page(request, None, None)

    async def one(self, request: Request, node: str, every: int | None = None) -> Response:
        """One group; with `every`, in Releases of that length."""
        return await self._page(request, node, length(every))

    async def drawing(self, request: Request, node: str, shape: str, every: int | None = None) -> Response:
        """The line of one group."""
        reader = await self._reader(request)
        if reader is None or reader.scope is None or not reader.scope.holds(node):
            return Response(status_code=403)
        reading = await read(self.database, reader.scope, node, length(every))
        return await line(reading, shape, reader.texts, reader.place)

    async def _page(self, request: Request, node: NodeId | None, every: Every | None) -> Response:
        reader = await self._reader(request)
        if reader is None:
            return self._refusal(Texts(locale_of(request)), "digest.signed_out")
        if reader.scope is None:
            return self._refusal(reader.texts, "digest.nobody")
        if node is not None and not reader.scope.holds(node):
            return self._refusal(reader.texts, "digest.not_yours")
        reading = await read(self.database, reader.scope, node, every)
        if reading is None:
            return HTMLResponse(self.doors.chrome.message(reader.texts, "digest.none_yet"))
        t, note = reader.texts, reader.texts("digest.earlier")
        lengths = await lengths_of(self.database, reader.scope, reading)
        band = await band_of(self.bands, reading, t)
        told = page(self.doors.chrome, reading, reader.scope, t, reader.place, lengths=lengths, note=note, band=band)
        return HTMLResponse(told)

    def _refusal(self, t: Texts, msgid: str) -> Response:
        return HTMLResponse(self.doors.chrome.message(t, msgid), 403)

    async def _reader(self, request: Request) -> Reader | None:
        """Decide, on the application role, who looks and what they may read."""
        session = await self.doors.session(request, PURPOSE)
        if session is None:
            return None
        async with self.database.begin() as connection:
            person = await subject_of(connection, session.subject)
            if person is None:
                return None
            texts = await texts_of(connection, person)
            scope = await scope_of(connection, person, self.now())
        return Reader(scope, texts, zone(person.timezone))


def page(
    chrome: Chrome,
    reading: Reading,
    scope: Scope,
    t: Texts,
    place: ZoneInfo,
    *,
    lengths: Sequence[Every] = (),
    base: str = "/digest",
    note: str = "",
    back: tuple[str, str] | None = None,
    band: str = "",
) -> str:
    """Return the page of what was read, with what `band` says of thanks. Pure: everything on it follows from them."""
    report = digest(reading.releases, reading.shown)
    told = tell(report, t, place, shipped_instrument())
    body = chrome.body(
        "digest.html",
        t.language,
        told=told,
        beside=bars(report.beside, t),
        remark=remark(reading, t),
        alt=alt_text(report, chart_words(report, t, place)),
        groups=groups(reading, scope),
        here=reading.node,
        every=reading.told,
        lengths=lengths,
        base=base,
        note=note,
        band=band,
    )
    nav = (back,) if back else ()
    return chrome(t("digest.title", name=told.name), body, t.language, nav=nav, sign_out=True, wide=True)


def length(every: int | None) -> Every | None:
    """Return the length of Releases that somebody asks for. Raises NotFound for one that there is not."""
    if every is None:
        return None
    for one in EVERY:
        if one == every:
            return one
    raise NotFound


async def line(reading: Reading | None, shape: str, t: Texts, place: ZoneInfo) -> Response:
    """Return the chart of what was read, drawn in a thread. Raises NotFound for a shape that is none."""
    if reading is None or shape not in SHAPES:
        raise NotFound
    report = digest(reading.releases, reading.shown)
    if not report.series:
        raise NotFound
    drawing = Drawing.of(report, chart_words(report, t, place), shape, t.language)
    return Response(await asyncio.to_thread(svg, drawing), media_type="image/svg+xml")


@dataclass(frozen=True, slots=True)
class Group:
    """One line of the list of groups; `depth` counts from the top of what may be read."""

    id: NodeId
    name: str
    depth: int


def groups(reading: Reading, scope: Scope) -> list[Group]:
    """Return the groups in scope in the order of reading: a group, then what is below it, by name."""
    inside = {node.id: node for node in reading.nodes.values() if scope.holds(node.id)}
    below: dict[NodeId | None, list[NodeId]] = {}
    for node in sorted(inside.values(), key=lambda node: node.name, reverse=True):
        below.setdefault(node.parent if node.parent in inside else None, []).append(node.id)
    found: list[Group] = []
    waiting = [(node, 0) for node in below.get(None, ())]
    while waiting:
        at, depth = waiting.pop()
        found.append(Group(at, inside[at].name, depth))
        waiting += [(child, depth + 1) for child in below.get(at, ())]
    return found
