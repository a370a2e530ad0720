"""Tags as a picture of what is valued: three bands, never a number, and nothing at all where a tag is a person."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import assume, given
from hypothesis import strategies as st

from surveys.kudos.valued import LEAST, LEAST_GIVERS, Named, Often, valued

TAGS = ("calm", "cover", "fix", "idea")
counts = st.dictionaries(st.sampled_from(TAGS), st.integers(0, 60))


def test_a_tag_is_named_often_sometimes_or_once_in_a_while() -> None:
    named = Named({"calm": 12, "cover": 5, "idea": 1}, 9)
    assert valued(named, TAGS) == [("calm", Often.OFTEN), ("cover", Often.OFTEN), ("idea", Often.RARELY)]
    assert valued(Named({"calm": 16, "cover": 3, "idea": 1}, 9), TAGS)[1] == ("cover", Often.SOMETIMES)


def test_there_is_no_picture_of_a_handful_or_of_two_people() -> None:
    assert valued(Named({"calm": LEAST - 1}, LEAST_GIVERS), TAGS) == []
    assert valued(Named({"calm": 50}, LEAST_GIVERS - 1), TAGS) == []
    assert valued(Named({"calm": LEAST}, LEAST_GIVERS), TAGS) == [("calm", Often.OFTEN)]


def test_a_tag_that_is_on_the_list_no_more_is_left_out() -> None:
    assert valued(Named({"calm": 5, "gone": 5}, 5), TAGS) == [("calm", Often.OFTEN)]


@given(counts, st.integers(0, 9))
def test_tags_stand_in_the_order_of_the_list_and_never_by_how_often(kudos: Mapping[str, int], givers: int) -> None:
    shown = [tag for tag, _ in valued(Named(kudos, givers), TAGS)]
    assert shown == [tag for tag in TAGS if tag in shown]


@given(counts, st.integers(3, 9))
def test_a_tag_that_was_named_more_often_is_never_smaller(kudos: Mapping[str, int], givers: int) -> None:
    assume(sum(kudos.values()) >= LEAST)
    sizes = dict(valued(Named(kudos, givers), TAGS))
    order = list(Often)
    ranked = sorted(sizes, key=lambda tag: kudos[tag])
    assert [order.index(sizes[tag]) for tag in ranked] == sorted(map(order.index, sizes.values()), reverse=True)
    assert set(sizes) == {tag for tag, times in kudos.items() if times}
