"""`adempauze simulate`: an invented organisation answers for so many waves; what was published and the truth remain."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Final

from bot.loop import run
from bot.settings import load_settings
from bot.simulation import places
from bot.simulation.chance import Chance
from bot.simulation.crowd import Witness
from bot.simulation.organisation import ZONE, Organisation, found
from bot.simulation.people import Answers, Planted
from bot.simulation.play import Play
from bot.simulation.start import Application, Clock, Scene, Start
from bot.simulation.truth import WaveTruth, to_bytes, truth
from bot.simulation.turnover import a_week_later
from surveys import release
from surveys.cohorts import Tree
from surveys.errors import InputError
from surveys.model import QuietHours, Survey
from surveys.store import people as people_store
from surveys.store import releases as release_store
from surveys.store.database import WHOLE

BEGINS: Final = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
"""A fixed moment, so that the same seed gives the same files on every day."""
NAME: Final = "Lente Klantcontact"
NO_QUIET_HOURS: Final = QuietHours(time(0), time(0))
"""The planning of everybody is known, and nobody gets a card off shift."""
PULSE: Final = Survey(
    id="pulse",
    title={"nl": "Hoe gaat het op het werk", "en": "How is work"},
    cron="0 9 * * 1",
    timezone=ZONE,
    window=timedelta(days=3),
    remind_after=timedelta(hours=24),
    quiet=NO_QUIET_HOURS,
    holidays="NL",
    simulated=True,
)
WORSE: Final = 0.8
"""Points on the scale of five by which the planted team gets worse."""

Progress = Callable[[int, int], None]
"""(waves done, waves in all)."""
Between = Callable[[Play, Organisation, int], Awaitable[None]]
"""What else happens after the wave of this number."""


@dataclass(frozen=True, slots=True)
class SimulationOptions:
    """What to simulate. `worse` points are planted in one team halfway."""

    people: int
    teams: int
    waves: int
    seed: int
    out: Path
    worse: float = WORSE


@dataclass(frozen=True, slots=True)
class Result:
    """What a simulation left behind."""

    releases: Path
    truth: Path
    cards: int
    responses: int


def simulate(options: SimulationOptions, start: Start, progress: Progress = lambda _done, _all: None) -> Result:
    """Play so many waves and write `releases.json`, `truth.json` and `README.txt` into the directory `out`.

    Raises InputError when the options can't be met or `out` holds something else; then nothing is written.
    """
    _check(options)
    chance = Chance(options.seed)
    organisation = found(options.people, options.teams, chance)
    places.clear_directory(options.out)
    with tempfile.TemporaryDirectory(prefix="adempauze-") as made:
        return run(_simulate(options, start, progress, organisation, Path(made)))


def _check(options: SimulationOptions) -> None:
    if options.waves < 1:
        raise InputError(f"--waves {options.waves} is too few: give at least 1")


async def _simulate(
    options: SimulationOptions, start: Start, progress: Progress, organisation: Organisation, directory: Path
) -> Result:
    chance, clock = Chance(options.seed), Clock(BEGINS)
    settings = load_settings({}, data_dir=directory / "data", config_dir=directory / "config", organisation=NAME)
    scene = Scene(settings, clock, chance.ids(), clock.draw)
    async with start(scene) as app:
        async with app.database.begin() as connection:
            await places.claim_database(connection)
        answers = Answers(chance, plant(organisation, options.waves, options.worse))
        play = Play(app, clock, chance, answers, PULSE, scene.new_id)
        await play.add_survey()
        played = await play_waves(play, organisation, options.waves, progress)
        return await _write(options, app, answers.planted, played.waves)


def plant(organisation: Organisation, waves: int, points: float) -> Planted:
    """Choose the largest team: it gets worse halfway."""
    sizes = [sum(one.team == team for one in organisation.people) for team in organisation.teams]
    return Planted(organisation.teams[sizes.index(max(sizes))], waves // 2 + 1, points)


@dataclass(frozen=True, slots=True)
class Played:
    """The waves that were played, and the organisation at the end."""

    waves: list[WaveTruth]
    organisation: Organisation


async def nothing_between(_play: Play, _organisation: Organisation, _wave: int) -> None:
    """Nothing but check-ins happens."""


async def play_waves(
    play: Play, organisation: Organisation, waves: int, progress: Progress, between: Between = nothing_between
) -> Played:
    """Play waves to their end, one after another, with people who come, go and move in between."""
    played = []
    for number in range(1, waves + 1):
        if number > 1:
            organisation = a_week_later(organisation, number, play.chance)
        wave, witness = await play.open(organisation), Witness()
        await play.until(wave.closes, wave, organisation, witness)
        await play.close(wave)
        played.append(WaveTruth(wave, tuple(play.roster), witness))
        await between(play, organisation, number)
        progress(number, waves)
    return Played(played, organisation)


async def _write(options: SimulationOptions, app: Application, planted: Planted, waves: list[WaveTruth]) -> Result:
    async with app.database.begin() as connection:
        tree = await people_store.load_tree(connection)
    assert isinstance(tree, Tree)
    async with app.database.reading([WHOLE]) as connection:
        documents = [json.loads(document) for document in await release_store.documents(connection)]
    result = Result(
        options.out / "releases.json",
        options.out / "truth.json",
        sum(len(one.witness.delivered) for one in waves),
        sum(len(one.witness.answers) for one in waves),
    )
    result.releases.write_bytes(to_bytes(release.envelope(documents)))
    result.truth.write_bytes(to_bytes(truth(options.seed, planted, waves, tree)))
    (options.out / "README.txt").write_text(_readme(options), encoding="utf-8")
    return result


def _readme(options: SimulationOptions) -> str:
    return (
        f"Adempauze simulation: {options.people} invented people in {options.teams} teams, {options.waves} waves, "
        f"seed {options.seed}.\nNobody in these files exists.\n\n"
        "releases.json  everything that the product published, as `adempauze release export` writes it\n"
        "truth.json     what really happened, which the product never knows: compare, or attack\n\n"
        "The formats: docs/release-format.md and docs/simulation-format.md. The same seed gives the same bytes.\n"
    )
