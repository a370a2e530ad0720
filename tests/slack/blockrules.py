"""The rules of each kind of block."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from tests.slack.chartrules import chart
from tests.slack.elementrules import BUTTONLIKE, INPUTS, element
from tests.slack.limits_of_text import long, plain, text_object, words
from tests.slack.model import Json

IN_ALL = {"actions", "context", "divider", "header", "image", "input", "section", "rich_text", "video"}
IN_MESSAGES = IN_ALL | {"markdown", "table", "data_table", "data_visualization", "file", "card", "carousel"}
IN_MODALS = IN_ALL | {"alert"}


def unknown_types(block: Json, surface: str, *, charts: bool) -> bool:
    """Whether this kind of block does not exist on this surface."""
    known = {"message": IN_MESSAGES, "modal": IN_MODALS}.get(surface, IN_ALL)
    return block.get("type") not in (known if charts else known - {"data_visualization"})


def problems_of_block(block: Json, where: str) -> Iterator[str]:
    """Everything that is wrong with one block of a known kind."""
    yield from long(block, where, block_id=255)
    rule = RULES.get(str(block["type"]))
    if rule is not None:
        yield from rule(block, where)


def _section(block: Json, where: str) -> Iterator[str]:
    fields = block.get("fields")
    yield from words(block, "text", where, 3000, required=fields is None)
    if fields is not None and not 0 < len(fields) <= 10:
        yield f"must have 1 to 10 fields [json-pointer:{where}/fields]"
    for place, field in enumerate(fields or []):
        yield from text_object(field, f"{where}/fields/{place}", 2000, {"plain_text", "mrkdwn"})
    if block.get("accessory") is not None:
        yield from element(block["accessory"], f"{where}/accessory", BUTTONLIKE | {"image"})
    yield from _strange(block, where, {"text", "fields", "accessory", "expand"})


def _header(block: Json, where: str) -> Iterator[str]:
    yield from plain(block, "text", where, 150)
    yield from _strange(block, where, {"text", "level"})


def _actions(block: Json, where: str) -> Iterator[str]:
    elements = block.get("elements")
    if not isinstance(elements, list) or not 0 < len(elements) <= 25:
        yield f"must have 1 to 25 elements [json-pointer:{where}/elements]"
        return
    ids = Counter(part.get("action_id") for part in elements if isinstance(part, dict) and part.get("action_id"))
    yield from (f"action_id already exists: {name} [json-pointer:{where}]" for name, n in ids.items() if n > 1)
    for place, part in enumerate(elements):
        yield from element(part, f"{where}/elements/{place}", BUTTONLIKE)
    yield from _strange(block, where, {"elements"})


def _context(block: Json, where: str) -> Iterator[str]:
    elements = block.get("elements")
    if not isinstance(elements, list) or not 0 < len(elements) <= 10:
        yield f"must have 1 to 10 elements [json-pointer:{where}/elements]"
        return
    for place, part in enumerate(elements):
        at = f"{where}/elements/{place}"
        if isinstance(part, dict) and part.get("type") == "image":
            yield from element(part, at, {"image"})
        else:
            yield from text_object(part, at, 3000, {"plain_text", "mrkdwn"})
    yield from _strange(block, where, {"elements"})


def _image(block: Json, where: str) -> Iterator[str]:
    if not isinstance(block.get("alt_text"), str) or not block["alt_text"]:
        yield f"missing required field: alt_text [json-pointer:{where}]"
    if not block.get("image_url") and not block.get("slack_file"):
        yield f"missing required field: image_url [json-pointer:{where}]"
    yield from long(block, where, alt_text=2000, image_url=3000)
    yield from plain(block, "title", where, 2000, required=False)
    yield from _strange(block, where, {"alt_text", "image_url", "slack_file", "title"})


def _input(block: Json, where: str) -> Iterator[str]:
    yield from plain(block, "label", where, 2000)
    yield from plain(block, "hint", where, 2000, required=False)
    yield from element(block.get("element"), f"{where}/element", INPUTS)
    yield from _strange(block, where, {"label", "hint", "element", "optional", "dispatch_action"})


def _markdown(block: Json, where: str) -> Iterator[str]:
    if not isinstance(block.get("text"), str) or not block["text"]:
        yield f"must be more than 0 characters [json-pointer:{where}/text]"


def _divider(block: Json, where: str) -> Iterator[str]:
    yield from _strange(block, where, set())


def _table(block: Json, where: str) -> Iterator[str]:
    rows = block.get("rows")
    if not isinstance(rows, list) or not 0 < len(rows) <= 100:
        yield f"must have 1 to 100 rows [json-pointer:{where}/rows]"
    elif any(not isinstance(row, list) or not 0 < len(row) <= 20 for row in rows):
        yield f"must have 1 to 20 cells in each row [json-pointer:{where}/rows]"


def _carousel(block: Json, where: str) -> Iterator[str]:
    if not 0 < len(block.get("elements") or []) <= 10:
        yield f"must have 1 to 10 cards [json-pointer:{where}/elements]"


def _strange(block: Json, where: str, known: set[str]) -> list[str]:
    strange = sorted(set(block) - known - {"type", "block_id"})
    return [f"invalid additional property: {name} [json-pointer:{where}]" for name in strange]


RULES: dict[str, Callable[[Json, str], Iterator[str]]] = {
    "section": _section,
    "header": _header,
    "actions": _actions,
    "context": _context,
    "image": _image,
    "input": _input,
    "markdown": _markdown,
    "divider": _divider,
    "table": _table,
    "carousel": _carousel,
    "data_visualization": chart,
}
