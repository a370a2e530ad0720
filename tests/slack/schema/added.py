"""What Slack says of its blocks elsewhere than in its types.

Sources: docs.slack.dev/reference/block-kit/blocks for the number of blocks; docs.slack.dev/changelog of 2026-06-16 for
`data_visualization`, whose rules that no schema can say are in `tests/slack/chartrules.py`.
"""

from __future__ import annotations

from typing import Any, Final

Schema = dict[str, Any]

MOST_BLOCKS: Final = {"Message": 50, "Response": 50, "Modal": 100, "Home": 100}
WITH_CHARTS: Final = ("Message", "Response")


def _only(required: str, **properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": required.split(),
        "additionalProperties": False,
    }


def _words(most: int) -> Schema:
    return {"type": "string", "minLength": 1, "maxLength": most}


def _some(most: int, items: Schema) -> Schema:
    return {"type": "array", "items": items, "minItems": 1, "maxItems": most}


LABEL: Final = _words(20)
POINT: Final = _only("label value", label=LABEL, value={"type": "number"})
SEGMENT: Final = _only("label value", label=LABEL, value={"type": "number", "exclusiveMinimum": 0})
AXES: Final = _only("categories", categories=_some(20, LABEL), x_label=_words(50), y_label=_words(50))
PIE: Final = _only("type segments", type={"const": "pie"}, segments=_some(12, SEGMENT))
LINES: Final = _only(
    "type series axis_config",
    type={"enum": ["bar", "line", "area"]},
    series=_some(12, _only("name data", name=LABEL, data=_some(20, POINT))),
    axis_config=AXES,
)
DEFINITIONS: Final[Schema] = {
    "DataVisualizationBlock": _only(
        "type title chart",
        type={"const": "data_visualization"},
        block_id={"type": "string", "maxLength": 255},
        title=_words(50),
        chart={"anyOf": [{"$ref": "#/definitions/PieChart"}, {"$ref": "#/definitions/LineChart"}]},
    ),
    "PieChart": PIE,
    "LineChart": LINES,
}


def with_blocks(definitions: Schema) -> Schema:
    """Return the definitions with Slack's own chart among the blocks of messages, and with the number of blocks."""
    known = definitions["KnownBlock"]["anyOf"]
    block = {"anyOf": [*known, {"$ref": "#/definitions/DataVisualizationBlock"}]}
    made = definitions | DEFINITIONS | {"MessageBlock": block}
    for name, most in MOST_BLOCKS.items():
        of = (
            {"$ref": "#/definitions/MessageBlock"}
            if name in WITH_CHARTS
            else definitions[name]["properties"]["blocks"]["items"]
        )
        blocks = {"type": "array", "items": of, "maxItems": most}
        made[name] = made[name] | {"properties": made[name]["properties"] | {"blocks": blocks}}
    return made


def closed(definitions: Schema) -> Schema:
    """Return the manifest's definitions without its way out: the type is open only to be passed on as arguments."""
    return definitions | {"Manifest": definitions["Manifest"] | {"additionalProperties": False}}
