"""Two workers send a wave into Slack at its limits, with outages and kills.

`make soak` does it with 10,000 people, and holds them to the time that it may take: here so much of it is the start of
a worker that this would measure the machine.
"""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.observed import Break, Narrowed
from tests.acceptance.slack_wave import HELD, names, slack_town
from tests.acceptance.wave_claims import check, told

ROUGH, NARROW = 300, 240
BREAKS = (Break(30, 4), Break(80, 4, status=0), Break(130, 3, after=True))
KILLS = (55, 170)


async def test_a_wave_into_slack_loses_nobody_asks_nobody_twice_and_keeps_one_pace(tmp_path: Path) -> None:
    """Promise: with two workers, outages and kills, one card each at the pace; and no storm where Slack
    allows less than our pace, although cards and reminders come from two processes."""
    people = names(ROUGH + NARROW)
    async with slack_town(tmp_path, people, speed=20, rescue_seconds=40) as slack:
        rough = await slack.wave(people[:ROUGH], breaks=BREAKS, kills=KILLS)
        narrow = await slack.wave(people[ROUGH:], others=people[:NARROW], narrowed=Narrowed(300, 150))
    print(told(rough, HELD), told(narrow, HELD), sep="\n")
    check(rough, HELD)
    check(narrow, HELD)
    assert narrow.refusals
    assert narrow.reminders
