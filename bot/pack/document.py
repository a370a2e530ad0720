"""From facts to the whole document in one language: texts filled in, live tables put in their places, marks listed."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from importlib.resources import files
from typing import Final

from bot.pack import marks
from bot.pack.facts import Facts, document_of, fingerprint
from bot.pack.live import LIVE
from bot.pack.markdown import read
from bot.pack.nodes import Node, Section, bullets, link, plain
from bot.pack.texts import ON_A_PAGE_OF_ITS_OWN, SECTIONS, filled
from bot.pack.words import Words, values_of
from surveys.model import Language

SHOWN: Final = 12
"""Characters of the hash on each page of paper."""


LATER: Final = ("counsel", "open", "later", "blanks", "sources", "contents")
"""Places for what is known only when all parts are there."""
Made = Callable[[], Sequence[Node]]


@dataclass(frozen=True, slots=True)
class Document:
    """The pack, ready to be drawn. `settings` is the file that is hashed."""

    words: Words
    title: str
    organisation: str
    day: date
    short_hash: str
    settings: bytes
    sections: tuple[Section, ...]


def compose(facts: Facts, language: Language) -> Document:
    """Return the pack of these facts; the same facts give the same document."""
    words = Words(language)
    values = values_of(facts, words)
    parts = [_with_live(_section(name, language, values), facts, words) for name in SECTIONS]
    parts, found = marks.numbered(parts)
    places = _places(parts, found, words)
    return Document(
        words,
        words.labels("title", organisation=facts.organisation),
        facts.organisation,
        facts.today,
        fingerprint(facts)[:SHOWN],
        document_of(facts),
        tuple(replace(part, blocks=_put(part.blocks, places)) for part in parts),
    )


@cache
def known_sources() -> marks.Sources:
    """Return where facts about the law come from, by code."""
    return tomllib.loads((files("bot") / "pack" / "texts" / "sources.toml").read_text(encoding="utf-8"))


def _section(name: str, language: Language, values: Mapping[str, object]) -> Section:
    head, *blocks = read(filled(name, language, values))
    addressed = tuple(
        {**block, "id": f"{name}-{place}"} if block["t"] == "h" else block for place, block in enumerate(blocks)
    )
    return Section(name, plain(head["c"]), addressed, own_page=name in ON_A_PAGE_OF_ITS_OWN)


def _with_live(section: Section, facts: Facts, words: Words) -> Section:
    made = {name: partial(live, facts, words) for name, live in LIVE.items()}
    return replace(section, blocks=_put(section.blocks, {**made, **dict.fromkeys(LATER)}))


def _places(parts: Sequence[Section], found: Sequence[marks.Mark], words: Words) -> Mapping[str, Made]:
    return {
        "counsel": lambda: marks.listed(found, "counsel", words),
        "open": lambda: marks.listed(found, "open", words),
        "later": lambda: marks.listed(found, "later", words),
        "blanks": lambda: marks.blanks(parts, words),
        "sources": lambda: marks.sources(marks.used_sources(parts), known_sources(), words),
        "contents": lambda: [_contents(parts)],
    }


def _contents(parts: Sequence[Section]) -> Node:
    return {**bullets([link(f"#{part.name}", part.title)] for part in parts[1:]), "t": "contents"}


def _put(blocks: Sequence[Node], places: Mapping[str, Made | None]) -> tuple[Node, ...]:
    """Put what belongs there into each place; one that is given nothing yet stays. Raises KeyError for an unknown."""
    done: list[Node] = []
    for block in blocks:
        made = places[block["name"]] if block["t"] == "place" else None
        done += made() if made else [block]
    return tuple(done)
