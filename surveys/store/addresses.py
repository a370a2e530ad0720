"""Schema `people`: whose every address is and how everybody is spoken to, read as a whole.

Whatever is asked about one person here would tell when they came; so everything is asked at once, at a rhythm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from surveys.model import Language
from surveys.store.columns import language_of
from surveys.store.database import Driver

MARK: Final = """
    SELECT (SELECT concat_ws('/', count(*), sum(hashtextextended(concat_ws('/', platform, address, person_id), 0)))
            FROM people.address),
        (SELECT concat_ws('/', count(*), sum(hashtextextended(concat_ws('/', p.id, c.language, p.language), 0)))
            FROM people.person p LEFT JOIN people.preference c ON c.person_id = p.id),
        (SELECT concat_ws('/', count(*), sum(hashtextextended(concat_ws('/', encode(id, 'hex'), spent, revoked), 0)))
            FROM platform.link WHERE purpose = 'chat'),
        (SELECT concat_ws('/', count(*), sum(hashtextextended(concat_ws('/', id, name, gone), 0))) FROM kudos.place)
"""
ADDRESSES: Final = "SELECT platform, address, person_id FROM people.address"
LANGUAGES_OF: Final = """
    SELECT p.id, coalesce(c.language, p.language) FROM people.person p
    LEFT JOIN people.preference c ON c.person_id = p.id
"""


@dataclass(frozen=True, slots=True)
class Everybody:
    """Who is at (platform, address), and the language of each person, own choice first."""

    at: dict[tuple[str, str], UUID]
    languages: dict[UUID, Language | None]


async def mark(driver: Driver) -> tuple[str, ...] | None:
    """Return something that is another when any address, language, link of the chat or place of kudos is another."""
    row = await (await driver.execute(MARK)).fetchone()
    return None if row is None else tuple(row)


async def everybody(driver: Driver) -> Everybody:
    """Read all of it."""
    at = {
        (platform, address): person for platform, address, person in await (await driver.execute(ADDRESSES)).fetchall()
    }
    spoken = await (await driver.execute(LANGUAGES_OF)).fetchall()
    return Everybody(at, {person: language_of(said) for person, said in spoken})
