"""A check of one promise, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection


class Verdict(StrEnum):
    KEPT = "kept"
    LIMITED = "kept with limit"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Said:
    """A verdict with what was seen, in one sentence."""

    verdict: Verdict
    what: str


@dataclass(frozen=True, slots=True)
class Found:
    """What came of one check. `promise` is its number in the works council's document."""

    promise: int
    subject: str
    verdict: Verdict
    what: str
    check: str


Rows = Sequence[Row[Any]]
Judge = Callable[[Rows], Said]


@dataclass(frozen=True, slots=True)
class Check:
    """One query and how its rows are judged."""

    promise: int
    subject: str
    query: str
    judge: Judge
    values: Mapping[str, object] = field(default_factory=dict)

    async def run(self, connection: AsyncConnection) -> Found:
        """Ask and judge, in a savepoint of its own. What may not be asked is a limit, and said."""
        try:
            async with connection.begin_nested():
                rows = (await connection.execute(text(self.query), dict(self.values))).all()
        except DBAPIError as error:
            return self.found(limited(f"this role could not look ({type(error.orig).__name__})"))
        return self.found(self.judge(rows))

    def found(self, said: Said) -> Found:
        """Return what was said as the outcome of this check."""
        return Found(self.promise, self.subject, said.verdict, said.what, " ".join(self.query.split()))


def kept(what: str) -> Said:
    return Said(Verdict.KEPT, what)


def limited(what: str) -> Said:
    return Said(Verdict.LIMITED, what)


def broken(what: str) -> Said:
    return Said(Verdict.BROKEN, what)


def none_of(well: str, wrong: str) -> Judge:
    """Judge a query that gives a row for each violation; the first column names it."""

    def judge(rows: Rows) -> Said:
        if not rows:
            return kept(well)
        named = ", ".join(sorted({str(row[0]) for row in rows})[:5])
        return broken(f"{wrong}: {named}{' ...' if len(rows) > 5 else ''}")

    return judge
