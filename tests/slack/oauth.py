"""Installing the app: a code for a workspace, the code for a token, a refresh token for a newer one."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.slack.ground import Ground
from tests.slack.model import Json, SlackError
from tests.slack.tokens import Token

if TYPE_CHECKING:
    from tests.slack.workspace import Workspace

LIFETIME, CODE_SECONDS = 43_200, 600.0


@dataclass
class Code:
    """What the browser carries from Slack back to the app."""

    team: str
    user: str
    scopes: frozenset[str]
    redirect_uri: str | None
    issued: float
    used: bool = False


class OAuth:
    """Codes that people gave, and tokens that were given for them."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._codes: dict[str, Code] = {}
        self._numbers = itertools.count(1)
        self.rotation = False
        """Whether the app has switched on token rotation."""
        self.declines = False
        """Whether whoever is asked to install the app says no."""
        self.installer: str | None = None
        """Who installs the app; without a name, the first person of the workspace."""

    def consent(self, team: Workspace, scopes: str, redirect_uri: str | None) -> dict[str, str]:
        """Return what the browser brings back to the app: a code, or an error."""
        if self.declines:
            return {"error": "access_denied"}
        people = [person.id for person in team.users.values() if not person.is_bot and person.id != "USLACKBOT"]
        return {"code": self.code(team, self.installer or people[0], scopes=scopes, redirect_uri=redirect_uri)}

    def code(self, team: Workspace, user: str, *, scopes: str = "", redirect_uri: str | None = None) -> str:
        """Let somebody consent; returns the code, good for one exchange within ten minutes."""
        granted = frozenset(scopes.split(",")) if scopes else team.scopes
        key = f"code.{team.id}.{next(self._numbers)}"
        self._codes[key] = Code(team.id, user, granted, redirect_uri, self._ground.now())
        return key

    def access(self, arguments: Json) -> Json:
        """oauth.v2.access: a code, or a refresh token, for a token."""
        self._check_client(arguments)
        if arguments.get("grant_type") == "refresh_token":
            token = self._ground.tokens.exchange(str(arguments.get("refresh_token") or ""), LIFETIME)
            return self._answer(token, None)
        code = self._use(str(arguments.get("code") or ""), arguments.get("redirect_uri"))
        team = self._ground.workspaces[code.team]
        team.scopes = code.scopes
        lifetime = LIFETIME if self.rotation else None
        return self._answer(self._ground.tokens.issue_bot(team.id, code.scopes, lifetime=lifetime), code.user)

    def _check_client(self, arguments: Json) -> None:
        if arguments.get("client_id") != self._ground.app.client_id:
            raise SlackError("invalid_client_id")
        if arguments.get("client_secret") != self._ground.app.client_secret:
            raise SlackError("bad_client_secret")

    def _use(self, key: str, redirect_uri: str | None) -> Code:
        code = self._codes.get(key)
        if code is None or self._ground.now() - code.issued > CODE_SECONDS:
            raise SlackError("invalid_code")
        if code.used:
            raise SlackError("code_already_used")
        if code.redirect_uri != redirect_uri:
            raise SlackError("bad_redirect_uri")
        code.used = True
        return code

    def _answer(self, token: Token, user: str | None) -> Json:
        assert token.team is not None
        team = self._ground.workspaces[token.team]
        answer: Json = {
            **{"app_id": self._ground.app.id, "scope": ",".join(sorted(token.scopes)), "token_type": "bot"},
            **{"access_token": token.value, "bot_user_id": team.bot_user_id},
            **{"team": {"id": team.id, "name": team.name}, "enterprise": None, "is_enterprise_install": False},
        }
        if user is not None:
            answer["authed_user"] = {"id": user}
        if token.refresh is not None:
            answer |= {"refresh_token": token.refresh, "expires_in": LIFETIME}
        return answer
