"""The head hashes of the chain of Releases and of the signed log, sent in chat with every Release (PRIVACY 13).

The works council chooses on its page to whom of the roster they go. What was sent lies in that person's chat, out of
reach of whoever can change the database: a hash that is no longer there shows that something was changed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from adapters.port import Message
from bot.reading import texts_of
from bot.records import SealedRecords
from bot.texts import Texts
from surveys.errors import InputError
from surveys.model import Language
from surveys.store import people as people_store
from surveys.store import platform as store
from surveys.store import releases as release_store
from surveys.store import seats as seat_store
from surveys.store.database import WHOLE, Database
from surveys.tickets import Entropy, KeyRing

SEAT: Final = UUID(int=0)
"""Stands for the seat of the works council among those to whom a Release is still to be told; nobody has this id."""
ABOUT: Final = "council"


@dataclass(frozen=True)
class Heads:
    """To whom hashes go, and what they say. `platforms` are the connected ones, the preferred first."""

    database: Database
    keys: KeyRing = field(repr=False)
    entropy: Entropy
    platforms: Collection[str]

    async def chosen(self) -> tuple[str, str] | None:
        """Return platform and address of whom the works council chose, or None."""
        async with self.database.begin() as connection:
            for platform in self.platforms:
                for key in await store.record_keys(connection, platform, f"{platform}/{ABOUT}/"):
                    return platform, key.removeprefix(f"{platform}/{ABOUT}/")
        return None

    async def choose(self, email: str) -> None:
        """Let hashes go to somebody of the roster, or to nobody when `email` is empty. Raises InputError."""
        wanted = email.strip().casefold()
        there = await self._reached(wanted) if wanted else None
        if before := await self.chosen():
            await self._records(before[0]).delete(_key(*before))
        if there:
            await self._records(there[0]).put(_key(*there), b"works-council")

    async def name_of(self, there: tuple[str, str]) -> str:
        """Return who is reached there now, "" when nobody is."""
        async with self.database.begin() as connection:
            person = await people_store.person_by_address(connection, *there)
        return person.name if person else ""

    async def message_for(self, there: tuple[str, str], seq: int) -> Message | None:
        """Return what is sent with the Release at a place of the chain; None when nobody is reached there any more."""
        async with self.database.begin() as connection:
            person = await people_store.person_by_address(connection, *there)
            if person is None:
                return None
            texts = await texts_of(connection, person)
        async with self.database.reading([WHOLE]) as connection:
            found = next((one for one in await release_store.listed(connection) if one[0] == seq), None)
            log = await seat_store.head(connection)
        if found is None:
            return None
        _, survey, place, _, chain = found
        return told(survey, place, chain, log, texts.language)

    async def _reached(self, email: str) -> tuple[str, str]:
        async with self.database.begin() as connection:
            roster = await people_store.load_roster(connection)
            person = next((one for one in roster if one.email.casefold() == email), None)
            if person is None:
                raise InputError("nobody in the roster has this e-mail address: write it as it stands there")
            chosen = (await people_store.load_preferences(connection, [person.id]))[person.id]
        reachable = [name for name in self.platforms if name in person.addresses]
        if not reachable:
            raise InputError("this person is not reached in any chat: choose somebody who is")
        platform = chosen.channel if chosen.channel in reachable else reachable[0]
        return platform, person.addresses[platform]

    def _records(self, platform: str) -> SealedRecords:
        return SealedRecords(self.database, platform, self.keys.platform_key(platform), self.entropy)


def told(survey: str, place: str, chain: str, log: str, language: Language) -> Message:
    """Say both hashes, each on a line of its own, so that they can be copied whole."""
    t = Texts(language)
    said: Mapping[str, str] = {"chain": chain, "log": log or t("keys.none")}
    return Message(
        title=t("heads.title", survey=survey, number=place),
        locale=language,
        paragraphs=(
            t("heads.text"),
            *(line for name, value in said.items() for line in (t(f"heads.{name}"), value)),
            t("heads.check", command=f"adempauze audit log releases.json --head {chain[:12]}..."),
        ),
        notes=(t("heads.why"),),
    )


def _key(platform: str, address: str) -> str:
    """As every record about one person, so that they see it among what is kept about them, and can erase it."""
    return f"{platform}/{ABOUT}/{address}"
