"""What a lawyer has to look at, what is not decided, what is still to be filled in: found, numbered, listed. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.pack.nodes import Node, Run, Section, bullets, link, paragraph, table, walk
from bot.pack.words import Words

LISTED: Final = ("counsel", "open", "later")
"""Kinds of notes that are listed together."""
NOT_LISTED: Final = frozenset({"cover"})
"""Parts that show how a mark looks."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A note where it stands: its kind, its number among those, the part, and what it says."""

    kind: str
    number: int
    part: int
    blocks: Sequence[Node]

    @property
    def address(self) -> str:
        return f"note-{self.kind}-{self.number}"


def numbered(sections: Sequence[Section]) -> tuple[list[Section], list[Mark]]:
    """Return the parts with every listed note numbered, and the notes."""
    marks: list[Mark] = []
    done = []
    for place, section in enumerate(sections, 1):
        blocks = tuple(_numbered(block, place, marks) for block in section.blocks)
        done.append(replace(section, blocks=blocks))
    return done, marks


def _numbered(block: Node, place: int, marks: list[Mark]) -> Node:
    if block["t"] != "note" or block["kind"] not in LISTED:
        return block
    kind = block["kind"]
    mark = Mark(kind, 1 + sum(one.kind == kind for one in marks), place, block["c"])
    marks.append(mark)
    return {**block, "name": str(mark.number), "id": mark.address}


def listed(marks: Sequence[Mark], kind: str, words: Words) -> list[Node]:
    """Return the notes of a kind, each with the way back to where it stands."""
    ours = [mark for mark in marks if mark.kind == kind]
    if not ours:
        return [paragraph(words.labels("none"))]
    head = [words.labels(f"head.{name}") for name in ("place", "point")]
    rows: list[tuple[Sequence[Run], Sequence[Run]]] = [
        ([link(f"#{mark.address}", f"{mark.part} · {mark.number}")], _said(mark)) for mark in ours
    ]
    return [table(head, rows, (1, 9))]


def _said(mark: Mark) -> list[Run]:
    """The words of a note in one run."""
    runs: list[Run] = []
    for block in mark.blocks:
        runs += block["c"] if block["t"] == "p" else []
    return runs


def blanks(sections: Sequence[Section], words: Words) -> list[Node]:
    """Return what is still to be filled in, by part."""
    found = [
        (place, sorted({run["s"] for run in walk(section.blocks) if run["t"] == "blank"}), section)
        for place, section in enumerate(sections, 1)
        if section.name not in NOT_LISTED
    ]
    lines: list[list[Any]] = [
        [link(f"#{section.name}", words.labels("part", number=place)), f" {section.title}: {'; '.join(said)}"]
        for place, said, section in found
        if said
    ]
    return [bullets(lines)]


def used_sources(sections: Sequence[Section]) -> list[str]:
    """Return the codes of the sources that the texts name, in order of the alphabet."""
    named = (run["href"] for section in sections for run in walk(section.blocks) if run["t"] == "link")
    return sorted({address.removeprefix("#source-") for address in named if address.startswith("#source-")})


Sources = Mapping[str, Mapping[str, str]]


def sources(codes: Sequence[str], known: Sources, words: Words) -> list[Node]:
    """Return the table of sources. Raises KeyError for one that is not known."""
    head = [words.labels(f"head.{name}") for name in ("source", "said", "seen")]
    rows: list[tuple[Any, ...]] = [(code, _told(known[code], words), _seen(known[code], words)) for code in codes]
    return [{**table(head, rows, (5, 22, 5)), "ids": [f"source-{code}" for code in codes]}]


def _told(source: Mapping[str, str], words: Words) -> list[Run]:
    return [{"t": "text", "s": f"{source[words.language]}. "}, link(source["at"], source["at"])]


def _seen(source: Mapping[str, str], words: Words) -> str:
    return words.labels(f"seen.{source['seen']}")
