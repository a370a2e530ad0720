"""The few words of Teams itself, for tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from adapters.port import Locale
from adapters.teams.words import TeamsWords

WORDS: Final[Mapping[Locale, TeamsWords]] = {
    "nl": TeamsWords(
        "Adempauze",
        "Kies er een.",
        "Niet van jou.",
        "Probeer het nog eens.",
        "Dit kan ik niet lezen.",
        "Schrijf me apart.",
        "Dit duurt lang.",
        "Nog een keer",
    ),
    "en": TeamsWords(
        "Adempauze",
        "Choose one.",
        "Not yours.",
        "Try again.",
        "I cannot read this.",
        "Write to me in private.",
        "This takes long.",
        "Once more",
    ),
}
