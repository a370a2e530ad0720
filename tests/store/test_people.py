"""The roster in a real PostgreSQL: what an import writes is what the next one reads."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from uuid import UUID

import pytest
from sqlalchemy import URL, NullPool, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlmodel import SQLModel

from bot import embedded
from surveys.model import Preferences, QuietHours, Shift
from surveys.roster import SyncPlan, parse_people, plan_sync
from surveys.store import people as store
from surveys.store.database import postgres_url

OURS = [store.COHORT, store.PERSON, store.ADDRESS, store.MANAGES, store.PREFERENCE, store.SHIFT]
HEADER = "id,name,email,team,manages,language,channel,address:web\n"
SANNE = "1,Sanne,sanne@lente.example,Noord/Service/Een,,nl,inbound,sanne\n"
OMAR = "2,Omar,omar@lente.example,Noord/Service/Een,Noord/Service/Een,en,,omar\n"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[URL]:
    running = embedded.start(tmp_path_factory.mktemp("people"))
    yield postgres_url(running.url)
    running.stop()


@pytest.fixture
async def connection(server: URL) -> AsyncIterator[AsyncConnection]:
    """An empty house; everything done in it is rolled back."""
    engine = create_async_engine(server, poolclass=NullPool)
    async with engine.connect() as opened:
        for schema in ("surveys", "people"):
            await opened.execute(text(f"CREATE SCHEMA {schema}"))
        await opened.run_sync(lambda sync: SQLModel.metadata.create_all(sync, tables=OURS))
        yield opened
        await opened.rollback()
    await engine.dispose()


async def _import(connection: AsyncConnection, rows: str, first: int = 0) -> SyncPlan:
    numbers = count(first)
    plan = plan_sync(
        await store.load_roster(connection),
        await store.load_tree(connection),
        parse_people(HEADER + rows),
        organisation="Lente",
        new_person=lambda: UUID(int=next(numbers)),
        new_node=lambda: f"n{next(numbers)}",
    )
    await store.apply_plan(connection, plan)
    return plan


async def test_an_import_written_and_read_back_gives_nothing_to_do(connection: AsyncConnection) -> None:
    written = await _import(connection, SANNE + OMAR)
    assert await store.load_roster(connection) == sorted(written.new, key=lambda person: person.external_id)
    assert await store.load_tree(connection) == written.tree
    assert (await _import(connection, SANNE + OMAR, 100)).nothing_to_do


async def test_two_people_can_swap_address_and_e_mail_and_move(connection: AsyncConnection) -> None:
    before = {p.external_id: p.id for p in (await _import(connection, SANNE + OMAR)).new}
    await _import(
        connection,
        "1,Sanne,omar@lente.example,Zuid/Service/Twee,,nl,,omar\n2,Omar,sanne@lente.example,Zuid/Twee,/,nl,,sanne\n",
        100,
    )
    found = await store.person_by_address(connection, "web", "omar")
    assert found
    assert (found.id, found.email) == (before["1"], "omar@lente.example")
    tree = await store.load_tree(connection)
    assert tree
    assert tree.path(found.team) == "Zuid/Service/Twee"
    assert [p.external_id for p in await store.people_of_teams(connection, [found.team])] == ["1"]
    assert [p.external_id for p in await store.leaders_of(connection, [tree.root.id])] == ["2"]


async def test_whoever_left_leaves_nothing_behind(connection: AsyncConnection) -> None:
    sanne = next(p for p in (await _import(connection, SANNE + OMAR)).new if p.external_id == "1")
    now = datetime(2026, 10, 5, 9, tzinfo=UTC)
    await store.save_preferences(connection, sanne.id, Preferences(stopped=True))
    await store.replace_shifts(connection, [(sanne.id, Shift(now, now + timedelta(hours=8)))])
    await _import(connection, OMAR, 100)
    assert await store.person_by_id(connection, sanne.id) is None
    for table in (store.ADDRESS, store.MANAGES, store.PREFERENCE, store.SHIFT):
        rows = await connection.execute(table.select().where(table.c.person_id == sanne.id))
        assert not rows.all()


async def test_own_choices_come_back_as_they_were_and_survive_an_import(connection: AsyncConnection) -> None:
    sanne, omar = (await _import(connection, SANNE + OMAR)).new
    chosen = Preferences(time(10), QuietHours(time(22), time(7)), 2, "web", date(2026, 11, 1), True, "en")
    await store.save_preferences(connection, sanne.id, Preferences())
    await store.save_preferences(connection, sanne.id, chosen)
    await _import(connection, SANNE.replace("Sanne,", "Sanne de Wit,") + OMAR, 100)
    assert await store.load_preferences(connection, [sanne.id, omar.id]) == {sanne.id: chosen, omar.id: Preferences()}


async def test_a_planning_replaces_the_shifts_of_its_people_in_its_period(connection: AsyncConnection) -> None:
    sanne, omar = (await _import(connection, SANNE + OMAR)).new
    monday = datetime(2026, 10, 5, 9, tzinfo=UTC)
    days = [Shift(monday + timedelta(days=n), monday + timedelta(days=n, hours=8)) for n in range(4)]
    await store.replace_shifts(connection, [(who.id, day) for who in (sanne, omar) for day in days])
    await store.replace_shifts(connection, [(sanne.id, days[1]), (sanne.id, days[2])])
    later = Shift(days[2].start + timedelta(hours=1), days[2].end)
    await store.replace_shifts(connection, [(sanne.id, days[1]), (sanne.id, later)])
    found = await store.shifts_between(connection, [sanne.id, omar.id], monday, monday + timedelta(days=4))
    assert found == {sanne.id: [days[0], days[1], later, days[3]], omar.id: days}
    touching = await store.shifts_between(connection, [sanne.id], later.end - timedelta(minutes=1), later.end)
    assert touching == {sanne.id: [later]}
    assert await store.forget_shifts(connection, days[1].start) == 2


async def test_the_last_shift_stays_so_that_the_planning_stays_known(connection: AsyncConnection) -> None:
    (sanne,) = (await _import(connection, SANNE)).new
    monday = datetime(2026, 10, 5, 9, tzinfo=UTC)
    days = [Shift(monday + timedelta(days=n), monday + timedelta(days=n, hours=8)) for n in range(2)]
    await store.replace_shifts(connection, [(sanne.id, day) for day in days])
    year_after = monday + timedelta(days=365)
    await store.forget_shifts(connection, year_after)
    known = await store.known_shifts(connection, [sanne.id], year_after, year_after + timedelta(days=1))
    assert known == {sanne.id: []}
