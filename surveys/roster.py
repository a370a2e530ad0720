"""The roster: what an import would change, whether that is believable, and how to say it.

`parse_people`, `parse_shifts_csv` and `parse_shifts_ics` read the files; `plan_sync` decides; nothing here writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Final
from uuid import UUID

from surveys.cohorts import Tree, segments
from surveys.errors import BadSync
from surveys.model import Language, Node, NodeId, Person
from surveys.people_file import RosterRow, parse_people
from surveys.sheet import BadRows, RowError, decode
from surveys.shifts_calendar import parse_shifts_ics
from surveys.shifts_file import parse_shifts_csv
from surveys.sources import FILE, source_of

__all__ = [
    "BadRows",
    "Change",
    "RosterRow",
    "RowError",
    "SyncPlan",
    "SyncSummary",
    "check_sync",
    "decode",
    "parse_people",
    "parse_shifts_csv",
    "parse_shifts_ics",
    "plan_sync",
    "summarise",
]

LARGE_CHANGE: Final = 0.2
"""Share of the people now in the roster that may leave or move in one import."""


@dataclass(frozen=True, slots=True)
class Change:
    """The same person (the same `id`) before and after."""

    before: Person
    after: Person

    @property
    def what(self) -> tuple[str, ...]:
        """The names of the fields that differ, in the order in which Person declares them."""
        names = (field.name for field in fields(Person))
        return tuple(name for name in names if getattr(self.before, name) != getattr(self.after, name))


@dataclass(frozen=True, slots=True)
class SyncPlan:
    """What an import does. Every current person is in exactly one of moved, left, changed, unchanged.

    `moved` are those whose team changes, whatever else changes with it. `new_nodes` come parents first. Nodes with
    nobody left in them stay, so that their published history keeps its place.
    """

    tree: Tree
    new_nodes: tuple[Node, ...]
    renamed_nodes: tuple[Node, ...]
    new: tuple[Person, ...]
    moved: tuple[Change, ...]
    left: tuple[Person, ...]
    changed: tuple[Change, ...]
    unchanged: tuple[Person, ...]

    @property
    def current(self) -> int:
        """People in the roster before the import."""
        return len(self.moved) + len(self.left) + len(self.changed) + len(self.unchanged)

    @property
    def nothing_to_do(self) -> bool:
        return not (self.new_nodes or self.renamed_nodes or self.new or self.moved or self.left or self.changed)


def plan_sync(
    people: Iterable[Person],
    tree: Tree | None,
    rows: Sequence[RosterRow],
    *,
    organisation: str,
    new_person: Callable[[], UUID],
    new_node: Callable[[], NodeId],
    language: Language = "nl",
    timezone: str = "Europe/Amsterdam",
    source: str = FILE,
) -> SyncPlan:
    """What has to change so that the roster says what its `source` says.

    A row is matched with the person of the same roster id, else of the same e-mail address, so that `Person.id`
    survives renames, moves and a new numbering; else with whom a platform brought and reaches at an address of the
    row. Whoever of this source matches no row has left; people of other sources stay, unless a row turns out to be
    theirs under another person's id. `tree` is None before the first import. `language` and `timezone` are for new
    people where the rows say nothing; known people keep theirs.
    """
    current = list(people)
    planted = _plant(tree, rows, organisation, new_node)
    places = _paths(planted)
    known = _match(current, rows)
    new, changes = [], []
    for row in rows:
        before = known.get(row.line)
        if before is None:
            blank = Person(new_person(), "", "", "", "", frozenset(), frozenset(), language, timezone)
            new.append(_rewritten(blank, row, places))
        else:
            changes.append(Change(before, _rewritten(before, row, places)))
    stay = {change.before.id for change in changes}
    unnamed = [person for person in current if person.id not in stay]
    going = {person.id for person in unnamed if source_of(person) == source} | _twice(unnamed, rows)
    return SyncPlan(
        tree=planted,
        new_nodes=tuple(node for node in planted.descendants(planted.root.id) if not tree or node.id not in tree.nodes),
        renamed_nodes=(planted.root,) if tree and tree.root != planted.root else (),
        new=tuple(new),
        moved=tuple(change for change in changes if "team" in change.what),
        left=tuple(person for person in unnamed if person.id in going),
        changed=tuple(change for change in changes if change.what and "team" not in change.what),
        unchanged=(
            *(change.before for change in changes if not change.what),
            *(person for person in unnamed if person.id not in going),
        ),
    )


def _plant(tree: Tree | None, rows: Sequence[RosterRow], organisation: str, new_node: Callable[[], NodeId]) -> Tree:
    """The tree with a node for every path of the file, under a root with the organisation's name."""
    root = replace(tree.root, name=organisation) if tree else Node(new_node(), None, organisation)
    nodes = {**(tree.nodes if tree else {}), root.id: root}
    places = _paths(Tree.of(nodes.values()))
    for path in dict.fromkeys(path for row in rows for path in (row.team, *sorted(row.manages))):
        names, above = segments(path), root.id
        for depth, name in enumerate(names, 1):
            at = "/".join(names[:depth])
            if at not in places:
                places[at] = new_node()
                nodes[places[at]] = Node(places[at], above, name)
            above = places[at]
    return Tree.of(nodes.values())


def _paths(tree: Tree) -> dict[str, NodeId]:
    return {tree.path(id_): id_ for id_ in tree.nodes}


def _match(people: Sequence[Person], rows: Sequence[RosterRow]) -> dict[int, Person]:
    """Who each row is about, by line: everybody by roster id, then who is left by e-mail address, then by address.

    By address only people whom a platform brought: the address that somebody has in a file may be a successor's.
    """
    by_id = {person.external_id: person for person in people}
    known = {row.line: by_id[row.external_id] for row in rows if row.external_id in by_id}
    left = _without(people, known)
    by_email = {person.email: person for person in left if person.email}
    known |= {row.line: by_email[row.email] for row in rows if row.line not in known and row.email in by_email}
    brought = [person for person in _without(people, known) if source_of(person) != FILE]
    by_address = {at: person for person in brought for at in person.addresses.items()}
    for row in rows:
        at = next((by_address[at] for at in row.addresses.items() if at in by_address), None)
        if row.line not in known and at is not None:
            known[row.line] = at
            by_address = {place: person for place, person in by_address.items() if person.id != at.id}
    return known


def _without(people: Sequence[Person], known: Mapping[int, Person]) -> list[Person]:
    taken = {person.id for person in known.values()}
    return [person for person in people if person.id not in taken]


def _twice(people: Sequence[Person], rows: Sequence[RosterRow]) -> set[UUID]:
    """Whom rows name by what belongs to one person alone, while they are about somebody else: the same human being."""
    emails = {row.email for row in rows if row.email}
    places = {at for row in rows for at in row.addresses.items()}
    return {person.id for person in people if person.email in emails or places & set(person.addresses.items())}


def _rewritten(person: Person, row: RosterRow, places: Mapping[str, NodeId]) -> Person:
    return replace(
        person,
        external_id=row.external_id,
        name=row.name,
        email=row.email,
        team=places[row.team],
        roles=row.roles,
        manages=frozenset(places[path] for path in row.manages),
        language=row.language or person.language,
        timezone=row.timezone or person.timezone,
        facets=_merged(person.facets, row.facets),
        addresses=_merged(person.addresses, row.addresses),
    )


def _merged(now: Mapping[str, str], said: Mapping[str, str]) -> dict[str, str]:
    """What the file has no column for stays; an empty cell takes away."""
    return {key: value for key, value in {**now, **said}.items() if value}


def check_sync(plan: SyncPlan, limit: float = LARGE_CHANGE, source: str = FILE) -> None:
    """Raises BadSync when more than the share `limit` of the people of a source would leave or move.

    Nor may so many people of another source leave, because rows say that they are somebody else. One person from a
    platform may always: it is asked after every change, and a group of four is no wrong export.
    """
    for one in sorted({source, *map(source_of, plan.left)}):
        _check_source(plan, limit, one, source)


def _check_source(plan: SyncPlan, limit: float, whose: str, source: str) -> None:
    """Look at the people of one source, in a plan of perhaps another: who is taken over by a file only moves."""
    left = _of(whose, plan.left)
    moving = _of(whose, (change.before for change in plan.moved))
    staying = _of(whose, (*(change.before for change in plan.changed), *plan.unchanged))
    moved = moving if whose == source else 0
    going, current = left + moved, left + moving + staying
    if going <= max(limit * current, whose != FILE):
        return
    whole = "roster" if whose == FILE else f"people from {whose}"
    look = "file" if source == FILE else "groups"
    raise BadSync(
        f"{left} of {current} people would leave and {moved} would move: {going / current:.0%} of the {whole}, more "
        f"than {limit:.0%}. Nothing was changed. Check the {look}; if it is right, run again with --accept-large-change"
    )


def _of(source: str, people: Iterable[Person]) -> int:
    return sum(source_of(person) == source for person in people)


@dataclass(frozen=True, slots=True)
class SyncSummary:
    """A plan in words. `lines` are plain text with names from the file: print them without markup."""

    counts: Mapping[str, int]
    lines: tuple[str, ...]


def summarise(plan: SyncPlan) -> SyncSummary:
    """Counts by kind, and one line for each thing that changes: cohorts first, then people in roster-id order."""
    path = plan.tree.path
    lines = [f"new cohort: {path(node.id)}" for node in plan.new_nodes]
    lines += [f"the organisation is now called {node.name}" for node in plan.renamed_nodes]
    lines += [
        f"new: {_who(person)} in {path(person.team)}{_leading(person, plan.tree)}" for person in _in_order(plan.new)
    ]
    lines += [_changed("moved", change, plan.tree) for change in _changes_in_order(plan.moved)]
    lines += [f"left: {_who(person)} from {path(person.team)}" for person in _in_order(plan.left)]
    lines += [_changed("changed", change, plan.tree) for change in _changes_in_order(plan.changed)]
    kinds = ("new", "moved", "left", "changed", "unchanged", "new_nodes")
    return SyncSummary({kind: len(getattr(plan, kind)) for kind in kinds}, tuple(lines))


def _who(person: Person) -> str:
    return f"{person.name} ({person.external_id})"


def _in_order(people: Iterable[Person]) -> list[Person]:
    return sorted(people, key=lambda person: person.external_id)


def _changes_in_order(changes: Iterable[Change]) -> list[Change]:
    return sorted(changes, key=lambda change: change.after.external_id)


def _changed(word: str, change: Change, tree: Tree) -> str:
    what = ["id" if name == "external_id" else name for name in change.what if name != "team"]
    where = f" from {tree.path(change.before.team)} to {tree.path(change.after.team)}" if word == "moved" else ""
    leading = (_leading(change.after, tree) or ", leading nothing") if "manages" in what else ""
    return f"{word}: {_who(change.after)}{where}" + (f" ({', '.join(what)})" if what else "") + leading


def _leading(person: Person, tree: Tree) -> str:
    """Say what somebody leads: it decides whose figures they read, so whoever looks at a plan has to see it."""
    return f", leading {', '.join(sorted(map(tree.path, person.manages)))}" if person.manages else ""
