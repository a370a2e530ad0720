"""What is kept of kudos about one person, as that person may see it: colleagues by name, never by id.

Of a kudos that came without a name its giver is not even read here. What colleagues did with it is theirs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from surveys.kudos.model import Giver, Kudos, Posting, Receiver
from surveys.kudos.rules import Shown
from surveys.store import givers as giver_store
from surveys.store import kudos as store
from surveys.store import kudos_places, people, postings
from surveys.store.kudos import KUDOS, RECEIVER


@dataclass(frozen=True, slots=True)
class KeptKudos:
    """One kudos as it is kept. `place` is a channel by its name, "" for none."""

    id: UUID
    at: datetime
    words: str
    tag: str
    shown: str
    place: str
    customer: bool
    language: str
    state: str
    ended: datetime | None


@dataclass(frozen=True, slots=True)
class KeptGiven:
    """One that this person gave. `receivers` are the names of who got it and is still there."""

    kudos: KeptKudos
    receivers: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class KeptGot:
    """One that this person got, and what they did with it. `giver` is "" for one without a name."""

    kudos: KeptKudos
    giver: str
    hidden: bool
    thanked: bool
    reported: bool


@dataclass(frozen=True, slots=True)
class KeptThanks:
    """Every row of kudos about one person."""

    given: tuple[KeptGiven, ...]
    got: tuple[KeptGot, ...]
    messages: tuple[Posting, ...]
    giver: Giver | None


async def thanks_about(connection: AsyncConnection, person: UUID) -> KeptThanks:
    """Return what is kept about somebody at this moment, the oldest first."""
    mine = await _ids(connection, select(KUDOS.c.id).where(KUDOS.c.giver_id == person))
    theirs = await _ids(connection, select(RECEIVER.c.kudos_id).where(RECEIVER.c.person_id == person))
    found = await store.several(connection, {*mine, *theirs})
    called = await _names(connection, found.values())
    places = {place.id: place.name for place in await kudos_places.places(connection)}
    oldest = sorted(found.values(), key=lambda kudos: (kudos.at, kudos.id))
    return KeptThanks(
        given=tuple(_given(kudos, called, places) for kudos in oldest if kudos.giver == person),
        got=tuple(_got(kudos, person, called, places) for kudos in oldest if kudos.of(person) is not None),
        messages=tuple(await postings.of_person(connection, person)),
        giver=await giver_store.one(connection, person),
    )


async def _ids(connection: AsyncConnection, query: Select[tuple[UUID]]) -> list[UUID]:
    return list(await connection.scalars(query))


async def _names(connection: AsyncConnection, several: Collection[Kudos]) -> Mapping[UUID, str]:
    """Return what these people are called, but for whoever gave without a name."""
    named: Iterable[UUID | None] = (kudos.giver for kudos in several if kudos.shown is not Shown.ANONYMOUS)
    ids = {one for one in (*named, *(person for kudos in several for person in kudos.people)) if one is not None}
    return {person.id: person.name for person in await people.people_by_id(connection, ids)}


def _given(kudos: Kudos, called: Mapping[UUID, str], places: Mapping[UUID, str]) -> KeptGiven:
    receivers = tuple(called[person] for person in kudos.people if person in called)
    return KeptGiven(_plain(kudos, places), receivers, kudos.reason)


def _got(kudos: Kudos, person: UUID, called: Mapping[UUID, str], places: Mapping[UUID, str]) -> KeptGot:
    giver = called.get(kudos.giver, "") if kudos.giver and kudos.shown is not Shown.ANONYMOUS else ""
    did = kudos.of(person) or Receiver(person)
    return KeptGot(_plain(kudos, places), giver, did.hidden, did.thanked, did.reported)


def _plain(kudos: Kudos, places: Mapping[UUID, str]) -> KeptKudos:
    return KeptKudos(
        id=kudos.id,
        at=kudos.at,
        words=kudos.words,
        tag=kudos.tag,
        shown=str(kudos.shown),
        place=places.get(kudos.place, "") if kudos.place else "",
        customer=kudos.customer,
        language=kudos.language,
        state=str(kudos.state),
        ended=kudos.ended,
    )
