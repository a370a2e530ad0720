"""The invented organisation: its shape, its people, and who comes and goes."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.simulation.cast import Cast
from bot.simulation.chance import Chance
from bot.simulation.organisation import Organisation, found
from bot.simulation.turnover import a_week_later
from surveys.errors import InputError
from surveys.roster import parse_people


def sizes(organisation: Organisation) -> Counter[str]:
    return Counter(one.team for one in organisation.people if one.team in organisation.teams)


@given(teams=st.integers(2, 40), per_team=st.integers(5, 40), seed=st.integers(0, 9))
def test_any_organisation_has_exactly_so_many_people_and_teams(teams: int, per_team: int, seed: int) -> None:
    organisation = found(teams * per_team, teams, Chance(seed))
    assert len(organisation.people) == teams * per_team
    assert len(set(organisation.teams)) == len(sizes(organisation)) == teams
    assert len({team.split("/")[0] for team in organisation.teams}) >= 2
    assert min(sizes(organisation).values()) >= 4


def test_the_demo_has_two_sites_and_nine_teams_of_four_to_twentyfive() -> None:
    organisation = Cast.of("nl").organisation
    assert len(organisation.people) == 140
    assert len(organisation.teams) >= 9
    assert len({team.split("/")[0] for team in organisation.teams}) == 2
    assert 4 == min(sizes(organisation).values()) < max(sizes(organisation).values()) == 25
    assert len({one.facets["shift_type"] for one in organisation.people}) == 3


def test_every_team_and_department_has_one_leader() -> None:
    organisation = found(90, 9, Chance(1))
    led = [one.leads for one in organisation.people if one.leads]
    departments = {team.rpartition("/")[0] for team in organisation.teams}
    assert sorted(led) == sorted({*organisation.teams, *departments})


def test_the_people_file_is_one_that_an_administrator_could_import() -> None:
    organisation = found(60, 5, Chance(4))
    rows = parse_people(organisation.csv(), platforms=("recording", "web"))
    assert [row.external_id for row in rows] == [one.id for one in organisation.people]
    assert {row.facets["channel"] for row in rows} <= {"inbound", "outbound", "blended"}
    assert all(row.addresses["recording"] for row in rows)


def test_people_come_go_and_move_while_leaders_stay() -> None:
    chance, before = Chance(7), found(200, 12, Chance(7))
    after = before
    for wave in range(2, 14):
        after = a_week_later(after, wave, chance)
    here, there = before.by_id(), after.by_id()
    assert len(there) == len(here)
    assert here.keys() - there.keys()
    assert there.keys() - here.keys()
    assert any(here[who].team != there[who].team for who in here.keys() & there.keys())
    assert [one for one in before.people if one.leads] == [one for one in after.people if one.leads]


def test_the_same_seed_invents_the_same_people() -> None:
    assert found(60, 5, Chance(3)) == found(60, 5, Chance(3)) != found(60, 5, Chance(4))


@pytest.mark.parametrize(("people", "teams", "said"), [(30, 10, "--people"), (30, 1, "--teams")])
def test_what_cannot_be_founded_is_refused_with_the_mend(people: int, teams: int, said: str) -> None:
    with pytest.raises(InputError, match=said):
        found(people, teams, Chance(1))
