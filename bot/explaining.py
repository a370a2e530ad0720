"""The introduction again, for whoever asks: the same words as before the first card, by what is signed now."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.port import Command, Message, Reply
from bot.agreeing import PURPOSE
from bot.introduction_words import introduction
from bot.own import Asker, Own
from surveys.cohorts import counting_cohort
from surveys.errors import LogBroken
from surveys.model import STANDARD, Words
from surveys.store import people as people_store
from surveys.store import seats as seat_store
from surveys.store import surveys as survey_store


@dataclass(frozen=True)
class Explaining:
    """The command `introduction`."""

    own: Own

    async def __call__(self, command: Command) -> Reply:
        """Show it in a dialog. Raises NotKnown."""
        async with self.own.asker(command) as me:
            return Reply(dialog=await _introduction(me, command.platform))


async def _introduction(me: Asker, platform: str) -> Message:
    purpose, k = await _signed(me.connection)
    surveys = [survey for survey, _ in await survey_store.surveys(me.connection)]
    tree = await people_store.load_tree(me.connection)
    asked = tree is not None and counting_cohort(tree, me.person.team, me.person.manages) is not None
    simulated = bool(surveys) and all(survey.simulated for survey in surveys)
    message = introduction(purpose, k, platform, me.texts, asked=asked, simulated=simulated)
    return replace(
        message, choices=tuple(one for one in message.choices if one.action != "stop" or not me.chosen.stopped)
    )


async def _signed(connection: AsyncConnection) -> tuple[Words, int]:
    """Return the purpose and the least number of people that are signed, else what a first agreement begins with."""
    try:
        agreement = (await seat_store.standing(connection)).agreement
    except LogBroken:
        agreement = None
    return (agreement.purpose, agreement.protection.k) if agreement else (PURPOSE, STANDARD.k)
