"""Two thousand kudos by 500 people, in Slack and in Teams, with every failure of both and ten kills of processes.

The hour is compressed: as many people thank in a minute as would in ten, and the fake Slack allows ten times as many
messages in a minute and in a channel, with our pace set likewise (2,400 a minute; the most that may be set is 3,000).
The fake Teams allows what Microsoft allows. How long the product waits before it tries again passes ten times faster;
a claim of a killed process, ten minutes long, ends as soon as every call is surely over. All else is on the wall clock.

It takes as long as the machine needs for what people press: half an hour where two cores had much else to do. With
`-s` pytest shows the figures.
"""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.observed import Break
from tests.acceptance.storm import Weather
from tests.acceptance.storm_claims import check, figures
from tests.acceptance.storm_town import FASTER, plan, secrets, storm_town

PEOPLE = {"slack": 250, "teams": 250}
KUDOS, HOUR = 1_000, 60
"""So many on each platform, in so many minutes."""
WEATHER = Weather(
    {
        "slack": (
            *(Break(at, times=3, after=True) for at in range(100, 2_000, 240)),
            *(Break(at, status=429, times=2) for at in (330, 1_130)),
            Break(460, 5.0),
            Break(700, 15.0, slow=1.5),
            Break(900, 4.0, status=0),
            Break(1_500, 2.0, after=True),
        ),
        "teams": (
            *(Break(at, status=504, times=4, after=True) for at in range(140, 2_000, 300)),
            *(Break(at, status=429) for at in (510, 1_310)),
            Break(380, status=502, times=6),
            Break(640, status=412, times=4),
            Break(800, 15.0, slow=1.0),
            Break(1_000, status=0, times=4),
            Break(1_600, status=0, times=4, after=True),
        ),
    },
    kills=(120, 350, 560, 830, 1_050, 1_450),
    all=(720, 1_700),
)


async def test_two_thousand_kudos_are_kept_and_arrive_once_each(tmp_path: Path) -> None:
    """Promise: what somebody was told to be sent is kept once and arrives once, twice only where a kill or an answer
    that was lost explains it; what was taken back stands nowhere; and no log knows of any of it."""
    async with storm_town(tmp_path, PEOPLE, speed=FASTER) as scene:
        seconds = await scene.play(plan(PEOPLE, KUDOS, longest=60), WEATHER, a_minute=2 * KUDOS / HOUR * FASTER)
        await scene.servers.stop()
        storm = await scene.seen(scene.servers.logs(), secrets(PEOPLE))
    print(figures(storm, seconds), scene.presses(), sep="\n")
    check(storm)
    assert len(storm.told) == 2 * KUDOS
    assert storm.cut_off
