"""How a text sounds, for its writer alone, before it goes out. Pure.

Never kept, never counted, told to nobody else, and nobody's mood is guessed from it: it asks one question of whoever
wrote the text. It does not see sarcasm; on the labelled thanks of the project polarity alone finds a fifth of what
could hurt (reference on text, section 7), so word lists go first, and only a slur is stopped.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache
from typing import Any, Final, Literal

from analytics import tone_words as words

Language = Literal["nl", "en"]

GLOOMY: Final = -0.1
"""Polarity below which the writer is asked; 0 is neither friendly nor unfriendly."""
_WORD: Final = re.compile(r"[^\W\d_]+")


class Tone(StrEnum):
    """What the writer hears: nothing, a question, or that it cannot go out like this."""

    FINE = "fine"
    ASK = "ask"
    STOP = "stop"


def tone_of(text: str, language: Language) -> Tone:
    """Return how a text sounds. People mix languages, so every list is asked whatever the language."""
    if words.SLURS.search(text):
        return Tone.STOP
    if any(form.search(text) for form in (words.BACKHANDED, words.LOOKS, words.BELITTLING)):
        return Tone.ASK
    return Tone.ASK if polarity(text, language) < GLOOMY else Tone.FINE


def polarity(text: str, language: Language) -> float:
    """Return from -1 (unfriendly) to 1 (friendly): English by the lexicon of TextBlob, Dutch by a small one of ours."""
    return float(_textblob()(text).sentiment.polarity) if language == "en" else _dutch(text)


@cache
def _textblob() -> Any:
    """TextBlob takes more than a second to load, and only who writes thanks needs it."""
    from textblob import TextBlob  # noqa: PLC0415

    return TextBlob


def _dutch(text: str) -> float:
    """Return the mean of the words that are known; one after a word that turns it counts for half the opposite."""
    before, found = "", list[float]()
    for word in _WORD.findall(text.casefold()):
        if value := words.DUTCH.get(word):
            found.append(-value / 2 if before in words.TURNING else value)
        before = word
    return sum(found) / len(found) if found else 0.0
