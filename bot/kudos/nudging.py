"""Now and then whoever has thanked somebody before is asked about three colleagues: "is there something to thank for?"

Who they are is drawn when the message is composed, and kept nowhere: no row says about whom somebody was asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.port import ChatPlatform, Choice, Message
from bot.kudos.asking import names
from bot.kudos.hours import Reached, reached
from bot.kudos.terms import Terms
from bot.texts import Texts
from surveys.intervals import first_from
from surveys.introduction import HORIZON
from surveys.kudos.model import Giver, Kind, Posting
from surveys.kudos.nudge import draw, even
from surveys.localtime import local_day
from surveys.model import Person
from surveys.own_hours import allowed
from surveys.store import givers as giver_store
from surveys.store import people as people_store
from surveys.store import postings as posting_store
from surveys.store.database import Database
from surveys.tickets import Entropy

AT_ONCE: Final = 100
"""Givers of one tick."""
SPREAD: Final = timedelta(days=2)
"""Over how long the next ones lie apart, so that a team is not asked together."""


@dataclass(frozen=True)
class Nudging:
    """Asks givers whom it is time to ask; nobody at all where the organisation wants no such questions."""

    database: Database
    platforms: Mapping[str, ChatPlatform]
    terms: Terms
    entropy: Entropy

    async def begin(self, now: datetime) -> None:
        """Write the questions that are due into the outbox, and when each of these givers is asked next."""
        if self.terms.nudge_every is None:
            return
        async with self.database.begin() as connection:
            due = await giver_store.to_nudge(connection, now, most=AT_ONCE)
            people = await reached(connection, [giver.person for giver in due], now)
            for giver in due:
                await giver_store.save(connection, replace(giver, nudge=now + self.terms.nudge_every + self._spread()))
            asked = [self._posting(one, now) for one in people.values() if _may_be_asked(one, now)]
            await posting_store.add(connection, filter(None, asked))

    async def next_due(self, connection: AsyncConnection) -> datetime | None:
        """Return when the next giver is to be asked."""
        return await giver_store.next_nudge(connection) if self.terms.nudge_every else None

    async def compose(self, connection: AsyncConnection, _: Posting, reader: Reached | None) -> Message | None:
        """Return the question, about whom is at work now; None where there is nobody, or it is not wanted any more."""
        now = self.terms.now()
        giver = await giver_store.one(connection, reader.person.id) if reader else None
        if reader is None or not _still_asked(giver) or not _may_be_asked(reader, now):
            return None
        shift = await at_work(connection, reader.person, now)
        drawn = draw([one.id for one in shift], reader.person.id, even(self.entropy))
        chosen = {one.id: one for one in shift}
        return nudge([chosen[one] for one in drawn], reader.texts) if drawn else None

    def _spread(self) -> timedelta:
        return timedelta(seconds=even(self.entropy)(int(SPREAD.total_seconds())))

    def _posting(self, one: Reached, now: datetime) -> Posting | None:
        """It waits for hours of its reader's own also where messages wait: it asks about who is at work then."""
        platform = one.platform(self.platforms)
        due = first_from(allowed(one.hours, now, now + HORIZON), now)
        if platform is None or due is None:
            return None
        address = one.person.addresses[platform]
        return Posting(self.terms.new_id(), Kind.NUDGE, platform, address, due, person=one.person.id)


async def at_work(connection: AsyncConnection, me: Person, now: datetime) -> list[Person]:
    """Return those of somebody's own team who are on shift now, and those whose planning is not known."""
    team = await people_store.people_of_teams(connection, [me.team])
    known = await people_store.known_shifts(connection, [one.id for one in team], now, now + timedelta(seconds=1))
    return [one for one in team if one.id not in known or any(s.start <= now < s.end for s in known[one.id])]


def nudge(drawn: Sequence[Person], t: Texts) -> Message:
    """Return the question about these colleagues. Pure."""
    return Message(
        title=t("kudos.nudge.title"),
        locale=t.language,
        paragraphs=(t("kudos.nudge.body", names=names(t, [one.name for one in drawn])),),
        choices=(
            *(Choice("kudos", one.name, (0, at), kept={"to": str(one.id)}) for at, one in enumerate(drawn, 1)),
            Choice("kudos_nudge_off", t("kudos.jar.no_nudge"), quiet=True),
        ),
        notes=(t("kudos.nudge.note"),),
    )


def _still_asked(giver: Giver | None) -> bool:
    return giver is not None and giver.nudge is not None and not giver.locked


def _may_be_asked(one: Reached, now: datetime) -> bool:
    """Whoever stopped or paused their check-ins is left alone with this as well."""
    paused = one.chosen.paused_until is not None and one.chosen.paused_until > local_day(now, one.hours.place)
    return not one.chosen.stopped and not paused
