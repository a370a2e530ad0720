"""Schema `kudos`: thanks, who got them and what they did with them.

Every function works inside the transaction of the connection that it is given.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Row,
    Table,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from surveys.kudos.model import Kudos, Receiver, State
from surveys.kudos.rules import APART, WITHDRAWABLE, Given, Shown
from surveys.kudos.valued import Named
from surveys.model import LANGUAGES
from surveys.store.columns import among, language_of
from surveys.store.postings import OPEN, POSTING
from surveys.tables.kudos import KudosRow, ReceiverRow

KUDOS: Table = KudosRow.__table__  # type: ignore[attr-defined]
RECEIVER: Table = ReceiverRow.__table__  # type: ignore[attr-defined]
_SHOWN = (
    (KUDOS.c.state == State.STANDING)
    & (KUDOS.c.shown == Shown.PUBLIC)
    & ~exists().where(RECEIVER.c.kudos_id == KUDOS.c.id, RECEIVER.c.hidden)
)


async def add(connection: AsyncConnection, kudos: Kudos) -> bool:
    """Write a kudos; False when there is one with this id already: it was sent twice."""
    row = {
        "id": kudos.id,
        "giver_id": kudos.giver,
        "words": kudos.words,
        "tag": kudos.tag,
        "shown": kudos.shown,
        "place_id": kudos.place,
        "customer": kudos.customer,
        "language": kudos.language,
        "at": kudos.at,
        "state": kudos.state,
        "ended": kudos.ended,
        "reason": kudos.reason,
    }
    writing = upsert(KUDOS).values(row).on_conflict_do_nothing().returning(KUDOS.c.id)
    if (await connection.execute(writing)).one_or_none() is None:
        return False
    marks = {"hidden": False, "thanked": False, "reported": False}
    people = [{"kudos_id": kudos.id, "person_id": person, **marks} for person in kudos.people]
    await connection.execute(insert(RECEIVER), people)
    return True


async def one(connection: AsyncConnection, kudos: UUID, *, hold: bool = False) -> Kudos | None:
    """Return a kudos; with `hold` nobody else changes it until the transaction ends."""
    query = select(KUDOS).where(KUDOS.c.id == kudos)
    found = await _whole(connection, await connection.execute(query.with_for_update() if hold else query))
    return found[0] if found else None


async def several(connection: AsyncConnection, kudos: Collection[UUID]) -> dict[UUID, Kudos]:
    """Return these kudos by id; one that is gone is no key."""
    rows = await connection.execute(select(KUDOS).where(among(KUDOS.c.id, kudos)))
    return {found.id: found for found in await _whole(connection, rows)}


async def given_since(connection: AsyncConnection, giver: UUID, since: datetime) -> list[Given]:
    """Return when, and to whom, somebody gave thanks after this moment, with those taken back that are still known."""
    rows = await connection.execute(select(KUDOS).where(KUDOS.c.giver_id == giver, KUDOS.c.at > since))
    found = await _whole(connection, rows)
    return [Given(one.at, one.people, taken_back=one.state is State.WITHDRAWN) for one in found]


async def given(connection: AsyncConnection, giver: UUID, *, most: int) -> list[Kudos]:
    """Return what somebody gave and did not take back, newest first."""
    query = select(KUDOS).where(KUDOS.c.giver_id == giver, KUDOS.c.state != State.WITHDRAWN)
    return await _newest(connection, query, most)


async def received(
    connection: AsyncConnection, person: UUID, now: datetime, *, most: int, skip: int = 0
) -> list[Kudos]:
    """Return what stands of what somebody got, newest first; without a name, only once its card came for certain."""
    theirs = select(RECEIVER.c.kudos_id).where(RECEIVER.c.person_id == person)
    came = (KUDOS.c.shown != Shown.ANONYMOUS) | (KUDOS.c.at < now - WITHDRAWABLE - APART)
    query = select(KUDOS).where(KUDOS.c.id.in_(theirs), KUDOS.c.state == State.STANDING, came)
    return await _newest(connection, query.offset(skip), most)


async def wall(
    connection: AsyncConnection,
    *,
    most: int,
    skip: int = 0,
    place: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Kudos]:
    """Return what everybody may see, newest first: of one place, or all; from `since` on and before `until`."""
    query = select(KUDOS).where(_SHOWN)
    query = query if place is None else query.where(KUDOS.c.place_id == place)
    query = query if since is None else query.where(KUDOS.c.at >= since)
    query = query if until is None else query.where(KUDOS.c.at < until)
    return await _newest(connection, query.offset(skip), most)


async def tags_on_wall(connection: AsyncConnection, since: datetime) -> Named:
    """Return how many of the kudos that everybody may see bear each tag, from this moment on."""
    lately = select(KUDOS.c.tag, KUDOS.c.giver_id, func.count()).where(_SHOWN, KUDOS.c.at >= since)
    rows = list(await connection.execute(lately.group_by(KUDOS.c.tag, KUDOS.c.giver_id)))
    kudos: dict[str, int] = defaultdict(int)
    for tag, _, times in rows:
        kudos[tag] += times
    return Named(kudos, len({giver for _, giver, _ in rows if giver}))


async def reported(connection: AsyncConnection) -> list[Kudos]:
    """Return what stands and was reported by who got it, newest first."""
    marked = select(RECEIVER.c.kudos_id).where(RECEIVER.c.reported)
    query = select(KUDOS).where(KUDOS.c.id.in_(marked), KUDOS.c.state == State.STANDING)
    return await _newest(connection, query, 100)


async def thanked(connection: AsyncConnection, start: datetime, end: datetime) -> set[UUID]:
    """Return everybody who was thanked at least once in [start, end), by what stands of it."""
    query = select(RECEIVER.c.person_id).join(KUDOS, KUDOS.c.id == RECEIVER.c.kudos_id)
    rows = await connection.execute(
        query.where(KUDOS.c.at >= start, KUDOS.c.at < end, KUDOS.c.state == State.STANDING).distinct()
    )
    return {row.person_id for row in rows}


async def hide(connection: AsyncConnection, kudos: UUID, reason: str, now: datetime) -> None:
    """Let a kudos be seen by nobody any more; its giver reads the reason."""
    values = {"state": State.HIDDEN, "ended": now, "reason": reason}
    await connection.execute(update(KUDOS).where(KUDOS.c.id == kudos).values(values))


async def withdraw(connection: AsyncConnection, kudos: Collection[UUID], now: datetime) -> None:
    """Let kudos be taken back, which leaves none of their words."""
    ended = func.coalesce(KUDOS.c.ended, now)
    values = {"state": State.WITHDRAWN, "ended": ended, "words": "", "reason": ""}
    await connection.execute(update(KUDOS).where(among(KUDOS.c.id, kudos)).values(values))


async def mark(connection: AsyncConnection, kudos: UUID, person: UUID, what: str) -> bool:
    """Note that somebody hid it, thanked back or reported it (`what` names the column); False when that stood."""
    column = RECEIVER.c[what]
    theirs = (RECEIVER.c.kudos_id == kudos) & (RECEIVER.c.person_id == person) & ~column
    return bool((await connection.execute(update(RECEIVER).where(theirs).values({what: True}))).rowcount)


async def hold_between(connection: AsyncConnection, persons: Collection[UUID]) -> None:
    """Let nobody else change what these people gave or got, until the transaction ends.

    In one order, so that two who do this at once never wait for each other; taken before anything of a kudos changes.
    """
    got = select(RECEIVER.c.kudos_id).where(among(RECEIVER.c.person_id, persons))
    theirs = among(KUDOS.c.giver_id, persons) | KUDOS.c.id.in_(got)
    await connection.execute(select(KUDOS.c.id).where(theirs).order_by(KUDOS.c.id).with_for_update())


async def empty_jars(connection: AsyncConnection, persons: Collection[UUID]) -> list[UUID]:
    """Forget that people were thanked; return the kudos that they got."""
    gone = delete(RECEIVER).where(among(RECEIVER.c.person_id, persons)).returning(RECEIVER.c.kudos_id)
    return sorted({row.kudos_id for row in await connection.execute(gone)})


async def left_without(connection: AsyncConnection, kudos: Collection[UUID]) -> list[UUID]:
    """Return those of these kudos that nobody is left to have got."""
    left = select(RECEIVER.c.kudos_id).where(among(RECEIVER.c.kudos_id, kudos))
    still = {row.kudos_id for row in await connection.execute(left)}
    return [one for one in kudos if one not in still]


async def part(connection: AsyncConnection, givers: Collection[UUID]) -> list[UUID]:
    """Take the name of these people off what they gave; return which kudos showed it."""
    theirs = update(KUDOS).where(among(KUDOS.c.giver_id, givers)).values(giver_id=None)
    rows = await connection.execute(theirs.returning(KUDOS.c.id, KUDOS.c.shown))
    return [row.id for row in rows if row.shown != Shown.ANONYMOUS]


async def gave_without_name(connection: AsyncConnection, giver: UUID) -> bool:
    """Return whether somebody gave a kudos that does not say so, and that stands or is still to be sent."""
    nameless = (KUDOS.c.giver_id == giver) & (KUDOS.c.shown == Shown.ANONYMOUS) & (KUDOS.c.state == State.STANDING)
    return bool(await connection.scalar(select(exists().where(nameless))))


async def forget(connection: AsyncConnection, kudos: Collection[UUID]) -> None:
    """Delete kudos and who got them."""
    for table, column in ((RECEIVER, RECEIVER.c.kudos_id), (KUDOS, KUDOS.c.id)):
        await connection.execute(delete(table).where(among(column, kudos)))


async def hold_over(
    connection: AsyncConnection, *, given: datetime, ended: datetime, settled: datetime, most: int
) -> list[UUID]:
    """Return, and hold, kudos that have served: those of before `given`, and those that ceased to stand.

    These when they did so before `ended`; those taken back already when they did before `settled`, once nothing that
    stands of them is to become anything else. What somebody else holds at this moment is left for the next time.
    """
    settling = exists().where(POSTING.c.kudos_id == KUDOS.c.id, OPEN)
    taken_back = (KUDOS.c.state == State.WITHDRAWN) & (KUDOS.c.ended < settled) & ~settling
    over = (KUDOS.c.at < given) | (KUDOS.c.ended < ended) | taken_back
    query = select(KUDOS.c.id).where(over).order_by(KUDOS.c.id).limit(most).with_for_update(skip_locked=True)
    return [row.id for row in await connection.execute(query)]


async def _newest(connection: AsyncConnection, query: Any, most: int) -> list[Kudos]:
    rows = await connection.execute(query.order_by(KUDOS.c.at.desc(), KUDOS.c.id).limit(most))
    return await _whole(connection, rows)


async def _whole(connection: AsyncConnection, rows: Iterable[Row[Any]]) -> list[Kudos]:
    """Return kudos with who got them, in a fixed order."""
    found = list(rows)
    people: dict[UUID, list[Receiver]] = defaultdict(list)
    who = select(RECEIVER).where(among(RECEIVER.c.kudos_id, [row.id for row in found])).order_by(RECEIVER.c.person_id)
    for row in await connection.execute(who):
        people[row.kudos_id].append(Receiver(row.person_id, row.hidden, row.thanked, row.reported))
    return [_kudos(row, people[row.id]) for row in found]


def _kudos(row: Row[Any], people: Sequence[Receiver]) -> Kudos:
    return Kudos(
        id=row.id,
        giver=row.giver_id,
        words=row.words,
        tag=row.tag,
        shown=Shown(row.shown),
        place=row.place_id,
        customer=row.customer,
        language=language_of(row.language) or LANGUAGES[0],
        at=row.at,
        receivers=tuple(people),
        state=State(row.state),
        ended=row.ended,
        reason=row.reason,
    )
