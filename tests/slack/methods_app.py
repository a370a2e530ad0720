"""auth.*, apps.* and oauth.v2.access: the app and its tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.slack.model import Json, SlackError

if TYPE_CHECKING:
    from tests.slack.workspace import Workspace


def auth_test(team: Workspace, arguments: Json) -> Json:
    """auth.test: whose token this is."""
    return {
        **{"url": f"https://{team.domain}.slack.com/", "team": team.name, "team_id": team.id},
        **{"user": "adempauze", "user_id": team.bot_user_id, "bot_id": team.bot_id},
        "is_enterprise_install": False,
    }


def revoke(team: Workspace, arguments: Json) -> Json:
    """auth.revoke: the app gives its tokens back."""
    team.ground.tokens.revoke(team.id)
    return {"revoked": True}


def uninstall(team: Workspace, arguments: Json) -> Json:
    """apps.uninstall: the app removes itself."""
    app = team.ground.app
    if (arguments.get("client_id"), arguments.get("client_secret")) != (app.client_id, app.client_secret):
        raise SlackError("client_id_token_mismatch")
    team.ground.tokens.revoke(team.id)
    return {}
