"""views.*: modals need a trigger that is fresh; Home views need none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.slack.model import Json, SlackError, View

if TYPE_CHECKING:
    from tests.slack.workspace import Workspace


def open_view(team: Workspace, arguments: Json) -> Json:
    """views.open."""
    trigger = team.ground.triggers.use(arguments.get("trigger_id"), team.id)
    return _answer(team.views.open(trigger.user, _view(arguments)))


def push_view(team: Workspace, arguments: Json) -> Json:
    """views.push: on top of the modal in which somebody tapped."""
    trigger = team.ground.triggers.use(arguments.get("trigger_id"), team.id)
    if trigger.inside not in {view.id for view in team.views.stack(trigger.user)}:
        raise SlackError("not_found")
    return _answer(team.views.push(trigger.user, _view(arguments)))


def update_view(team: Workspace, arguments: Json) -> Json:
    """views.update, by view_id or external_id; with a hash only if nothing has changed since."""
    view_id = arguments.get("view_id") or team.views.find_external(str(arguments.get("external_id") or ""))
    return _answer(team.views.update(str(view_id), _view(arguments), expected=arguments.get("hash")))


def publish_view(team: Workspace, arguments: Json) -> Json:
    """views.publish."""
    user = str(arguments.get("user_id") or "")
    if not team.rules.home_tab:
        raise SlackError("not_enabled")
    if user not in team.users:
        raise SlackError("user_not_found")
    if team.users[user].deleted:
        raise SlackError("user_disabled")
    return _answer(team.views.publish(user, _view(arguments), expected=arguments.get("hash")))


def _view(arguments: Json) -> Json:
    view = arguments.get("view")
    try:
        parsed = json.loads(view) if isinstance(view, str) else view
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict):
        raise SlackError("invalid_arguments", response_metadata={"messages": ["[ERROR] missing required field: view"]})
    return parsed


def _answer(view: View) -> Json:
    return {"view": view.body}
