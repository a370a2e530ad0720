"""Whether an address of ours can be reached by others. Pure."""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.web.sessions import on_loopback


def reached_from_outside(base: str) -> bool:
    """Whether `base` is an https address that is not of this machine alone, and goes on with a path."""
    parts = urlsplit(base)
    return bool(
        parts.scheme == "https"
        and parts.hostname
        and not (parts.query or parts.fragment)
        and not on_loopback(parts.hostname)
    )
