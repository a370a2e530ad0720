"""Finding colleagues by what somebody types of their names. Pure.

Capitals and accents do not matter. Of a name any beginnings of its words will do ("sanne de v"), as long as they mean
one person; somebody whose name is another's too is told apart by their team, e-mail address or roster id.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

BETWEEN: Final = re.compile(r"^\s*(?:[,:&+]|(?:en|and)\b)?\s*", re.IGNORECASE)
"""What may stand between two people at the beginning of a text."""
MOST_WORDS: Final = 5
"""Words of one name behind an @."""
_SPLIT: Final = re.compile(r"[,;\n]|\s&\s|\s+(?:en|and)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who can be found. `team` is the name of their own team; `marks` are e-mail address and roster id."""

    id: UUID
    name: str
    team: str = ""
    marks: tuple[str, ...] = ()

    @property
    def full(self) -> str:
        """The name with the team, by which two of one name are told apart."""
        return f"{self.name} ({self.team})" if self.team else self.name


@dataclass(frozen=True, slots=True)
class Found:
    """Who is meant. `unknown` are names of nobody; `unclear` are names of several, with who they could be."""

    people: tuple[UUID, ...] = ()
    unknown: tuple[str, ...] = ()
    unclear: tuple[tuple[str, tuple[Known, ...]], ...] = ()


def find(typed: str, known: Sequence[Known]) -> Found:
    """Return who is meant by names with commas, "en" or "and" between them."""
    return among([part.strip().removeprefix("@").strip() for part in _parts(typed, known)], known)


def among(names: Sequence[str], known: Sequence[Known]) -> Found:
    """Return who is meant by each of these names."""
    people, unknown, unclear = list[UUID](), list[str](), list[tuple[str, tuple[Known, ...]]]()
    for name in filter(None, names):
        meant = candidates(name, known)
        if len(meant) == 1:
            people.append(meant[0].id)
        elif meant:
            unclear.append((name, tuple(meant)))
        else:
            unknown.append(name)
    return Found(tuple(dict.fromkeys(people)), tuple(unknown), tuple(unclear))


def candidates(typed: str, known: Sequence[Known]) -> list[Known]:
    """Return who may be meant by one name: by a mark, else by the whole name, else by the beginnings of its words."""
    said = plain(typed)
    for fits in (_by_mark, _by_name, _by_beginning):
        if meant := [one for one in known if fits(said, one)]:
            return meant
    return []


def leading(text: str, known: Sequence[Known]) -> tuple[list[str], str]:
    """Return the names behind an @ at the beginning of a text, and the text after them.

    A name is as many words as still mean somebody; one that means nobody is its first word.
    """
    names, left = list[str](), text.strip()
    while left.startswith("@"):
        name = _longest(left[1:], known)
        if not name:
            break
        names.append(name)
        left = BETWEEN.sub("", left[1 + len(name) :])
    return names, left


def plain(name: str) -> str:
    """Return a name without capitals, accents and doubled spaces."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(sign))
    return " ".join(bare.split())


def _parts(typed: str, known: Sequence[Known]) -> list[str]:
    """Split a list of names; a name that itself holds what splits stays whole."""
    return [typed] if candidates(typed, known) else _SPLIT.split(typed)


def _longest(text: str, known: Sequence[Known]) -> str:
    words = list(re.finditer(r"[^\s,;:&+]+", text))[:MOST_WORDS]
    if not words or words[0].start():
        return ""
    ends = [word.end() for word in words]
    return next((text[:end] for end in reversed(ends) if candidates(text[:end], known)), text[: ends[0]])


def _by_mark(said: str, one: Known) -> bool:
    return said in map(str.casefold, one.marks) or said == plain(one.full)


def _by_name(said: str, one: Known) -> bool:
    return said == plain(one.name)


def _by_beginning(said: str, one: Known) -> bool:
    """Whether each word that was typed begins a word of the name, in the same order."""
    left = iter(plain(one.name).split())
    return all(any(word.startswith(typed) for word in left) for typed in said.split())
