"""The organisation tree: who reads what, and where a leader's answers count."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.cohorts import Tree, counting_cohort, readable, segments
from surveys.errors import InputError, NotFound
from surveys.model import Node, NodeId, Person, Role

LENTE = Tree.of(
    [
        Node("o", None, "Lente"),
        Node("n", "o", "Noord"),
        Node("z", "o", "Zuid"),
        Node("ns", "n", "Service"),
        Node("ns2", "ns", "Team Twee"),
        Node("ns1", "ns", "Team Een"),
        Node("zs", "z", "Service"),
    ]
)
SOMEBODY = Person(
    id=UUID(int=1),
    external_id="1",
    name="Sanne",
    email="",
    team="ns1",
    roles=frozenset({Role.AGENT}),
    manages=frozenset(),
    language="nl",
    timezone="Europe/Amsterdam",
)


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    parents = draw(st.lists(st.integers(0, 1000), max_size=25))
    nodes = [Node("0", None, "Lente")]
    nodes += [Node(str(i), str(parent % i), f"node {i}") for i, parent in enumerate(parents, 1)]
    return Tree.of(nodes)


@st.composite
def leaders(draw: st.DrawFn) -> tuple[Tree, NodeId, frozenset[NodeId]]:
    tree = draw(trees())
    nodes = st.sampled_from(sorted(tree.nodes))
    return tree, draw(nodes), draw(st.frozensets(nodes, max_size=4))


@given(leaders())
def test_a_leaders_answers_never_count_where_they_lead(case: tuple[Tree, NodeId, frozenset[NodeId]]) -> None:
    """A leader's answers count in the cohort above, never in one they may read (the organisation, which all read)."""
    tree, team, manages = case
    cohort = counting_cohort(tree, team, manages)
    roles = frozenset({Role.MANAGER, Role.AGENT})
    reads = readable(tree, replace(SOMEBODY, team=team, manages=manages, roles=roles))
    led = {node.id for top in manages for node in tree.descendants(top)}
    assert cohort not in led
    assert cohort is None or cohort == tree.root.id or cohort not in reads


@given(leaders())
def test_a_leaders_answers_count_as_low_as_the_rule_allows(case: tuple[Tree, NodeId, frozenset[NodeId]]) -> None:
    tree, team, manages = case
    led = {node.id for top in manages for node in tree.descendants(top)}
    allowed = [node.id for node in reversed(tree.chain(team)) if node.id not in led]
    assert counting_cohort(tree, team, manages) == (allowed[0] if allowed else None)


def test_a_team_leader_counts_in_the_department() -> None:
    assert counting_cohort(LENTE, "ns1", {"ns1"}) == "ns"


def test_somebody_who_leads_everything_gets_no_card() -> None:
    assert counting_cohort(LENTE, "ns1", {"o", "ns1"}) is None


def test_a_leader_of_another_team_counts_in_the_own_team() -> None:
    assert counting_cohort(LENTE, "ns1", {"zs"}) == "ns1"


def test_a_leader_reads_what_they_lead_all_below_it_and_the_organisation() -> None:
    leader = replace(SOMEBODY, roles=frozenset({Role.MANAGER}), manages=frozenset({"n", "gone"}))
    assert readable(LENTE, leader) == {"o", "n", "ns", "ns1", "ns2"}


def test_an_agent_reads_the_own_team_and_the_organisation() -> None:
    assert readable(LENTE, SOMEBODY) == {"o", "ns1"}


@pytest.mark.parametrize("role", [Role.HR, Role.ADMIN])
def test_somebody_who_neither_leads_nor_answers_calls_reads_nothing(role: Role) -> None:
    assert readable(LENTE, replace(SOMEBODY, roles=frozenset({role}), manages=frozenset({"n"}))) == frozenset()


def test_managing_without_the_role_opens_nothing() -> None:
    assert readable(LENTE, replace(SOMEBODY, manages=frozenset({"n"}))) == {"o", "ns1"}


@given(trees())
def test_every_node_is_found_at_its_own_path(tree: Tree) -> None:
    assert all(tree.find(tree.path(id_)) == id_ for id_ in tree.nodes)


def test_the_tree_is_walked_parents_first_and_in_name_order() -> None:
    assert [node.id for node in LENTE.descendants("o")] == ["o", "n", "ns", "ns1", "ns2", "z", "zs"]
    assert [node.id for node in LENTE.ancestors("ns1")] == ["ns", "n", "o"]


def test_a_path_is_read_whatever_the_spaces_and_the_unicode_form() -> None:
    assert segments(" Noord /  Cafe\u0301   team ") == ("Noord", "Café team")
    assert LENTE.find("Noord/Service/Team Een") == "ns1"
    assert LENTE.find("Noord/Nergens") is None
    assert LENTE.path("o") == "/"
    assert LENTE.find("/") == "o"


@pytest.mark.parametrize("path", ["", "  ", "Noord//Team", "/Noord", "Noord/"])
def test_a_path_with_an_empty_name_is_refused(path: str) -> None:
    with pytest.raises(InputError, match="Site/Department/Team"):
        segments(path)


@pytest.mark.parametrize(
    ("nodes", "complaint"),
    [
        ([], "one root"),
        ([Node("a", None, "A"), Node("b", None, "B")], "one root"),
        ([Node("a", None, "A"), Node("b", "c", "B"), Node("c", "b", "C")], "do not hang below"),
        ([Node("a", None, "A"), Node("b", "x", "B")], "do not hang below"),
        ([Node("a", None, "A"), Node("b", "a", "B"), Node("c", "a", "B")], "rename one"),
    ],
)
def test_what_is_not_one_tree_is_refused(nodes: list[Node], complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        Tree.of(nodes)


def test_an_unknown_node_is_named() -> None:
    with pytest.raises(NotFound, match="'x'"):
        LENTE.path("x")
