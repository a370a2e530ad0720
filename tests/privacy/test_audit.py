"""PRIVACY 8: what is published has been attacked first, and what the attacker gets through is never published."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from analytics.audit.releases import attack
from analytics.disclosure import protect
from bot.closing import DEADLINE
from bot.gate import participation
from surveys.model import SUPPRESSED, Release, WaveState
from surveys.store import releases
from surveys.store.database import WHOLE
from tests.everything import everything, logged
from tests.privacy.wave import House, wave
from tests.stage import OCHTEND, Stage
from tests.truths import all_held, open_wave

TEAM = [f"o{number}" for number in range(1, 13)]


async def published(stage: Stage) -> list[Release]:
    async with stage.app.database.reading([WHOLE]) as connection:
        return await releases.history(connection)


async def answers(stage: Stage, options: Sequence[int]) -> None:
    for who, option in zip(TEAM, options, strict=False):
        await stage.answer(who, option, option)


async def stay_away(stage: Stage, people: Sequence[str]) -> None:
    """Let these people never have been asked, as if they had no shift in the window."""
    ids = ", ".join(f"'{stage.people[who].id}'" for who in people)
    await stage.run(f"DELETE FROM platform.delivery WHERE person_id IN ({ids})")


async def test_a_release_that_the_attacker_gets_through_is_protected_harder(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Release that fails the audit is protected harder, never published as it is. (Here its maker lacks a rule.)"""
    monkeypatch.setattr("analytics.disclosure.tells_that_all_answered", lambda *_: False)
    async with wave(house) as stage:
        await answers(stage, [3, 3, 3, 3, 3, 3, 4])
        await stay_away(stage, [*TEAM[7:], *(who for who in stage.people if who[0] != "o")])
        there = await open_wave(stage)
        facts = await stage.app.closing._facts(there)
        given = [one for one in await all_held(stage) if one.cohort is not None]
        unaudited, known = protect(facts, given), participation(facts, given)
        assert {str(leak.kind) for leak in attack(unaudited, known)} == {"participation"}
        with logged() as lines:
            await stage.app.closing.close(there.id)
        (release,) = await published(stage)
        assert release != unaudited
        assert attack(release, known) == []
        assert "wave protected harder" in lines.getvalue()
        assert OCHTEND not in lines.getvalue()


async def test_an_ordinary_wave_is_published_as_it_was_made(house: House) -> None:
    async with wave(house) as stage:
        await answers(stage, [1 + number % 5 for number in range(11)])
        there = await open_wave(stage)
        given = [one for one in await all_held(stage) if one.cohort is not None]
        made = protect(await stage.app.closing._facts(there), given)
        await stage.app.closing.close(there.id)
        (release,) = await published(stage)
        assert (release.cells, release.nodes) == (made.cells, made.nodes)
        assert {cell.figure for cell in release.cells} != {SUPPRESSED}


async def test_a_wave_that_cannot_be_audited_is_withheld_after_a_day(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The audit fails closed: without its word nothing is published, and after 24 hours nothing but *suppressed*."""
    async with wave(house) as stage:
        await answers(stage, [1 + number % 5 for number in range(11)])
        there = await open_wave(stage)
        monkeypatch.setattr("bot.gate.attack", _broken)
        stage.clock.time = there.closes
        with pytest.raises(ArithmeticError):
            await stage.app.closing.close(there.id)
        assert await published(stage) == []
        assert (await open_wave(stage)).state is WaveState.CLOSING
        stage.clock.time = there.closes + DEADLINE
        await stage.tick()
        (release,) = await published(stage)
        assert {cell.figure for cell in release.cells} == {SUPPRESSED}


def _broken(*_: object) -> None:
    raise ArithmeticError("the solver is broken")


async def test_nothing_is_kept_of_who_answered_which_item(house: House) -> None:
    """The audit knows in memory who answered which item; nothing of that is kept."""
    async with wave(house) as stage:
        await answers(stage, [1 + number % 5 for number in range(11)])
        before = set(everything(stage.server))
        await stage.app.closing.close((await open_wave(stage)).id)
        after = everything(stage.server)
        assert set(after) <= before
        filled = {table for table, rows in after.items() if rows and table.startswith(("surveys.", "platform."))}
        assert [table for table in filled if "participation" in table or "audit" in table] == []
