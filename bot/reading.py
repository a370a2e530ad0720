"""Who reads what: decided here by the application role; from there on only the reader role is asked.

    scope_of (application role) -> open `reading(scope)` (reader role) -> Releases -> pure report -> pure words

The reader role can select Releases and cohort names and nothing else, and row-level security narrows both to the
scope of the connection. So nothing that a digest or a page shows can come from anywhere but a Release.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from analytics.facts import reporting_period
from bot.texts import Texts
from surveys.cohorts import Tree, readable
from surveys.errors import NotFound
from surveys.model import Every, NodeId, Person, Release, ReleasedNode, Role
from surveys.policy import Reader
from surveys.store import people as people_store
from surveys.store import platform as platform_store
from surveys.store import releases as release_store
from surveys.store import seats as seat_store
from surveys.store.database import WHOLE, Database

WAVES: Final = 12
"""How many waves a digest looks back."""
PERSON: Final = "person:"
"""Begins the subject of a link for a person. Never an address: an address may change hands, and a session may not."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What one reader may read now.

    `own` is where they begin: their own team, or the nodes they lead. `until` is the newest place in the chain
    that they may see, None for all. `above` is the group in which the people of a team too small to be shown
    are counted; it is opened in place of that team.
    """

    nodes: frozenset[NodeId]
    own: tuple[NodeId, ...]
    until: int | None = None
    above: NodeId | None = None
    since: datetime | None = None
    """Of waves that opened before, nothing is read; None when there is no such moment."""

    @property
    def whole(self) -> bool:
        return WHOLE in self.nodes

    @property
    def listed(self) -> frozenset[NodeId] | None:
        """The nodes by name, None for every node."""
        return None if self.whole else self.nodes

    def holds(self, node: NodeId) -> bool:
        return self.whole or node in self.nodes


EVERYTHING: Final = Scope(frozenset({WHOLE}), ())
"""The scope of the works council."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader role gave for one node.

    `releases` of one survey, oldest first, hold `node`, the group that stands `instead` of it when it is too small
    to be shown (the one above it, or the organisation where that may not be read), and the organisation. They are those
    of waves, or of the reporting periods in which the group is told. `nodes` are all nodes in scope as they were in
    the newest wave, and `told` says in how many waves the figures of `node` are told once.
    """

    node: NodeId
    instead: NodeId | None
    releases: tuple[Release, ...]
    nodes: Mapping[NodeId, ReleasedNode]
    told: Every

    @property
    def shown(self) -> NodeId:
        """The node whose figures are shown."""
        return self.instead or self.node

    @property
    def root(self) -> NodeId:
        return _root(self.nodes)


async def scope_of(connection: AsyncConnection, person: Person, now: datetime) -> Scope | None:
    """Return what this person may read, or None for nothing. On the application role.

    Leaders read only while both seats have agreed on it, and only of waves that opened after that.
    """
    tree = await people_store.load_tree(connection)
    if tree is None:
        return None
    scope = scope_for(tree, person, await platform_store.held_back(connection, now))
    if scope is None or Role.MANAGER not in person.roles:
        return scope
    allowed, since = await seat_store.reads(connection, Reader.LEADERS)
    return replace(scope, since=since) if allowed else None


def scope_for(tree: Tree, person: Person, held_back: int | None) -> Scope | None:
    """Return what this person may read. `held_back` is the oldest Release that leaders may not see yet."""
    nodes = readable(tree, person)
    if not nodes:
        return None
    if Role.MANAGER in person.roles:
        until = None if held_back is None else held_back - 1
        return Scope(nodes, _led(tree, person.manages) or (tree.root.id,), until)
    return Scope(nodes, (person.team,), above=tree.node(person.team).parent)


def _led(tree: Tree, manages: Collection[NodeId]) -> tuple[NodeId, ...]:
    """The nodes somebody leads, in the order of their paths, without those below another of them."""
    led = {node for node in manages if node in tree.nodes}
    tops = [node for node in led if not any(above.id in led for above in tree.ancestors(node))]
    return tuple(sorted(tops, key=tree.path))


def subject_for(person: Person) -> str:
    """Return the subject of a link for this person."""
    return f"{PERSON}{person.id}"


def person_of(subject: str) -> UUID | None:
    """Return the id of the person behind the subject of a link or session; None for a seat."""
    if not subject.startswith(PERSON):
        return None
    try:
        return UUID(subject.removeprefix(PERSON))
    except ValueError:
        return None


async def subject_of(connection: AsyncConnection, subject: str) -> Person | None:
    """Return the person behind the subject of a session, or None."""
    person = person_of(subject)
    return None if person is None else await people_store.person_by_id(connection, person)


async def texts_of(connection: AsyncConnection, person: Person) -> Texts:
    """Return the words in the language of somebody: their own choice, else the roster's."""
    chosen = (await people_store.load_preferences(connection, [person.id]))[person.id]
    return Texts(chosen.language or person.language)


async def read(
    database: Database, scope: Scope, node: NodeId | None = None, every: Every | None = None
) -> Reading | None:
    """Return what the scope shows of a node (the reader's own when None); None while there is nothing to read.

    A small team is told in the Releases of its reporting periods; with `every` those of another length are read, where
    a group above has its small teams as one cell. Only the reader role is asked. Raises NotFound for a node outside
    the scope, or in none of the Releases.
    """
    found = await _outline(database, scope)
    if found is None:
        return None
    survey, nodes = found
    at = _begin(scope, nodes) if node is None else node
    if at not in nodes:
        raise NotFound(f"there are no figures of '{at}' here: choose one of the groups on the page")
    told = every or nodes[at].every
    above = _above(scope, nodes, at)
    opened = scope if scope.above is None else replace(scope, nodes=scope.nodes | {scope.above})
    for instead, length in _places(nodes, at, above, told):
        wanted = {at, *([instead] if instead else ()), *(root.id for root in nodes.values() if root.parent is None)}
        releases = await _releases(database, opened if instead else scope, survey, wanted, length)
        if releases and _counts_in(releases[-1], instead or at):
            around = await _outline(database, opened) if instead else found
            return Reading(at, instead, tuple(releases), (around or found)[1], told)
    return None


async def _outline(database: Database, scope: Scope) -> tuple[str, dict[NodeId, ReleasedNode]] | None:
    """Return the survey and the nodes in scope as they were in the newest wave."""
    async with database.reading(scope.nodes) as connection:
        try:
            seq, survey, _ = await release_store.latest(connection, until_seq=scope.until)
        except NotFound:
            return None
        return survey, {found.id: found for found in await release_store.nodes_of(connection, seq, scope.listed)}


async def _releases(
    database: Database, scope: Scope, survey: str, nodes: Collection[NodeId], every: Every
) -> list[Release]:
    async with database.reading(scope.nodes) as connection:
        history = await release_store.history(
            connection, survey, last=WAVES, until=scope.until, nodes=nodes, every=every
        )
    return [one for one in history if scope.since is None or one.opened >= scope.since]


async def lengths_of(database: Database, scope: Scope, reading: Reading) -> list[Every]:
    """Return in Releases of which lengths the figures of its node are told, each for people of its own; none where
    there is but one.
    """
    async with database.reading(scope.nodes) as connection:
        found = await release_store.lengths(connection, reading.releases[-1].survey, reading.node, scope.until)
    return found if len(found) > 1 else []


def _counts_in(release: Release, node: NodeId) -> bool:
    """Whether a Release tells of a group: somebody of it counts there, or nobody of it counts anywhere."""
    return any(one.id == node and (one.head_count or not one.elsewhere) for one in release.nodes)


def _places(
    nodes: Mapping[NodeId, ReleasedNode], at: NodeId, above: NodeId, told: Every
) -> list[tuple[NodeId | None, Every]]:
    """Where to look, one after another: the group that stands instead (None for none), and in which Releases.

    Of a team of fewer than five the group above is shown with those that are told as rarely; until there is such a
    Release, and until a small team has its first, the group above as it is shown every wave.
    """
    own: tuple[NodeId | None, Every] = (above, told) if _too_small(nodes[at]) else (None, told)
    return [own, (above, told), (above, 1)] if told > 1 else [own]


def _above(scope: Scope, nodes: Mapping[NodeId, ReleasedNode], at: NodeId) -> NodeId:
    """The group above a node, or the organisation where that may not be read."""
    parent = nodes[at].parent
    opened = scope.nodes | ({scope.above} if scope.above else set())
    return parent if parent is not None and (scope.whole or parent in opened) else _root(nodes)


def _begin(scope: Scope, nodes: Mapping[NodeId, ReleasedNode]) -> NodeId:
    """Where a reader begins; at the organisation while their own group is in no Release yet."""
    return next((node for node in scope.own if node in nodes), _root(nodes))


def _root(nodes: Mapping[NodeId, ReleasedNode]) -> NodeId:
    return next(node.id for node in nodes.values() if node.parent is None)


def _too_small(node: ReleasedNode) -> bool:
    """Whether so few people are in it that it is shown inside the group above it alone."""
    return node.parent is not None and reporting_period(node.head_count + node.elsewhere) is None
