"""The gate before a Release: what the attacker gets through is protected harder, and never published as it is.

A wave is published once and its answers are in no other (T6), so a Release that is attacked by itself has been
attacked together with every Release that shares a contribution.

It is attacked twice: by a reader who knows who answered what item, and by one who does not. The second is no weaker
everywhere. Where it holds that *if* somebody answered, it was a 3, and nobody did, the first finds no answer to be
known; but whoever knows that the gate would have hidden it then knows that nobody did.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from analytics.audit.figures import Participation
from analytics.audit.releases import attack
from analytics.audit.verdict import Leak
from analytics.disclosure import protect
from analytics.facts import WaveFacts
from analytics.harder import harder
from surveys.model import Release, Response


@dataclass(frozen=True, slots=True)
class Passed:
    """A Release that the attacker does not get through, and how often it had to be protected harder."""

    release: Release
    rounds: int


def pass_gate(facts: WaveFacts, responses: Sequence[Response]) -> Passed:
    """Protect a closed wave until the attacker finds nothing. Raises ValueError when that can't be.

    The attacker is told who answered which item, counted by cohort; never an answer. Nothing of that is kept.
    """
    return passed(protect(facts, responses), participation(facts, responses))


def passed(release: Release, known: Participation) -> Passed:
    """Take away cells until nothing leaks. There are finitely many cells, and each round takes one at least."""
    rounds = 0
    while leaks := attack(release, known) or attack(release, None):
        release = harder(release, [cells for leak in leaks for cells in _to_hide(leak)])
        rounds += 1
    return Passed(release, rounds)


def participation(facts: WaveFacts, responses: Sequence[Response]) -> Participation:
    """Who was asked, who answered, and who answered which item, as counts of each cohort."""
    asked: dict[Hashable, int] = dict(facts.deliveries.items())
    whole = _counted(facts, responses, lambda response: response.cohort, asked)
    if not facts.facet:
        return whole
    by_part: dict[Hashable, int] = dict(facts.parts.items())
    return replace(whole, parts=_counted(facts, responses, lambda one: (one.cohort, one.facet), by_part))


def _counted(
    facts: WaveFacts,
    responses: Sequence[Response],
    member: Callable[[Response], Hashable],
    asked: Mapping[Hashable, int],
) -> Participation:
    answered = Counter[Hashable]()
    by_item: dict[str, Counter[Hashable]] = {item.id: Counter() for item in facts.items}
    for response in responses:
        given = [item for item, option in response.answers.items() if option and item in by_item]
        if given and response.cohort is not None:
            answered[member(response)] += 1
            for item in given:
                by_item[item][member(response)] += 1
    return Participation(asked, answered, by_item)


def _to_hide(leak: Leak) -> Iterator[Collection[str]]:
    """Of a proven leak the cheapest cell has to go; of one that could not be settled, all that it is about."""
    if leak.proven:
        yield leak.cells
    else:
        yield from ((cell,) for cell in leak.cells)
