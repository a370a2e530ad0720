"""Two people, one of whom is about to thank the other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.dialogues.drivers import Driver
from tests.dialogues.talk import Agent, Play

WORDS = "Dank voor je geduld met die beller"


@asynccontextmanager
async def pair(play: Play) -> AsyncIterator[tuple[Agent, Agent]]:
    """Somebody with the form before them, and whom they are about to thank."""
    async with play.meet() as giver, play.meet() as receiver:
        await giver.driver.ask("kudos")
        yield giver, receiver


def pointed(play: Play, agent: Agent) -> str:
    """Return how a form says whom it means: by name where people can't be pointed at."""
    return f"Agent {agent.who}" if play.platform == "web" else agent.who


async def looks(giver: Agent, to: str, text: str = WORDS, **more: str) -> str:
    """Fill in the form and look at it."""
    return await giver.driver.send(giver.t("kudos.give.look"), people=to, text=text, **more)


async def sends(giver: Agent, to: str, text: str = WORDS, **more: str) -> str:
    await looks(giver, to, text, **more)
    return await giver.driver.tap(giver.t("kudos.preview.send"))


async def reaches(play: Play, giver: Agent, receiver: Agent, **more: str) -> None:
    """Send it, and let who is thanked look at the card."""
    await sends(giver, pointed(play, receiver), **more)
    await play.stage.tick()
    await receiver.driver.screen()


async def sees(driver: Driver, *wanted: str) -> None:
    screen = await driver.screen()
    assert {text for text in wanted if text not in screen} == set(), screen
