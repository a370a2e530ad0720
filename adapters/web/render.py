"""Messages become HTML. Pure: the same message gives the same bytes; every word is escaped by Jinja2.

Inline styles and scripts are never written, so the strictest content security policy holds. A choice with a
position is one of the options and fills a line; the others stand quietly below.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from adapters.port import SUBMISSIONS, Field, Image, Message
from adapters.web.words import WebWords

_SAFE_LINKS: Final = ("https://", "http://", "tel:", "sms:", "mailto:", "/")


def _picture(image: Image) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(image.svg.encode()).decode("ascii")


def _is_submission(message: Message, action: str) -> bool:
    return message.token is not None and action in SUBMISSIONS


def _safe_link(url: str) -> bool:
    return url.startswith(_SAFE_LINKS) and not url.startswith("//")


def _standing(field: Field) -> str:
    """Return what stands in an input: of people their names, because on a page they are typed."""
    if field.kind != "people":
        return field.value
    names = dict(field.options)
    pointed_at = (one.strip() for one in field.value.split(","))
    return ", ".join(names.get(one, one) for one in pointed_at if one)


_templates: Final = Environment(
    loader=PackageLoader("adapters.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.globals.update(picture=_picture, is_submission=_is_submission, safe_link=_safe_link, standing=_standing)


def anchor(token: str | None, fallback: str = "") -> str:
    """Return the id of a card's element: a digest of its token, so that a reply finds the card it replaces."""
    if token is None:
        return f"card-{fallback}" if fallback else ""
    return "card-" + hashlib.sha256(token.encode()).hexdigest()[:16]


def card(message: Message, *, ref: str = "", notice: str = "", failed: bool = False, anchored: bool = True) -> str:
    """Return a message as an article, with its buttons and forms and a place for a notice.

    `ref` names a card without a token; a card that is not `anchored` is never the one that a reply replaces.
    """
    place = anchor(message.token, ref) if anchored else ""
    return _templates.get_template("message.html").render(message=message, anchor=place, notice=notice, failed=failed)


def dialog(message: Message, words: WebWords, *, notice: str = "", failed: bool = False) -> str:
    """Return the content of the page's dialog, with its own way out."""
    inner = card(message, notice=notice, failed=failed, anchored=False)
    return _templates.get_template("dialog.html").render(inner=inner, words=words)


def notice(text: str, *, failed: bool) -> str:
    """Return a sentence for the place of a card's notice."""
    return _templates.get_template("notice.html").render(text=text, failed=failed)


def chat(cards: Sequence[str], words: WebWords) -> str:
    """Return the body of a person's page, newest card first."""
    return _templates.get_template("chat.html").render(cards=cards, words=words)


def page(title: str, words: WebWords, *, cards: Sequence[str] = (), text: str = "", failed: bool = False) -> str:
    """Return the body of a page that shows an outcome without JavaScript, with the way back."""
    template = _templates.get_template("outcome.html")
    return template.render(title=title, cards=cards, text=text, failed=failed, words=words)
