"""Which groups a roster creates, merges or largely changes."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from uuid import UUID

import pytest

from surveys.people_file import parse_people
from surveys.regrouping import regrouped, to_content
from surveys.roster import SyncPlan, plan_sync


def plan(before: Mapping[str, str], after: Mapping[str, str]) -> SyncPlan:
    """The import that follows: team to the people in it, one sign each."""
    numbers = count(1)

    def sync(people: list, tree: object, teams: Mapping[str, str]) -> SyncPlan:  # type: ignore[type-arg]
        lines = [f"{who},{who},{who}@x.nl,{team}" for team, members in teams.items() for who in members]
        rows = parse_people("\n".join(["id,name,email,team", *lines]) + "\n", platforms=("web",))
        return plan_sync(
            people,
            tree,  # type: ignore[arg-type]
            rows,
            organisation="Lente",
            new_person=lambda: UUID(int=next(numbers)),
            new_node=lambda: f"n{next(numbers)}",
        )

    first = sync([], None, before)
    return sync(list(first.new), first.tree, after)


def told(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    made = plan(before, after)
    return {made.tree.path(one.cohort): f"{one.what} {one.before}>{one.after}" for one in regrouped(made)}


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ({"A": "abcdef"}, {"A": "abcdef"}, {}),
        ({"A": "abcdef"}, {"A": "abcdefg"}, {}),
        ({"A": "abcdefgh"}, {"A": "abcd", "B": "efgh"}, {"B": "created 0>4"}),
        ({"A": "abcdefgh"}, {"A": "abc", "B": "defgh"}, {"A": "changed 8>3", "B": "created 0>5"}),
        ({"A": "abcdefgh", "B": "xyz"}, {"A": "abcdefghxyz"}, {"A": "merged 8>11"}),
        ({"A": "abcd", "B": "wxyz"}, {"A": "wxyz", "B": "abcd"}, {"A": "changed 4>4", "B": "changed 4>4"}),
        ({"A": "abcd"}, {"A": "abwx"}, {}),
        ({"A": "abcd"}, {"A": "awxyz"}, {"A": "changed 4>5", "/": "changed 4>5"}),
        ({"A": "abcd", "B": "xyz"}, {"A": "abcd"}, {}),
    ],
)
def test_groups_that_are_not_what_they_were_are_told(
    before: Mapping[str, str], after: Mapping[str, str], found: dict[str, str]
) -> None:
    assert told(before, after) == found


def test_the_log_gets_ids_and_numbers() -> None:
    (change,) = to_content(regrouped(plan({"A": "abcdef"}, {"A": "abcdef", "B": "g"})))["changes"]
    assert set(change) == {"cohort", "what", "before", "after"}
    assert (change["what"], change["before"], change["after"]) == ("created", 0, 1)
