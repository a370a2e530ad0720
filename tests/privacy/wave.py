"""A wave of the whole cast with everybody's card delivered, and what is looked for in what it leaves."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import time, timedelta
from typing import Any

from adapters.port import ChatPlatform, Submission
from bot.hands import Hands
from bot.server import Server
from bot.settings import Settings
from surveys.model import Person, Survey
from tests.dialogues.talk import MOMENT, ONCE, all_at, at
from tests.everything import Rows
from tests.stage import Stage, recording, staged

House = tuple[Server, Settings]
Platforms = Callable[[Callable[[str], Hands]], Mapping[str, ChatPlatform]]


@asynccontextmanager
async def wave(
    house: House,
    *,
    survey: Survey = ONCE,
    seed: str = "privacy",
    roster: str | None = None,
    moment: time = MOMENT,
    platforms: Platforms | None = recording,
    settings: Mapping[str, Any] | None = None,
) -> AsyncIterator[Stage]:
    """Deliver everybody's card at `moment` of the first day."""
    server, base = house
    mine = base.model_copy(update=dict(settings or {}))
    async with staged(server, mine, seed=seed, survey=survey, roster=roster, platforms=platforms) as stage:
        await all_at(stage, moment)
        await stage.tick()
        await stage.until(at(stage, moment) + timedelta(seconds=1))
        yield stage


def token_of(stage: Stage, who: str) -> str:
    """Return what the buttons of somebody's card carry."""
    return stage.card(who).token or ""


def answer(stage: Stage, who: str, item: int, option: int) -> Submission:
    """Return a tap of this person as the conversation gets it."""
    return Submission(token_of(stage, who), "answer", stage.card(who).locale, ((item, option),))


def names_of(person: Person) -> set[str]:
    """Return everything by which somebody could be recognised, as text and as bytes in hexadecimal."""
    plain = {str(person.id), person.name, person.email, *person.addresses.values(), person.external_id}
    return plain | {person.id.hex, *(text.encode().hex() for text in plain if len(text) > 3)}


def found_in(rows: Rows, needles: Iterable[str], *, schema: str = "") -> list[str]:
    """Return `table.column: needle` for each needle that stands in a value of the tables of a schema."""
    wanted = sorted(set(needles))
    return [
        f"{table}.{column}: {needle}"
        for table, values in rows.items()
        if table.startswith(schema)
        for row in values
        for column, text in row.items()
        for needle in wanted
        if needle in text and _stands_in(needle, text)
    ]


def _stands_in(needle: str, text: str) -> bool:
    """A short one must be a word of its own: Noor is not in Noord."""
    return len(needle) > 8 or re.search(rf"(?<!\w){re.escape(needle)}(?!\w)", text) is not None
