"""Where people of Teams are reached, as several processes know it: read at moments of its own, and never backwards."""

from __future__ import annotations

import asyncio

import pytest

from adapters.teams.activity import Place
from adapters.teams.references import AGAIN, References
from tests.adapters.web_stage import MemoryKeep

NOOR = Place("https://teams.example/emea/", "a:noor", "tenant", "28:bot")


class Slow(MemoryKeep):
    """Takes a moment to read everything, and counts how often it was asked to; once it fails if told so."""

    def __init__(self) -> None:
        super().__init__()
        self.looks = 0
        self.broken = False
        self.reading = asyncio.Event()

    async def beginning(self, start: str) -> dict[str, bytes]:
        self.looks += 1
        found = await super().beginning(start)
        self.reading.set()
        await asyncio.sleep(0.01)
        if self.broken:
            raise RuntimeError
        return found


class Watch:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def keep() -> Slow:
    return Slow()


async def known_elsewhere(keep: Slow) -> None:
    """Let another process write who has the app."""
    await References(keep, Watch()).meet("noor", NOOR)


async def test_everybody_who_is_sent_to_while_rows_are_read_first_waits_for_them(keep: Slow) -> None:
    await known_elsewhere(keep)
    references = References(keep, Watch())
    assert await asyncio.gather(*(references.person("noor") for _ in range(8))) == [NOOR] * 8
    assert keep.looks == 1


async def test_rows_that_could_not_be_read_are_read_the_next_time(keep: Slow) -> None:
    await known_elsewhere(keep)
    references, keep.broken = References(keep, Watch()), True
    with pytest.raises(RuntimeError):
        await references.person("noor")
    keep.broken = False
    assert await references.person("noor") == NOOR


async def test_a_look_takes_nobody_away_who_got_the_app_meanwhile(keep: Slow) -> None:
    references = References(keep, Watch())
    looking = asyncio.create_task(references.look_again())
    await keep.reading.wait()
    await references.meet("noor", NOOR)
    await looking
    assert await references.person("noor") == NOOR


async def test_whom_it_does_not_find_makes_no_look(keep: Slow) -> None:
    """Amid reminders a look would tell that one went to somebody without a row, and so that they had not answered."""
    watch = Watch()
    references = References(keep, watch)
    assert await references.person("noor") is None
    watch.seconds += 10 * AGAIN
    assert await references.person("noor") is None
    assert keep.looks == 1


async def test_what_other_processes_wrote_is_known_after_a_minute(keep: Slow) -> None:
    watch = Watch()
    references = References(keep, watch)
    await references.look_again()
    await known_elsewhere(keep)
    watch.seconds += AGAIN / 2
    await references.look_again()
    assert await references.person("noor") is None
    watch.seconds += AGAIN / 2
    await references.look_again()
    assert await references.person("noor") == NOOR
