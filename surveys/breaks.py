"""Which three micro-breaks to offer. Pure: the same situation and turn always give the same three.

Source: evidence, sections 3.1 (relaxing and social breaks first) and 3.3 ("first match wins", as far as a check-in
tells: the stress answer and the driver item). What people chose before is never looked at, except not to repeat it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from surveys.errors import InputError
from surveys.instrument import STRESS, Instrument
from surveys.model import Words

SHORT: Final = 300
"""Seconds a break may last outside an agreed break."""
FIRST_KINDS: Final = frozenset({"breathing", "mindfulness", "nature", "music", "social"})
"""Relaxing and social breaks lift the mood; snacks and drinks do not (call-centre diary study, evidence 3.1)."""
OFFERED: Final = 3


@dataclass(frozen=True, slots=True)
class Break:
    """One micro-break. `headset` and `desk` say that it can be done with the headset on, or at the desk."""

    id: str
    kind: str
    seconds: int
    headset: bool
    desk: bool
    arousal: str
    title: Words
    steps: Mapping[str, tuple[str, ...]]
    caution: Words | None
    grade: str
    source: str
    tags: frozenset[str]


@dataclass(frozen=True, slots=True)
class Need:
    """What a check-in tells about the moment: the stress answer (1 to 5, 0 when skipped) and the driver, if any,
    whose item was answered unfavourably."""

    stress: int = 0
    burden: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table in evidence 3.3."""

    suggest: tuple[str, ...] = ()
    tags: frozenset[str] = frozenset()
    calm: bool = False
    """Nothing that raises arousal: calming lowers anger, moving hard does not (evidence 3.1)."""


AFTER_HARD_CALLS: Final = Rule(("br_longexhale", "mi_label", "so_helped"), frozenset({"after_hard_call"}), calm=True)
HIGH_STRESS: Final = Rule(("mi_pmr", "br_sigh5"), frozenset({"high_stress"}), calm=True)
TIRED: Final = Rule(("mv_walk5", "mv_stand", "hy_water"), frozenset({"tired", "sedentary"}))
BORED: Final = Rule(tags=frozenset({"bored"}))
ALONE: Final = Rule(("so_checkin",), frozenset({"lonely"}))
CALM: Final = Rule(("so_kudos", "ey_window"), frozenset({"calm"}))
ANY: Final = Rule()


def rule_for(need: Need) -> Rule:
    """The first line of evidence 3.3 that fits."""
    table = (
        (need.burden == "emotional", AFTER_HARD_CALLS),
        (need.stress >= 4, HIGH_STRESS),
        (need.burden == "recovery", TIRED),
        (need.burden == "variety", BORED),
        (need.burden == "support", ALONE),
        (need.stress in (1, 2), CALM),
    )
    return next((rule for fits, rule in table if fits), ANY)


def need_of(instrument: Instrument, answers: Mapping[str, int]) -> Need:
    """The need behind the answers of one person (option numbers by item id, 0 = skipped), read and forgotten."""
    asked = [instrument.item(item) for item in answers if instrument.knows(item)]
    burdens = [item.driver for item in asked if item.driver and _unfavourable(answers[item.id], item.favourable)]
    return Need(stress=answers.get(STRESS, 0), burden=burdens[0] if burdens else None)


def _unfavourable(option: int, favourable: int) -> bool:
    return option in ((1, 2) if favourable > 0 else (4, 5))


def fitting(
    breaks: Sequence[Break],
    need: Need,
    *,
    desk: bool = False,
    headset: bool = False,
    remembered: Collection[str] = (),
    without: Collection[str] = (),
    at_most: int = SHORT,
    turn: str = "",
) -> tuple[Break, Break, Break]:
    """Three breaks of at most `at_most` seconds for somebody who stays at the desk, or keeps the headset on.

    `remembered` are ids offered earlier in this shift, which come last; `without` are ids or kinds that are never
    offered (the person's own choice, or a part of the product that is not there); `turn` is any text that changes
    from one time to the next. Raises InputError when fewer than three breaks are left.
    """
    rule = rule_for(need)
    left = [one for one in breaks if _possible(one, desk, headset, at_most) and not {one.id, one.kind} & set(without)]
    left = [one for one in left if not (rule.calm and one.arousal == "up")]
    if len(left) < OFFERED:
        raise InputError(
            f"only {len(left)} breaks are left to choose from: leave out fewer, at least {OFFERED} must fit"
        )
    first = _best(left, [], rule, remembered, turn)
    second = _best(left, [first], rule, remembered, turn)
    return first, second, _best(left, [first, second], rule, remembered, turn)


def _possible(one: Break, desk: bool, headset: bool, at_most: int) -> bool:
    """Closing-time breaks are for the end of a shift, which an answer does not tell."""
    fits = (one.desk or not desk) and (one.headset or not headset) and one.seconds <= at_most
    return fits and one.kind != "transition"


def _best(left: Sequence[Break], chosen: Sequence[Break], rule: Rule, remembered: Collection[str], turn: str) -> Break:
    kinds = {one.kind for one in chosen}
    return min(
        (one for one in left if one not in chosen),
        key=lambda one: (one.id in remembered, _rank(one, rule), one.kind in kinds, _lot(one, turn)),
    )


def _rank(one: Break, rule: Rule) -> int:
    """0 named by the rule, 1 of its tags, 2 relaxing or social, 3 any other."""
    if one.id in rule.suggest:
        return 0
    if one.tags & rule.tags:
        return 1
    return 2 if one.kind in FIRST_KINDS else 3


def _lot(one: Break, turn: str) -> bytes:
    """Draws lots without chance: a different order for every turn, the same one when asked again."""
    return sha256(f"{turn}\0{one.id}".encode()).digest()
