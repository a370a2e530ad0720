"""Sealed platform records: one sub-key per platform, and a lost key file loses them and nothing else."""

from __future__ import annotations

import asyncio
import os

from bot.records import SealedRecords
from tests.stage import Stage

KEY, OTHER = bytes(32), bytes([1] * 32)


def records(stage: Stage, key: bytes = KEY, platform: str = "web") -> SealedRecords:
    return SealedRecords(stage.app.database, platform, key, os.urandom)


async def test_a_record_comes_back_as_it_was_put(stage: Stage) -> None:
    await records(stage).put("mailbox/noor", b"waiting")
    assert await records(stage).get("mailbox/noor") == b"waiting"


async def test_what_lies_in_the_database_is_sealed(stage: Stage) -> None:
    await records(stage).put("mailbox/noor", b"waiting")
    (row,) = await stage.rows("SELECT sealed FROM platform.record")
    assert isinstance(row[0], bytes)
    assert b"waiting" not in row[0]


async def test_a_record_moved_to_another_name_does_not_open(stage: Stage) -> None:
    await records(stage).put("mailbox/noor", b"waiting")
    await stage.run("UPDATE platform.record SET key = 'mailbox/vera'")
    assert await records(stage).get("mailbox/vera") is None


async def test_a_record_of_another_key_file_counts_as_lost_and_may_be_written_anew(stage: Stage) -> None:
    await records(stage, OTHER).put("mailbox/noor", b"old")
    assert await records(stage).get("mailbox/noor") is None
    await records(stage).change("mailbox/noor", lambda before: (before or b"") + b"new")
    assert await records(stage).get("mailbox/noor") == b"new"


async def test_two_changes_at_once_lose_neither(stage: Stage) -> None:
    def add(before: bytes | None) -> bytes:
        return (before or b"") + b"x"

    await asyncio.gather(*(records(stage).change("mailbox/noor", add) for _ in range(12)))
    assert await records(stage).get("mailbox/noor") == b"x" * 12


async def test_a_change_that_fails_leaves_the_record(stage: Stage) -> None:
    def refuse(_: bytes | None) -> bytes:
        raise ValueError

    await records(stage).put("mailbox/noor", b"waiting")
    failed = await asyncio.gather(records(stage).change("mailbox/noor", refuse), return_exceptions=True)
    assert isinstance(failed[0], ValueError)
    assert await records(stage).get("mailbox/noor") == b"waiting"


async def test_a_deleted_record_is_gone(stage: Stage) -> None:
    await records(stage).put("mailbox/noor", b"waiting")
    await records(stage).delete("mailbox/noor")
    assert await stage.rows("SELECT * FROM platform.record") == []
