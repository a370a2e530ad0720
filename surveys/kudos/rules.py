"""Who may thank whom, and what the giver is told before it goes out. Pure.

A refusal stops a kudos, loses no word of it, and says the mend. A hint is for the giver's eyes alone, and stops
nothing: nobody else ever learns how often, or whom, somebody thanks. There are no points, no ranks and no budget.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from surveys.kudos import wording

WITHDRAWABLE: Final = timedelta(minutes=15)
"""For how long a kudos can be taken back by whoever gave it."""
APART: Final = timedelta(hours=3)
"""Within which a kudos without a name arrives once it can't be taken back: its moment should not name its giver."""
HOUR, WEEK, EIGHT_WEEKS = timedelta(hours=1), timedelta(weeks=1), timedelta(weeks=8)
ENOUGH: Final = 4
"""Thanks in eight weeks from which it can be said that most went to one person."""


class Shown(StrEnum):
    """Who sees a kudos: everybody in a place, the receivers alone, or the receivers without the giver's name."""

    PUBLIC = "public"
    PRIVATE = "private"
    ANONYMOUS = "anonymous"


class Refusal(StrEnum):
    """Why a kudos does not go out; the value names the sentence that says so."""

    NOBODY = "nobody"
    YOURSELF = "yourself"
    TOO_MANY = "too_many"
    LEFT = "left"
    NO_WORDS = "no_words"
    TOO_LONG = "too_long"
    EVERYONE = "everyone"
    LINK = "link"
    NO_TAG = "no_tag"
    NO_PLACE = "no_place"
    NOT_ANONYMOUS = "not_anonymous"
    TOO_FAST = "too_fast"
    LOCKED = "locked"


class Hint(StrEnum):
    """What the giver alone is told."""

    MANY = "many"
    ONE_PERSON = "one_person"


@dataclass(frozen=True, slots=True)
class Rules:
    """What an organisation may choose. `weekly` is the soft ceiling, `hourly` the hard one: thanks times receivers."""

    anonymous: bool = False
    most_receivers: int = 10
    weekly: int = 10
    hourly: int = 30


@dataclass(frozen=True, slots=True)
class Draft:
    """A kudos before it goes out. `place` is where it is shown in public; `customer` says that a customer said it."""

    giver: UUID
    receivers: tuple[UUID, ...]
    text: str
    tag: str
    shown: Shown = Shown.PRIVATE
    place: str = ""
    customer: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """An earlier kudos of the same giver. One that was taken back arrived all the same, and tells nothing of them."""

    at: datetime
    receivers: tuple[UUID, ...]
    taken_back: bool = False


@dataclass(frozen=True, slots=True)
class Around:
    """What there is to thank with. `people` are who work here now, `tags` and `places` what may be chosen."""

    people: Collection[UUID]
    tags: Collection[str]
    places: Collection[str]
    locked: Collection[UUID] = ()


def refusals(draft: Draft, around: Around, given: Sequence[Given], rules: Rules, now: datetime) -> list[Refusal]:
    """Return why this kudos may not go out, all reasons together; none when it may."""
    return [*_of_people(draft, around, rules), *_of_text(draft.text), *_of_choices(draft, around, rules)] + (
        [Refusal.TOO_FAST] if _reached(given, now - HOUR) + len(set(draft.receivers)) > rules.hourly else []
    )


def hints(draft: Draft, given: Sequence[Given], rules: Rules, now: datetime) -> list[Hint]:
    """Return what the giver alone is told of how they thank, this kudos included."""
    with_this = [*(one for one in given if not one.taken_back), Given(now, draft.receivers)]
    many = _reached(with_this, now - WEEK) > rules.weekly
    return ([Hint.MANY] if many else []) + ([Hint.ONE_PERSON] if _mostly_one(with_this, now) else [])


def may_withdraw(given_at: datetime, now: datetime) -> bool:
    """Return whether whoever gave a kudos may still take it back."""
    return now - given_at < WITHDRAWABLE


def _of_people(draft: Draft, around: Around, rules: Rules) -> list[Refusal]:
    receivers = set(draft.receivers)
    found = {
        Refusal.LOCKED: draft.giver in around.locked,
        Refusal.NOBODY: not receivers,
        Refusal.YOURSELF: draft.giver in receivers,
        Refusal.TOO_MANY: len(receivers) > rules.most_receivers,
        Refusal.LEFT: not receivers <= set(around.people),
    }
    return [refusal for refusal, holds in found.items() if holds]


def _of_text(text: str) -> list[Refusal]:
    found = {
        Refusal.NO_WORDS: not wording.says_something(text),
        Refusal.TOO_LONG: len(text) > wording.LONGEST,
        Refusal.EVERYONE: wording.reaches_everyone(text),
        Refusal.LINK: wording.holds_link(text),
    }
    return [refusal for refusal, holds in found.items() if holds]


def _of_choices(draft: Draft, around: Around, rules: Rules) -> list[Refusal]:
    found = {
        Refusal.NO_TAG: draft.tag not in around.tags,
        Refusal.NO_PLACE: draft.shown is Shown.PUBLIC and draft.place not in around.places,
        Refusal.NOT_ANONYMOUS: draft.shown is Shown.ANONYMOUS and not rules.anonymous,
    }
    return [refusal for refusal, holds in found.items() if holds]


def _reached(given: Sequence[Given], since: datetime) -> int:
    """Return how many people were thanked since then, each kudos counted for each receiver."""
    return sum(len(set(one.receivers)) for one in given if one.at > since)


def _mostly_one(given: Sequence[Given], now: datetime) -> bool:
    """Return whether more than half of eight weeks of thanks went to one person."""
    lately = [one for one in given if one.at > now - EIGHT_WEEKS]
    thanked = Counter(person for one in lately for person in set(one.receivers))
    whole = sum(thanked.values())
    return whole >= ENOUGH and max(thanked.values()) * 2 > whole
