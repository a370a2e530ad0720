"""Who took part in the waves of a simulation, from the truth file that it left: counts alone, never an answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from analytics.audit.figures import Participation
from analytics.audit.releases import Known
from surveys.cohorts import Tree
from surveys.errors import InputError
from surveys.model import Node, NodeId, Release, ReleasedNode
from surveys.periods import cohort_in_period

FORMAT = 1
Document = Mapping[str, Any]


def known_from(truth: Document, releases: Sequence[Release]) -> Known:
    """Return who took part, by survey and place of the Release (docs/simulation-format.md).

    Raises InputError for another file, and for one that lacks a wave of these Releases.
    """
    if truth.get("format") != FORMAT or truth.get("simulated") is not True:
        raise InputError("this is no truth file of a simulation: give the truth.json that `adempauze simulate` wrote")
    try:
        return _Truth.of(truth, releases).known(releases)
    except (TypeError, AttributeError, KeyError) as error:
        raise InputError(f"the truth file lacks something ({error}): let the simulation write it anew") from None


@dataclass(frozen=True, slots=True)
class _Truth:
    """Waves by survey and number; and in which Releases the people of a node were told in each of them."""

    tree: Sequence[Node]
    waves: Mapping[tuple[str, int], Document]
    every: Mapping[tuple[str, int, NodeId], int]

    @staticmethod
    def of(truth: Document, releases: Iterable[Release]) -> _Truth:
        return _Truth(
            [Node(node["id"], node["parent"], node["path"]) for node in truth.get("nodes", ())],
            {(wave["survey"], wave["number"]): wave for wave in truth["waves"]},
            {
                (release.survey, release.number, node.id): _own(release, node)
                for release in releases
                if release.kind == "wave"
                for node in release.nodes
            },
        )

    def known(self, releases: Iterable[Release]) -> Known:
        return {(release.survey, release.place): self._participation(release) for release in releases}

    def _participation(self, release: Release) -> Participation:
        """Who was asked and who answered; by value of the facet too, where a wave is cut by one."""
        whole, parts = _Counts.of(release), _Counts.of(release)
        for waves in self._people(release).values():
            (cohort, last), people = waves[-1], [person for _, person in waves]
            whole.add(cohort, people)
            if release.facet:
                parts.add((cohort, last["facets"].get(release.facet, "")), people)
        return replace(whole.participation(), parts=parts.participation() if release.facet else None)

    def _people(self, release: Release) -> Mapping[str, Sequence[tuple[NodeId, Document]]]:
        """By person who counts in a Release, where they counted after each of its waves, and what they did in it.

        Who left the organisation since took their answers along.
        """
        tree = Tree.of(Node(node.id, node.parent, node.id) for node in release.nodes)
        found: dict[str, list[tuple[NodeId, Document]]] = {}
        for number in release.waves:
            here = {person["person"]: person for person in self._wave(release.survey, number)["people"]}
            found = {person: waves for person, waves in found.items() if person in here}
            for name, person in here.items():
                if self.every.get((release.survey, number, person["cohort"]), 1) == release.every:
                    before = found.setdefault(name, [])
                    before.append((self._cohort(release, tree, person, before, number), person))
        return found

    def _cohort(
        self, release: Release, tree: Tree, person: Document, before: Sequence[tuple[NodeId, Document]], number: int
    ) -> NodeId:
        cohort: NodeId = person["cohort"]
        if release.kind == "wave" or (number == release.waves[0] and cohort in tree.nodes):
            return cohort
        came_with = Tree.of(Node(node.id, node.parent, node.id) for node in self.tree)
        return cohort_in_period(tree, came_with, before[-1][0] if before else None, cohort)

    def _wave(self, survey: str, number: int) -> Document:
        if (survey, number) not in self.waves:
            raise InputError(f"the truth file does not hold wave {number} of {survey}: give the truth of it")
        return self.waves[survey, number]


def _own(release: Release, node: ReleasedNode) -> int:
    """In how many waves the own people of a node are told once. Leaders: with those who are told most rarely."""
    if not node.elsewhere:
        return 1
    return 4 if any(one.parent == node.id for one in release.nodes) else node.every


@dataclass(frozen=True, slots=True)
class _Counts:
    """Who was asked and who answered, by member of a table, each person once."""

    asked: Counter[Hashable]
    answered: Counter[Hashable]
    by_item: Mapping[str, Counter[Hashable]]

    @staticmethod
    def of(release: Release) -> _Counts:
        return _Counts(Counter(), Counter(), {item.id: Counter() for item in release.items})

    def add(self, member: Hashable, waves: Iterable[Document]) -> None:
        given = {item for person in waves for item in person["answers"]}
        self.asked[member] += any(person["delivered"] for person in waves)
        self.answered[member] += bool(given)
        for item in given:
            self.by_item[item][member] += 1

    def participation(self) -> Participation:
        return Participation(self.asked, self.answered, self.by_item)
