"""The Markdown in which the texts are written, read into nodes. Pure.

Beside the usual: a quotation that begins with `[!counsel]`, `[!open]` or `[!limit]` is a note, `[words](fill:)` is a
blank to fill in, `[CODE](src:)` names a source, and a line of its own `[[name]]` is a place that is filled in later.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from bot.pack.nodes import Node, Run, link, plain, text
from surveys.errors import InputError

NOTE: Final = re.compile(r"\[!(counsel|open|limit|later)\]\s*")
PLACE: Final = re.compile(r"\[\[(\w+)\]\]")
BLANK: Final = "fill:"
SOURCE: Final = "src:"


def read(markdown: str) -> list[Node]:
    """Return the blocks of a text. Raises InputError naming what this reader does not know."""
    return _blocks(SyntaxTreeNode(_parser().parse(markdown)).children, markdown.splitlines())


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def _blocks(nodes: Iterable[SyntaxTreeNode], lines: Sequence[str]) -> list[Node]:
    return [_block(node, lines) for node in nodes]


def _block(node: SyntaxTreeNode, lines: Sequence[str]) -> Node:
    if node.type == "heading":
        return {"t": "h", "level": int(node.tag[1]), "id": "", "c": _inline(node)}
    if node.type == "paragraph":
        return _paragraph(_inline(node))
    if node.type in ("bullet_list", "ordered_list"):
        kind = "ul" if node.type == "bullet_list" else "ol"
        return {"t": kind, "c": [_blocks(item.children, lines) for item in node.children]}
    if node.type == "fence":
        return {"t": "code", "lang": node.info, "s": node.content.rstrip("\n")}
    if node.type == "blockquote":
        return _note(_blocks(node.children, lines))
    if node.type == "table":
        return _table(node, lines)
    raise InputError(f"the texts of the pack hold a {node.type}, which nobody draws: write it otherwise")


def _paragraph(runs: list[Run]) -> Node:
    found = PLACE.fullmatch(plain(runs))
    return {"t": "place", "name": found[1]} if found else {"t": "p", "c": runs}


def _note(blocks: list[Node]) -> Node:
    first = blocks[0]["c"]
    found = NOTE.match(str(first[0].get("s", "")))
    if not found:
        raise InputError("a quotation in the pack is no note: begin it with [!counsel], [!open], [!limit] or [!later]")
    rest = [text(first[0]["s"][found.end() :]), *first[1:]]
    if "[!" in plain(rest):
        raise InputError("two notes of the pack have grown together: leave an empty line between them")
    return {"t": "note", "kind": found[1], "name": "", "id": "", "c": [{**blocks[0], "c": rest}, *blocks[1:]]}


def _table(node: SyntaxTreeNode, lines: Sequence[str]) -> Node:
    """The dashes under each head are its share of the width."""
    head, *body = node.children
    rows = [[_inline(cell) for cell in row.children] for part in body for row in part.children]
    titles = [_inline(cell) for cell in head.children[0].children]
    widths = [len(dashes) for dashes in re.findall("-+", lines[(node.map or (0, 0))[0] + 1])]
    return {"t": "table", "head": titles, "rows": rows, "widths": widths, "ids": [], "tall": False}


def _inline(node: SyntaxTreeNode) -> list[Run]:
    return [_run(one) for child in node.children for one in (child.children if child.type == "inline" else [child])]


def _run(node: SyntaxTreeNode) -> Run:
    if node.type == "text":
        return text(node.content)
    if node.type == "code_inline":
        return {"t": "code", "s": node.content}
    if node.type == "softbreak":
        return text(" ")
    if node.type == "hardbreak":
        return {"t": "br"}
    runs = [_run(one) for one in node.children]
    if node.type in ("strong", "em"):
        return {"t": node.type, "c": runs}
    if node.type == "link":
        return _link(str(node.attrs["href"]), runs)
    raise InputError(f"the texts of the pack hold a {node.type}, which nobody draws: write it otherwise")


def _link(address: str, runs: list[Run]) -> Run:
    if address == BLANK:
        return {"t": "blank", "s": plain(runs)}
    if address == SOURCE:
        return link(f"#source-{plain(runs)}", f"[{plain(runs)}]")
    return {"t": "link", "href": address, "c": runs}
