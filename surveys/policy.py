"""What two keys agree on: purpose, protection, questions, readers, retention; and which change weakens it. Pure.

A change weakens when what comes after is not everywhere at least as strong as what was before (PRIVACY 13).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from surveys.errors import InputError, NotAgreed
from surveys.instrument import STRESS, Instrument
from surveys.model import STANDARD, STRICT, Item, Mode, Policy, ReleasedItem, Survey, Words
from surveys.release import canonical

PRESETS: Final = {policy.preset: policy for policy in (STANDARD, STRICT)}
LOWEST_K: Final = 5
LONGEST_PURPOSE: Final = 1000
TO_DESTROY: Final = timedelta(days=1)
"""How long after its closing a wave is destroyed at the latest."""


class Reader(StrEnum):
    """Who may read what was released."""

    PEOPLE = "people"
    LEADERS = "leaders"
    WORKS_COUNCIL = "works-council"
    ADMINISTRATOR = "administrator"


READERS: Final = frozenset(Reader)
"""All for whom this version has a page, a message or a command."""
ALWAYS: Final = frozenset({Reader.PEOPLE, Reader.WORKS_COUNCIL})
"""Who reads whatever is agreed: those who answered, and those who check."""
EMPLOYER: Final = READERS - ALWAYS
SWITCHES: Final = ("comments", "verbatim_comments", "tone")
"""What is off unless it is agreed on."""


@dataclass(frozen=True, slots=True, order=True)
class AgreedItem:
    """A question as it may be asked; `hash` covers wording, options and direction, in both languages."""

    id: str
    version: int
    hash: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """What is in force. Waves open only as far as it reaches."""

    purpose: Words
    protection: Policy
    surveys: frozenset[str]
    items: frozenset[AgreedItem]
    readers: frozenset[Reader]
    retention_days: int
    """From the opening of a wave to the destruction of its answers, at the most."""
    mode: Mode = Mode.WORK
    facets: frozenset[str] = frozenset()
    verbatim_comments: bool = False
    tone: bool = False
    comments: bool = False
    """Whether the comment form is shown at all."""


FIELDS: Final = tuple(field.name for field in fields(Agreement))


def as_asked(item: Item) -> ReleasedItem:
    """Return an item as a wave asks it."""
    return ReleasedItem(item.id, item.driver, item.wording, item.scale.labels, item.favourable, item.version)


def agreed(item: Item) -> AgreedItem:
    """Return an item as it is agreed on."""
    return AgreedItem(item.id, item.version, hashlib.sha256(canonical(asdict(as_asked(item)))).hexdigest())


def weaknesses(before: Agreement, after: Agreement) -> tuple[str, ...]:
    """Return the fields in which `after` is not at least as strong as `before`; none: one key is enough."""
    stronger = {
        "purpose": dict(after.purpose) == dict(before.purpose),
        "protection": _protects(before.protection, after.protection),
        "surveys": after.surveys <= before.surveys,
        "items": after.items <= before.items,
        "readers": after.readers <= before.readers,
        "retention_days": after.retention_days <= before.retention_days,
        "mode": after.mode in (before.mode, Mode.PRIVATE),
        "facets": after.facets <= before.facets,
        "verbatim_comments": after.verbatim_comments <= before.verbatim_comments,
        "tone": after.tone <= before.tone,
        "comments": after.comments <= before.comments,
    }
    return tuple(name for name in FIELDS if not stronger[name])


def _protects(before: Policy, after: Policy) -> bool:
    """Whether every number is as high; the name of a preset protects nobody."""
    names = ("k", "guard", "histogram_n", "bands_n")
    return all(getattr(after, name) >= getattr(before, name) for name in names)


def uncovered(agreement: Agreement, survey: Survey) -> tuple[str, ...]:
    """Return the fields that do not allow a wave of this survey."""
    found = []
    if survey.id not in agreement.surveys:
        found.append("surveys")
    if survey.window + TO_DESTROY > timedelta(days=agreement.retention_days):
        found.append("retention_days")
    if agreement.mode is Mode.PRIVATE:
        found.append("mode")
    return tuple(found)


def granted(agreement: Agreement | None) -> frozenset[str]:
    """Return who reads and what is switched on, by name: all that may begin with a wave, and not before it."""
    if agreement is None:
        return frozenset()
    return frozenset([*map(str, agreement.readers), *(name for name in SWITCHES if getattr(agreement, name))])


def allowed(instrument: Instrument, agreement: Agreement) -> Instrument:
    """Return the instrument with only the questions that are agreed on, word for word, and about the work.

    Others are asked in *arbo* mode, which has no reader of the employer (`check`). What is *private* is no question of
    a wave: its answers would leave the interaction.
    """
    asked = (Mode.WORK, Mode.ARBO) if agreement.mode is Mode.ARBO else (Mode.WORK,)
    return instrument.only(
        item.id for item in instrument.items if item.mode in asked and agreed(item) in agreement.items
    )


def terms_for(agreement: Agreement | None, survey: Survey, instrument: Instrument) -> tuple[Policy, Instrument]:
    """Return the protection and the questions under which a wave of a survey may open. Raises NotAgreed."""
    if agreement is None:
        raise NotAgreed(
            "no wave opens before both seats have signed: fill them (`adempauze seat fill works-council`, `adempauze "
            "seat fill administrator`) and agree on their pages"
        )
    if found := uncovered(agreement, survey):
        raise NotAgreed(
            f"what both seats signed does not cover survey {survey.id!r} ({', '.join(found)}): propose the change on "
            "the page of a seat"
        )
    asked = allowed(instrument, agreement)
    if not asked.knows(STRESS) or not asked.drivers:
        raise NotAgreed(
            "what both seats signed does not hold the questions of this version: propose them on the page of a seat"
        )
    return agreement.protection, asked


def retention_for(window: timedelta) -> int:
    """Return the days that waves with this window need."""
    return -(-(window + TO_DESTROY) // timedelta(days=1))


LATER: Final[Mapping[str, Any]] = {"comments": False}
"""Fields that an agreement of an older version does not name, with what it says of them."""


def to_content(agreement: Agreement) -> dict[str, Any]:
    """Return it in plain JSON values."""
    return {
        "purpose": dict(agreement.purpose),
        "protection": asdict(agreement.protection),
        "surveys": sorted(agreement.surveys),
        "items": [asdict(item) for item in sorted(agreement.items)],
        "readers": sorted(agreement.readers),
        "retention_days": agreement.retention_days,
        "mode": str(agreement.mode),
        "facets": sorted(agreement.facets),
        "verbatim_comments": agreement.verbatim_comments,
        "tone": agreement.tone,
        "comments": agreement.comments,
    }


def from_content(content: Mapping[str, Any]) -> Agreement:
    """Read it back. Raises InputError naming what is wrong; `from_content(to_content(it)) == it`."""
    try:
        found = Agreement(
            purpose={"nl": content["purpose"]["nl"], "en": content["purpose"]["en"]},
            protection=Policy(**content["protection"]),
            surveys=frozenset(content["surveys"]),
            items=frozenset(AgreedItem(**item) for item in content["items"]),
            readers=frozenset(map(Reader, content["readers"])),
            retention_days=content["retention_days"],
            mode=Mode(content["mode"]),
            facets=frozenset(content["facets"]),
            verbatim_comments=content["verbatim_comments"],
            tone=content["tone"],
            comments=content.get("comments", False),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"this is no agreement ({error}): make it anew on the page of a seat") from None
    if to_content(found) != {**LATER, **content}:
        raise InputError("this agreement holds more than this version knows: install the version that wrote it")
    check(found)
    return found


def check(agreement: Agreement) -> None:
    """Refuse what no number of keys may agree on. Raises InputError."""
    if agreement.protection.k < LOWEST_K or agreement.protection.guard < LOWEST_K:
        raise InputError(f"a figure needs at least {LOWEST_K} people, with a guard of {LOWEST_K}: choose a preset")
    for purpose in agreement.purpose.values():
        if not purpose.strip() or len(purpose) > LONGEST_PURPOSE:
            raise InputError(f"the purpose has to be 1 to {LONGEST_PURPOSE} characters in each language: write it down")
    if not 1 <= agreement.retention_days <= 400:
        raise InputError(f"{agreement.retention_days} days of retention are not possible: give 1 to 400")
    if not agreement.readers >= ALWAYS:
        raise InputError("everybody reads about their own group, and the works council everything: leave them in")
    if agreement.mode is Mode.ARBO and agreement.readers & EMPLOYER:
        raise InputError("where the occupational-health service asks, no leader or administrator reads: take them out")
    if not all(isinstance(getattr(agreement, name), bool) for name in SWITCHES):
        raise InputError(f"each of {', '.join(SWITCHES)} is on or off: give one of them")
    if (agreement.verbatim_comments or agreement.tone) and not agreement.comments:
        raise InputError("without comments there is nothing to show of them: switch comments on, or these off")


def changed(before: Agreement, changes: Mapping[str, Any]) -> Agreement:
    """Return the agreement with some fields in plain JSON values replaced. Raises InputError."""
    if unknown := sorted(set(changes) - set(FIELDS)):
        raise InputError(f"an agreement has no field {unknown[0]!r}: there are {', '.join(FIELDS)}")
    return from_content({**to_content(before), **changes})


def fingerprint(agreement: Agreement | None) -> str:
    """Return the hash of an agreement, "" when there is none; the same as in the version that wrote it."""
    if agreement is None:
        return ""
    whole = to_content(agreement)
    told = {name: value for name, value in whole.items() if name not in LATER or value != LATER[name]}
    return hashlib.sha256(canonical(told)).hexdigest()
