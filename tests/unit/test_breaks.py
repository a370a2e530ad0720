from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.break_library import read_breaks, shipped_breaks
from surveys.breaks import Break, Need, fitting, need_of
from surveys.errors import InputError
from surveys.instrument import shipped_instrument

ids = st.sampled_from([one.id for one in shipped_breaks()])
needs = st.builds(
    Need,
    stress=st.integers(0, 5),
    burden=st.none() | st.sampled_from([driver.id for driver in shipped_instrument().drivers]),
)


def offered(need: Need, *, desk: bool = False, headset: bool = False, turn: str = "") -> list[str]:
    return [one.id for one in fitting(shipped_breaks(), need, desk=desk, headset=headset, turn=turn)]


def by_id(break_id: str) -> Break:
    return next(one for one in shipped_breaks() if one.id == break_id)


def test_thirty_eight_breaks_ship_and_each_has_steps_in_both_languages() -> None:
    assert len(shipped_breaks()) == 38
    for one in shipped_breaks():
        assert len(one.steps["nl"]) == len(one.steps["en"]) >= 3


@given(need=needs, desk=st.booleans(), headset=st.booleans(), remembered=st.sets(ids), turn=st.text(max_size=8))
def test_exactly_three_different_short_breaks_that_fit_are_offered(
    need: Need, desk: bool, headset: bool, remembered: set[str], turn: str
) -> None:
    three = fitting(shipped_breaks(), need, desk=desk, headset=headset, remembered=remembered, turn=turn)
    assert len({one.id for one in three}) == 3
    for one in three:
        assert one.seconds <= 300
        assert one.desk or not desk
        assert one.headset or not headset


@given(need=needs, remembered=st.sets(ids, max_size=8), turn=st.text(max_size=8))
def test_no_break_of_this_shift_is_offered_again_while_others_fit(need: Need, remembered: set[str], turn: str) -> None:
    three = fitting(shipped_breaks(), need, desk=True, headset=True, remembered=remembered, turn=turn)
    assert not {one.id for one in three} & remembered


@given(need=needs, remembered=st.sets(ids), turn=st.text(max_size=8))
def test_the_same_moment_always_gives_the_same_three(need: Need, remembered: set[str], turn: str) -> None:
    backwards = tuple(reversed(shipped_breaks()))
    first = fitting(shipped_breaks(), need, desk=True, remembered=remembered, turn=turn)
    assert fitting(backwards, need, desk=True, remembered=remembered, turn=turn) == first


@given(need=needs, turn=st.text(max_size=8))
def test_nothing_that_closes_a_shift_is_offered_in_the_middle_of_it(need: Need, turn: str) -> None:
    assert "transition" not in {one.kind for one in fitting(shipped_breaks(), need, desk=False, turn=turn)}


def test_after_hard_calls_calming_comes_first_whatever_the_stress() -> None:
    for stress in range(6):
        assert set(offered(Need(stress, "emotional"))) == {"br_longexhale", "mi_label", "so_helped"}


@given(turn=st.text(max_size=8), remembered=st.sets(ids))
def test_high_stress_is_never_met_with_something_that_raises_arousal(turn: str, remembered: set[str]) -> None:
    for need in (Need(4), Need(5, "workload"), Need(1, "emotional")):
        three = fitting(shipped_breaks(), need, desk=False, remembered=remembered, turn=turn)
        assert "up" not in {one.arousal for one in three}


def test_high_stress_brings_tensing_and_releasing_and_slow_breathing() -> None:
    assert {"mi_pmr", "br_sigh5"} < set(offered(Need(5)))


def test_too_little_recovery_brings_walking_standing_and_water() -> None:
    assert set(offered(Need(3, "recovery"))) == {"mv_walk5", "mv_stand", "hy_water"}


def test_a_calm_week_brings_kudos_and_the_window() -> None:
    assert {"so_kudos", "ey_window"} < set(offered(Need(1)))


@given(turn=st.text(max_size=8))
def test_without_a_particular_need_the_breaks_are_relaxing_or_social_and_of_three_kinds(turn: str) -> None:
    kinds = [by_id(one).kind for one in offered(Need(), turn=turn)]
    assert len(set(kinds)) == 3
    assert set(kinds) <= {"breathing", "mindfulness", "nature", "music", "social"}


def test_another_turn_brings_other_breaks() -> None:
    assert len({tuple(offered(Need(), turn=str(turn))) for turn in range(20)}) > 10


def test_a_kind_or_break_that_is_left_out_is_not_offered() -> None:
    for turn in map(str, range(30)):
        three = fitting(shipped_breaks(), Need(1), desk=True, without={"so_kudos", "breathing"}, turn=turn)
        assert "so_kudos" not in {one.id for one in three}
        assert "breathing" not in {one.kind for one in three}


def test_leaving_out_nearly_everything_is_refused_with_the_mend() -> None:
    with pytest.raises(InputError, match="leave out fewer"):
        fitting(shipped_breaks()[:3], Need(), desk=True, without={"breathing"})


def test_the_need_is_read_from_the_stress_answer_and_an_unfavourable_driver_answer() -> None:
    instrument = shipped_instrument()
    assert need_of(instrument, {"C1": 4, "emotional_1": 5}) == Need(4, "emotional")
    assert need_of(instrument, {"C1": 2, "emotional_3": 1}) == Need(2, "emotional")
    assert need_of(instrument, {"C1": 2, "emotional_3": 5}) == Need(2, None)


def test_skipped_and_missing_answers_are_no_need() -> None:
    instrument = shipped_instrument()
    assert need_of(instrument, {}) == need_of(instrument, {"C1": 0, "emotional_1": 0, "C4": 1}) == Need()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('kind = "dance"', "breaks.toml, break b: kind is 'dance': choose one of breathing"),
        ("seconds = 0", "breaks.toml, break b: seconds is 0: write a whole number from 1 up"),
        ('steps = { nl = ["a"] }', "breaks.toml, break b, steps: en is missing"),
        ("desk = 1", "breaks.toml, break b: desk is 1: write true or false"),
    ],
)
def test_a_fault_in_the_breaks_names_file_entry_and_mend(tmp_path: Path, line: str, says: str) -> None:
    good = {
        "kind": '"eyes"',
        "seconds": "30",
        "headset": "true",
        "desk": "true",
        "arousal": '"down"',
        "title": '{ nl = "a", en = "a" }',
        "steps": '{ nl = ["a"], en = ["a"] }',
        "grade": '"C"',
        "source": '"x"',
        "tags": "[]",
    }
    key, value = line.split(" = ", 1)
    lines = "\n".join(f"{name} = {text}" for name, text in {**good, key: value}.items())
    (tmp_path / "breaks.toml").write_text(f'[[break]]\nid = "b"\n{lines}\n', encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_breaks(tmp_path)
    assert says in str(refused.value)
