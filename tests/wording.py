"""What every text for people must keep to, as functions over catalogues, so that a bad one can be planted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from string import Formatter

from bot.helplines import Helplines
from surveys.breaks import Break
from surveys.instrument import Instrument
from surveys.model import Words

STATES_THE_LIMIT: frozenset[str] = frozenset()
"""Whole sentences that may speak of anonymity because they state its limit. None so far."""

Catalogue = Mapping[str, str]


def ids_on_one_side(first: Catalogue, second: Catalogue) -> set[str]:
    return set(first) ^ set(second)


def ids_given_twice(po: str) -> set[str]:
    seen = Counter(re.findall(r'^msgid "(.+)"$', po, re.MULTILINE))
    return {msgid for msgid, times in seen.items() if times > 1}


def different_placeholders(first: Catalogue, second: Catalogue) -> set[str]:
    return {msgid for msgid in set(first) & set(second) if placeholders(first[msgid]) != placeholders(second[msgid])}


def placeholders(wording: str) -> set[str]:
    """Raises ValueError for a brace that belongs to nothing."""
    return {name for _, name, _, _ in Formatter().parse(wording) if name is not None}


def empty(texts: Catalogue) -> set[str]:
    return {where for where, text in texts.items() if not text.strip()}


def exclaiming(texts: Catalogue) -> set[str]:
    return {where for where, text in texts.items() if "!" in text}


def claiming_anonymity(texts: Catalogue) -> set[str]:
    """Texts with a sentence about anonymity that is not on the list of those that state its limit."""
    return {
        where
        for where, text in texts.items()
        for sentence in re.split(r"(?<=[.?])\s+", text)
        if re.search(r"anon[iy]", sentence, re.IGNORECASE) and sentence not in STATES_THE_LIMIT
    }


def library_texts(instrument: Instrument, breaks: tuple[Break, ...]) -> Catalogue:
    """Every wording of the library, by place and language."""
    return dict(_flat(_instrument_words(instrument))) | dict(_flat(_break_words(breaks)))


def helpline_texts(known: Mapping[str, Helplines]) -> Catalogue:
    return dict(
        _flat(
            (f"{code} {part}", words)
            for code, lines in known.items()
            for part, words in (
                ("emergency", lines.emergency),
                ("crisis", lines.crisis),
                ("violence", lines.violence),
            )
        )
    )


def _instrument_words(instrument: Instrument) -> Iterator[tuple[str, Words]]:
    for item in instrument.items:
        yield item.id, item.wording
        yield from ((f"{item.scale.id} {number}", label) for number, label in enumerate(item.scale.labels, 1))
    for driver in instrument.drivers:
        yield driver.id, driver.name
        yield from ((f"{driver.id} action {number}", action.wording) for number, action in enumerate(driver.actions, 1))


def _break_words(breaks: tuple[Break, ...]) -> Iterator[tuple[str, Words]]:
    for one in breaks:
        yield one.id, one.title
        yield f"{one.id} steps", {"nl": " ".join(one.steps["nl"]), "en": " ".join(one.steps["en"])}
        if one.caution:
            yield f"{one.id} caution", one.caution


def _flat(named: Iterator[tuple[str, Words]]) -> Iterator[tuple[str, str]]:
    return ((f"{where} {language}", text) for where, words in named for language, text in words.items())
