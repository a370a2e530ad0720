"""The blocks of docs/verify.md with what each must give, and how a reader of that page runs them."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
from sqlalchemy import URL

PATIENCE: Final = 60
PAIR: Final = re.compile(
    r"^```(sql|sh|python)\n((?:(?!^```).)*)^```\n\n```text\n((?:(?!^```).)*)^```$", re.MULTILINE | re.DOTALL
)
ANY: Final = re.compile(r"^```(sql|sh|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a section (from 1): its language, its code, and what it must print."""

    section: int
    language: str
    code: str
    printed: str


def blocks_of(page: str) -> list[Block]:
    """Return every block that is followed by what it must give, in order."""
    sections = page.split("\n## ")[1:]
    return [
        Block(number, language, code, printed)
        for number, section in enumerate(sections, 1)
        for language, code, printed in PAIR.findall(section)
    ]


def code_of(page: str) -> list[tuple[str, str]]:
    """Return every block of code as (language, code)."""
    return ANY.findall(page)


def queried(url: URL, code: str, fault: str = "") -> str:
    """Return what `psql -At` prints for these statements on a connection of its own, errors included.

    With a fault, that is planted first, and all of it is rolled back.
    """
    conninfo = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(conninfo, autocommit=not fault) as connection:
        if fault:
            connection.execute(fault.encode())
        printed = "".join(_answers(connection, [part for part in code.split(";") if part.strip()]))
        if fault:
            connection.rollback()
    return printed


def _answers(connection: psycopg.Connection, statements: Sequence[str]) -> Iterator[str]:
    for statement in statements:
        try:
            cursor = connection.execute(statement.encode())
        except psycopg.Error as error:
            yield f"ERROR:  {error.diag.message_primary}\n"
            continue
        for row in cursor.fetchall() if cursor.description else ():
            yield "|".join(_plain(value) for value in row) + "\n"


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "t" if value else "f"
    return "" if value is None else str(value)


def run(block: Block, at: Path, variables: Mapping[str, str], *arguments: str) -> str:
    """Return what a shell or Python block prints in this directory; variables are those of the environment."""
    program = ["sh", "-c", block.code] if block.language == "sh" else [sys.executable, "-c", block.code, *arguments]
    variables = {"PATH": "/usr/bin:/bin", **variables}
    done = subprocess.run(program, cwd=at, env=variables, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.stderr == "", done.stderr
    return done.stdout
