"""`adempauze demo`: twelve weeks of an invented contact centre in a minute, and then it is yours to look around in.

The past is a small run of the simulation on a clock that jumps; every card, answer and Release went through the
product's own doors. The wave that is open when you come opened a little more than a day ago, so that your card is
there and most of your invented colleagues have answered. From then on the clock is real.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from bot.loop import run
from bot.reading import subject_for
from bot.settings import Settings, load_settings
from bot.simulation import places
from bot.simulation.cast import AGENT, SEED, WAVES, Cast
from bot.simulation.chance import Chance
from bot.simulation.crowd import Witness
from bot.simulation.organisation import ZONE, Organisation
from bot.simulation.people import Answers
from bot.simulation.play import Play
from bot.simulation.run import NAME, PULSE, Progress, play_waves
from bot.simulation.start import Application, Clock, Scene, Serve, Start
from bot.simulation.thanks import say, say_in_the_week, to_somebody
from bot.simulation.turnover import a_week_later
from surveys.errors import NotFound
from surveys.model import Language, Survey, Wave
from surveys.store import people as people_store

COUNCIL: Final = "seat:works-council"
AGE: Final = timedelta(hours=27)
"""How long the open wave has been open at least: a card without a shift is due in the first half of its window."""
WINDOW: Final = timedelta(hours=50)
LIFETIME: Final = timedelta(days=30)
LOOK_SECONDS: Final = 10.0
"""How often the invented colleagues look whether they got a card."""

Wall = Callable[[], datetime]
Say = Callable[[str], None]
Counting = Callable[[str, int], AbstractContextManager[Progress]]


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """Where the demo lives and listens; with `keep` it goes on with what the last one left."""

    directory: Path
    port: int
    language: Language = "nl"
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the demo is handed of the world outside: the clock on the wall, a terminal, a web server."""

    wall: Wall
    say: Say
    counting: Counting
    serve: Serve


def demo(options: DemoOptions, start: Start, around: Surroundings) -> None:
    """Build the contact centre, print three links, and serve until stopped.

    Raises InputError when the directory holds anything but an earlier demo, or one that still runs.
    """
    places.stop_leftover(options.directory)
    fresh = not (options.keep and places.is_ours(options.directory))
    if fresh:
        places.clear_directory(options.directory)
    run(_demo(options, start, around, fresh))


async def _demo(options: DemoOptions, start: Start, around: Surroundings, fresh: bool) -> None:
    cast, opens = Cast.of(options.language), _opens(around.wall())
    clock = Clock(opens - timedelta(weeks=WAVES, days=1))
    new_id = Chance(int(around.wall().timestamp())).ids()  # others at every start: a kept database has the old ones
    scene = Scene(_settings(options), clock, new_id, clock.draw, web=True)
    async with start(scene) as app:
        play = Play(app, clock, Chance(SEED), Answers(Chance(SEED), cast.planted), _survey(opens), new_id)
        async with _colleagues(play, cast, around, fresh):
            clock.go_live(around.wall)
            for line in await _greeting(options, app, cast):
                around.say(line)
            await around.serve(app)


@asynccontextmanager
async def _colleagues(play: Play, cast: Cast, around: Surroundings, fresh: bool) -> AsyncIterator[None]:
    """Play up to the present; as long as the block lasts, whoever of them gets a card looks at it."""
    if not fresh:
        yield
        return
    async with play.app.database.begin() as connection:
        await places.claim_database(connection)
    with around.counting("weeks", WAVES + 1) as progress:
        await play.add_survey()
        played = await play_waves(
            play, cast.organisation, WAVES, lambda done, _: progress(done, WAVES + 1), say_in_the_week
        )
        organisation = cast.with_you(a_week_later(played.organisation, WAVES + 1, play.chance))
        wave, witness = await play.open(organisation), Witness()
        await say(play, to_somebody(organisation, [cast.agent, cast.leader], play.chance))
        await play.tick()
        await play.until(around.wall(), wave, organisation, witness)
        progress(WAVES + 1, WAVES + 1)
    looking = asyncio.create_task(_look(play, wave, organisation, witness))
    try:
        yield
    finally:
        looking.cancel()
        await asyncio.wait({looking})


async def _look(play: Play, wave: Wave, organisation: Organisation, witness: Witness) -> None:
    while play.clock() < wave.closes - timedelta(minutes=1):
        await asyncio.sleep(LOOK_SECONDS)
        await play.react(wave, organisation, witness)


def _opens(now: datetime) -> datetime:
    """Return when the open wave opened: on a whole hour, long enough ago, and not long before its closing."""
    return (now - AGE).astimezone(ZoneInfo(ZONE)).replace(minute=0, second=0, microsecond=0)


def _survey(opens: datetime) -> Survey:
    """Return a weekly pulse that opens on this hour of this weekday; for whoever has no shifts, at any hour."""
    return replace(
        PULSE,
        cron=f"0 {opens.hour} * * {opens.isoweekday() % 7}",
        window=WINDOW,
        remind_after=timedelta(hours=20),
        holidays=None,
    )


def _settings(options: DemoOptions) -> Settings:
    """Return settings of its own: nothing of a real installation is read, not even the environment."""
    return load_settings(
        {},
        data_dir=options.directory / "data",
        config_dir=options.directory / "config",
        organisation=NAME,
        port=options.port,
        public_url=f"http://127.0.0.1:{options.port}",
        kudos_nudge_days=0,  # nobody looks at those of the past, and the clock would stop for each
    )


async def _greeting(options: DemoOptions, app: Application, cast: Cast) -> Iterable[str]:
    agent, leader = await _address(app, AGENT), await _address(app, cast.leader.id)
    team = cast.planted.team.rpartition("/")[2]
    return (
        "",
        f"{NAME} is ready. Everybody in it is invented.",
        "",
        "Be an agent:",
        f"  {await _link(app, agent, 'chat')}",
        f"Be the manager of {team}, where something has changed:",
        f"  {await _link(app, leader, 'digest')}",
        "Be the works council:",
        f"  {await _link(app, COUNCIL, 'council')}",
        "",
        "Close the open wave and publish it, from another terminal, once you have answered:",
        f"  ADEMPAUZE_DATA_DIR='{options.directory / 'data'}' \\",
        f"  ADEMPAUZE_CONFIG_DIR='{options.directory / 'config'}' adempauze wave close {PULSE.id}",
        "",
        "Ctrl-C stops the demo.",
    )


async def _address(app: Application, roster_id: str) -> str:
    async with app.database.begin() as connection:
        person = await people_store.person_by_external_id(connection, roster_id)
    if person is None:
        raise NotFound(f"{roster_id} is not in the demo any more: start it without --keep")
    return subject_for(person)


async def _link(app: Application, subject: str, purpose: str) -> str:
    return f"{app.settings.public_url}/l/{await app.links.personal(subject, purpose, LIFETIME)}"
