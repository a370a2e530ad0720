"""Whether something has the shape that Slack's own types give it; problems name their place as a JSON pointer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.validators import extend

Schema = dict[str, Any]

HERE: Final = Path(__file__).parent
KINDS: Final = "x-kinds"
"""Beside an `anyOf`: which `type` of an object means which branch, so that one branch is tried and not all."""

SHORT: Final = 120


def wire_problems(name: str, said: object) -> list[str]:
    """Return what is wrong with something said between Slack and the product; `name` is a type of root.ts."""
    return _problems("wire", name, said)


def answer_problems(method: str, answer: object) -> list[str]:
    """Return what is wrong with the answer of a method of the Web API."""
    return _problems("answers", method, answer)


def manifest_problems(manifest: object) -> list[str]:
    """Return what is wrong with the manifest of an app."""
    return _problems("manifest", "Manifest", manifest)


def _problems(file: str, name: str, said: object) -> list[str]:
    validator = Typed(_definitions(file)[name])
    return [_told(_deepest(error)) for error in validator.iter_errors(said)]


def _told(error: ValidationError) -> str:
    pointer = "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in error.absolute_path)
    said = error.message  # begins with what was said, however long that is
    return f"{said if len(said) <= SHORT else '…' + said[-SHORT:]} [json-pointer:{pointer}]"


def _deepest(error: ValidationError) -> ValidationError:
    """The complaint of the branch that came nearest."""
    return best_match([error]) or error if error.context else error


@cache
def _definitions(file: str) -> Schema:
    definitions: Schema = json.loads((HERE / f"{file}.json").read_text(encoding="utf-8"))["definitions"]
    linked: dict[str, Schema] = {name: {} for name in definitions}
    for name, node in definitions.items():
        linked[name].update(_linked(node, linked))
    for node in list(_unions(list(linked.values()))):
        branches = _by_kind(node["anyOf"])
        if branches:
            node[KINDS] = branches
    return linked


def _linked(node: Any, linked: Mapping[str, Schema]) -> Any:
    """The schema with the definitions themselves in the place of references to them, which is quicker to follow."""
    if isinstance(node, list):
        return [_linked(one, linked) for one in node]
    if not isinstance(node, dict):
        return node
    if isinstance(node.get("$ref"), str):
        return linked[node["$ref"].rpartition("/")[2]]
    return {name: _linked(part, linked) for name, part in node.items()}


def _unions(waiting: list[Any]) -> Iterator[Schema]:
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen or not isinstance(node, dict | list):
            continue
        seen.add(id(node))
        waiting += node.values() if isinstance(node, dict) else node
        if isinstance(node, dict) and isinstance(node.get("anyOf"), list):
            yield node


def _by_kind(branches: list[Schema]) -> dict[str, Schema]:
    """The branches by the `type` that each alone takes; nothing when it is not that simple."""
    found: dict[str, Schema] = {}
    for branch in branches:
        kinds = _kinds(branch)
        if not kinds or kinds.keys() & found.keys():
            return {}
        found |= kinds
    return found


def _kinds(node: Schema) -> dict[str, Schema]:
    if "anyOf" in node:
        inside = _by_kind(node["anyOf"])
        return inside or {kind: node for branch in node["anyOf"] for kind in _kinds(branch)}
    kind = node.get("properties", {}).get("type", {})
    return dict.fromkeys([kind["const"]] if "const" in kind else kind.get("enum", []), node)


def _any_of(validator: Any, branches: list[Schema], said: Any, schema: Schema) -> Iterator[ValidationError]:
    kinds = schema.get(KINDS)
    if kinds is None or not isinstance(said, dict):
        yield from Draft7Validator.VALIDATORS["anyOf"](validator, branches, said, schema)
    elif not isinstance(said.get("type"), str) or said["type"] not in kinds:
        yield ValidationError(f"type {said.get('type')!r} is none of {', '.join(kinds)}", path=["type"])
    else:
        yield from validator.descend(said, kinds[said["type"]])


Typed: Final = extend(Draft7Validator, {"anyOf": _any_of})
