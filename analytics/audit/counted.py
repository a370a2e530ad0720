"""Who took part, seen by facet as well: whether everybody of a node and value is known to have, or nobody.

Only numbers of people are looked at: figures tell of how many at least, bands of response between how many. Somebody
may have skipped an item, so that no figure says how many took part at most. What rounded means tell about numbers is
looked at for the tree (`turnout`); by facet they come from ten answers on, and a mean of ten or more, rounded to 0.1,
fits any number. Such numbers are a network, so that the continuous programme has whole numbers at its ends; every
point is checked in whole numbers all the same.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from analytics.audit.attack import Finding, Kind
from analytics.audit.claims import Claim
from analytics.audit.programme import Programme

DRAWS: Final = 6
Side = tuple[Hashable, bool]
"""Of a node and value, whether to show that somebody took part (True) or that somebody did not."""


def counted_leaks(
    asked: Mapping[Hashable, int], answered: Mapping[Hashable, int], said: Sequence[Claim]
) -> list[Finding]:
    """`said` are claims about numbers. The truth is one possibility; others have to show what it leaves open.

    Raises Undecided.
    """
    inside: frozenset[Hashable] = frozenset().union(*(claim.members for claim in said))
    members = sorted((one for one in inside if asked.get(one, 0)), key=repr)
    truth = {one: answered.get(one, 0) for one in members}
    left = {(one, side) for one in members for side in (True, False) if not _shows(truth, asked, (one, side))}
    steps = _Steps.of(truth, asked, said)
    if steps.wrong:  # it is then no possibility, and proves nothing
        return [Finding(Kind.CONTRADICTION, {}, tuple(dict.fromkeys(said[at].cell for at in sorted(steps.wrong))))]
    left -= set(steps.shown(left))
    for draw in range(DRAWS):
        if left:
            point = _point(members, asked, said, _wish(left, draw))
            if point is None:
                return [Finding(Kind.CONTRADICTION, {}, tuple(dict.fromkeys(claim.cell for claim in said)))]
            left = {side for side in left if not _shows(point, asked, side)}
    return [leak for side in sorted(left, key=repr) for leak in _alone(members, asked, said, side)]


@dataclass(frozen=True, slots=True)
class _Steps:
    """The numbers next to the truth: one person more or fewer somewhere, or one moved from there to elsewhere.

    `about` says in which claims somebody is, `inside` who is in a claim; `more` and `fewer` are the claims that stay
    true of one person more, and of one fewer. `wrong` are those that are not true as it is.
    """

    truth: Mapping[Hashable, int]
    asked: Mapping[Hashable, int]
    about: Mapping[Hashable, frozenset[int]]
    inside: Sequence[frozenset[Hashable]]
    more: frozenset[int]
    fewer: frozenset[int]
    wrong: frozenset[int]

    @staticmethod
    def of(truth: Mapping[Hashable, int], asked: Mapping[Hashable, int], said: Sequence[Claim]) -> _Steps:
        about: dict[Hashable, set[int]] = {one: set() for one in truth}
        more, fewer, wrong = set[int](), set[int](), set[int]()
        for at, claim in enumerate(said):
            for one in claim.members & truth.keys():
                about[one].add(at)
            count = sum(truth.get(one, 0) for one in claim.members)
            for there, possible in ((wrong, count), (more, count + 1), (fewer, count - 1)):
                if claim.allows(possible) is not (there is wrong):
                    there.add(at)
        whole = {one: frozenset(claims) for one, claims in about.items()}
        inside = [claim.members for claim in said]
        return _Steps(truth, asked, whole, inside, frozenset(more), frozenset(fewer), frozenset(wrong))

    def shown(self, sides: Collection[Side]) -> Iterator[Side]:
        """Those of these sides that a number next to the truth shows."""
        for one, took_part in sides:
            tight = self.about[one] - (self.more if took_part else self.fewer)
            if not tight or any(self._goes(other, tight, not took_part) for other in self._all_in(tight)):
                yield one, took_part

    def _all_in(self, claims: frozenset[int]) -> Iterator[Hashable]:
        """Who is in all of these claims."""
        smallest = min(claims, key=lambda at: (len(self.inside[at]), at))
        return (one for one in self.inside[smallest] if one in self.about and claims <= self.about[one])

    def _goes(self, one: Hashable, evened: frozenset[int], more: bool) -> bool:
        """Whether one more (or fewer) fits, were it not for the claims that it evens out."""
        able = self.truth[one] < self.asked[one] if more else self.truth[one] > 0
        return able and not self.about[one] - evened - (self.more if more else self.fewer)


def _shows(point: Mapping[Hashable, int], asked: Mapping[Hashable, int], side: Side) -> bool:
    one, took_part = side
    return point[one] > 0 if took_part else point[one] < asked[one]


def _wish(left: set[Side], draw: int) -> dict[Hashable, int]:
    """Wish those with something left to show just that, every other time only half of them: they compete."""
    wished = sorted(left, key=repr)
    some = wished if draw % 2 == 0 else wished[draw // 2 % 2 :: 2]
    return {one: 1 if took_part else -1 for one, took_part in some}


def _point(
    members: Sequence[Hashable], asked: Mapping[Hashable, int], said: Sequence[Claim], wish: Mapping[Hashable, int]
) -> dict[Hashable, int] | None:
    programme = Programme()
    at = {one: programme.column(0, asked[one]) for one in members}
    for claim in said:
        programme.row({at[one]: 1 for one in claim.members if one in at}, claim.low, claim.high, claim.cell)
    found = programme.least({at[one]: -by for one, by in wish.items()})
    return None if found is None else {one: int(found[1][column]) for one, column in at.items()}


def _alone(
    members: Sequence[Hashable], asked: Mapping[Hashable, int], said: Sequence[Claim], side: Side
) -> Iterator[Finding]:
    one, took_part = side
    point = _point(members, asked, said, {one: 1 if took_part else -1})
    if point is None or not _shows(point, asked, side):
        cells = tuple(dict.fromkeys(claim.cell for claim in said if one in claim.members))
        yield Finding(Kind.PARTICIPATION, {}, cells, everybody=not took_part)
