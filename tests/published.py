"""A publication history for the cast of the stage, by the product's own maker of Releases, without playing waves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import count

import structlog
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from analytics.disclosure import protect
from analytics.facts import WaveFacts
from bot.web.app import create_app
from bot.web.council import SEAT, Council
from bot.web.dashboard import Dashboard
from bot.web.keys import KeyPages
from bot.web.seat import Ceremony
from surveys.instrument import shipped_instrument
from surveys.model import STANDARD, Every, Language, NodeId, Person, Release, ReleasedItem, Response
from surveys.seats import Seat
from surveys.store import people as people_store
from surveys.store import platform as platform_store
from surveys.store import releases as release_store
from tests.keys import CHEAP
from tests.stage import AVOND, MONDAY, OCHTEND, POST, Stage

TEAMS = {OCHTEND: 12, AVOND: 6, POST: 11}
TOLD: Mapping[str, Every] = {OCHTEND: 1, AVOND: 4, POST: 1}
DRIVERS = ("workload_1", "roster_1", "tools_1", "recovery_1")
Answers = Callable[[int, str, int], int]
"""(wave number, team path, place of the person in the team) -> option of C1, 0 for nothing."""


def usual(number: int, team: str, person: int) -> int:
    """One of a team skips, and the others spread around the middle."""
    return 0 if person < 1 else 2 + (person + number) % 3


def released_item(name: str) -> ReleasedItem:
    """An item as the shipped library asks it."""
    item = shipped_instrument().item(name)
    return ReleasedItem(item.id, item.driver, item.wording, item.scale.labels, item.favourable, item.version)


async def facts_of(stage: Stage, number: int, every: Every = 1) -> WaveFacts:
    """One weekly wave of the cast, of which everybody got a card; or the reporting period of four that ends with it."""
    async with stage.app.database.begin() as connection:
        tree = await people_store.load_tree(connection)
    assert tree is not None
    here: Mapping[NodeId, int] = {stage.nodes[team]: TEAMS[team] for team in TEAMS if TOLD[team] == every}
    elsewhere: Mapping[NodeId, int] = {stage.nodes[team]: TEAMS[team] for team in TEAMS if TOLD[team] != every}
    opened, waves = MONDAY + timedelta(weeks=number - every), range(number - every + 1, number + 1)
    return WaveFacts(
        survey="pulse",
        number=number,
        opened=opened,
        closed=MONDAY + timedelta(weeks=number - 1, days=4),
        items=(released_item("C1"), *(released_item(DRIVERS[at % len(DRIVERS)]) for at in waves)),
        nodes=tuple(tree.nodes.values()),
        head_counts=here,
        deliveries=here,
        policy=STANDARD,
        every=every,
        earlier=tuple(waves[:-1]),
        elsewhere=elsewhere,
        told={stage.nodes[team]: told for team, told in TOLD.items()},
    )


async def publish(stage: Stage, waves: int, answers: Answers = usual, *, first: int = 1) -> list[Release]:
    """Publish this many weekly waves and the periods that end with them, as the product would."""
    made = []
    for number in range(first, first + waves):
        lengths: list[Every] = [1, 4] if number % 4 == 0 else [1]
        for every in lengths:
            facts = await facts_of(stage, number, every)
            release = protect(facts, _responses(stage, facts, answers))
            async with stage.app.database.begin() as connection:
                made.append((await release_store.publish(connection, release))[1])
    return made


async def hold_back(stage: Stage, seq: int, hours: float) -> None:
    """Let the leaders wait for a Release, as closing a wave does."""
    async with stage.app.database.begin() as connection:
        await platform_store.add_digest_due(connection, seq, stage.clock() + timedelta(hours=hours))


def _responses(stage: Stage, facts: WaveFacts, answers: Answers) -> Sequence[Response]:
    core, *drivers = (item.id for item in facts.items)
    return [
        Response(stage.nodes[team], {core: given, **dict.fromkeys(drivers, 6 - given)})
        for team, size in TEAMS.items()
        if TOLD[team] == facts.every
        for person in range(size)
        if (given := answers(facts.number, team, person))
    ]


def site(stage: Stage) -> FastAPI:
    """The pages of digests and of the works council behind the real guard."""
    app = stage.app
    seats = replace(app.seats, cost=CHEAP)
    agreeing = replace(app.agreeing, seats=seats)
    pages = [
        app.doors.router(),
        Dashboard(app.doors, app.database, stage.clock, app.digest.bands).router(),
        Council(app.doors, app.database, stage.clock, app.digest.bands).router(),
        Ceremony(app.doors, seats).router(),
        *(KeyPages(app.doors, seats, agreeing, seat, "https://pauze.test", app.heads).router() for seat in Seat),
    ]
    ticks = count()
    return create_app(pages, log=structlog.get_logger(), ticks=lambda: float(next(ticks)))


@asynccontextmanager
async def browsing(stage: Stage, who: str | None, language: Language = "nl") -> AsyncIterator[AsyncClient]:
    """Open a browser that the link of a digest (or, for `council`, of the seat) has signed in."""
    transport = ASGITransport(site(stage))
    headers = {"accept-language": language}
    async with AsyncClient(transport=transport, base_url="https://pauze.test", headers=headers) as client:
        if who is not None:
            subject, purpose = (SEAT, "council") if who == "council" else (subject_of(stage.people[who]), "digest")
            await client.post(f"/l/{await stage.app.links.one_time(subject, purpose)}")
        yield client


def subject_of(person: Person) -> str:
    """Who a link is for; the cast has no addresses on the web."""
    return f"person:{person.id}"
