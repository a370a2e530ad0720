"""Lists, page by page."""

from __future__ import annotations

import base64
import binascii

from tests.slack.model import Json, SlackError

LARGEST = 1000


def page(items: list[Json], arguments: Json, name: str, *, usual: int = LARGEST) -> Json:
    """Return the page that the arguments ask for, under this name, with where the next one begins."""
    first = _position(str(arguments.get("cursor") or ""))
    size = _limit(arguments, usual)
    following = _cursor(first + size) if first + size < len(items) else ""
    return {name: items[first : first + size], "response_metadata": {"next_cursor": following}}


def true(arguments: Json, name: str) -> bool:
    """Whether a switch is on."""
    # The client library turns booleans into 1 and 0 in a query.
    return str(arguments.get(name, "")).lower() in {"1", "true"}


def _limit(arguments: Json, usual: int) -> int:
    try:
        asked = int(arguments.get("limit") or 0)
    except ValueError:
        raise SlackError("invalid_limit") from None
    return min(asked or usual, LARGEST)


def _cursor(position: int) -> str:
    return base64.b64encode(f"user:{position}".encode()).decode()


def _position(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix("user:"))
    except (ValueError, binascii.Error):
        raise SlackError("invalid_cursor") from None
