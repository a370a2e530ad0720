"""What an administrator may read of kudos: the public ones, and any that whoever got it reported."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from bot.kudos.composing import tell_all
from bot.kudos.draft import ANONYMOUS, PRIVATE, WALL
from bot.kudos.terms import Terms
from bot.texts import Texts
from surveys.kudos.model import Kudos
from surveys.kudos.rules import Shown
from surveys.model import Language, Role
from surveys.store import kudos as store
from surveys.store import people as people_store
from surveys.store.database import Database

MOST: Final = 100
"""Of each kind, the newest."""
WHERE: Final = {Shown.PUBLIC: WALL, Shown.PRIVATE: PRIVATE, Shown.ANONYMOUS: ANONYMOUS}


@dataclass(frozen=True, slots=True)
class Listed:
    """One kudos, with names as they are now. `where` is a channel, or the word for who sees it."""

    id: UUID
    at: datetime
    giver: str
    receivers: str
    where: str
    reported: bool
    words: str


@dataclass(frozen=True)
class Listing:
    """Reads them for the command line."""

    database: Database
    terms: Terms

    async def __call__(self, language: Language, *, reported: bool) -> list[Listed]:
        """Return what stands, newest first: public and reported ones, or with `reported` these alone.

        One that an administrator got without a name has none here either: they would only have to report it.
        """
        t = Texts(language)
        async with self.database.begin() as connection:
            found = {kudos.id: kudos for kudos in await store.reported(connection)}
            marked = set(found)
            if not reported:
                found |= {kudos.id: kudos for kudos in await store.wall(connection, most=MOST)}
            told = await tell_all(connection, list(found.values()), self.terms)
            admins = {one.id for one in await people_store.load_roster(connection) if Role.ADMIN in one.roles}
        listed = [
            Listed(
                id=one.kudos.id,
                at=one.kudos.at,
                giver=t("kudos.jar.anonymous") if _nameless(one.kudos, admins) else one.giver(t),
                receivers=one.receivers(t),
                where=one.place.name if one.place else WHERE[one.kudos.shown],
                reported=one.kudos.id in marked,
                words=one.kudos.words,
            )
            for one in told
        ]
        return sorted(listed, key=lambda one: (one.at, one.id), reverse=True)


def _nameless(kudos: Kudos, admins: Collection[UUID]) -> bool:
    return kudos.shown is Shown.ANONYMOUS and not set(admins).isdisjoint(kudos.people)
