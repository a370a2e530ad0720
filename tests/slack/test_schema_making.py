"""How the schemas are made: limits are read from sentences, definitions are shared where they are the same."""

from __future__ import annotations

from typing import Any

import pytest

from tests.slack.schema.definitions import plain, reached, shared
from tests.slack.schema.limits import with_limits

TEXT = {"$ref": "#/definitions/Text"}
SENTENCES: dict[str, tuple[dict[str, Any], str, dict[str, Any]]] = {
    "a length": ({"type": "string"}, "A label. Maximum length for this field is 75 characters.", {"maxLength": 75}),
    "a length with a comma": ({"type": "string"}, "Limit 12,000 characters max.", {"maxLength": 12_000}),
    "less than": ({"type": "string"}, "Must be less than 50 characters.", {"maxLength": 49}),
    "both": (
        {"type": "string"},
        "The minimum length is 1 and maximum length is 3000 characters.",
        {"minLength": 1, "maxLength": 3000},
    ),
    "items": ({"type": "array"}, "There is a maximum of 25 elements in each block.", {"maxItems": 25}),
    "at least one item": ({"type": "array"}, "Minimum 1, maximum 10 cards.", {"minItems": 1, "maxItems": 10}),
    "up to": ({"type": "array"}, "An array of up to 5 {@link Option} to display.", {"maxItems": 5}),
    "a number": ({"type": "number"}, "Must be between 1 and 100.", {"minimum": 1, "maximum": 100}),
    "nothing": ({"type": "string"}, "May show ~30 characters. At least 2024 was a year.", {}),
}


@pytest.mark.parametrize("name", SENTENCES)
def test_a_limit_is_read_from_a_sentence(name: str) -> None:
    node, sentence, limits = SENTENCES[name]
    assert with_limits({**node, "description": sentence}) == {**node, **limits}


def test_the_limit_of_a_text_object_is_that_of_its_text() -> None:
    limited = with_limits({**TEXT, "description": "Maximum length for the text is 150 characters."})
    assert limited == {"allOf": [TEXT, {"properties": {"text": {"maxLength": 150}}}]}


def test_a_property_called_description_is_no_comment() -> None:
    node = {"properties": {"description": {"type": "string", "description": "Maximum length is 140 characters."}}}
    assert with_limits(node) == {"properties": {"description": {"type": "string", "maxLength": 140}}}


def test_what_nothing_needs_is_dropped() -> None:
    assert sorted(reached({"A": {"anyOf": [TEXT]}, "Text": {}, "Other": {}}, ["A"])) == ["A", "Text"]


def test_another_name_for_the_same_is_the_same() -> None:
    made = plain({"joined": {"$ref": "#/definitions/Event%3CJoin%3E"}, "Event<Join>": {"type": "object"}})
    assert made == {"joined": {"type": "object"}, "Event_Join": {"type": "object"}}


def test_definitions_of_one_name_that_differ_are_kept_apart() -> None:
    part = {"$ref": "#/definitions/Part"}
    one, two = {"one": part, "Part": {"type": "string"}}, {"two": part, "Part": {"type": "number"}}
    made = shared({"one": one, "two": two, "three": {"three": part, "Part": {"type": "string"}}})
    assert made == {
        "one": part,
        "three": part,
        "two": {"$ref": "#/definitions/Part2"},
        "Part": {"type": "string"},
        "Part2": {"type": "number"},
    }
