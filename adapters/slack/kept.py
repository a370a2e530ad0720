"""What a button or a form keeps, as Slack carries it: JSON in a button's `value` or beside a view. Pure and strict.

It stands where a token would, and no token begins as JSON of this kind does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final

BUTTON: Final = 2000
VIEW: Final = 3000
"""Characters that Slack carries with a button, and beside a view (docs.slack.dev/reference/block-kit)."""
MOST: Final = 20
"""Fields of one button; ours keep a few."""
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")


def packed(kept: Mapping[str, str], most: int) -> str:
    """Return it as it travels, "" for nothing. Raises ValueError where it is longer: cut, it would be another thing."""
    if not kept:
        return ""
    text = json.dumps(dict(kept), ensure_ascii=False, separators=(",", ":"))
    if len(text) > most:
        raise ValueError(f"what is kept takes {len(text)} characters, and Slack carries {most}")
    return text


def is_kept(text: str) -> bool:
    """Whether this is something kept rather than a token."""
    return text.startswith("{")


def unpacked(text: str) -> dict[str, str]:
    """Return what was kept. Raises ValueError for anything that we would not have packed: it comes from the client."""
    if len(text) > VIEW:
        raise ValueError("too long")
    found = json.loads(text)
    if not isinstance(found, dict) or len(found) > MOST:
        raise ValueError("no fields")
    if not all(_NAME.fullmatch(name) and isinstance(value, str) for name, value in found.items()):
        raise ValueError("a field of another kind")
    return found
