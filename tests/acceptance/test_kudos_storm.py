"""People thank each other in Slack and in Teams while both break down and a process is killed.

`make soak` does it with 500 people and 2,000 kudos.
"""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.observed import Break
from tests.acceptance.storm import Weather
from tests.acceptance.storm_claims import check, figures
from tests.acceptance.storm_town import plan, secrets, storm_town

PEOPLE = {"slack": 8, "teams": 8}
KUDOS = 12
"""On each platform."""
WEATHER = Weather(
    {
        "slack": (Break(3, times=2, after=True), Break(7, 1.0), Break(16, status=429)),
        "teams": (Break(4, status=502, times=2, after=True), Break(8, status=0, times=1), Break(14, status=429)),
    },
    kills=(10,),
    grace=2,
)


async def test_every_kudos_is_kept_and_arrives_once_whatever_breaks_down(tmp_path: Path) -> None:
    """Promise: what somebody was told to be sent is kept once and arrives once, twice only where a kill or an answer
    that was lost explains it; what was taken back stands nowhere; and no log knows of any of it."""
    async with storm_town(tmp_path, PEOPLE, speed=30) as scene:
        seconds = await scene.play(plan(PEOPLE, KUDOS, longest=2), WEATHER, a_minute=600)
        await scene.servers.stop()
        storm = await scene.seen(scene.servers.logs(), secrets(PEOPLE))
    print(figures(storm, seconds), scene.presses(), sep="\n")
    check(storm)
    assert len(storm.told) == 2 * KUDOS
