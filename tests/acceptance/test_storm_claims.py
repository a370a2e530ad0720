"""The claims about kudos in great numbers bite: each planted fault is found, and what is explained is let through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.acceptance.storm_claims import Kept, Landed, Meant, Storm, Told, check

STANDS = Meant("vrkbbbb", "slack", "U1", ("U2", "U3"), place="C1", backs=("U2",))
BACK = Meant("vrkbbbc", "teams", "T1", ("T2",), place="19:a", taken_back=1.0)
TOLD = (Told(STANDS, "a", True, False, frozenset({"U2"})), Told(BACK, "b", True, True))
KEPT = (
    Kept("a", "U1", STANDS.words, "standing", frozenset({"U2", "U3"}), frozenset({"U2"})),
    Kept("b", "T1", "", "withdrawn", frozenset({"T2"})),
)
LANDED = (*[Landed(STANDS.mark, where) for where in ("U1", "U2", "U3", "C1")], Landed(BACK.mark, "T2"))
WELL = Storm(
    TOLD,
    KEPT,
    LANDED,
    standing=Counter({(STANDS.mark, where): 1 for where in ("U1", "U2", "U3", "C1")}),
    cut_off=Counter(),
    left={"waiting": 0, "failed": 0, "calling": 0},
    logs="level='warning' event='an answer could not be shown' step='Turn'\n",
    secrets=frozenset({"Naambbbb", "U2"}),
    calls=100,
    refused=1,
)


def without(where: str) -> Storm:
    return replace(WELL, landed=tuple(one for one in LANDED if one.where != where))


def with_one_more(mark: str, where: str, *, told: bool = True) -> Storm:
    return replace(WELL, landed=(*LANDED, Landed(mark, where, told)))


def with_log(line: str) -> Storm:
    return replace(WELL, logs=WELL.logs + line)


def standing_too(mark: str, where: str) -> Storm:
    return replace(WELL, standing=WELL.standing + Counter({(mark, where): 1}))


FAULTS: dict[str, Callable[[], Storm]] = {
    "a row is lost": lambda: replace(WELL, kept=KEPT[1:]),
    "a row too many": lambda: replace(WELL, kept=(*KEPT, replace(KEPT[0], id="c"))),
    "other words are kept": lambda: replace(WELL, kept=(replace(KEPT[0], words="Dank"), KEPT[1])),
    "somebody got it in the rows who was not meant": lambda: replace(
        WELL, kept=(replace(KEPT[0], to=frozenset({"U2", "U3", "U4"})), KEPT[1])
    ),
    "words of what was taken back are kept": lambda: replace(WELL, kept=(KEPT[0], replace(KEPT[1], words="Dank"))),
    "taking back is forgotten": lambda: replace(WELL, kept=(KEPT[0], replace(KEPT[1], state="standing"))),
    "thanks back are forgotten": lambda: replace(WELL, kept=(replace(KEPT[0], backed=frozenset()), KEPT[1])),
    "one form is sent as two": lambda: replace(WELL, told=(*TOLD, TOLD[0])),
    "somebody was not told": lambda: replace(WELL, told=(replace(TOLD[0], sent=False), TOLD[1])),
    "a card never came": lambda: without("U3"),
    "a card came twice": lambda: with_one_more(STANDS.mark, "U3"),
    "a card came thrice, and one of them is explained": lambda: replace(
        WELL, landed=(*LANDED, Landed(STANDS.mark, "U3"), Landed(STANDS.mark, "U3", told=False))
    ),
    "a card stands there no more": lambda: replace(WELL, standing=WELL.standing - Counter({(STANDS.mark, "U3"): 1})),
    "a post never came": lambda: without("C1"),
    "a post came twice": lambda: with_one_more(STANDS.mark, "C1"),
    "somebody else got the words": lambda: with_one_more(STANDS.mark, "U9"),
    "they stand in another channel": lambda: standing_too(STANDS.mark, "C2"),
    "a card that was taken back stands": lambda: standing_too(BACK.mark, "T2"),
    "a post that was taken back stands": lambda: standing_too(BACK.mark, "19:a"),
    "thanks back never came": lambda: without("U1"),
    "thanks back came twice": lambda: with_one_more(STANDS.mark, "U1"),
    "more is in doubt than was under way": lambda: replace(WELL, cut_off=Counter({(STANDS.mark, "U3"): 17}), kills=1),
    "something waits": lambda: replace(WELL, left={"waiting": 1, "failed": 0, "calling": 0}),
    "something was given up": lambda: replace(WELL, left={"waiting": 0, "failed": 1, "calling": 0}),
    "a storm of calls": lambda: replace(WELL, refused=2),
    "words in a log": lambda: with_log(f"event='x' text='{STANDS.mark}'"),
    "a name in a log": lambda: with_log("event='x' who=Naambbbb"),
    "an address in a log": lambda: with_log("event='x' who=slack:U2"),
    "an error in a log": lambda: with_log("level='error' event='step failed' step='kudos'"),
    "a crash in a log": lambda: with_log("Traceback (most recent call last):"),
}


def test_a_storm_that_went_well_is_let_through() -> None:
    check(WELL)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(fault: str) -> None:
    with pytest.raises(AssertionError):
        check(FAULTS[fault]())


@pytest.mark.parametrize("where", ["U2", "U3", "C1", "U1"])
def test_what_came_again_for_a_lost_answer_is_explained(where: str) -> None:
    check(with_one_more(STANDS.mark, where, told=False))


@pytest.mark.parametrize("where", ["U3", "C1"])
def test_what_came_again_for_a_call_that_a_kill_cut_off_is_explained(where: str) -> None:
    check(replace(with_one_more(STANDS.mark, where), cut_off=Counter({(STANDS.mark, where): 1}), kills=1))


def test_what_nobody_can_name_may_stand_when_it_was_taken_back() -> None:
    lost = Landed(BACK.mark, "19:a", told=False)
    check(replace(standing_too(BACK.mark, "19:a"), landed=(*LANDED, lost)))


def test_what_was_taken_back_before_it_was_sent_need_not_come() -> None:
    check(without("T2"))
