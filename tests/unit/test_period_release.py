"""The Release of a reporting period, from sealed rows to figures, before a reader who tries everything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.disclosure import protect
from bot.gate import participation, passed
from bot.period_closing import Background, contributions, facts_of
from surveys.cohorts import Tree
from surveys.model import STANDARD, STRICT, Every, Node, Policy, Response, Wave, WaveState
from surveys.periods import Period, PeriodRow, cohort_in_period
from surveys.store.periods import Counted
from surveys.store.terms import Terms
from tests.unit.attacker import Attack
from tests.unit.organisations import CLOSED, OPENED, item
from tests.unit.test_disclosure import TREE, said_in

EVERY: Mapping[str, Every] = {"org": 4, "dept": 4, "a": 2, "b": 2}
NODES = [Node(node, parent, node) for node, parent in TREE.items()]
Life = tuple[str, tuple[tuple[str, int], ...]]
"""Where somebody counted when the period opened ("" for somebody who came later), and by wave: team and answer."""


@st.composite
def lives(draw: st.DrawFn) -> list[Life]:
    """Two teams of 7 to 9 over two waves, most with one mood; a few move or come later."""
    found: list[Life] = []
    for team, other in (("a", "b"), ("b", "a")):
        mood = draw(st.sampled_from([(1, 1, 1, 2), (5, 5, 5, 4), (1, 2, 3, 4, 5)]))
        for _ in range(draw(st.integers(7, 9))):
            waves = [(team, draw(st.sampled_from((*mood, 0)))) for _ in range(2)]
            if draw(st.integers(0, 9)) == 0:
                waves[1] = (other, waves[1][1])
            found.append((team if draw(st.integers(0, 9)) else "", tuple(waves)))
    return found


def rows_of(people: Sequence[Life]) -> dict[bytes, PeriodRow]:
    """What is sealed of everybody when the last wave has closed."""
    tree, rows = Tree.of(NODES), {}
    for number, (began, waves) in enumerate(people):
        row = PeriodRow(began) if began else None
        for wave, (team, answer) in enumerate(waves, 1):
            at = cohort_in_period(tree, tree, row.cohort if row else None, team)
            response = Response(team, {"C1": answer} if answer else {})
            row = (row or PeriodRow(at)).with_wave(wave, at, response, asked=True)
        assert row is not None
        rows[sha256(bytes([number])).digest()[:16]] = row
    return rows


def background(policy: Policy) -> Background:
    period = Period(UUID(int=1), "pulse", 2, (1, 2), OPENED, CLOSED, WaveState.CLOSING, "e1")
    waves = [
        Wave(UUID(int=n), "pulse", n, ("C1",), OPENED + timedelta(weeks=n), CLOSED, WaveState.RELEASED, "e1")
        for n in (1, 2)
    ]
    nodes = [Counted(node, 9, EVERY[node.id], False) for node in NODES]
    return Background(period, waves, [Terms((item(),), policy)] * 2, nodes, False)


@settings(max_examples=40, deadline=None)
@given(lives(), st.sampled_from([STANDARD, STRICT]))
def test_nobody_learns_what_somebody_adds_to_a_period(people: list[Life], policy: Policy) -> None:
    """Everybody may have added any answer, fewer than five stay open, and one who knows the own learns no other."""
    rows = rows_of(people)
    added = contributions(rows.items())
    facts = facts_of(background(policy), rows.values())
    release = passed(protect(facts, added), participation(facts, added)).release
    answers: dict[str, list[int]] = {node: [] for node in TREE}
    for one in added:
        answers[one.cohort or ""].append(one.answers["C1"])
    attack = Attack(TREE, {node: len(some) for node, some in answers.items()}, said_in(release, TREE, answers))
    assert attack.leaks(STANDARD.k, answers) == []


def test_a_period_tells_of_teams_what_is_safe_to_tell() -> None:
    """The reader above would have nothing to do if nothing were told."""
    people: list[Life] = [(team, ((team, 1 + n % 5), (team, 1 + n // 2 % 5))) for team in "ab" for n in range(9)]
    rows = rows_of(people)
    added, facts = contributions(rows.items()), facts_of(background(STANDARD), rows.values())
    answers = {node: [one.answers["C1"] for one in added if one.cohort == node] for node in TREE}
    assert said_in(protect(facts, added), TREE, answers).keys() == {"org", "dept", "a", "b"}
