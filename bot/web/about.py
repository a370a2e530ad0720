"""The one page for whoever is not known: what this is, what is kept and what is not, and what taking part means.

Directories of apps lead to it, so it names nobody, sets no cookie and is the same for everybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from bot.introduction_words import WEB, limits
from bot.texts import Texts
from bot.web.chrome import Chrome, locale_of

ABOUT: Final = "/about"
PRIVACY: Final = "privacy"
TERMS: Final = "terms"
"""Where on the page those parts begin."""


@dataclass(frozen=True, slots=True)
class About:
    """The route of the page. `channels` are the platforms that are connected beside the web chat."""

    chrome: Chrome
    channels: tuple[str, ...] = ()

    def router(self) -> APIRouter:
        """Return the route."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route(ABOUT, self.show, methods=["GET"], response_class=HTMLResponse)
        return router

    async def show(self, request: Request) -> Response:
        """Show the page in the language of the browser."""
        locale = locale_of(request)
        said = limits({WEB, *self.channels}, Texts(locale))
        values = {"limits": said, "privacy": PRIVACY, "terms": TERMS}
        return HTMLResponse(self.chrome.page("about.html", "about.title", locale, **values))
