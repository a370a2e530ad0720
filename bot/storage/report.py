"""The audit as a document for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict

from bot.storage.audit import LIMIT
from bot.storage.verdict import Found


def as_document(found: Iterable[Found]) -> str:
    """Return it as JSON: `limit` says what it does not prove, `found` is one object for each check."""
    return json.dumps({"limit": LIMIT, "found": [asdict(one) for one in found]}, indent=1, ensure_ascii=False)
