"""The document as plain values, the same for paper and page: blocks that hold runs of text. Pure.

A node is a dict with `t`, its kind. Blocks: `h` (level, id, c), `p` (c), `ul`, `ol` and `contents` (c: lists of
blocks), `table` (head, rows: lists of runs; widths; ids of rows; tall), `code` (lang, s), `note` (kind, name, id, c:
blocks), `figure` (svg, alt), `place` (name; filled in later). Runs: `text` (s), `strong` and `em` (c), `code` (s),
`link` (href, c), `blank` (s), `br`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

Node = Mapping[str, Any]
Run = Mapping[str, Any]

LISTS: Final = frozenset({"ul", "ol", "contents"})
INSIDE_A_LINE: Final = frozenset({"text", "code", "strong", "em", "link", "blank"})
"""Kinds of runs; a block of code is a `code` too, and stands alone."""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the document. `name` is its address; with `own_page` it starts a page on paper."""

    name: str
    title: str
    blocks: tuple[Node, ...]
    own_page: bool = False


def text(said: str) -> Run:
    """Return a run of plain text."""
    return {"t": "text", "s": said}


def code(said: str) -> Run:
    """Return what is typed or compared sign by sign."""
    return {"t": "code", "s": said}


def strong(said: str) -> Run:
    """Return a run that stands out."""
    return {"t": "strong", "c": [text(said)]}


def link(address: str, said: str) -> Run:
    """Return a link; `#name` leads to a place in the document."""
    return {"t": "link", "href": address, "c": [text(said)]}


def paragraph(*runs: Run | str) -> Node:
    """Return a paragraph."""
    return {"t": "p", "c": _runs(runs)}


def bullets(items: Iterable[Sequence[Run | str]]) -> Node:
    """Return a list of one paragraph each."""
    return {"t": "ul", "c": [[paragraph(*item)] for item in items]}


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[Run | str | Sequence[Run]]],
    widths: Sequence[int],
    *,
    tall: bool = False,
) -> Node:
    """Return a table; the first cell of each row is its header, `widths` are shares of the width.

    A tall one leaves room for a pen.
    """
    return {
        "t": "table",
        "head": [[text(one)] for one in head],
        "rows": [[_cell(cell) for cell in row] for row in rows],
        "widths": list(widths),
        "ids": [],
        "tall": tall,
    }


def walk(blocks: Iterable[Node]) -> Iterator[Node]:
    """Yield every node below these, parents first."""
    for block in blocks:
        yield block
        for below in _below(block):
            yield from walk(below)


def plain(nodes: Iterable[Node]) -> str:
    """Return the words alone; blocks, items and cells are separated by a space."""
    return " ".join("".join(_words(nodes)).split())


def _words(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        yield node.get("s", "")
        for below in _below(node):
            yield from _words(below)
            yield "" if node["t"] in INSIDE_A_LINE and "lang" not in node else " "


def _below(node: Node) -> Iterator[Sequence[Node]]:
    content = node.get("c", [])
    yield from content if node["t"] in LISTS else [content]
    yield from node.get("head", [])
    for row in node.get("rows", []):
        yield from row


def _runs(runs: Iterable[Run | str]) -> list[Run]:
    return [text(run) if isinstance(run, str) else run for run in runs]


def _cell(cell: Run | str | Sequence[Run]) -> list[Run]:
    return _runs([cell]) if isinstance(cell, str | Mapping) else list(cell)
