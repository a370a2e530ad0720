"""Definitions of a JSON schema: named plainly, shared where they are the same, dropped where nothing needs them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import unquote

Schema = dict[str, Any]

PLACE: Final = "#/definitions/"


def plain(definitions: Schema) -> Schema:
    """Return the definitions under names without brackets, each with its own words and not those of another."""
    named = {_name(name): _renamed(node, _name) for name, node in definitions.items()}
    return {name: named[target(node)] if set(node) == {"$ref"} else node for name, node in named.items()}


def reached(definitions: Schema, roots: Iterable[str]) -> Schema:
    """Return what these roots need, and themselves."""
    waiting, found = list(roots), set[str]()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += re.findall(rf'"\$ref": "{PLACE}([^"]+)"', json.dumps(definitions[name]))
    return {name: definitions[name] for name in found}


def shared(schemas: Mapping[str, Schema]) -> Schema:
    """Return the definitions of several schemas together; those of one name that differ get a number."""
    together: Schema = {}
    whole: dict[str, str] = {}
    for root in sorted(schemas):
        known = {}
        for name in sorted(schemas[root], key=lambda name: (name != root, name)):
            content = _whole(schemas[root], name, ())
            known[name] = _free(name, content, whole)
        together |= {known[name]: _renamed(node, known.__getitem__) for name, node in schemas[root].items()}
    return together


def target(node: Schema) -> str:
    """Return the name of the definition that a reference means."""
    return str(node["$ref"]).removeprefix(PLACE)


def _free(name: str, content: str, whole: dict[str, str]) -> str:
    """The name under which this content is known, or a new one."""
    number = 1
    while whole.setdefault(f"{name}{number if number > 1 else ''}", content) != content:
        number += 1
    return f"{name}{number if number > 1 else ''}"


def _whole(definitions: Schema, name: str, above: tuple[str, ...]) -> str:
    """A definition with all that it refers to in place."""
    if name in above:
        return f"again {name}"
    inside = _renamed(definitions[name], lambda other: _whole(definitions, other, (*above, name)))
    return json.dumps(inside, sort_keys=True)


def _renamed(node: Any, rename: Any) -> Any:
    if isinstance(node, list):
        return [_renamed(one, rename) for one in node]
    if not isinstance(node, dict):
        return node
    if isinstance(node.get("$ref"), str):
        return {"$ref": PLACE + rename(target(node))}
    return {name: _renamed(part, rename) for name, part in node.items()}


def _name(name: str) -> str:
    return unquote(name).replace("<", "_").replace(">", "")
