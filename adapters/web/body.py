"""Reading the body of a POST without ever reading more than a form can be."""

from __future__ import annotations

from typing import Final

from fastapi import Request

from adapters.web.parse import BadForm, Pairs, pairs_of

LIMIT: Final = 64 * 1024
_KIND: Final = "application/x-www-form-urlencoded"
_TOO_LARGE: Final = BadForm("too_large", f"the form is larger than {LIMIT} bytes: send less text")


async def read_form(request: Request) -> Pairs | BadForm:
    """Return the fields of a form. Past 64 KB it stops reading, or does not begin when the length is announced."""
    if not request.headers.get("content-type", _KIND).startswith(_KIND):
        return BadForm("unreadable", f"content-type must be {_KIND}")
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced) > LIMIT:
        return _TOO_LARGE
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LIMIT:
            return _TOO_LARGE
    return pairs_of(bytes(body))
