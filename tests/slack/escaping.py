"""What Slack makes of the text after a command: signs always, mentions and links where the command asks for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.slack.workspace import Workspace

EVERYBODY = {"here", "channel", "everyone"}
MARK = re.compile(r"(?<!\S)([@#])([\w.-]*\w)")
LINK = re.compile(r"https?://[^\s<>|]+")


def signs(text: str) -> str:
    """Return a text in which no sign of the three means anything."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def marked(team: Workspace, text: str, *, labels: bool = True) -> str:
    """Return a text with people, channels, groups and links in Slack's notation.

    With `labels`, it says behind a bar what somebody saw; Slack does so or does not.
    """
    known = {f"@{one.username}": (f"<@{one.id}", one.username) for one in team.users.values()}
    known |= {f"#{one.name}": (f"<#{one.id}", one.name) for one in team.messages.channels()}
    known |= {f"@{one.handle}": (f"<!subteam^{one.id}", f"@{one.handle}") for one in team.usergroups.values()}
    known |= {f"@{word}": (f"<!{word}", "") for word in EVERYBODY}

    def noted(mark: re.Match[str]) -> str:
        begins, label = known.get(mark[0], ("", ""))
        if not begins:
            return mark[0]
        return f"{begins}|{label}>" if label and labels else f"{begins}>"

    return MARK.sub(noted, LINK.sub(lambda link: f"<{link[0]}>", signs(text)))
