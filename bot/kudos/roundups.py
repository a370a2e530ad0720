"""The weekly round-up of a channel: what stands there in public of the week before, newest first and without a number.

It follows what it tells of, as everything that stands in a channel does: what is taken off the wall later is taken out
of it. So its posting says of which week it is, and it is composed anew from what is public then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.port import ChatPlatform, Message
from bot.kudos.cards import Told, sentence
from bot.kudos.composing import tell_all
from bot.kudos.hours import Reached
from bot.kudos.terms import Terms
from bot.kudos.wall_words import title
from bot.texts import Texts
from surveys.kudos.model import Kind, Place, Posting
from surveys.kudos.valued import Named, valued
from surveys.kudos.week import ending, following, newest
from surveys.localtime import zone
from surveys.model import LANGUAGES
from surveys.store import kudos as store
from surveys.store import kudos_places as place_store
from surveys.store import postings as posting_store
from surveys.store.database import Database

MOST: Final = 20
"""Kudos of one round-up."""
LOOKED_AT: Final = 200
WORDS: Final = 200
"""Characters of each: a whole one stands on the wall, and a message has its limits."""
LATE: Final = timedelta(days=1)
"""A round-up that could not go out for so long is not made up for."""


@dataclass(frozen=True)
class Roundups:
    """Lets each place have its round-up on Monday morning, on the clock of the organisation."""

    database: Database
    platforms: Mapping[str, ChatPlatform]
    terms: Terms
    timezone: str

    async def begin(self, now: datetime) -> None:
        """Write the round-ups that are due into the outbox, and when the next ones are; forget those of long ago."""
        async with self.database.begin() as connection:
            due = await place_store.due_roundups(connection, now)
            begun = [await self._take(connection, there, now) for there in due]
            await posting_store.add(connection, filter(None, begun))
            if due:
                await posting_store.forget_roundups(connection, now - self.terms.kept_for)

    async def _take(self, connection: AsyncConnection, there: Place, now: datetime) -> Posting | None:
        """Return the posting of a place that is due; None where it is too late, or another process has it."""
        week = newest(now, self.place)
        taken = await place_store.take_roundup(connection, there, following(now, self.place))
        in_time = there.roundup <= week.due and now - week.due < LATE
        if not taken or not in_time or there.platform not in self.platforms:
            return None
        new = self.terms.new_id()
        return Posting(new, Kind.ROUNDUP, there.platform, there.address, now, place=there.id, week=week.end)

    async def compose(self, connection: AsyncConnection, posting: Posting, _: Reached | None) -> Message | None:
        """Return a round-up as it is to be now; None where there is nothing to tell, and nothing stands there."""
        if posting.week is None:
            return None
        week = ending(posting.week, self.place)
        found = await store.wall(connection, most=LOOKED_AT, place=posting.place, since=week.start, until=week.end)
        there = next((one for one in await place_store.places(connection) if one.id == posting.place), None)
        t = _texts(there)
        if not found or (there is None and not posting.message):
            return sentence("kudos.roundup.gone", t) if posting.message else None
        return roundup(await tell_all(connection, found, self.terms), self.terms, t)

    @property
    def place(self) -> ZoneInfo:
        """The time zone of the organisation."""
        return zone(self.timezone)


def roundup(told: Sequence[Told], terms: Terms, t: Texts) -> Message:
    """Return the round-up of what was said, newest first. Pure."""
    tags = _tags(told, terms, t)
    return Message(
        title=t("kudos.roundup.title"),
        locale=t.language,
        paragraphs=(
            *(t("kudos.roundup.line", title=title(one, t), words=_short(one.kudos.words)) for one in told[:MOST]),
            *([t("kudos.roundup.more")] if len(told) > MOST else []),
            *([t("kudos.roundup.tags", tags=", ".join(tags))] if tags else []),
        ),
        notes=(t("kudos.roundup.note"),),
    )


def _tags(told: Sequence[Told], terms: Terms, t: Texts) -> list[str]:
    """Return what the week was about, where the picture of the wall would say it too."""
    named = dict.fromkeys((one.kudos.tag for one in told), 0)
    for one in told:
        named[one.kudos.tag] += 1
    givers = len({one.kudos.giver for one in told if one.kudos.giver})
    shown = valued(Named(named, givers), [tag.id for tag in terms.tags])
    return [terms.tag_title(tag, t.language) for tag, _ in shown]


def _short(words: str) -> str:
    """Return words in one line, cut off between two of them."""
    line = " ".join(words.split())
    return line if len(line) <= WORDS else f"{line[:WORDS].rpartition(' ')[0] or line[:WORDS]} …"


def _texts(place: Place | None) -> Texts:
    return Texts(place.language if place else LANGUAGES[0])
