"""The body of a request, as long as it is no longer than anything that we are sent."""

from __future__ import annotations

from typing import Final

from fastapi import Request

LIMIT: Final = 1024 * 1024
"""Bytes of one request; what platforms send stays far below."""


async def bounded(request: Request) -> bytes | None:
    """Return the body; None for a longer one, of which no more is read."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LIMIT:
            return None
    return bytes(body)
