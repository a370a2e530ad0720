"""The text of a kudos: made tidy, and looked at for what does not belong in one. Pure.

Text in any script is welcome, from right to left as well; signs that turn the direction of what stands around them
are taken out, because they can make a name or a sentence look like another (Unicode Technical Report 36, section 3.3).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LONGEST: Final = 500
"""Characters of one kudos."""
TURNING: Final = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
EVERYONE: Final = re.compile(
    r"<!(?:channel|here|everyone|subteam\^)[^>]*>|(?<!\w)@(?:everyone|channel|here|all|iedereen|allemaal|team)\b",
    re.IGNORECASE,
)
"""Mentions that reach a whole channel or group: in Slack's own notation, and as people type them."""
LINK: Final = re.compile(r"\b(?:https?://|www\.)\S+|<(?:https?|mailto):[^>]*>", re.IGNORECASE)


def tidy(text: str) -> str:
    """Return a text without control and turning signs, with single spaces and at most one empty line in a row."""
    plain = TURNING.sub("", unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")))
    lines = [" ".join(_printable(line).split()) for line in plain.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def says_something(text: str) -> bool:
    """Return whether there is a letter or a figure in it: pictures alone say different things to different people."""
    return any(unicodedata.category(sign)[0] in "LN" for sign in text)


def reaches_everyone(text: str) -> bool:
    """Return whether it mentions a channel, a group or everybody."""
    return EVERYONE.search(text) is not None


def holds_link(text: str) -> bool:
    """Return whether there is a link in it."""
    return LINK.search(text) is not None


def _printable(line: str) -> str:
    return "".join(" " if sign.isspace() else sign for sign in line if not _is_control(sign) or sign.isspace())


def _is_control(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Cs", "Co", "Cn")
