"""How our application is known to Slack."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from adapters.slack.api import TIMEOUT
from adapters.slack.oauth import OAuthClient

API: Final = "https://slack.com/api/"


@dataclass(frozen=True, slots=True)
class SlackApp:
    """How our application is known to Slack: to one workspace by its `bot_token`, or to several by OAuth.

    An empty `signing_secret` means no requests over HTTP, an empty `app_token` no Socket Mode. `groups` are handles.
    """

    signing_secret: str = field(repr=False)
    bot_token: str = field(default="", repr=False)
    client: OAuthClient | None = None
    app_token: str = field(default="", repr=False)
    per_minute: float = 240.0
    timeout: float = TIMEOUT
    api: str = API
    groups: tuple[str, ...] = ()
