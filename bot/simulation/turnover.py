"""Who comes, goes and moves between two waves."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Final

from bot.simulation.chance import Chance
from bot.simulation.organisation import Colleague, Organisation, hire

LEAVES: Final = 0.008
"""Share of people per week; a third of a contact centre in a year. Somebody new comes for each of them."""
MOVES: Final = 0.006


def a_week_later(organisation: Organisation, wave: int, chance: Chance, keep: Collection[str] = ()) -> Organisation:
    """Return the organisation before this wave. Leaders stay, and so do those in `keep`."""
    people = list(_moved(organisation, wave, chance, keep))
    gone = [one for one in people if not _stays(one, keep) and chance.fraction("leaves", one.id, wave) < LEAVES]
    staying = [one for one in people if one not in gone]
    new = [hire(organisation.hired + place, one.team, "", chance) for place, one in enumerate(gone)]
    return replace(organisation, people=(*staying, *new), hired=organisation.hired + len(new))


def _moved(organisation: Organisation, wave: int, chance: Chance, keep: Collection[str]) -> Iterator[Colleague]:
    for one in organisation.people:
        drawn = chance.of("moves", one.id, wave)
        moves = drawn.random() < MOVES and not _stays(one, keep)
        yield replace(one, team=drawn.choice(organisation.teams)) if moves else one


def _stays(one: Colleague, keep: Collection[str]) -> bool:
    return bool(one.leads) or one.id in keep
