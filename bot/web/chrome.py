"""The chrome around every page: language, landmarks, skip link, the sign. Pure but for reading its own templates."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined

from adapters.web.parse import preferred
from bot.texts import Texts
from surveys.model import Language

HTMX: Final[Mapping[str, object]] = {
    "includeIndicatorStyles": False,
    "allowEval": False,
    "allowScriptTags": False,
    "selfRequestsOnly": True,
    "historyEnabled": False,
    "historyCacheSize": 0,
    "responseHandling": [{"code": "204", "swap": False}, {"code": "...", "swap": True}],
}
"""No inline style, no eval, no page kept in the browser's storage; refusals are shown, not swallowed."""

Navigation = tuple[tuple[str, str], ...]


def locale_of(request: Request) -> Language:
    """Return the language a browser asks for, when nobody is known."""
    return preferred(request.headers.get("accept-language", ""))


@cache
def asset(name: str) -> str:
    """Return the address of a static file; it changes with the content, so that browsers may keep it."""
    content = (files("bot.web") / "static" / name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:10]}"


_templates: Final = Environment(
    loader=PackageLoader("bot.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_templates.globals.update(asset=asset, htmx=HTMX)


@dataclass(frozen=True, slots=True)
class Chrome:
    """Renders whole pages. An instance is a `Frame` for the web chat. With `invented`, each says it is an example."""

    invented: bool = False

    def __call__(
        self,
        title: str,
        body: str,
        locale: Language,
        *,
        nav: Navigation = (),
        sign_out: bool = False,
        wide: bool = False,
    ) -> str:
        """Return a page around a body that is HTML already. `nav` are (address, label) pairs; `wide` suits tables."""
        return _templates.get_template("layout.html").render(
            title=title,
            body=body,
            locale=locale,
            nav=nav,
            sign_out=sign_out,
            wide=wide,
            invented=self.invented,
            t=Texts(locale),
        )

    def body(self, template: str, locale: Language, **values: Any) -> str:
        """Return the body of a page from a template of ours, every value escaped."""
        return _templates.get_template(template).render(t=Texts(locale), **values)

    def page(self, template: str, title: str, locale: Language, **values: Any) -> str:
        """Return a page from a template of ours; `title` is the id of its text."""
        return self(Texts(locale)(title), self.body(template, locale, **values), locale)

    def message(self, t: Texts, msgid: str, *, back: bool = False) -> str:
        """Return a page that says one thing, `<msgid>.title` and `<msgid>.text`, with the way back to the chat."""
        title, text = t(f"{msgid}.title"), t(f"{msgid}.text")
        body = _templates.get_template("message.html").render(title=title, text=text, back=back, t=t)
        return self(title, body, t.language)
