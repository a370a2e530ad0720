"""Waves of invented organisations, published by the product's own maker without playing them on a database.

People, teams, answers and turnover are those of `bot.simulation`; what is left out is the chat and the clock.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from analytics.audit.figures import Participation
from analytics.disclosure import WaveFacts, protect, reporting_period
from analytics.facets import turn_of
from bot.gate import participation
from bot.simulation.chance import Chance
from bot.simulation.organisation import Colleague, Organisation, found
from bot.simulation.people import Answers
from bot.simulation.planning import WORKS
from bot.simulation.run import plant
from bot.simulation.turnover import a_week_later
from surveys.instrument import shipped_instrument
from surveys.model import STANDARD, Figure, Item, Node, NodeId, Policy, Release, ReleasedItem, Response
from tests.unit.organisations import CLOSED, OPENED

DRIVERS = ("workload_1", "roster_1", "tools_1", "recovery_1")


@dataclass(frozen=True)
class Simulated:
    """One wave: what the maker was given, and what it made of it."""

    facts: WaveFacts
    responses: list[Response]
    release: Release

    @property
    def known(self) -> Participation:
        return participation(self.facts, self.responses)


def company(seed: int) -> tuple[int, int]:
    """People and teams of the company with this number: teams of 3 to 40, in all sorts of sizes."""
    drawn = random.Random(seed)
    teams = drawn.randint(8, 40)
    return teams * drawn.randint(7, 20), teams


def play(
    seed: int,
    waves: int,
    policy: Policy = STANDARD,
    size: tuple[int, int] | None = None,
    facets: Sequence[str] = (),
) -> Iterator[Simulated]:
    """Yield wave after wave of one company, with people who come, go and move in between.

    `size` is how many people in how many teams; without it, those of the company with this number.
    """
    chance = Chance(seed)
    organisation = found(*(size or company(seed)), chance)
    answers = Answers(chance, plant(organisation, waves, 0.8))
    for number in range(1, waves + 1):
        if number > 1:
            organisation = a_week_later(organisation, number, chance)
        yield _wave(organisation, answers, number, policy, turn_of(facets, number))


@dataclass(frozen=True)
class Coverage:
    """Team figures: those with answers enough, those of them of teams that are shown every wave, those shown."""

    enough: int = 0
    weekly: int = 0
    shown: int = 0

    def plus(self, other: Coverage) -> Coverage:
        return Coverage(self.enough + other.enough, self.weekly + other.weekly, self.shown + other.shown)

    @property
    def share(self) -> float:
        """Of what a threshold alone would show of teams that are shown every wave."""
        return self.shown / self.weekly


def coverage(release: Release, known: Participation) -> Coverage:
    """Compare with a publisher that has nothing but a threshold."""
    above, heads = {node.parent for node in release.nodes}, {node.id: node.head_count for node in release.nodes}
    enough = [
        cell
        for cell in release.cells
        if cell.cohort not in above and known.by_item[cell.item].get(cell.cohort, 0) >= release.policy.k
    ]
    weekly = [cell for cell in enough if reporting_period(heads[cell.cohort]) == 1]
    return Coverage(len(enough), len(weekly), sum(isinstance(cell.figure, Figure) for cell in weekly))


def _wave(organisation: Organisation, answers: Answers, number: int, policy: Policy, facet: str) -> Simulated:
    items = [_item("C1"), _item(DRIVERS[number % len(DRIVERS)])]
    counts: dict[NodeId, int] = {}
    deliveries: dict[NodeId, int] = {}
    parts: Counter[tuple[NodeId, str]] = Counter()
    responses = []
    for one in organisation.people:
        cohort = _cohort(one)
        counts[cohort] = counts.get(cohort, 0) + 1
        if _has_a_shift(answers.chance, one, number):
            deliveries[cohort] = deliveries.get(cohort, 0) + 1
            value = one.facets.get(facet, "")
            parts[cohort, value] += 1
            if answers.takes_part(one.id, number):
                given = {item.id: answers.answer(one, item, number) for item in items}
                skipped = [item.id for item in items if answers.skips(one.id, item, number)]
                responses.append(Response(cohort, {**given, **dict.fromkeys(skipped, 0)}, facet=value))
    facts = WaveFacts(
        survey="pulse",
        number=number,
        opened=OPENED + timedelta(weeks=number),
        closed=CLOSED + timedelta(weeks=number),
        items=tuple(_asked(item) for item in items),
        nodes=_nodes(organisation),
        head_counts=counts,
        deliveries=deliveries,
        policy=policy,
        facet=facet,
        parts=parts if facet else {},
    )
    return Simulated(facts, responses, protect(facts, responses))


def _has_a_shift(chance: Chance, one: Colleague, number: int) -> bool:
    """Four days: hardly anybody with a fixed contract has no shift in them."""
    return chance.fraction("off", one.id, number) > (1 - WORKS[one.facets["contract"]]) ** 4


def _cohort(one: Colleague) -> NodeId:
    return _id(one.leads.rpartition("/")[0] if one.leads else one.team)


def _id(path: str) -> NodeId:
    return f"all/{path}" if path else "all"


def _nodes(organisation: Organisation) -> tuple[Node, ...]:
    paths = {""}
    for team in organisation.teams:
        parts = team.split("/")
        paths |= {"/".join(parts[:depth]) for depth in range(1, len(parts) + 1)}
    return tuple(
        Node(_id(path), _id(path.rpartition("/")[0]) if path else None, path.rpartition("/")[2] or "Lente")
        for path in sorted(paths)
    )


@cache
def _item(name: str) -> Item:
    return shipped_instrument().item(name)


def _asked(item: Item) -> ReleasedItem:
    return ReleasedItem(item.id, item.driver, item.wording, item.scale.labels, item.favourable, item.version)
