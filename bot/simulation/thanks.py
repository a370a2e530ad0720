"""Invented colleagues thank each other, in the demo alone: each kudos goes in where every platform's do.

Whom somebody thanks, and for what, hangs on the seed alone, and on no answer to a check-in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from adapters.recording import NAME, Recording
from bot.simulation.chance import Chance
from bot.simulation.moments import MOMENTS, Moment
from bot.simulation.organisation import Colleague, Organisation
from bot.simulation.play import Play
from surveys.model import Language

A_WEEK: Final = 6
"""Kudos of one week: enough for a wall with a second page after three months."""
PUBLIC: Final = 0.75
IN_THE_TEAM: Final = 0.8
GAPS: Final = (2, 12)
"""Hours between two of them."""


@dataclass(frozen=True, slots=True)
class Thanks:
    """Who thanks whom for what."""

    giver: Colleague
    to: tuple[Colleague, ...]
    moment: Moment
    public: bool


def of_week(organisation: Organisation, week: int, chance: Chance) -> list[Thanks]:
    """Return what is said in one week. Nobody thanks themselves, and whoever is played by a person thanks nobody."""
    here = [one for one in organisation.people if one.answers_here]
    return [_one(here, number, chance) for number in range((week - 1) * A_WEEK, week * A_WEEK)]


def to_somebody(organisation: Organisation, who: Sequence[Colleague], chance: Chance) -> list[Thanks]:
    """Return two kudos for each of these: one on the wall, and one for them alone."""
    found = []
    for one in who:
        mates = [mate for mate in organisation.people if mate.team == one.team and mate.answers_here and mate != one]
        drawn = chance.of("thanks to", one.id)
        for giver, public in zip(drawn.sample(mates, 2), (True, False), strict=True):
            found.append(Thanks(giver, (one,), drawn.choice([m for m in MOMENTS if not m.several]), public))
    return found


async def say(play: Play, thanks: Iterable[Thanks]) -> None:
    """Let them be said, one after another; they go out with the next tick. Raises RuntimeError when one is refused."""
    recording = play.app.platforms[NAME]
    assert isinstance(recording, Recording)
    ids = {person.external_id: str(person.id) for person in play.roster}
    for one in thanks:
        fields = {
            "to": ",".join(ids[who.id] for who in one.to),
            "text": one.moment.words[one.giver.language],
            "tag": one.moment.tag,
            "where": "wall" if one.public else "private",
        }
        locale: Language = "nl" if one.giver.language == "nl" else "en"
        reply = await recording.act(one.giver.id, locale, "kudos_send", texts=fields)
        if not reply.changed:
            raise RuntimeError(f"a simulated kudos was refused ({reply.notice}): this is a fault of ours")


async def say_in_the_week(play: Play, organisation: Organisation, week: int) -> None:
    """Let what is said in a week be said over its days."""
    for number, one in enumerate(of_week(organisation, week, play.chance)):
        play.clock.forward(timedelta(hours=play.chance.of("pause", week, number).randint(*GAPS)))
        await say(play, [one])
    await play.tick()


def _one(here: Sequence[Colleague], number: int, chance: Chance) -> Thanks:
    drawn = chance.of("thanks", number)
    giver, moment = drawn.choice(here), _moment(number, chance)
    mates = [one for one in here if one.team == giver.team and one != giver]
    others = mates if drawn.random() < IN_THE_TEAM and len(mates) > 1 else [one for one in here if one != giver]
    return Thanks(giver, tuple(drawn.sample(others, 2 if moment.several else 1)), moment, drawn.random() < PUBLIC)


def _moment(number: int, chance: Chance) -> Moment:
    """Each comes once before any comes again."""
    turn, place = divmod(number, len(MOMENTS))
    order = list(range(len(MOMENTS)))
    chance.of("moments", turn).shuffle(order)
    return MOMENTS[order[place]]
