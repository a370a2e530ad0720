"""What an audit found, in plain sentences. The worst case is named as a group and a wave, never as a person."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from analytics.audit.attack import Finding, Kind
from analytics.audit.claims import System
from analytics.audit.figures import Tree
from analytics.audit.pooled import Pooled
from surveys.model import Release

Mode = Literal["strict", "file"]
MODES: Final[dict[Mode, str]] = {
    "strict": "strict: who answered which item is taken as known",
    "file": "file: who answered is not known, and lies within head counts and bands",
}
UNPROVEN: Final = (Kind.UNDECIDED, Kind.CONTRADICTION)
SEVEREST: Final = tuple(Kind)


@dataclass(frozen=True, slots=True)
class Leak:
    """`cells` are those that tell it (`node/item`, or `node/response`), named in no particular order of blame."""

    kind: Kind
    survey: str
    number: int
    item: str
    where: str
    cells: tuple[str, ...]
    what: str
    when: str = ""
    """Which waves it is about, in words."""

    @property
    def proven(self) -> bool:
        return self.kind not in UNPROVEN

    def __str__(self) -> str:
        item = f", {self.item}" if self.item else ""
        return f"{self.survey}, {self.when or f'wave {self.number}'}{item}, {self.where}: {self.what}."


@dataclass(frozen=True, slots=True)
class Report:
    """An audit of some Releases. So many own answers as `coalitions` say may be known without a leak."""

    mode: Mode
    releases: int
    figures: int
    coalitions: tuple[int, ...]
    leaks: tuple[Leak, ...]
    pooled: Pooled
    not_attacked: int = 0
    """Means by facet, of which nobody told who has which value."""

    @property
    def clean(self) -> bool:
        return not self.leaks

    def sentences(self, most: int = 20) -> Iterator[str]:
        """Return the report; of the leaks the worst `most`."""
        yield f"Mode {MODES[self.mode]}."
        yield f"{self.releases} Releases with {self.figures} figures were attacked."
        if self.not_attacked:
            yield (
                f"{self.not_attacked} means by facet were not attacked: without a truth file it is not known who has "
                "which value. The gate before each Release has attacked them."
            )
        known = " or ".join(map(str, self.coalitions)) or "no"
        yield f"Readers may know {known} of the answers (their own), every rule of publishing, and all of the above."
        if self.clean:
            yield "No leak was found: for every person and small group there are answers that fit and differ enough."
        else:
            yield f"{len(self.leaks)} leaks. The worst first:"
            ordered = sorted(self.leaks, key=lambda leak: SEVEREST.index(leak.kind))
            yield from (f"- {leak}" for leak in ordered[:most])
        yield from self._pooled()

    def _pooled(self) -> Iterator[str]:
        pooled = self.pooled
        if not pooled.groups:
            return
        unknown = "" if self.mode == "strict" else ", and do not know who else answered, learn at most this"
        yield (
            f"Two who pool their answers{unknown}: in {pooled.told} of {pooled.groups} groups there are pairs of "
            "answers with which they would know all others."
        )
        if pooled.told:
            yield (
                f"In those groups {pooled.telling} of {pooled.pairs} possible pairs do. Of the five answers, "
                f"{pooled.left_to_one / pooled.singles:.1f} are left open of another person to one who knows the own, "
                f"and {pooled.left_to_two / pooled.pairs:.1f} to two."
            )


def leak(release: Release, tree: Tree, item: str, finding: Finding, system: System) -> Leak:
    """Put a finding about atoms into words about groups."""
    members = {one for number in finding.group for one in system.atoms[number].members}
    return Leak(
        finding.kind,
        release.survey,
        release.number,
        item,
        _where(tree, members),
        finding.cells,
        _what(finding, release),
        _when(release),
    )


def twice(release: Release, where: str, what: str) -> Leak:
    """Put into words that a contribution is in two Releases."""
    return Leak(Kind.TWICE, release.survey, release.number, "", where, (), what, _when(release))


def _when(release: Release) -> str:
    first, last = release.waves[0], release.number
    return f"wave {last}" if release.kind == "wave" else f"reporting period of waves {first} to {last}"


def _where(tree: Tree, members: set[Hashable]) -> str:
    around = [node for node, inside in tree.inside.items() if members <= inside]
    if not members or not around:
        return "all groups"
    lowest = min(around, key=lambda node: len(tree.inside[node]))
    rest = "" if members == tree.inside[lowest] else ", outside groups shown below it"
    return tree.paths[lowest] + rest


def _what(finding: Finding, release: Release) -> str:
    count = sum(finding.group.values())
    low, high = finding.mean or (0.0, 0.0)
    who = "everybody" if finding.everybody else "nobody"
    knower = "two who pool their answers learn" if release.policy.preset == "strict" else "one who knows the own learns"
    return {
        Kind.ANSWER: "one person's answer follows from what is shown",
        Kind.NARROW: "one person is known to have answered 1-2, or 4-5",
        Kind.SMALL_GROUP: f"the mean of {count} people is known to within {high - low:.1f} points",
        Kind.INSIDER: f"{knower} another person's answer for certain",
        Kind.PARTICIPATION: f"it is known that {who} of {count} people answered",
        Kind.TWICE: "the same wave was published more than once",
        Kind.CONTRADICTION: "no answers at all fit these figures, so they cannot be judged",
        Kind.UNDECIDED: "it could not be settled within the limits whether there is a leak",
    }[finding.kind]
