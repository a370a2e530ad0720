"""How well somebody guesses who knows nothing but what everybody knows.

People whose cards came at the same time have the same public traces. If the copies tell nothing more, then a guess fits
the truth no better than it fits the truth dealt anew among them. So the truth is dealt anew many times, and a success
lies within chance when it is no higher than the highest of these but a few.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from tests.linkage.attacker import Guess, Known

DEALS = 4000
ABOVE = 4
"""So many of these deals may be higher: one innocent run in a thousand is called guilty."""


@dataclass(frozen=True, slots=True)
class Truth:
    """Under which slot somebody's row lies, and when they answered first (seconds since 1970; never is infinite)."""

    slot: bytes
    answered: float


@dataclass(frozen=True, slots=True)
class Success:
    """A share that was guessed right, beside what chance gives: its mean, and the highest that is still chance."""

    share: float
    mean: float
    highest: float

    @property
    def within_chance(self) -> bool:
        return self.share <= self.highest


Score = Callable[[Guess, Mapping[UUID, Truth]], float]


def rows_right(guess: Guess, truth: Mapping[UUID, Truth]) -> float:
    """The share of people whose row was found."""
    return sum(guess.rows.get(one) == true.slot for one, true in truth.items()) / len(truth)


def times_right(moments: Sequence[float]) -> Score:
    """The share of (person, moment of a copy) for which it was known whether they had answered by then."""

    def score(guess: Guess, truth: Mapping[UUID, Truth]) -> float:
        right = sum(
            (guess.when[one] <= moment) == (true.answered <= moment)
            for one, true in truth.items()
            for moment in moments
        )
        return right / (len(truth) * len(moments))

    return score


def success(guess: Guess, truth: Mapping[UUID, Truth], people: Sequence[Known], score: Score, seed: int) -> Success:
    """Compare a guess with the truth, and with the truth dealt anew."""
    groups: dict[float, list[UUID]] = defaultdict(list)
    for one in people:
        groups[one.carded].append(one.id)
    chance = random.Random(seed)
    dealt = sorted(score(guess, _dealt(truth, list(groups.values()), chance)) for _ in range(DEALS))
    return Success(score(guess, truth), sum(dealt) / DEALS, dealt[-1 - ABOVE])


def _dealt(truth: Mapping[UUID, Truth], groups: Sequence[list[UUID]], chance: random.Random) -> dict[UUID, Truth]:
    anew: dict[UUID, Truth] = {}
    for group in groups:
        anew |= dict(zip(group, chance.sample([truth[one] for one in group], len(group)), strict=True))
    return anew
