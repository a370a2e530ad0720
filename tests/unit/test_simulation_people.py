"""How simulated people answer: the spread that the statistics assume, and the change that was planted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from statistics import fmean, pvariance

import pytest

from bot.simulation.chance import Chance
from bot.simulation.organisation import Colleague, hire
from bot.simulation.people import Answers, Planted
from surveys.instrument import STRESS, shipped_instrument
from surveys.model import Item

ITEMS = shipped_instrument()
STRESSFUL = ITEMS.item(STRESS)
NOWHERE = Planted("Nowhere", 1, 1.0)
ANSWERS = Answers(Chance(11), NOWHERE)
TEAMS = [f"team {number}" for number in range(60)]
CREW = [hire(number, TEAMS[number % 60], "", Chance(11)) for number in range(600)]


def answers(people: Iterable[Colleague], item: Item, waves: range, model: Answers = ANSWERS) -> list[list[int]]:
    return [[model.answer(one, item, wave) for wave in waves] for one in people]


def test_answers_to_the_core_item_spread_as_the_statistics_assume() -> None:
    """Around 2.7; in all .92 points squared, of which .45 between people, .10 between teams, the rest occasions."""
    own = answers(CREW, STRESSFUL, range(1, 13))
    everything = [answer for row in own for answer in row]
    teams = [fmean(a for one, row in zip(CREW, own, strict=True) if one.team == team for a in row) for team in TEAMS]
    assert fmean(everything) == pytest.approx(2.7, abs=0.15)
    assert pvariance(everything) == pytest.approx(0.92, abs=0.1)
    assert fmean(pvariance(row) for row in own) == pytest.approx(0.44 * 0.92, abs=0.06)
    assert pvariance(fmean(row) for row in own) == pytest.approx(0.55 * 0.92, abs=0.12)
    assert pvariance(teams) == pytest.approx(0.10 * 0.92 + 0.45 * 0.92 / 10, abs=0.06)


def test_items_have_levels_and_keys_of_their_own() -> None:
    levels = {item.id: fmean(row[0] for row in answers(CREW, item, range(1, 2))) for item in ITEMS.items if item.driver}
    good = [levels[item.id] for item in ITEMS.items if item.driver and item.favourable == 1]
    bad = [levels[item.id] for item in ITEMS.items if item.driver and item.favourable == -1]
    assert fmean(good) > 3.1
    assert fmean(bad) < 2.9
    assert max(levels.values()) - min(levels.values()) > 0.5


def test_about_two_thirds_of_the_cards_are_answered_and_some_people_answer_more() -> None:
    rates = [fmean(ANSWERS.takes_part(one.id, wave) for wave in range(1, 27)) for one in CREW]
    assert fmean(rates) == pytest.approx(0.67, abs=0.03)
    assert min(rates) < 0.35
    assert max(rates) > 0.95


def test_the_planted_team_gets_worse_from_its_wave_on_and_nobody_else() -> None:
    planted = Answers(Chance(11), Planted("team 5", 7, 0.8))
    inside = [replace(one, team="team 5") for one in CREW]
    before = fmean(a for row in answers(inside, STRESSFUL, range(1, 7), planted) for a in row)
    after = fmean(a for row in answers(inside, STRESSFUL, range(7, 13), planted) for a in row)
    assert after - before == pytest.approx(0.8, abs=0.12)
    elsewhere = [one for one in CREW if one.team != "team 5"][:50]
    assert answers(elsewhere, STRESSFUL, range(1, 13), planted) == answers(elsewhere, STRESSFUL, range(1, 13))


def test_answers_do_not_depend_on_who_is_asked_first() -> None:
    forwards, backwards = (answers(people, STRESSFUL, range(1, 4)) for people in (CREW[:20], CREW[19::-1]))
    assert forwards == backwards[::-1]
