"""The rules of the data_visualization block, Slack's own chart."""

from __future__ import annotations

from collections.abc import Iterator

from tests.slack.limits_of_text import long
from tests.slack.model import Json

SERIES, CATEGORIES, LABEL = 12, 20, 20


def chart(block: Json, where: str) -> Iterator[str]:
    """Everything that is wrong with a chart."""
    yield from long(block, where, title=50)
    if not block.get("title"):
        yield f"missing required field: title [json-pointer:{where}]"
    body = block.get("chart")
    if not isinstance(body, dict) or body.get("type") not in {"pie", "bar", "line", "area"}:
        yield f"chart: must be a pie, bar, line or area [json-pointer:{where}/chart]"
    elif body["type"] == "pie":
        yield from _pie(body, f"{where}/chart")
    else:
        yield from _axes(body, f"{where}/chart")


def _pie(body: Json, where: str) -> Iterator[str]:
    segments = body.get("segments")
    if not isinstance(segments, list) or not 0 < len(segments) <= SERIES:
        yield f"must have 1 to {SERIES} segments [json-pointer:{where}/segments]"
        return
    for place, segment in enumerate(segments):
        yield from _label(segment, "label", f"{where}/segments/{place}")
        if not _number(segment.get("value")) or segment["value"] <= 0:
            yield f"value: must be more than 0 [json-pointer:{where}/segments/{place}]"


def _axes(body: Json, where: str) -> Iterator[str]:
    axis = body.get("axis_config") or {}
    categories, series = axis.get("categories"), body.get("series")
    yield from long(axis, f"{where}/axis_config", x_label=50, y_label=50)
    if not isinstance(categories, list) or not 0 < len(categories) <= CATEGORIES:
        yield f"must have 1 to {CATEGORIES} categories [json-pointer:{where}/axis_config/categories]"
    elif any(not isinstance(name, str) or not 0 < len(name) <= LABEL for name in categories):
        yield f"must be 1 to {LABEL} characters [json-pointer:{where}/axis_config/categories]"
    elif not isinstance(series, list) or not 0 < len(series) <= SERIES:
        yield f"must have 1 to {SERIES} series [json-pointer:{where}/series]"
    else:
        for place, line in enumerate(series):
            yield from _series(line, categories, f"{where}/series/{place}")


def _series(line: Json, categories: list[str], where: str) -> Iterator[str]:
    yield from _label(line, "name", where)
    points = line.get("data") or []
    if sorted(str(point.get("label")) for point in points) != sorted(categories):
        yield f"data: must have every category once [json-pointer:{where}/data]"
    if not all(_number(point.get("value")) for point in points):
        yield f"data: must have numbers as values [json-pointer:{where}/data]"


def _label(owner: Json, name: str, where: str) -> Iterator[str]:
    if not isinstance(owner.get(name), str) or not 0 < len(owner[name]) <= LABEL:
        yield f"{name}: must be 1 to {LABEL} characters [json-pointer:{where}]"


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
