"""Whether Slack would take these blocks: counts, lengths and uniqueness, as Slack documents them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

from tests.slack.blockrules import problems_of_block, unknown_types
from tests.slack.limits_of_text import long
from tests.slack.model import Json, SlackError

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
ALL_BLOCKS = 13_200
"""Undocumented. Slack counts its own way; we count the JSON, which is never less."""
TEXT = 40_000
MARKDOWN = 12_000
CHARTS = 2


def check_message(content: Json, *, charts: bool = True) -> None:
    """Refuse a message that Slack would refuse."""
    blocks, text = content.get("blocks") or [], content.get("text")
    if not any((text, blocks, content.get("attachments"), content.get("files"))):
        raise SlackError("no_text")
    if len(text or "") > TEXT:
        raise SlackError("msg_too_long")
    problems = message_problems(blocks, charts=charts)
    if problems:
        raise SlackError("invalid_blocks", errors=problems, response_metadata={"messages": _errors(problems)})
    if len(json.dumps(blocks, ensure_ascii=False)) > ALL_BLOCKS:
        raise SlackError("msg_blocks_too_long")


def check_view(view: Json, kind: str, *, charts: bool = True) -> None:
    """Refuse a modal or a Home view that Slack would refuse."""
    problems = view_problems(view, kind, charts=charts)
    if problems:
        raise SlackError("invalid_arguments", response_metadata={"messages": _errors(problems)})


def message_problems(blocks: object, *, charts: bool = True) -> list[str]:
    """Everything that is wrong with the blocks of a message."""
    return [*_blocks(blocks, "message", MESSAGE_BLOCKS, charts=charts)]


def view_problems(view: Json, kind: str, *, charts: bool = True) -> list[str]:
    """Everything that is wrong with a view."""
    problems = list(_blocks(view.get("blocks"), kind, VIEW_BLOCKS, charts=charts))
    if view.get("type") != kind:
        problems.append(f"type: must be {kind} [json-pointer:/view/type]")
    problems += long(view, "/view", callback_id=255, private_metadata=3000, external_id=255)
    return problems + (_modal(view) if kind == "modal" else [])


def _modal(view: Json) -> list[str]:
    problems = []
    for name in ("title", "submit", "close"):
        words = view.get(name)
        if words is None:
            continue
        if not isinstance(words, dict) or words.get("type") != "plain_text" or not 0 < len(words.get("text", "")) <= 24:
            problems.append(f"{name}: must be plain_text of 1 to 24 characters [json-pointer:/view/{name}]")
    if view.get("title") is None:
        problems.append("missing required field: title [json-pointer:/view]")
    if view.get("submit") is None and any(block.get("type") == "input" for block in _known(view.get("blocks"))):
        problems.append("submit: is required with input blocks [json-pointer:/view]")
    return problems


def _blocks(blocks: object, surface: str, most: int, *, charts: bool) -> Iterator[str]:
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        yield "blocks: must be an array of objects [json-pointer:/blocks]"
        return
    if len(blocks) > most:
        yield f"no more than {most} items allowed [json-pointer:/blocks]"
    yield from _unique(blocks)
    yield from _together(blocks)
    for place, block in enumerate(blocks):
        where = f"/blocks/{place}"
        if unknown_types(block, surface, charts=charts):
            yield f"unsupported type: {block.get('type')} [json-pointer:{where}/type]"
        else:
            yield from problems_of_block(block, where)


def _unique(blocks: list[Json]) -> Iterator[str]:
    ids = Counter(block["block_id"] for block in blocks if block.get("block_id"))
    yield from (f"block_id already exists: {name} [json-pointer:/blocks]" for name, count in ids.items() if count > 1)


def _together(blocks: list[Json]) -> Iterator[str]:
    if sum(block.get("type") == "data_visualization" for block in blocks) > CHARTS:
        yield f"no more than {CHARTS} data_visualization blocks allowed [json-pointer:/blocks]"
    if sum(len(str(block.get("text", ""))) for block in blocks if block.get("type") == "markdown") > MARKDOWN:
        yield f"no more than {MARKDOWN} characters of markdown allowed [json-pointer:/blocks]"


def _known(blocks: object) -> list[Json]:
    return [block for block in blocks if isinstance(block, dict)] if isinstance(blocks, list) else []


def _errors(problems: list[str]) -> list[str]:
    return [f"[ERROR] {problem}" for problem in problems]
