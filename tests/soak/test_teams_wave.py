"""1,000 people in Teams: two workers, every failure that Teams has, four kills, at 25 calls a second.

About two minutes on two cores, on time that runs five times faster. With `-s` pytest shows the figures.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.acceptance.observed import Break, Narrowed
from tests.acceptance.teams_wave import HELD, names, teams_town, unreachable
from tests.acceptance.wave_claims import check, told

ROUGH, NARROW = 1_000, 200
BREAKS = (
    Break(60, status=502, after=True, times=6),
    Break(150, status=412, times=4),
    Break(250, status=504, after=True, times=6),
    Break(350, status=502, times=4),
    Break(420, status=0, times=3),
    Break(500, status=504, times=4),
)
KILLS = (100, 300, 550, 800)
"""429 comes after them: what a process was told goes with it, and the next one would be told once more."""
STRICT = replace(HELD, spans=(1.0, 10.0, 60.0), made_up=7, under_way=0.25)
"""In a second, too: what two processes need to get a call out adds to what a window seems to hold."""


async def test_a_thousand_people_get_one_card_each_at_the_pace_of_a_second(tmp_path: Path) -> None:
    """Promise: nobody is lost, nobody is asked twice beyond calls in flight at a kill, eight at most for each, and
    calls that Teams carried out and answered 502 or 504; and no storm where Teams allows less than our pace, although
    cards and reminders come from two processes.
    """
    people = names(ROUGH + NARROW)
    async with teams_town(tmp_path, people, speed=5, rescue_seconds=20) as teams:
        rough = await teams.wave(people[:ROUGH], breaks=BREAKS, kills=KILLS, gone=unreachable(people))
        print(told(rough, STRICT))
        narrow = await teams.wave(
            people[ROUGH:], others=people[:NARROW], narrowed=Narrowed(100, 900), gone=unreachable(people)
        )
        print(told(narrow, STRICT))
    check(rough, STRICT)
    assert rough.lost_answers
    check(narrow, STRICT)
    assert narrow.refusals
    assert narrow.reminders
