"""The phrase list for crisis language: `data/crisis_phrases.json`, plain regular expressions in four tiers.

A list finds people who say it in words and misses most who say it otherwise (measured in the tests), so the help
button is always there and nothing in the product calls this detection.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.resources import files
from typing import Any, Final

from surveys.errors import TextTooLong
from surveys.model import LANGUAGES, Language

LONGEST: Final = 10_000
"""Characters that are looked at; every text field of the product takes far fewer."""


class Tier(Enum):
    """Which card fits. A text that fits several gets the first of these."""

    EXPLICIT = "explicit"
    CUSTOMER = "customer"
    """A customer threatened to take their own life."""
    MEDICAL = "medical"
    SAFETY = "safety"
    """Violence, stalking, threats."""
    DESPAIR = "despair"


@dataclass(frozen=True, slots=True)
class Phrases:
    explicit: tuple[re.Pattern[str], ...]
    medical: tuple[re.Pattern[str], ...]
    safety: tuple[re.Pattern[str], ...]
    despair: Mapping[Language, tuple[re.Pattern[str], ...]]
    idioms: tuple[re.Pattern[str], ...]
    """Sayings that are taken out before looking for despair (`ik lach me dood`)."""


DUTCH: Final = re.compile(r"\b(ik|het|een|niet|de|van|mijn|voor|mij|maar|naar|hij|wij)\b")
DUTCH_DIE: Final = re.compile(r"\bdie\b")
CUSTOMER: Final = re.compile(
    r"\b(klant|beller|customer|caller)\b( \w+){0,4} (dreig\w*|threat\w*)( \w+){0,3}?"
    r" (zelfmoord\w*|zelfdoding|suicide|kill (him|her|them)sel\w+|(zichzelf|zich) (van kant|iets aan|op te hangen))\b"
)


@cache
def phrases() -> Phrases:
    """The list of this version, compiled once, when first asked for."""
    raw = json.loads((files("bot") / "data" / "crisis_phrases.json").read_text(encoding="utf-8"))
    return Phrases(
        explicit=_compiled(raw["tier1_nl"] + raw["tier1_en"]),
        medical=_compiled(raw["tier4"]),
        safety=_compiled(raw["tier3"]),
        despair={language: _compiled(raw[f"tier2_{language}"]) for language in LANGUAGES},
        idioms=tuple(re.compile(one) for one in raw["idioms_removed_before_tier2"]),
    )


def _compiled(rows: list[list[Any]]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(expression) for expression, _ in rows)


def check(text: str, language: Language) -> Tier | None:
    """The tier of a text, or None. Pure: keeps, logs and counts nothing.

    People mix languages, so both lists are asked whatever the `language` of the person. Raises TextTooLong above
    LONGEST characters, before looking.
    """
    _refuse_longer(text)
    found = [tier for plain in readings(text) if (tier := _tier(plain, language))]
    return min(found, key=list(Tier).index, default=None)


def _refuse_longer(text: str) -> None:
    """Asked before and after decomposing: one character can stand for eighteen."""
    if len(text) > LONGEST:
        raise TextTooLong(f"this text has {len(text)} characters: write at most {LONGEST}")


def _tier(plain: str, language: Language) -> Tier | None:
    known = phrases()
    without_customer = CUSTOMER.sub(" ", plain)
    asked: tuple[tuple[Tier, Callable[[], bool]], ...] = (
        (Tier.EXPLICIT, lambda: _any(known.explicit, without_customer)),
        (Tier.CUSTOMER, lambda: without_customer != plain),
        (Tier.MEDICAL, lambda: _any(known.medical, plain)),
        (Tier.SAFETY, lambda: _any(known.safety, plain)),
        (Tier.DESPAIR, lambda: _despair(plain, language)),
    )
    return next((tier for tier, fits in asked if fits()), None)


def _despair(plain: str, language: Language) -> bool:
    for idiom in phrases().idioms:
        plain = idiom.sub(" ", plain)
    dutch = language == "nl" or DUTCH.search(plain)
    english = DUTCH_DIE.sub(" ", plain) if dutch else plain  # Dutch "die" is no English word
    lists = phrases().despair
    return _any(lists["nl"], " ".join(plain.split())) or _any(lists["en"], " ".join(english.split()))


def _any(expressions: tuple[re.Pattern[str], ...], text: str) -> bool:
    return any(expression.search(text) for expression in expressions)


def readings(text: str) -> Iterator[str]:
    """The text as the list expects it: lower case, no accents, words with one space between.

    Invisible characters (NUL, zero width, direction marks) are read once as nothing and once as a space.
    """
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    _refuse_longer(decomposed)
    unaccented = [one for one in decomposed if not unicodedata.category(one).startswith("M")]
    seen = set()
    for gap in ("", " "):
        plain = _words_only("".join(gap if _invisible(one) else one for one in unaccented))
        if plain not in seen:
            seen.add(plain)
            yield plain


def _invisible(one: str) -> bool:
    return unicodedata.category(one) in {"Cc", "Cf"} and not one.isspace()


def _words_only(text: str) -> str:
    straight = re.sub(r"[’‘ʼ´`]", "'", text)
    stretched = re.sub(r"(\w)\1{2,}", r"\1\1", straight)
    return " ".join(re.sub(r"[^\w'\s]|_", " ", stretched).split())
