"""What every person can always do: see exactly the rows that exist about them now, and take them along."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import sql

from bot.told import PARTS
from tests.dialogues.own_page import dialog, exported, furnish
from tests.everything import Rows, everything
from tests.privacy.wave import House, names_of
from tests.stage import Stage, staged

WHO = "noor"
"""She leads a team and gets a card, so that there can be a row about her in every table."""
TOLD = {table for part in PARTS for table in part.tables}
NOT_ON_THE_PAGE = {("platform.link", "id"), ("platform.record", "sealed")}
"""Values that would help a thief, and say nothing to the person."""
BY_NAME = {
    *(("people.person", "team"), ("people.manages", "node"), ("platform.delivery", "cohort")),
    ("kudos.kudos", "place_id"),
}
"""Groups and channels, which are told with their names."""
NOTHING = ("", "[]", "{}")
OF_PEOPLE = """
    SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname IN ('surveys', 'kudos', 'people', 'platform')
    AND (EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname ~ 'person|giver')
      OR EXISTS (SELECT FROM pg_constraint f WHERE f.conrelid = c.oid AND f.confrelid = 'people.person'::regclass))
"""
"""Every table that is made to hold rows about people."""
PLANTED = "people.planted"


@pytest.fixture
async def furnished(house: House) -> AsyncIterator[Stage]:
    """A stage with a row of every kind about one person."""
    async with staged(*house) as stage:
        await furnish(stage, WHO)
        yield stage


def needles(stage: Stage) -> set[str]:
    return {text for text in names_of(stage.people[WHO]) if len(text) > 3}


def about(rows: Rows, wanted: set[str]) -> dict[str, list[Mapping[str, str]]]:
    """Return the rows in which one of these stands as a word, by table."""
    found = {table: [row for row in values if _speaks_of(row, wanted)] for table, values in rows.items()}
    return {table: values for table, values in found.items() if values}


def _speaks_of(row: Mapping[str, str], wanted: set[str]) -> bool:
    words = {word for text in row.values() for word in (text, *text.replace(":", "/").split("/"))}
    return bool(words & wanted)


def untold(stage: Stage) -> set[str]:
    """Return the tables with a row about the person that the page does not tell."""
    return set(about(everything(stage.server), needles(stage))) - TOLD


async def unfurnished(stage: Stage) -> set[str]:
    """Return the tables that are made for rows about people, and hold none about this one."""
    made = {str(table) for (table,) in await stage.rows(OF_PEOPLE)}
    return made - set(about(everything(stage.server), needles(stage)))


@contextmanager
def planted(stage: Stage, *, filled: bool) -> Iterator[None]:
    """Add a table about people that nobody thought of."""
    url = stage.server.login.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE TABLE {PLANTED} (person_id uuid)".encode())
        try:
            if filled:
                person = stage.people[WHO].id
                connection.execute(f"INSERT INTO {PLANTED} VALUES ('{person}')".encode())
            yield
        finally:
            connection.execute(f"DROP TABLE {PLANTED}".encode())


async def test_no_table_holds_a_row_about_somebody_that_the_page_does_not_tell(furnished: Stage) -> None:
    """The privacy page tells of every table in which a row about its reader stands, whatever its schema."""
    assert untold(furnished) == set()
    with planted(furnished, filled=True):
        assert untold(furnished) == {PLANTED}


async def test_a_table_about_people_cannot_be_forgotten(furnished: Stage) -> None:
    """Every table that is made for rows about people holds one here, so that the page is looked at for each."""
    assert await unfurnished(furnished) == set()
    assert set(about(everything(furnished.server), needles(furnished))) == TOLD
    with planted(furnished, filled=False):
        assert await unfurnished(furnished) == {PLANTED}


@pytest.mark.parametrize("table", sorted(TOLD - {"people.person", "people.address"}))
async def test_the_page_follows_the_rows(furnished: Stage, table: str) -> None:
    """A row that is gone is no longer told: the page says what exists now, and nothing else.

    Without a line in the roster, or an address to ask from, there is nobody to show a page to.
    """
    before = (await dialog(furnished, WHO, "privacy")).steps
    mine = about(everything(furnished.server), needles(furnished))[table]
    _remove(furnished, table, mine)
    assert (await dialog(furnished, WHO, "privacy")).steps != before


def _remove(stage: Stage, table: str, rows: list[Mapping[str, str]]) -> None:
    url = stage.server.login.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        for row in rows:
            same = sql.SQL(" AND ").join(
                sql.SQL("{}::text = {}").format(sql.Identifier(name), sql.Literal(text))
                for name, text in row.items()
                if text and name in ("person_id", "giver_id", "subject", "key", "platform", "seq", "node", "wave_id")
            )
            connection.execute(sql.SQL("DELETE FROM {} WHERE {}").format(sql.Identifier(*table.split(".")), same))


async def test_the_export_holds_every_value_of_every_row(furnished: Stage) -> None:
    """The file holds what the rows hold, but for what would help a thief."""
    document = str(await exported(furnished, WHO))
    rows = about(everything(furnished.server), needles(furnished))
    missing = [
        f"{table}.{column}"
        for table, values in rows.items()
        for row in values
        for column, text in row.items()
        if (table, column) not in NOT_ON_THE_PAGE | BY_NAME and text not in NOTHING and not _holds(document, text)
    ]
    assert missing == []


def _holds(document: str, text: str) -> bool:
    return text in document or text.replace(" ", "T") in document


async def test_the_page_says_nothing_about_seats(furnished: Stage) -> None:
    """Who holds a seat is stored with nobody's name, so that there is no row to tell."""
    assert not {"platform.seat", "surveys.log"} & set(about(everything(furnished.server), needles(furnished)))
