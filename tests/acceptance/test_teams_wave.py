"""Two workers send a wave into Teams at its limits, with failures and a kill. `make soak` does it with 1,000 people."""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.observed import Break
from tests.acceptance.teams_wave import HELD, names, teams_town, unreachable
from tests.acceptance.wave_claims import check, told

PEOPLE, REMINDED = 120, 40
BREAKS = (
    Break(20, status=502, after=True, times=3),
    Break(40, status=412, times=2),
    Break(60, status=504, after=True, times=2),
    Break(80, status=0, times=1),
    Break(100, status=429),
)
KILLS = (50,)


async def test_a_wave_into_teams_loses_nobody_asks_nobody_twice_and_keeps_one_pace(tmp_path: Path) -> None:
    """Promise: one card each, also for who never wrote and whose conversation is no more, none for who blocked the
    app; twice only where a kill or a lost answer explains it; and one pace, although reminders come from another
    process."""
    people = names(PEOPLE + REMINDED)
    async with teams_town(tmp_path, people, speed=30, rescue_seconds=45, reminding=True) as teams:
        wave = await teams.wave(
            people[:PEOPLE], others=people[PEOPLE:], breaks=BREAKS, kills=KILLS, gone=unreachable(people)
        )
    print(told(wave, HELD))
    check(wave, HELD)
    assert wave.lost_answers
    assert len(wave.refusals) == 1
    assert set(wave.reminders) == wave.others - wave.gone
