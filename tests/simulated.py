"""Waves of invented organisations, published by the product's own maker without playing them on a database.

People, teams, answers and turnover are those of `bot.simulation`; what is left out is the chat and the clock.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache, cached_property
from hashlib import sha256
from uuid import UUID

from analytics.audit.figures import Participation
from analytics.disclosure import protect
from analytics.facets import turn_of
from analytics.facts import WaveFacts, reporting_period
from bot.gate import participation
from bot.period_closing import Background, contributions, facts_of
from bot.simulation.chance import Chance
from bot.simulation.organisation import Colleague, Organisation, found
from bot.simulation.people import Answers
from bot.simulation.planning import WORKS
from bot.simulation.run import plant
from bot.simulation.turnover import a_week_later
from surveys.cohorts import Tree
from surveys.instrument import shipped_instrument
from surveys.model import (
    STANDARD,
    Every,
    Figure,
    Item,
    Node,
    NodeId,
    Policy,
    Release,
    ReleasedItem,
    Response,
    Wave,
    WaveState,
)
from surveys.periods import Period, PeriodRow, cohort_in_period, told_every
from surveys.store.periods import Counted
from surveys.store.terms import Terms
from tests.unit.organisations import CLOSED, OPENED

DRIVERS = ("workload_1", "roster_1", "tools_1", "recovery_1")


@dataclass(frozen=True)
class Simulated:
    """One wave: what the maker is given, and what it makes of that when it is asked for."""

    facts: WaveFacts
    responses: list[Response]
    people: Mapping[str, tuple[NodeId, Response | None]] = field(default_factory=dict)
    """Everybody with their cohort, and with what came back when they were asked."""

    @cached_property
    def release(self) -> Release:
        return protect(self.facts, self.responses)

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


@dataclass
class _Running:
    """A period that is open: its waves, its tree, and what is kept of its people."""

    nodes: list[Counted]
    waves: list[Simulated] = field(default_factory=list)
    rows: dict[bytes, PeriodRow] = field(default_factory=dict)


def play_with_periods(
    seed: int,
    waves: int,
    policy: Policy = STANDARD,
    size: tuple[int, int] | None = None,
    facets: Sequence[str] = (),
) -> Iterator[Simulated]:
    """Yield the Releases of the same company as the product makes them: of waves, and of the periods of small teams."""
    running: dict[Every, _Running] = {}
    for wave in play(seed, waves, policy, size, facets):
        tree, own = Tree.of(wave.facts.nodes), wave.facts.head_counts
        held: dict[NodeId, Every] = {}
        for length, period in running.items():
            held |= {
                one.node.id: length for one in period.nodes if one.every == length and not tree.children(one.node.id)
            }
        every = told_every(tree, own, held, reporting_period, 4)
        yield _weekly(wave, every)
        for length in (2, 4):
            members = {who: cohort for who, (cohort, _) in wave.people.items() if every[cohort] == length}
            if length not in running and members:
                nodes = [Counted(node, own.get(node.id, 0), every[node.id], False) for node in tree.nodes.values()]
                running[length] = _Running(nodes, [], {_slot(who): PeriodRow(at) for who, at in members.items()})
            if length in running:
                _fold(running[length], wave, members)
                if len(running[length].waves) == length:
                    yield _over(running.pop(length), length)


def _slot(person: str) -> bytes:
    return sha256(person.encode()).digest()[:16]


def _weekly(wave: Simulated, every: Mapping[NodeId, Every]) -> Simulated:
    facts = wave.facts

    def only(counts: Mapping[NodeId, int], now: bool) -> dict[NodeId, int]:
        return {node: count for node, count in counts.items() if (every[node] == 1) is now}

    counted = replace(
        facts,
        head_counts=only(facts.head_counts, True),
        deliveries=only(facts.deliveries, True),
        elsewhere=only(facts.head_counts, False),
        told=every,
        parts={at: count for at, count in facts.parts.items() if every[at[0]] == 1},
    )
    responses = [one for one in wave.responses if every[one.cohort or ""] == 1]
    return Simulated(counted, responses)


def _fold(period: _Running, wave: Simulated, members: Mapping[str, NodeId]) -> None:
    tree, came_with = Tree.of(one.node for one in period.nodes), Tree.of(wave.facts.nodes)
    here = {_slot(who) for who in wave.people}
    for slot in period.rows.keys() - here:
        period.rows[slot] = period.rows[slot].emptied(wave.facts.number)
    for who, cohort in members.items():
        _, response = wave.people[who]
        if response is not None:
            slot = _slot(who)
            before = period.rows.get(slot)
            at = cohort_in_period(tree, came_with, before.cohort if before else None, cohort)
            row = before or PeriodRow(at)
            period.rows[slot] = row.with_wave(wave.facts.number, at, response, asked=True)
    period.waves.append(wave)


def _over(period: _Running, length: Every) -> Simulated:
    facts = [wave.facts for wave in period.waves]
    numbers = tuple(one.number for one in facts)
    ids = [UUID(int=number) for number in numbers]
    there = Period(ids[0], "pulse", length, numbers, facts[0].opened, facts[-1].closed, WaveState.CLOSING, "")
    waves = [
        Wave(id_, "pulse", one.number, tuple(item.id for item in one.items), one.opened, one.closed, WaveState.OPEN, "")
        for id_, one in zip(ids, facts, strict=True)
    ]
    terms = [Terms(one.items, one.policy) for one in facts]
    told = facts_of(Background(there, waves, terms, period.nodes, False), period.rows.values())
    responses = contributions(period.rows.items())
    return Simulated(told, responses)


@dataclass(frozen=True)
class Coverage:
    """Team figures: those with answers enough, those of them of teams that are told in this Release, those shown."""

    enough: int = 0
    weekly: int = 0
    shown: int = 0

    def plus(self, other: Coverage) -> Coverage:
        return Coverage(self.enough + other.enough, self.weekly + other.weekly, self.shown + other.shown)

    @property
    def share(self) -> float:
        """Of what a threshold alone would show of teams that are told in the same Releases."""
        return self.shown / self.weekly


def coverage(release: Release, known: Participation) -> Coverage:
    """Compare with a publisher that has nothing but a threshold."""
    above, every = {node.parent for node in release.nodes}, {node.id: node.every for node in release.nodes}
    enough = [
        cell
        for cell in release.cells
        if cell.cohort not in above and known.by_item[cell.item].get(cell.cohort, 0) >= release.policy.k
    ]
    own = [cell for cell in enough if every[cell.cohort] == release.every]
    return Coverage(len(enough), len(own), sum(isinstance(cell.figure, Figure) for cell in own))


def _wave(organisation: Organisation, answers: Answers, number: int, policy: Policy, facet: str) -> Simulated:
    items = [_item("C1"), _item(DRIVERS[number % len(DRIVERS)])]
    counts: dict[NodeId, int] = {}
    deliveries: dict[NodeId, int] = {}
    parts: Counter[tuple[NodeId, str]] = Counter()
    responses = []
    people: dict[str, tuple[NodeId, Response | None]] = {}
    for one in organisation.people:
        cohort = _cohort(one)
        counts[cohort] = counts.get(cohort, 0) + 1
        people[one.id] = cohort, None
        if _has_a_shift(answers.chance, one, number):
            deliveries[cohort] = deliveries.get(cohort, 0) + 1
            value = one.facets.get(facet, "")
            parts[cohort, value] += 1
            people[one.id] = cohort, Response()
            if answers.takes_part(one.id, number):
                given = {item.id: answers.answer(one, item, number) for item in items}
                skipped = [item.id for item in items if answers.skips(one.id, item, number)]
                responses.append(Response(cohort, {**given, **dict.fromkeys(skipped, 0)}, facet=value))
                people[one.id] = cohort, responses[-1]
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
    return Simulated(facts, responses, people)


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
