"""Limits that Slack's types state in their comments alone: read from the sentences, said as JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

Schema = dict[str, Any]

LINK: Final = re.compile(r"\{@link[^}]*\}")
SENTENCE: Final = re.compile(r"(?<=[.!])\s+")
NUMBER: Final = r"[^.\d]*?`?(\d[\d,]*)"
LONGEST: Final = re.compile(rf"(?i)\b(?:max(?:imum)? length|limit ){NUMBER}")
LESS_THAN: Final = re.compile(r"(?i)must be less than (\d+) characters")
SHORTEST: Final = re.compile(rf"(?i)\bminimum length{NUMBER}")
MOST: Final = re.compile(rf"(?i)\b(?:maximum|max of|up to|between \d+ and){NUMBER}")
LEAST: Final = re.compile(rf"(?i)\b(?:minimum|between){NUMBER}")


def with_limits(node: Any) -> Any:
    """Return the schema with the limits of its comments as keywords, and without any comment."""
    if isinstance(node, list):
        return [with_limits(one) for one in node]
    if not isinstance(node, dict):
        return node
    said = node.get("description")  # or a property of this name
    comment = said if isinstance(said, str) else ""
    bare = {name: with_limits(part) for name, part in node.items() if not (comment and name == "description")}
    return _limited(bare, comment)


def _limited(node: Schema, said: str) -> Schema:
    for sentence in SENTENCE.split(LINK.sub("", said.replace("\n", " "))):
        node = _with_sentence(node, sentence)
    return node


def _with_sentence(node: Schema, sentence: str) -> Schema:
    kind = node.get("type")
    if kind == "array":
        return _array(node, sentence)
    if kind == "number":
        return node | _bounds(sentence, "minimum", "maximum")
    if kind == "string":
        return node | dict(_length(sentence))
    return _text(node, dict(_length(sentence)))


def _array(node: Schema, sentence: str) -> Schema:
    """The number of items, or what is said of each of them."""
    if "each item" in sentence:
        return node | {"items": _text(node["items"], dict(_length(sentence)))}
    if "Each row" in sentence:
        return node | {"items": node["items"] | _bounds(sentence, "minItems", "maxItems")}
    return node | _bounds(sentence, "minItems", "maxItems")


def _text(node: Schema, length: Schema) -> Schema:
    """Limit the text of a text object; a reference stands alone, for in draft 7 it hides what is beside it."""
    own = "$ref" in node or "anyOf" in node
    return {"allOf": [node, {"properties": {"text": length}}]} if own and length else node


def _length(sentence: str) -> Iterator[tuple[str, int]]:
    if found := LONGEST.search(sentence):
        yield "maxLength", _int(found)
    if found := LESS_THAN.search(sentence):
        yield "maxLength", _int(found) - 1
    if found := SHORTEST.search(sentence):
        yield "minLength", _int(found)


def _bounds(sentence: str, least: str, most: str) -> Schema:
    found = {least: LEAST.search(sentence), most: MOST.search(sentence)}
    return {name: _int(match) for name, match in found.items() if match}


def _int(found: re.Match[str]) -> int:
    return int(found[1].replace(",", ""))
