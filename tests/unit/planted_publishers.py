"""Publishers in the style of what is on the market, on one small invented department: what they would tell.

They exist to be caught. An answer is a contribution of a person in a wave; every publisher says means rounded to
0.1 (or bars) of sets of contributions, and a leak is in what can be subtracted.
"""

from __future__ import annotations

import random
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

from analytics.audit.claims import SUM, Claim, System, bar

Contribution = tuple[str, int]
"""Person and wave."""
Answers = Mapping[Contribution, int]

LEAST = 5
WAVES = range(1, 9)
WINDOW = 4
TEAMS: Mapping[str, int] = {"a": 6, "b": 7, "c": 3, "d": 8}


def department(seed: int = 3, response: float = 0.85) -> dict[Contribution, int]:
    """What everybody answered who did, in each wave."""
    chance = random.Random(seed)
    people = [f"{team}{number}" for team, size in TEAMS.items() for number in range(size)]
    return {
        (person, wave): min(5, max(1, round(chance.gauss(3.1, 1.0))))
        for wave in WAVES
        for person in people
        if chance.random() < response
    }


def system(answers: Answers, claims: Iterable[Claim]) -> System:
    people: dict[Hashable, tuple[int, int]] = dict.fromkeys(answers, (1, 1))
    return System.of(people, claims)


def mean(answers: Answers, told: Iterable[Contribution], cell: str) -> Iterator[Claim]:
    """The mean of at least five people, rounded half up to 0.1."""
    members = [one for one in told if one in answers]
    n, total = len(members), sum(answers[one] for one in members)
    if len({person for person, _ in members}) >= LEAST:
        tenths = (20 * total + n) // (2 * n)
        low = next(s for s in range(5 * n + 1) if (20 * s + n) // (2 * n) >= tenths)
        high = max(s for s in range(5 * n + 1) if (20 * s + n) // (2 * n) <= tenths)
        yield Claim(frozenset(members), SUM, low, high, cell)


def of(answers: Answers, wave: int, teams: str = "abcd") -> list[Contribution]:
    return [one for one in answers if one[1] == wave and one[0][0] in teams]


def threshold_only(answers: Answers) -> Iterator[Claim]:
    """Whatever has five answers is shown."""
    for wave in WAVES:
        for team in (*TEAMS, "abcd"):
            yield from mean(answers, of(answers, wave, team), f"{team}/{wave}")


def hide_the_smallest_sibling(answers: Answers) -> Iterator[Claim]:
    """The next smallest group is hidden until two answers are: what the hidden ones answered is parent minus rest."""
    for wave in WAVES:
        by_size = sorted(TEAMS, key=lambda team: len(of(answers, wave, team)))
        hidden = [team for team in by_size if len(of(answers, wave, team)) < LEAST]
        if hidden and sum(len(of(answers, wave, team)) for team in hidden) < 2:
            hidden.append(by_size[len(hidden)])
        for team in (*(team for team in TEAMS if team not in hidden), "abcd"):
            yield from mean(answers, of(answers, wave, team), f"{team}/{wave}")


def one_remainder_at_a_time(answers: Answers) -> Iterator[Claim]:
    """A group is shown when it and the rest of its department have five; two groups are never looked at together."""
    for wave in WAVES:
        whole = of(answers, wave)
        yield from mean(answers, whole, f"abcd/{wave}")
        for team in TEAMS:
            if len(whole) - len(of(answers, wave, team)) >= LEAST:
                yield from mean(answers, of(answers, wave, team), f"{team}/{wave}")


def latest_answers(answers: Answers) -> Iterator[Claim]:
    """Every week the latest answer of each person in the last four: only who answered anew makes a difference."""
    for wave in WAVES:
        latest: dict[str, Contribution] = {}
        for person, when in sorted(answers, key=lambda one: one[1]):
            if wave - WINDOW < when <= wave and person[0] == "d":
                latest[person] = (person, when)
        yield from mean(answers, latest.values(), f"d/{wave}")


def rolling_window(answers: Answers) -> Iterator[Claim]:
    """Every week the mean of the last four waves, from the first on."""
    for wave in WAVES:
        told = [one for one in answers if wave - WINDOW < one[1] <= wave and one[0][0] == "a"]
        yield from mean(answers, told, f"a/{wave}")


def live(answers: Answers) -> Iterator[Claim]:
    """One wave, shown again after every answer."""
    came = of(answers, 1)
    for count in range(LEAST, len(came) + 1):
        yield from mean(answers, came[:count], f"abcd/after {count}")


def histograms(answers: Answers) -> Iterator[Claim]:
    """Bars beside the mean, for whatever has five answers."""
    for wave in WAVES:
        for team in (*TEAMS, "abcd"):
            told = of(answers, wave, team)
            if len(told) >= LEAST:
                yield from mean(answers, told, f"{team}/{wave}")
                yield from bars(answers, told, f"{team}/{wave}")


def bars(answers: Answers, told: Sequence[Contribution], cell: str) -> Iterator[Claim]:
    for option in range(1, 6):
        count = sum(answers[one] == option for one in told)
        yield Claim(frozenset(told), bar(option), count, count, cell)


def fresh_and_disjoint(answers: Answers) -> Iterator[Claim]:
    """No publisher of anybody's: two groups that are large enough, once, with nothing to subtract. Nothing leaks."""
    first, second = of(answers, 1, "ac"), of(answers, 1, "bd")
    for told, cell in ((first, "ac/1"), (second, "bd/1")):
        yield from mean(answers, told, cell)
