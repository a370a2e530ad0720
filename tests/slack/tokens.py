"""Tokens of the fake Slack: who holds them, what they may do, and when they end."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from tests.slack.model import Clock, SlackError


@dataclass
class Token:
    """A bot token of one workspace, or the app-level token (without a workspace)."""

    value: str
    team: str | None
    scopes: frozenset[str]
    expires: float | None = None
    refresh: str | None = None
    revoked: bool = False


class Tokens:
    """Every token that was ever handed out."""

    def __init__(self, now: Clock) -> None:
        self._now = now
        self._known: dict[str, Token] = {}
        self._numbers = itertools.count(1)

    def issue_bot(self, team: str, scopes: frozenset[str], *, lifetime: int | None = None) -> Token:
        """Hand out a bot token; one with a lifetime rotates, and comes with a refresh token."""
        number = next(self._numbers)
        value, refresh, expires = f"xoxb-{team}-{number:012d}", None, None
        if lifetime is not None:
            # Rotating tokens of Slack's are far longer than plain ones, which has broken narrow columns before.
            value, refresh = f"xoxe.xoxb-1-{value}-{'r' * 140}", f"xoxe-1-{team}-{number:012d}-{'f' * 120}"
            expires = self._now() + lifetime
        return self._keep(Token(value, team, scopes, expires, refresh))

    def issue_app(self, app: str) -> Token:
        """Hand out an app-level token for Socket Mode."""
        return self._keep(Token(f"xapp-1-{app}-{next(self._numbers):012d}", None, frozenset({"connections:write"})))

    def check(self, value: str | None) -> Token:
        """Return the token, or say in Slack's words why it does not count."""
        if not value:
            raise SlackError("not_authed")
        token = self._known.get(value)
        if token is None:
            raise SlackError("invalid_auth")
        if token.revoked:
            raise SlackError("token_revoked")
        if token.expires is not None and token.expires <= self._now():
            raise SlackError("token_expired")
        return token

    def owner(self, value: str | None) -> str | None:
        """Return whose token this is or was."""
        token = self._known.get(value or "")
        return token.team if token else None

    def exchange(self, refresh: str, lifetime: int) -> Token:
        """Swap a refresh token, once, for a new pair. The old access token lives until it expires."""
        for token in self._known.values():
            if token.refresh == refresh and token.team is not None and not token.revoked:
                token.refresh = None
                return self.issue_bot(token.team, token.scopes, lifetime=lifetime)
        raise SlackError("invalid_refresh_token")

    def revoke(self, team: str) -> None:
        """End every token of a workspace."""
        for token in self._known.values():
            token.revoked = token.revoked or token.team == team

    def _keep(self, token: Token) -> Token:
        self._known[token.value] = token
        return token
