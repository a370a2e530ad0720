"""Who talks in a dialogue: a person in one language on one platform, with the words that they should read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, time
from itertools import count
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.server import Server
from bot.settings import Settings
from bot.texts import Texts
from surveys.model import Item, Language, Preferences, Survey, WaveState
from surveys.store import people as people_store
from surveys.store import surveys as store
from tests.dialogues.drivers import DRIVERS, Driver
from tests.stage import PULSE, Stage, staged

AMSTERDAM: Final = ZoneInfo("Europe/Amsterdam")
ONCE: Final = replace(PULSE, remind_after=None)
"""A survey that does not remind."""
MOMENT: Final = time(10)
"""When everybody gets their card, on their own wish: one tick of the clock for all of them."""


@dataclass(frozen=True)
class Agent:
    """Somebody with a card: `driver` is their phone, `items` what is asked."""

    who: str
    driver: Driver
    language: Language
    items: tuple[Item, ...]

    def t(self, msgid: str, **values: object) -> str:
        """Return a text of the product in this person's language."""
        return Texts(self.language)(msgid, **values)

    def question(self, position: int) -> str:
        return self.items[position].wording[self.language]

    def option(self, position: int, number: int) -> str:
        return self.items[position].scale.labels[number - 1][self.language]

    async def sees(self, *wanted: str, never: tuple[str, ...] = ()) -> None:
        """Open the chat anew: all of `wanted` stands there, and nothing of `never`."""
        screen = await self.driver.screen()
        assert {text for text in wanted if text not in screen} == set(), screen
        assert {text for text in never if text in screen} == set(), screen

    async def taps(self, label: str, *hears: str, writes: str | None = None) -> str:
        """Press a button; everything of `hears` comes up."""
        heard = await self.driver.tap(label, writes)
        assert {text for text in hears if text not in heard} == set(), heard
        return heard

    async def answers(self, first: int, second: int) -> None:
        """Answer both items."""
        await self.taps(self.option(0, first))
        await self.taps(self.option(1, second))


@dataclass
class Play:
    """A wave with cards at everybody's; `meet` gives one person after another, each with an untouched card."""

    stage: Stage
    platform: str
    language: Language
    _places: Iterator[int]

    @asynccontextmanager
    async def meet(self) -> AsyncIterator[Agent]:
        who = f"q{next(self._places)}"
        async with DRIVERS[self.platform].door(self.stage, who) as driver:
            yield Agent(who, driver, self.language, await self.items())

    async def items(self) -> tuple[Item, ...]:
        async with self.stage.app.database.begin() as connection:
            (wave,) = await store.waves(connection, state=WaveState.OPEN)
        return tuple(self.stage.app.instrument.item(item) for item in wave.items)


def company(platform: str, language: Language, size: int) -> str:
    """Return a roster of one team in one language."""
    lines = [f"id,name,email,team,roles,language,timezone,address:{platform}"]
    lines += [
        f"q{n},Agent q{n},q{n}@lente.example,Noord/Lijn,agent,{language},Europe/Amsterdam,q{n}" for n in range(size)
    ]
    return "\n".join(lines) + "\n"


@asynccontextmanager
async def playing(
    house: tuple[Server, Settings],
    platform: str,
    language: Language,
    *,
    size: int = 20,
    survey: Survey = ONCE,
    settings: Mapping[str, Any] | None = None,
    introduced: bool = True,
) -> AsyncIterator[Play]:
    """Put a team on stage and deliver its cards."""
    server, base = house
    mine = base.model_copy(update=dict(settings or {}))
    roster = company(platform, language, size)
    async with (
        DRIVERS[platform].town() as platforms,
        staged(server, mine, roster=roster, survey=survey, platforms=platforms, introduced=introduced) as stage,
    ):
        await all_at(stage, MOMENT)
        await stage.tick()
        await stage.until(at(stage, MOMENT))
        yield Play(stage, platform, language, count())


async def all_at(stage: Stage, moment: time) -> None:
    """Let everybody wish for the same moment."""
    async with stage.app.database.begin() as connection:
        for person in stage.people.values():
            await people_store.save_preferences(connection, person.id, Preferences(moment=moment))


def at(stage: Stage, moment: time) -> datetime:
    """Return this time of the present day in Amsterdam."""
    here = stage.clock().astimezone(AMSTERDAM)
    return datetime.combine(here.date(), moment, AMSTERDAM).astimezone(stage.clock().tzinfo)
