"""What is kept about one person, whatever the schema, and how it goes.

Of kudos `surveys.store.own_kudos` says what is kept, and `bot.kudos.parting` lets it go, for it is about others too.
Breaks are not here because nothing of them is kept. The sealed rows of schema `surveys` can't be found
from a person without the keys; `surveys.service` empties them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, false, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from surveys.links import Link
from surveys.model import Person, Preferences, Shift
from surveys.store import people, platform
from surveys.store.columns import among
from surveys.store.introductions import Introduction, introductions_of
from surveys.store.links import COLUMNS, LINK
from surveys.store.own_kudos import KeptThanks, thanks_about
from surveys.store.people import PERSON, PREFERENCE, SHIFT
from surveys.store.platform import DELIVERY, DIGEST, RECORD, Delivery

BEGINNING = datetime.min.replace(tzinfo=UTC)
END = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """A sealed platform record about one person; `size` in bytes."""

    platform: str
    key: str
    size: int


@dataclass(frozen=True, slots=True)
class KeptDigest:
    """A digest that is still to be sent to one person."""

    seq: int
    due: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class Kept:
    """Every row about one person. `chosen` is None when they never chose anything."""

    person: Person
    chosen: Preferences | None
    shifts: tuple[Shift, ...]
    deliveries: tuple[Delivery, ...]
    links: tuple[Link, ...]
    records: tuple[KeptRecord, ...]
    digests: tuple[KeptDigest, ...]
    introductions: tuple[Introduction, ...]
    thanks: KeptThanks


async def hold_people(connection: AsyncConnection, persons: Collection[UUID]) -> set[UUID]:
    """Let one change at a time be made to what these people chose, until the transaction ends; return who is there.

    Taken before any row of a wave, and in one order, so that two who do this at once never wait for each other.
    """
    return await _held(connection, persons, "NO KEY UPDATE")


async def keep_people(connection: AsyncConnection, persons: Collection[UUID]) -> set[UUID]:
    """Let none of these people leave until the transaction ends; return who is there. It holds up nothing else.

    Whoever is leaving at this moment counts as gone, and is not waited for: the giver is held already, and where both
    leave at once, each of the two would wait for the other.
    """
    return await _held(connection, persons, "KEY SHARE")


async def hold_leavers(connection: AsyncConnection, persons: Collection[UUID]) -> None:
    """Wait for who keeps these people, before what is theirs goes: what comes later finds that they have left."""
    await _held(connection, persons, "UPDATE")


async def _held(
    connection: AsyncConnection, persons: Collection[UUID], how: Literal["UPDATE", "NO KEY UPDATE", "KEY SHARE"]
) -> set[UUID]:
    all_of = select(PERSON.c.id).where(among(PERSON.c.id, persons)).order_by(PERSON.c.id)
    keeping = how == "KEY SHARE"
    query = all_of.with_for_update(read=keeping, key_share=how != "UPDATE", skip_locked=keeping)
    return {row.id for row in await connection.execute(query)}


async def kept_about(connection: AsyncConnection, person: Person, subjects: Collection[str]) -> Kept:
    """Return what is kept about somebody at this moment; `subjects` are those of their links."""
    row = await connection.scalar(select(PREFERENCE.c.person_id).where(PREFERENCE.c.person_id == person.id))
    chosen = (await people.load_preferences(connection, [person.id]))[person.id]
    shifts = await people.shifts_between(connection, [person.id], BEGINNING, END)
    links = await connection.execute(select(*COLUMNS).where(LINK.c.subject.in_(subjects)).order_by(LINK.c.expires))
    records = select(RECORD.c.platform, RECORD.c.key, func.length(RECORD.c.sealed)).where(_records_at(person.addresses))
    digests = select(DIGEST.c.seq, DIGEST.c.due, DIGEST.c.attempts).where(DIGEST.c.person_id == person.id)
    return Kept(
        person=person,
        chosen=None if row is None else chosen,
        shifts=tuple(shifts.get(person.id, ())),
        deliveries=tuple(await platform.deliveries_of(connection, person.id)),
        links=tuple(Link(*link) for link in links),
        records=tuple(KeptRecord(*record) for record in await connection.execute(records.order_by(RECORD.c.key))),
        digests=tuple(KeptDigest(*digest) for digest in await connection.execute(digests.order_by(DIGEST.c.seq))),
        introductions=tuple(await introductions_of(connection, person.id)),
        thanks=await thanks_about(connection, person.id),
    )


async def forget_delivery(connection: AsyncConnection, wave: UUID, person: UUID) -> None:
    """Delete the card of one person in one wave."""
    await connection.execute(delete(DELIVERY).where(DELIVERY.c.wave_id == wave, DELIVERY.c.person_id == person))


async def forget_own(connection: AsyncConnection, person: Person, subjects: Collection[str]) -> None:
    """Delete choices, shifts, links with their sessions, platform records and digests under way.

    The line of the roster with its addresses stays; cards go with `forget_delivery`, wave by wave, and kudos with
    `bot.kudos.parting`.
    """
    for table in (PREFERENCE, SHIFT, DIGEST):
        await connection.execute(delete(table).where(table.c.person_id == person.id))
    await connection.execute(delete(LINK).where(LINK.c.subject.in_(subjects)))
    await connection.execute(delete(RECORD).where(_records_at(person.addresses)))


async def forget_records_at(connection: AsyncConnection, addresses: Mapping[str, str]) -> int:
    """Delete the platform records about whoever was reached at these addresses, by platform; return how many."""
    return (await connection.execute(delete(RECORD).where(_records_at(addresses)))).rowcount


async def forward_cards(connection: AsyncConnection, person: Person) -> None:
    """Send the cards and reminders of somebody to the addresses that they have now."""
    for at, address in person.addresses.items():
        cards = update(DELIVERY).where(DELIVERY.c.person_id == person.id, DELIVERY.c.platform == at)
        await connection.execute(cards.where(DELIVERY.c.address != address).values(address=address))


def _records_at(addresses: Mapping[str, str]) -> ColumnElement[bool]:
    """The key of a record about one person is `<platform>/<what>/<address>`; an address may hold a slash."""
    address_of = func.regexp_replace(RECORD.c.key, "^[^/]*/[^/]*/", "")
    return or_(false(), *(and_(RECORD.c.platform == at, address_of == there) for at, there in addresses.items()))
