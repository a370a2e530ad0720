"""Play waves on the product: import the roster, jump from due moment to due moment, let people answer, close."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from adapters.recording import NAME, Recording
from bot.clock import next_fire
from bot.rostering import Rostering
from bot.simulation.chance import Chance
from bot.simulation.crowd import Crowd, Witness
from bot.simulation.organisation import ZONE, Organisation
from bot.simulation.people import Answers
from bot.simulation.planning import planning
from bot.simulation.start import Application, Clock
from surveys.model import Person, Survey, Wave, WaveState
from surveys.roster import LARGE_CHANGE, parse_people
from surveys.store import people as people_store
from surveys.store import surveys as survey_store

STEP: Final = timedelta(hours=4)
"""How far the clock jumps at least: cards within it go out together."""
IMPORT_BEFORE: Final = timedelta(hours=6)
SETTLED: Final = timedelta(minutes=61)
"""After closing: by then the digests are out."""
PLATFORMS: Final = (NAME, "web")


@dataclass
class Play:
    """One organisation on one application, wave after wave."""

    app: Application
    clock: Clock
    chance: Chance
    answers: Answers
    survey: Survey
    new_id: Callable[[], UUID]
    roster: list[Person] = field(default_factory=list)
    """Everybody as the product knows them since the last import."""

    def __post_init__(self) -> None:
        recording = self.app.platforms[NAME]
        assert isinstance(recording, Recording)
        self.crowd = Crowd(recording, self.answers, {item.id: item for item in self.app.instrument.items})

    async def add_survey(self) -> None:
        """Add the survey; its first wave opens when its rule says so."""
        due = next_fire(self.survey.cron, self.survey.timezone, self.clock())
        async with self.app.database.begin() as connection:
            await survey_store.add_survey(connection, self.survey, due)

    async def enrol(self, organisation: Organisation) -> None:
        """Import the people file, as an administrator does."""
        rows = parse_people(organisation.csv(), platforms=PLATFORMS)
        await self._rostering().import_people(rows, lambda _: None, limit=LARGE_CHANGE)
        async with self.app.database.begin() as connection:
            self.roster = await people_store.load_roster(connection)

    async def open(self, organisation: Organisation) -> Wave:
        """Import roster and planning for the coming wave and play until it is open."""
        async with self.app.database.begin() as connection:
            due = {survey.id: due for survey, due in await survey_store.surveys(connection)}[self.survey.id]
        self.clock.at_least(due - IMPORT_BEFORE)
        await self.enrol(organisation)
        plan = planning(organisation, due, due + self.survey.window, self.chance)
        await self._rostering().import_shifts(plan, calendar=False)
        self.clock.at_least(due)
        await self.tick()
        async with self.app.database.begin() as connection:
            return (await survey_store.waves(connection, survey_id=self.survey.id, state=WaveState.OPEN))[-1]

    async def until(self, moment: datetime, wave: Wave, organisation: Organisation, witness: Witness) -> None:
        """Jump from due moment to due moment; whoever got a card does with it what they do."""
        await self.react(wave, organisation, witness)
        while (due := await self.app.tick.next_due()) is not None and due < moment:
            self.clock.at_least(min(max(due, self.clock() + STEP), moment - timedelta(seconds=1)))
            await self.tick()
            await self.react(wave, organisation, witness)
            if self.clock() >= moment - timedelta(seconds=1):
                return

    async def react(self, wave: Wave, organisation: Organisation, witness: Witness) -> None:
        """Let whoever got a card since last time look at it."""
        people = {one.id: one for one in organisation.people if one.answers_here}
        await self.crowd.react(wave, people, witness)

    async def close(self, wave: Wave) -> None:
        """Play until the wave has been released and its digests are out."""
        for moment in (wave.closes, wave.closes + SETTLED):
            self.clock.at_least(moment)
            await self.tick()

    async def tick(self) -> None:
        """Do what is due now."""
        if await self.app.tick(self.clock()):
            await self.app.jobs.run_until_idle()

    def _rostering(self) -> Rostering:
        app, organisation = self.app, self.app.settings.organisation
        return Rostering(
            app.database, app.service, app.recognition.parting, organisation, "nl", ZONE, self.new_id, self.clock
        )
