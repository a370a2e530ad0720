"""Renewing a token in several processes at once, over the real records."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace

from sqlalchemy import text

from adapters.slack.installations import Installation, Installations
from adapters.slack.oauth import NotConnected
from adapters.slack.tokens import Tokens
from bot.records import SealedRecords
from tests.stage import Stage

KEY = b"k" * 32
ROUNDS = 20


def records(stage: Stage) -> SealedRecords:
    numbers = itertools.count(1)
    return SealedRecords(stage.app.database, "slack", KEY, lambda size: next(numbers).to_bytes(size, "big"))


def ends_soon(one: Installation) -> bool:
    return one.expires < 2_000


async def test_what_a_renewal_brought_is_never_overwritten_by_who_looked_meanwhile(stage: Stage) -> None:
    ours, theirs = Installations(records(stage)), Installations(records(stage))
    for number in range(ROUNDS):
        await ours.save(Installation("T1", f"old{number}", "Lente", f"refresh{number}", expires=1_000))
        claimed = await ours.claim("T1", ends_soon, 0.0, 30)
        assert claimed is not None
        new = replace(claimed, token=f"new{number}", refresh=f"next{number}", expires=50_000)
        await asyncio.gather(ours.succeed(claimed, new), *(theirs.claim("T1", ends_soon, 0.0, 30) for _ in range(4)))
        assert await Installations(records(stage)).find("T1") == new


async def test_of_many_who_want_to_renew_one_may(stage: Stage) -> None:
    everybody = [Installations(records(stage)) for _ in range(5)]
    await everybody[0].save(Installation("T1", "old", "Lente", "refresh", expires=1_000))
    claimed = await asyncio.gather(*(one.claim("T1", ends_soon, 0.0, 30) for one in everybody))
    assert sum(one is not None for one in claimed) == 1


async def test_looking_for_a_token_leaves_no_trace_even_when_it_is_not_renewed(stage: Stage) -> None:
    """Else a reminder, which goes only to who has done nothing, would leave one."""
    kept = Installations(records(stage))
    await kept.save(Installation("T1", "token", "Lente", "refresh", expires=10_000))

    async def refused(_: Installation) -> Installation:
        raise NotConnected("refused")

    before = await versions(stage)
    for _ in range(5):
        assert await Tokens(kept, refused, lambda: 9_000.0).of("T1")
    assert await versions(stage) == before


async def versions(stage: Stage) -> list[tuple[object, ...]]:
    async with stage.app.database.begin() as connection:
        rows = await connection.execute(text("SELECT key, xmin::text, ctid::text FROM platform.record ORDER BY key"))
        return [tuple(row) for row in rows]
