"""What htmx is told to change on the page for each kind of outcome."""

from __future__ import annotations

import re
from typing import Final

from fastapi.responses import HTMLResponse, Response

from adapters.port import Message, Reply
from adapters.web import render
from adapters.web.words import WebWords

_TO_DIALOG: Final = {"HX-Retarget": "#dialog", "HX-Reswap": "innerHTML"}
_TO_NOTICE: Final = {"HX-Retarget": "next .notice", "HX-Reswap": "innerHTML"}
_CARD: Final = re.compile(r"card-([A-Za-z0-9-]{1,64})")


def said(text: str, *, status: int = 200, failed: bool = True) -> Response:
    """Return a sentence that appears beside the card; the card keeps its buttons."""
    return HTMLResponse(render.notice(text, failed=failed), status, _TO_NOTICE)


def fragment(reply: Reply, token: str | None, words: WebWords, *, target: str) -> Response:
    """Return what changes: the card of `token` (or `target`, the element that asked), the dialog, or a notice."""
    if reply.message and target == "dialog":
        return HTMLResponse(_dialog(reply.message, reply, words), headers=_TO_DIALOG)
    if reply.message:
        return _replaced(reply.message, reply, token, words, target)
    if reply.dialog:
        return HTMLResponse(_dialog(reply.dialog, reply, words), headers=_TO_DIALOG)
    if reply.notice:
        return said(reply.notice, failed=reply.failed)
    return Response(status_code=204)


def _replaced(message: Message, reply: Reply, token: str | None, words: WebWords, target: str) -> Response:
    place = _CARD.fullmatch(target)
    html = render.card(message, ref=place[1] if place else "", notice=reply.notice, failed=reply.failed)
    if reply.dialog:
        html += f'<div hx-swap-oob="innerHTML:#dialog">{render.dialog(reply.dialog, words)}</div>'
    headers = {"HX-Retarget": f"#{render.anchor(token)}", "HX-Reswap": "outerHTML"} if token else {}
    return HTMLResponse(html, headers=headers)


def _dialog(message: Message, reply: Reply, words: WebWords) -> str:
    return render.dialog(message, words, notice=reply.notice, failed=reply.failed)
