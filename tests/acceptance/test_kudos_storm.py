"""People thank each other in Slack and in Teams while both break down and processes are killed.

`make soak` does it with 500 people and 2,000 kudos.
"""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.observed import Break
from tests.acceptance.storm import Weather
from tests.acceptance.storm_claims import check, figures
from tests.acceptance.storm_town import plan, secrets, storm_town

PEOPLE = {"slack": 12, "teams": 12}
KUDOS = 20
"""On each platform."""
WEATHER = Weather(
    {
        "slack": (Break(6, times=2, after=True), Break(12, times=1, status=0), Break(18, 1.0), Break(28, status=429)),
        "teams": (Break(4, status=502, times=2, after=True), Break(16, status=0, times=1), Break(24, status=429)),
    },
    kills=(14,),
    all=(30,),
    grace=2,
)


async def test_every_kudos_arrives_once_whatever_breaks_down(tmp_path: Path) -> None:
    """Promise."""
    async with storm_town(tmp_path, PEOPLE, speed=30) as scene:
        seconds = await scene.play(plan(PEOPLE, KUDOS, longest=3), WEATHER, a_minute=600)
        await scene.servers.stop()
        storm = await scene.seen(scene.servers.logs(), secrets(PEOPLE))
    print(figures(storm, seconds=seconds, kills=scene.kills))
    print(storm.logs[-3000:])
    check(storm)
