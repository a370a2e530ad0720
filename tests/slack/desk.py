"""Where calls are judged: fault, token, scope and limit, in this order, and then the method itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.slack.faults import Faults
from tests.slack.ground import Ground
from tests.slack.limits import Limits, Throttle
from tests.slack.methods import METHODS, Method
from tests.slack.model import Json, SlackError
from tests.slack.oauth import OAuth
from tests.slack.sockets import Sockets

if TYPE_CHECKING:
    from tests.slack.tokens import Token
    from tests.slack.workspace import Workspace


class Desk:
    """Judges a call and does what it asks."""

    def __init__(self, ground: Ground, oauth: OAuth, sockets: Sockets, faults: Faults, limits: Limits) -> None:
        self._ground, self._oauth, self._sockets, self._faults = ground, oauth, sockets, faults
        self.throttle = Throttle(ground.now, limits)

    def run(self, method: str, arguments: Json, token: str | None) -> Json:
        """Do it, or refuse in Slack's words."""
        self._refuse_on_order(method, arguments)
        if method == "oauth.v2.access":
            return self._oauth.access(arguments)
        if method == "apps.connections.open":
            return self._open_connection(token)
        known = METHODS.get(method)
        if known is None:
            raise SlackError("unknown_method", req_method=method)
        return self._run_in_workspace(method, known, arguments, self._ground.tokens.check(token))

    def _run_in_workspace(self, name: str, method: Method, arguments: Json, token: Token) -> Json:
        if token.team is None:
            raise SlackError("not_allowed_token_type")
        team = self._ground.workspaces[token.team]
        if not team.rules.active:
            raise SlackError("account_inactive")
        if method.scope and method.scope not in token.scopes:
            raise SlackError("missing_scope", needed=method.scope, provided=",".join(sorted(token.scopes)))
        seconds = self.throttle.wait(team.id, name, method.tier, _channel(team, arguments))
        if seconds:
            raise SlackError("ratelimited", retry_after=seconds)
        return method.run(team, arguments)

    def _open_connection(self, token: str | None) -> Json:
        if self._ground.tokens.check(token).team is not None:
            raise SlackError("not_allowed_token_type")
        return {"url": self._sockets.ticket()}

    def _refuse_on_order(self, method: str, arguments: Json) -> None:
        refusal = self._faults.refusal(method, arguments)
        if refusal is not None:
            more = {"retry_after": refusal.retry_after} if refusal.retry_after else {}
            raise SlackError(refusal.error, **more)


def _channel(team: Workspace, arguments: Json) -> str | None:
    name = arguments.get("channel")
    # A person's id and the id of the conversation with them are one channel.
    return team.users[name].dm if name in team.users else name
