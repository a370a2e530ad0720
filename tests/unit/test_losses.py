"""What is taken away unasked is judged together: a fifth of what a person saw last, and one person at least."""

from __future__ import annotations

import pytest

from surveys.errors import BadSync
from surveys.losses import Losses, check_losses, none_after, with_those_of
from surveys.reaching import Listed
from tests.unit.test_grouped import OMAR, SANNE, House, group


@pytest.mark.parametrize(
    "losses",
    [Losses(10, 10, 2, 2), Losses(3, 0, 1), Losses(0, 3, 0, 1), Losses(0, 0)],
    ids=["a fifth", "one who was brought", "one who was reached", "nobody"],
)
def test_a_fifth_may_be_lost_and_one_always(losses: Losses) -> None:
    check_losses(losses)


@pytest.mark.parametrize("losses", [Losses(10, 90, 3), Losses(90, 10, 0, 3), Losses(0, 0, 2)])
def test_more_may_not(losses: Losses) -> None:
    with pytest.raises(BadSync, match="Nothing was changed"):
        check_losses(losses)


def test_who_leaves_and_who_moves_and_who_is_reached_no_more_are_counted_on() -> None:
    house = House()
    house.imports("1,Ada,ada@lente.example,Noord,U8\n2,Bo,bo@lente.example,Noord,U9\n")
    before = none_after(house.hears(SANNE, OMAR, *group(range(10, 13)), *_reached()))
    assert before == Losses(5, 2)
    less = house.hears(*group(range(10, 11)), *group(range(11, 12), "Avond"), *group(range(12, 13)), _reached()[0])
    assert with_those_of(less, before) == Losses(5, 2, 3, 1)


def _reached() -> list[Listed]:
    return [Listed("U8", ""), Listed("U9", "")]
