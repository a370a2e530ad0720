"""Reporting periods of small teams: who is told how often, and what one person adds to a period. Pure.

A team of ten or more is told each wave, one of 7 to 9 every two, one of 5 or 6 every four; fewer people count only in
the groups above. What is told in a period is told there alone, so that no contribution is in two Releases (T6).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from surveys.cohorts import Tree
from surveys.model import Every, NodeId, Policy, Response, WaveState

LONGEST: Final = timedelta(weeks=4)
"""No sealed row of a period is older than this when its last wave closes."""


@dataclass(frozen=True, slots=True)
class Period:
    """A reporting period: the waves (numbers) whose answers of small teams are counted together, once.

    It takes in `every` waves, or fewer when no further one closes before `ends`.
    """

    id: UUID
    survey: str
    every: Every
    waves: tuple[int, ...]
    opens: datetime
    ends: datetime
    state: WaveState
    key_id: str

    def takes(self, closes: datetime) -> bool:
        """Whether a wave that closes then still belongs to it."""
        return len(self.waves) < self.every and closes <= self.ends


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """What is sealed of one person in a period: where they count, whether they were asked, sums of their answers.

    `given` has (sum, how often) by item. Of waves up to number `gone` nothing counts: the person left or stopped then.
    """

    cohort: NodeId
    asked: bool = False
    given: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    gone: int = 0

    def emptied(self, gone: int) -> PeriodRow:
        """The same row of somebody who left, stopped or asked for erasure after this wave."""
        return PeriodRow(self.cohort, gone=gone)

    def with_wave(self, number: int, cohort: NodeId, response: Response, *, asked: bool) -> PeriodRow:
        """The row when a wave closes. Who withdrew that check-in withdrew the whole period."""
        if number <= self.gone:
            return replace(self, cohort=cohort)
        given = {} if response.withdrawn else dict(self.given)
        for item, option in response.answers.items():
            if option:
                total, times = given.get(item, (0, 0))
                given[item] = total + option, times + 1
        return replace(self, cohort=cohort, asked=self.asked or asked, given=given)

    def contribution(self, slot: bytes) -> Response:
        """What the person adds to the Release: for each item the whole answer nearest to the mean of the own ones."""
        answers = {item: _nearest(total, times, slot, item) for item, (total, times) in self.given.items()}
        return Response(self.cohort if answers else None, answers)


def _nearest(total: int, times: int, slot: bytes, item: str) -> int:
    """Halfway between two answers the slot decides, which is as good as chance: neither end of the scale gains."""
    nearest, beyond_half = divmod(2 * total + times, 2 * times)
    return nearest if beyond_half else nearest - sha256(slot + item.encode()).digest()[0] % 2


def longest(closings: Sequence[datetime], ends: datetime) -> Every:
    """How many waves fit at most, of those that are to come; with a slow rhythm each wave is a period of its own."""
    fits = sum(closes <= ends for closes in closings)
    return 4 if fits >= 4 else 2 if fits >= 2 else 1


def end_of(opens: datetime, place: ZoneInfo) -> datetime:
    """Four weeks later on the clock of the survey, so that an hour of summer time shortens no period."""
    return opens.astimezone(place) + LONGEST


def told_every(
    tree: Tree,
    own: Mapping[NodeId, int],
    held: Mapping[NodeId, Every],
    reporting: Callable[[int], Every | None],
    most: Every,
) -> dict[NodeId, Every]:
    """In how many waves the own people of each node are told once.

    A team keeps what it has in an open period (`held`); otherwise its size decides. Who belongs to no team (leaders)
    counts as rarely as can be: a few of them in a wave would be what is left of a department when its teams are shown.
    """
    return {
        node: most if tree.children(node) else held.get(node) or min(reporting(own.get(node, 0)) or 4, most)
        for node in tree.nodes
    }


def cohort_in_period(tree: Tree, came_with: Tree, before: NodeId | None, now: NodeId) -> NodeId:
    """Where somebody counts in a period after a wave in which they counted at `now`; `tree` is that of the opening.

    Membership is frozen: who came later counts in the group above until the next period. Who moved counts, with all
    answers of the period, in the lowest group that holds both places. Nobody may read a group that holds their present
    place and leads to it no reader they are themselves (PRIVACY 9): leading it would mean reading that place too.
    """
    here = now
    while here not in tree.nodes:
        parent = came_with.node(here).parent
        here = tree.root.id if parent is None else parent
    if before is not None:
        return _lowest_of_both(tree, before, here)
    parent = tree.node(here).parent
    return here if parent is None or tree.children(here) else parent


def _lowest_of_both(tree: Tree, one: NodeId, other: NodeId) -> NodeId:
    shared = zip(tree.chain(one), tree.chain(other), strict=False)
    return [left.id for left, right in shared if left == right][-1]


def strictest(policies: Collection[Policy]) -> Policy:
    """The protection of answers that were given under several: the most that any of them asks for."""
    first = max(policies, key=lambda policy: (policy.k, policy.guard))
    return replace(
        first,
        guard=max(policy.guard for policy in policies),
        histogram_n=max(policy.histogram_n for policy in policies),
        bands_n=max(policy.bands_n for policy in policies),
    )


def withheld(since: Mapping[NodeId, datetime], earlier: Iterable[datetime]) -> frozenset[NodeId]:
    """The groups that the roster made or largely changed, and that have had no reporting period since then.

    `earlier` says when the periods before this one opened: the first after the change publishes nothing of them.
    """
    last = max(earlier, default=None)
    return frozenset(node for node, moment in since.items() if last is None or last < moment)
