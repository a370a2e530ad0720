"""A reader with all the time in the world: walks through every set of answers that fits what was published.

The measure of the audit on small cases. It shares no code with it, nor with the maker of Releases.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement, product

World = tuple[tuple[int, ...], ...]
"""The answers of each group of people, sorted."""


@dataclass(frozen=True)
class Said:
    """Between `low` and `high` lies the sum of these weights over the answers of these groups."""

    groups: Sequence[int]
    weights: Sequence[int]
    low: int
    high: int

    def fits(self, world: World) -> bool:
        return self.low <= sum(self.weights[answer - 1] for at in self.groups for answer in world[at]) <= self.high


def worlds(least: Sequence[int], most: Sequence[int], said: Sequence[Said]) -> list[World]:
    """All answers of at least so many and at most so many people of each group."""
    every = product(*(list(_answers(*ends)) for ends in zip(least, most, strict=True)))
    return [world for world in every if all(one.fits(world) for one in said)]


def _answers(least: int, most: int) -> Iterator[tuple[int, ...]]:
    for count in range(least, most + 1):
        yield from combinations_with_replacement(range(1, 6), count)


def outsider_leaks(fitting: Sequence[World], sizes: Sequence[int], k: int) -> set[str]:
    """Kinds of leaks to somebody who knows no answer. A group is people who all answered."""
    found = set()
    for taken in product(*(range(size + 1) for size in sizes)):
        count = sum(taken)
        whole = all(some in (0, size) for some, size in zip(taken, sizes, strict=True))
        if not (1 <= count < 5 or (whole and 5 <= count < k)):
            continue
        able = [world for world in fitting if all(len(own) >= t for own, t in zip(world, taken, strict=True))]
        if not able:
            continue
        most = max(sum(sum(own[len(own) - t :]) for own, t in zip(world, taken, strict=True)) for world in able)
        least = min(sum(sum(own[:t]) for own, t in zip(world, taken, strict=True)) for world in able)
        if count == 1 and most == least:
            found.add("answer")
        elif count == 1 and (most <= 2 or least >= 4):
            found.add("narrow")
        elif most - least < count:
            found.add("small group")
    return found


def insider_learns(fitting: Sequence[World], sizes: Sequence[int], coalition: int) -> bool:
    """Whether some people who put their answers together learn another one for certain."""
    return any(
        len(seen) == 1
        for count in range(coalition + 1)
        for known in _known(sizes, count)
        for seen in _possible(fitting, sizes, known)
    )


def _known(sizes: Sequence[int], count: int) -> Iterator[Mapping[int, Counter[int]]]:
    one = [(at, answer) for at in range(len(sizes)) for answer in range(1, 6)]
    for chosen in combinations_with_replacement(one, count):
        by_group: dict[int, Counter[int]] = {}
        for at, answer in chosen:
            by_group.setdefault(at, Counter())[answer] += 1
        yield by_group


def _possible(fitting: Sequence[World], sizes: Sequence[int], known: Mapping[int, Counter[int]]) -> list[set[int]]:
    """The answers that somebody else of each group can have given; nothing for a group without anybody else."""
    seen: list[set[int]] = [set() for _ in sizes]
    for world in fitting:
        counts = [Counter(own) for own in world]
        if all(counts[at][answer] >= many for at, own in known.items() for answer, many in own.items()):
            for at, own in enumerate(counts):
                seen[at] |= set(own - known.get(at, Counter()))
    return seen


def left_of_a_third(fitting: Sequence[World], group: int) -> list[int]:
    """For each two answers of a group that fit, by their sum, how many answers somebody else of it can have given."""
    left = []
    for pair in combinations_with_replacement(range(1, 6), 2):
        third: set[int] = set()
        for world in fitting:
            total, n = sum(world[group]) - sum(pair), len(world[group]) - 2
            third |= {answer for answer in range(1, 6) if n > 0 and n - 1 <= total - answer <= 5 * (n - 1)}
        left += [len(third)] if third else []
    return left
