"""The SQL of the works council's document, run as the reader role on a database in which a wave has closed."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests import documents
from tests.architecture.tree import ROOT
from tests.stage import Stage

BLOCKS = documents.blocks((ROOT / "docs/en/works-council.md").read_text(encoding="utf-8"), "sql")


def statements() -> Iterator[str]:
    for block in BLOCKS:
        yield from (part.strip() for part in block.split(";") if part.strip())


def answers(stage: Stage) -> dict[str, list[tuple[object, ...]] | None]:
    """What each statement gives on one connection of the reader; None when it is refused."""
    found: dict[str, list[tuple[object, ...]] | None] = {}
    url = stage.server.reader.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements():
            try:
                cursor = connection.execute(statement.encode())
                found[statement] = cursor.fetchall() if cursor.description else []
            except psycopg.errors.InsufficientPrivilege:
                found[statement] = None
    return found


@pytest.fixture
async def found(stage: Stage) -> dict[str, list[tuple[object, ...]] | None]:
    await stage.deliver()
    for number in range(1, 13):
        await stage.answer(f"o{number}", 1 + number % 5)
    await stage.close()
    return answers(stage)


def the(found: dict[str, list[tuple[object, ...]] | None], word: str) -> list[tuple[object, ...]] | None:
    (one,) = [rows for statement, rows in found.items() if word in statement]
    return one


async def test_what_the_works_council_is_told_to_run_gives_what_it_is_told_to_see(
    found: dict[str, list[tuple[object, ...]] | None],
) -> None:
    """Each check of the document works as the reader role, and says what the document says."""
    refused = [statement for statement, rows in found.items() if rows is None]
    assert refused == [
        "SELECT count(*) FROM surveys.response",
        "SELECT count(*) FROM people.person",
        "SELECT count(*) FROM platform.delivery",
    ]
    columns, granted, roles = the(found, "pg_attribute"), the(found, "role_table_grants"), the(found, "rolsuper")
    assert [name for name, _ in columns or ()] == ["wave_id", "slot", "sealed"]
    assert [right for _, right in granted or ()] == ["SELECT"] * 6
    assert [powers for _, *powers in roles or ()] == [[False, False]]
    assert the(found, "pg_inherits") == []
    assert the(found, "surveys.release_cell") == [(0,)]
    assert the(found, "contype") == []
    assert [row[:3] for row in the(found, "number, hash") or ()] == [(1, "pulse", 1)]
    assert the(found, "sha256") == [(1, True)]
