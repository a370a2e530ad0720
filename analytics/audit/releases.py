"""The audit of Releases, one item of one Release after another: no contribution enters two of them (reference, T6).

That holds because answers are fresh in every wave, the roster is frozen at its opening, and what somebody answered is
published once: with the wave, or with the reporting period of their small team. A wave or period that is published
twice breaks that, as does a team that counts in a wave and in a period around it. Either is a leak by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product

from analytics.audit.attack import Finding, Kind, outsider
from analytics.audit.beside import beside
from analytics.audit.certificate import against_groups, against_insiders, both, certificate
from analytics.audit.claims import System, cells_near
from analytics.audit.figures import Participation, Tree, answers_said, means_by_facet, people_of
from analytics.audit.insider import insider
from analytics.audit.pooled import Pooled, pooled
from analytics.audit.programme import Undecided
from analytics.audit.turnout import by_facet, turnout, turnout_system
from analytics.audit.verdict import Leak, Mode, Report, leak, twice
from surveys.model import Figure, NodeId, Release

Known = Mapping[tuple[str, str], Participation]
"""Who took part, by survey and place of the Release."""
Progress = Callable[[int, int], None]
Given = tuple[Release, Participation | None]
Judged = tuple[list[Leak], Pooled]
Each = Callable[[Callable[[Given], Judged], Iterable[Given]], Iterable[Judged]]


def coalition_of(release: Release) -> int:
    """How many may put their own answers together and still learn no other: one, under *strict* two."""
    return 2 if release.policy.preset == "strict" else 1


def attack(release: Release, known: Participation | None) -> list[Leak]:
    """All leaks of one Release; an empty list is a proof that there are none. Raises ValueError for a broken tree.

    Without `known` a reader is assumed who does not know who answered.
    """
    tree = Tree.of(release)
    found = [one for item in release.items for one in _item(release, tree, item.id, known)]
    system = turnout_system(release, tree, known)
    took_part = settled(system, lambda: turnout(release, tree, system, known))
    if known is not None and (parts := known.parts) is not None and release.facet:
        took_part += settled(system, lambda: by_facet(release, tree, parts))
    return [*found, *(leak(release, tree, "", finding, system) for finding in took_part)]


def audit(
    releases: Sequence[Release],
    known: Known | None,
    progress: Progress = lambda _done, _all: None,
    each: Each = map,
) -> Report:
    """Attack Releases together. With `known`, every one of them must be in it (KeyError).

    `each` may judge them in several processes: none has anything to do with another. They must come back in order.
    """
    mode: Mode = "file" if known is None else "strict"
    leaks, two = list(_twice(releases)), Pooled()
    given = [(one, None if known is None else known[one.survey, one.place]) for one in releases]
    for done, (found, pooled_) in enumerate(each(judge, given), 1):
        leaks += found
        two = two.plus(pooled_)
        progress(done, len(releases))
    figures = sum(isinstance(cell.figure, Figure) for release in releases for cell in release.cells)
    coalitions = tuple(sorted({coalition_of(release) for release in releases}))
    skipped = 0 if known is not None else sum(map(means_by_facet, releases))
    return Report(mode, len(releases), figures, coalitions, tuple(leaks), two, skipped)


def judge(given: Given) -> Judged:
    """One Release by itself: its leaks, and what two learn of it who may know more than is promised."""
    release, took_part = given
    return attack(release, took_part), _two(release, took_part) if coalition_of(release) == 1 else Pooled()


def _item(release: Release, tree: Tree, item: str, known: Participation | None) -> Iterator[Leak]:
    system = System.of(people_of(tree, item, known), answers_said(release, tree, item, known))
    k, coalition = max(release.policy.k, 5), coalition_of(release)
    for finding in settled(system, lambda: answers_leak(system, k, coalition)):
        yield leak(release, tree, item, finding, system)
    if known is not None:
        for finding in beside(release, tree, item, known):
            yield leak(release, tree, item, finding, system)


def answers_leak(system: System, k: int, coalition: int) -> list[Finding]:
    """Leaks of answers. Usually one point settles outsiders and insiders at once. Raises Undecided."""
    found = certificate(system, both(against_groups(k), against_insiders(coalition)))
    if found is not None and not found.open:
        return []
    return outsider(system, k) or insider(system, coalition)


def settled(system: System, look: Callable[[], list[Finding]]) -> list[Finding]:
    """What was found; what could not be settled is found too."""
    try:
        return look()
    except Undecided:
        return [Finding(Kind.UNDECIDED, {}, cells_near(system, system.atoms))]


def _two(release: Release, known: Participation | None) -> Pooled:
    tree, whole = Tree.of(release), Pooled()
    for item in release.items:
        system = System.of(people_of(tree, item.id, known), answers_said(release, tree, item.id, known))
        try:
            whole = whole.plus(pooled(system))
        except Undecided:
            continue
    return whole


def _twice(releases: Sequence[Release]) -> Iterator[Leak]:
    """What breaks T6: the same waves published again, or a team whose answers of one wave are in two Releases."""
    places = Counter((release.survey, release.place) for release in releases)
    for release in {(one.survey, one.place): one for one in releases}.values():
        if places[release.survey, release.place] > 1:
            yield twice(release, "all groups", f"the same {release.kind} was published more than once")
    counted: dict[tuple[str, int, NodeId], Release] = {}
    above = {(release.survey, node.parent) for release in releases for node in release.nodes}
    for release in releases:
        tree = Tree.of(release)
        teams = [node for node in _counting(tree) if (release.survey, node) not in above]
        for node, number in product(teams, release.waves):
            before = counted.setdefault((release.survey, number, node), release)
            if before.place != release.place:
                what = f"the answers of wave {number} are in the Release of {before.place} too"
                yield twice(release, tree.paths[node], what)


def _counting(tree: Tree) -> list[NodeId]:
    """The groups that have people of their own in a Release. Which of them are teams, one Release can't tell.

    A period leaves out teams of which nobody counts in it, while their department may have people of its own there.
    """
    return [node for node, own in tree.own.items() if isinstance(node, str) and own]
