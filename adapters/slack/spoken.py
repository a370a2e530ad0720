"""What Slack makes of a typed text, taken back to what somebody wrote: mentions, channels, links and signs. Pure.

Slack writes `<@U1|sanne>` for a person, `<#C1|dank>` for a channel and `<https://example.org>` for a link, often
without the part after the bar (docs.slack.dev/messaging/formatting-message-text, docs.slack.dev/interactivity).
"""

from __future__ import annotations

import re
from typing import Final

_PERSON: Final = re.compile(r"<@([A-Za-z0-9]{1,40})(?:\|[^<>]*)?>")
_BETWEEN: Final = re.compile(r"(?:\s|&amp;|[,;+&]|\b(?:en|and)\b)*", re.IGNORECASE)
_AFTER: Final = re.compile(r"[\s,;:\u2013\u2014-]*")
_MARKED: Final = re.compile(r"<([@#]|(?:https?|tel):)([^<>|]*)(?:\|([^<>]*))?>", re.IGNORECASE)


def thanks(text: str) -> tuple[list[str], str]:
    """Return the ids of the people with whom a text begins, each once, and what is said to them."""
    people: list[str] = []
    end = 0
    while found := _PERSON.match(text, _past(_BETWEEN, text, end)):
        people.append(found[1])
        end = found.end()
    return list(dict.fromkeys(people)), plain(text[_past(_AFTER, text, end) if people else 0 :])


def plain(text: str) -> str:
    """Return a text as it was written. What reaches everybody or a group keeps Slack's notation: it is refused."""
    marked = _MARKED.sub(_written, text)
    return marked.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def _written(mark: re.Match[str]) -> str:
    kind, what, label = mark[1], mark[2], mark[3]
    if kind in "@#":
        return f"{kind}{label or what}"
    return label or what if kind.lower() == "tel:" else f"{kind}{what}"


def _past(pattern: re.Pattern[str], text: str, start: int) -> int:
    found = pattern.match(text, start)
    return found.end() if found else start
