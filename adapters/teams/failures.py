"""What a failed call means for a delivery. Pure."""

from __future__ import annotations

import json
import re
from email.utils import parsedate_to_datetime
from typing import Final

from adapters.port import DeliveryError

GONE: Final = frozenset({403, 404})
"""Blocked, uninstalled, or no such conversation any more."""
PASSING: Final = frozenset({408, 412, 429})
"""What says "not now" among the answers that otherwise say "never"; Teams names 412, 429, 502 and 504."""
LATER: Final = 600.0
"""Seconds to wait while we cannot prove who we are."""
SOON: Final = 30.0
"""Seconds to wait while whoever hands out tokens does not answer."""
SLOWER: Final = 10.0
"""Seconds to wait after a 429 that does not say how long."""
LONGEST: Final = 3600.0
"""Seconds after which we look again, however long we were asked to wait."""
_CODE: Final = re.compile(r"[A-Za-z][A-Za-z_]{0,59}")


class Refused(DeliveryError):
    """Teams said no. `status` is that of its answer, `code` its word for why, "" without one."""

    def __init__(self, status: int, code: str, *, permanent: bool, retry_after: float | None = None) -> None:
        super().__init__(f"Microsoft answered {status} {code}".rstrip(), permanent=permanent, retry_after=retry_after)
        self.status = status
        self.code = code

    @property
    def gone(self) -> bool:
        """Whether the conversation is not to be used any more; the person may still be reached in another."""
        return self.status in GONE


class Unauthorised(DeliveryError):
    """There is no token to be had, or it counts for nothing."""

    def __init__(self, why: str, retry_after: float = LATER) -> None:
        super().__init__(f"Microsoft does not know us: {why}", permanent=False, retry_after=retry_after)


def delivery_error(status: int, body: bytes, retry_after: str | None, now: float) -> DeliveryError:
    """Return the failure for an answer that is no success; `now` in seconds since 1970."""
    if status == 401:
        return Unauthorised("the token was refused")
    permanent = 400 <= status < 500 and status not in PASSING
    wait = None if permanent else _seconds(retry_after, now)
    return Refused(status, _code(body), permanent=permanent, retry_after=wait or (SLOWER if status == 429 else None))


def _code(body: bytes) -> str:
    """Return Teams' word for a failure; its sentences may name people, so these are left alone."""
    try:
        code = json.loads(body)["error"]["code"]
    except (LookupError, RecursionError, TypeError, ValueError):
        return ""
    return code if isinstance(code, str) and _CODE.fullmatch(code) else ""


def _seconds(text: str | None, now: float) -> float | None:
    """Return what a Retry-After says, in seconds or as a moment; None for anything else."""
    if text is None:
        return None
    try:
        wait = float(text) if text.strip().replace(".", "", 1).isdecimal() else _moment(text) - now
    except ValueError:
        return None
    return min(LONGEST, max(1.0, wait))


def _moment(text: str) -> float:
    return parsedate_to_datetime(text).timestamp()
