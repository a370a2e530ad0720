"""Connecting the web chat, with its own few words from the catalogue and behind the doors of the pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from adapters.web.platform import WebChat
from bot.hands import Hands
from bot.web.auth import Doors
from bot.web.words import web_words
from surveys.model import LANGUAGES


def web_chat(hands: Hands, doors: Doors, new_id: Callable[[], UUID]) -> WebChat:
    """Return the web chat; `new_id` names what happens on a page."""
    return WebChat(
        receive=hands.receive,
        belongs=hands.belongs,
        keep=hands.keep,
        identify=doors.visitor,
        frame=partial(doors.chrome, sign_out=True),
        words={language: web_words(language) for language in LANGUAGES},
        new_id=lambda: new_id().hex,
    )
