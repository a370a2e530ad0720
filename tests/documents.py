"""What every document must keep to, as functions over texts by file name, so that a bad one can be planted."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from textwrap import dedent
from typing import Final

TWINS: Final[Mapping[str, str]] = {
    "docs/nl/medewerkers.md": "docs/en/agents.md",
    "docs/nl/leidinggevenden.md": "docs/en/managers.md",
    "docs/nl/ondernemingsraad.md": "docs/en/works-council.md",
    "docs/nl/privacy.md": "docs/privacy.md",
    "docs/nl/nakijken.md": "docs/verify.md",
    "docs/nl/kudos.md": "docs/kudos.md",
}
"""Dutch document to its English twin."""
MAY_ASK: Final = frozenset({"## Is this anonymous?", "## Is dit anoniem?"})
"""What people ask in these words is answered without them."""
PLACEHOLDER: Final = "ADEMPAUZE_X"

Pages = Mapping[str, str]
"""Markdown by path from the root, with forward slashes."""
Options = Callable[[tuple[str, ...]], Collection[str] | None]
"""(words after `adempauze`) -> the long options of that command, or None when there is no such command."""

FENCE: Final = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
INLINE: Final = re.compile(r"`([^`\n]+)`")
LINK: Final = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING: Final = re.compile(r"^(#+) (.+)$", re.MULTILINE)


def pages_in(root: Path) -> dict[str, str]:
    """Every Markdown file of the project; what tools keep in hidden folders is not ours."""
    found = {}
    for folder, below, names in os.walk(root):
        below[:] = [name for name in below if not name.startswith(".") and name != "node_modules"]
        for name in names:
            if name.endswith(".md"):
                path = Path(folder, name)
                found[path.relative_to(root).as_posix()] = path.read_text(encoding="utf-8")
    return found


def prose(text: str) -> str:
    """The text without its blocks of code."""
    return FENCE.sub("", text)


def blocks(text: str, language: str) -> list[str]:
    """The blocks of code of one language, without their indentation."""
    return [dedent(body) for name, body in FENCE.findall(text) if name == language]


def broken_links(pages: Pages, root: Path) -> set[str]:
    """`file: target` of links inside the project that lead to no file, or to no heading of it."""
    return {
        f"{name}: {target}"
        for name, text in pages.items()
        for target in LINK.findall(INLINE.sub("", prose(text)))
        if not re.match(r"[a-z]+:", target) and not _leads_somewhere(name, target, pages, root)
    }


def _leads_somewhere(name: str, target: str, pages: Pages, root: Path) -> bool:
    path, _, anchor = target.partition("#")
    place = os.path.normpath(Path(name).parent / path).replace("\\", "/") if path else name
    if anchor:
        return place in pages and anchor in anchors(pages[place])
    return place in pages or (root / place).exists()


def anchors(text: str) -> set[str]:
    """The addresses of the headings, as a forge makes them."""
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for _, title in HEADING.findall(prose(text))}


def without_twin(pages: Pages) -> set[str]:
    """Documents for people in one language that have no twin, and twins that are not there."""
    known = set(TWINS) | set(TWINS.values())
    lonely = {name for name in pages if name.startswith(("docs/nl/", "docs/en/")) and name not in known}
    return lonely | {name for name in known if name not in pages}


def unlike(pages: Pages) -> set[str]:
    """Dutch documents whose headings or SQL differ from those of the twin, in number, depth or text of the SQL."""
    return {
        name
        for name, twin in TWINS.items()
        if _levels(pages[name]) != _levels(pages[twin]) or blocks(pages[name], "sql") != blocks(pages[twin], "sql")
    }


def _levels(text: str) -> list[int]:
    return [len(marks) for marks, _ in HEADING.findall(prose(text))]


def lines_for_people(pages: Pages, names: Collection[str]) -> dict[str, str]:
    """Every line of prose of these documents by place, without what people may ask, and without names in code."""
    return {
        f"{name}:{number}": INLINE.sub("", line)
        for name in names
        for number, line in enumerate(prose(pages[name]).splitlines(), 1)
        if line not in MAY_ASK
    }


def missing_files(pages: Pages, root: Path) -> set[str]:
    """`file: path` of files of ours that a document names and that are not there."""
    named = re.compile(r"(?:adapters|analytics|bot|docs|surveys|tests)/[\w./-]*")
    return {
        f"{name}: {path}"
        for name, text in pages.items()
        for path in INLINE.findall(prose(text))
        if named.fullmatch(path) and not (root / path).exists()
    }


def unknown_settings(pages: Pages, known: Collection[str]) -> set[str]:
    """`file: ADEMPAUZE_...` of settings that there are not."""
    return {
        f"{name}: {setting}"
        for name, text in pages.items()
        for setting in re.findall(r"ADEMPAUZE_[A-Z_]*[A-Z]", text)
        if setting.removesuffix("_FILE") not in {*known, PLACEHOLDER}
    }


def unknown_commands(pages: Pages, options: Options) -> set[str]:
    """`file: command` where a document names a command or an option that there is not."""
    return {f"{name}: {line}" for name, text in pages.items() for line in _commands(text) if not _known(line, options)}


def _commands(text: str) -> Iterator[str]:
    """What stands after `adempauze` in shell blocks and in words set as code."""
    joined = (block.replace("\\\n", " ") for block in blocks(text, "sh"))
    lines = [line for block in joined for line in block.splitlines()]
    for line in (*lines, *INLINE.findall(prose(text))):
        found = re.search(r"(?:^|\s)adempauze ((?:[a-z]|--)[^#]*)", line)
        if found:
            yield found[1].strip()


def _known(line: str, options: Options) -> bool:
    words = shlex.split(line)
    plain = tuple(word for word in words if not word.startswith("-"))
    known = options(plain)
    return known is not None and all(word in known for word in words if word.startswith("--"))
