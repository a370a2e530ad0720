"""Schema `people` and the organisation tree: the roster, own choices and shifts.

Every function works inside the transaction of the connection that it is given.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Row,
    Table,
    Text,
    any_,
    bindparam,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from surveys.cohorts import Tree
from surveys.errors import InputError
from surveys.model import Language, Node, NodeId, Person, Preferences, QuietHours, Role, Shift
from surveys.roster import SyncPlan
from surveys.shift_rows import PersonShift
from surveys.store.columns import among, language_of
from surveys.store.database import Driver
from surveys.tables.cohorts import CohortRow
from surveys.tables.people import AddressRow, ManagesRow, PersonRow, PreferenceRow, ShiftRow

COHORT: Table = CohortRow.__table__  # type: ignore[attr-defined]
PERSON: Table = PersonRow.__table__  # type: ignore[attr-defined]
ADDRESS: Table = AddressRow.__table__  # type: ignore[attr-defined]
MANAGES: Table = ManagesRow.__table__  # type: ignore[attr-defined]
PREFERENCE: Table = PreferenceRow.__table__  # type: ignore[attr-defined]
SHIFT: Table = ShiftRow.__table__  # type: ignore[attr-defined]
PERSON_AT: Final = "SELECT person_id FROM people.address WHERE platform = %(platform)s AND address = %(address)s"
SPOKEN_TO: Final = """
    SELECT coalesce(c.language, p.language), a.address FROM people.person p
    LEFT JOIN people.preference c ON c.person_id = p.id
    LEFT JOIN people.address a ON a.person_id = p.id AND a.platform = %(platform)s WHERE p.id = %(person)s
"""


async def load_tree(connection: AsyncConnection) -> Tree | None:
    """The organisation tree, or None before the first import."""
    rows = await connection.execute(select(COHORT))
    nodes = [Node(row.id, row.parent, row.name) for row in rows]
    return Tree.of(nodes) if nodes else None


async def load_roster(connection: AsyncConnection) -> list[Person]:
    """Everybody, in the order of their roster ids."""
    return await _people(connection)


async def person_by_id(connection: AsyncConnection, person_id: UUID) -> Person | None:
    return _one(await _people(connection, PERSON.c.id == person_id))


async def person_by_external_id(connection: AsyncConnection, external_id: str) -> Person | None:
    return _one(await _people(connection, PERSON.c.external_id == external_id))


async def person_by_address(connection: AsyncConnection, platform: str, address: str) -> Person | None:
    """Who is reached there: an indexed look-up, for every command that comes in."""
    here = select(ADDRESS.c.person_id).where(ADDRESS.c.platform == platform, ADDRESS.c.address == address)
    return _one(await _people(connection, PERSON.c.id == here.scalar_subquery()))


async def person_id_at(driver: Driver, platform: str, address: str) -> UUID | None:
    """The id alone of who is reached there: for the path of an answer, which asks no more."""
    row = await (await driver.execute(PERSON_AT, {"platform": platform, "address": address})).fetchone()
    return None if row is None else row[0]


async def spoken_to(driver: Driver, person_id: UUID, platform: str) -> tuple[Language | None, str | None] | None:
    """The language of somebody, own choice first, and their address on a platform; None when nobody has this id."""
    row = await (await driver.execute(SPOKEN_TO, {"person": person_id, "platform": platform})).fetchone()
    return None if row is None else (language_of(row[0]), row[1])


async def people_by_id(connection: AsyncConnection, persons: Collection[UUID]) -> list[Person]:
    return await _people(connection, among(PERSON.c.id, persons))


async def person_named(connection: AsyncConnection, who: str) -> Person | None:
    """Whom a roster id, an e-mail address (whatever its capitals) or an address on a platform means.

    Raises InputError when it means several.
    """
    there = select(ADDRESS.c.person_id).where(ADDRESS.c.address == who)
    named = (PERSON.c.external_id == who) | (func.lower(PERSON.c.email) == who.lower()) | PERSON.c.id.in_(there)
    found = await _people(connection, named)
    if len(found) > 1:
        raise InputError(f"{who!r} means {len(found)} people: give the id of the roster file")
    return _one(found)


async def people_of_teams(connection: AsyncConnection, teams: Collection[NodeId]) -> list[Person]:
    """Everybody whose own team is one of these nodes (not: below them), in the order of their roster ids."""
    return await _people(connection, PERSON.c.team == any_(literal(list(teams), ARRAY(Text))))


async def leaders_of(connection: AsyncConnection, nodes: Collection[NodeId]) -> list[Person]:
    """Everybody who leads one of these nodes itself, in the order of their roster ids."""
    led = select(MANAGES.c.person_id).where(MANAGES.c.node == any_(literal(list(nodes), ARRAY(Text))))
    return await _people(connection, PERSON.c.id.in_(led))


def _one(people: Sequence[Person]) -> Person | None:
    return people[0] if people else None


async def _people(connection: AsyncConnection, where: ColumnElement[bool] | None = None) -> list[Person]:
    addresses = select(func.jsonb_object_agg(ADDRESS.c.platform, ADDRESS.c.address))
    nodes = select(func.array_agg(MANAGES.c.node))
    query = select(
        PERSON,
        addresses.where(ADDRESS.c.person_id == PERSON.c.id).scalar_subquery().label("addresses"),
        nodes.where(MANAGES.c.person_id == PERSON.c.id).scalar_subquery().label("manages"),
    ).order_by(PERSON.c.external_id)
    rows = await connection.execute(query if where is None else query.where(where))
    return [_person(row) for row in rows]


def _person(row: Row[Any]) -> Person:
    return Person(
        id=row.id,
        external_id=row.external_id,
        name=row.name,
        email=row.email or "",
        team=row.team,
        roles=frozenset(Role(role) for role in row.roles),
        manages=frozenset(row.manages or ()),
        language=language_of(row.language) or "nl",
        timezone=row.timezone,
        facets=row.facets,
        addresses=row.addresses or {},
    )


async def lock_roster(connection: AsyncConnection) -> None:
    """Let one import at a time load, plan and apply; held until the transaction ends."""
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext("people.roster"))))


async def apply_plan(connection: AsyncConnection, plan: SyncPlan) -> None:
    """Write the plan. Whoever left is erased with addresses, choices and shifts; own choices of others stay."""
    await _insert(connection, COHORT, [{"id": n.id, "parent": n.parent, "name": n.name} for n in plan.new_nodes])
    for node in plan.renamed_nodes:
        await connection.execute(update(COHORT).where(COHORT.c.id == node.id).values(name=node.name))
    await connection.execute(delete(PERSON).where(among(PERSON.c.id, [person.id for person in plan.left])))
    known = [change.after for change in (*plan.moved, *plan.changed)]
    renewing = [person.id for person in known]
    for table in (ADDRESS, MANAGES):
        await connection.execute(delete(table).where(among(table.c.person_id, renewing)))
    if known:
        # two people may swap e-mail addresses, and each is unique at every moment
        await connection.execute(update(PERSON).where(among(PERSON.c.id, renewing)).values(email=None))
        renewed = [{"known": person.id, **_columns(person)} for person in known]
        await connection.execute(update(PERSON).where(PERSON.c.id == bindparam("known")), renewed)
    await _insert(connection, PERSON, [{"id": person.id, **_columns(person)} for person in plan.new])
    everybody = (*known, *plan.new)
    await _insert(connection, ADDRESS, [_address(p.id, *at) for p in everybody for at in p.addresses.items()])
    await _insert(connection, MANAGES, [{"person_id": p.id, "node": n} for p in everybody for n in sorted(p.manages)])


async def _insert(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        await connection.execute(insert(table), rows)


def _columns(person: Person) -> dict[str, Any]:
    return {
        "external_id": person.external_id,
        "name": person.name,
        "email": person.email or None,
        "team": person.team,
        "roles": sorted(person.roles),
        "language": person.language,
        "timezone": person.timezone,
        "facets": dict(person.facets),
    }


def _address(person_id: UUID, platform: str, address: str) -> dict[str, Any]:
    return {"person_id": person_id, "platform": platform, "address": address}


async def load_preferences(connection: AsyncConnection, persons: Collection[UUID]) -> dict[UUID, Preferences]:
    """What each of them chose; the defaults for whoever chose nothing."""
    rows = await connection.execute(select(PREFERENCE).where(among(PREFERENCE.c.person_id, persons)))
    chosen = {row.person_id: _preferences(row) for row in rows}
    return {person: chosen.get(person, Preferences()) for person in persons}


def _preferences(row: Row[Any]) -> Preferences:
    quiet = None if row.quiet_start is None else QuietHours(row.quiet_start, row.quiet_end)
    return Preferences(
        moment=row.moment,
        quiet=quiet,
        every=row.every,
        channel=row.channel,
        paused_until=row.paused_until,
        stopped=row.stopped,
        language=language_of(row.language),
    )


async def save_preferences(connection: AsyncConnection, person_id: UUID, chosen: Preferences) -> None:
    """Replace what somebody chose. The person must be in the roster."""
    values = {
        "moment": chosen.moment,
        "quiet_start": chosen.quiet.start if chosen.quiet else None,
        "quiet_end": chosen.quiet.end if chosen.quiet else None,
        "every": chosen.every,
        "channel": chosen.channel,
        "paused_until": chosen.paused_until,
        "stopped": chosen.stopped,
        "language": chosen.language,
    }
    statement = upsert(PREFERENCE).values(person_id=person_id, **values)
    await connection.execute(statement.on_conflict_do_update(constraint=PREFERENCE.primary_key, set_=values))


async def shifts_between(
    connection: AsyncConnection, persons: Collection[UUID], start: datetime, end: datetime
) -> dict[UUID, list[Shift]]:
    """The shifts of these people that touch [start, end), in order; nobody without one is a key."""
    touching = (among(SHIFT.c.person_id, persons), SHIFT.c.starts < end, SHIFT.c.ends > start)
    rows = await connection.execute(select(SHIFT).where(*touching).order_by(SHIFT.c.starts))
    shifts: dict[UUID, list[Shift]] = defaultdict(list)
    for row in rows:
        shifts[row.person_id].append(Shift(row.starts, row.ends))
    return dict(shifts)


async def known_shifts(
    connection: AsyncConnection, persons: Collection[UUID], start: datetime, end: datetime
) -> dict[UUID, list[Shift]]:
    """The shifts that touch [start, end) of everybody whose planning is known; nobody else is a key."""
    planned = await connection.execute(select(SHIFT.c.person_id).where(among(SHIFT.c.person_id, persons)).distinct())
    return {row.person_id: [] for row in planned} | await shifts_between(connection, persons, start, end)


async def replace_shifts(connection: AsyncConnection, shifts: Iterable[PersonShift]) -> None:
    """Take over a planning: the people it names have these shifts, and no others that begin in its period.

    The period runs from the first start to the last end of the whole planning. Who is not named keeps theirs.
    """
    planned = list(shifts)
    if not planned:
        return
    first, last = min(shift.start for _, shift in planned), max(shift.end for _, shift in planned)
    named = among(SHIFT.c.person_id, {person for person, _ in planned})
    await connection.execute(delete(SHIFT).where(named, SHIFT.c.starts >= first, SHIFT.c.starts < last))
    rows = [{"person_id": person, "starts": shift.start, "ends": shift.end} for person, shift in planned]
    await _insert(connection, SHIFT, rows)


async def forget_shifts(connection: AsyncConnection, before: datetime) -> int:
    """Drop shifts that ended before this instant; they serve only to choose a moment. Returns how many.

    The last one of each person stays: it says that their planning is known, so that somebody on long leave
    gets no card.
    """
    other = SHIFT.alias()
    last = select(func.max(other.c.ends)).where(other.c.person_id == SHIFT.c.person_id).scalar_subquery()
    forgotten = await connection.execute(delete(SHIFT).where(SHIFT.c.ends < before, SHIFT.c.ends < last))
    return forgotten.rowcount
