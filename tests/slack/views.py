"""Modals and Home views: the stack that each person has open, and what replaces what."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.slack.blockcheck import check_view
from tests.slack.ground import Ground
from tests.slack.model import Json, SlackError, View

if TYPE_CHECKING:
    from tests.slack.workspace import Rules

DEEPEST = 3
"""Slack shows three modals on top of each other, not more."""


class Views:
    """All views of a workspace."""

    def __init__(self, ground: Ground, team: str, bot: str, rules: Rules) -> None:
        self._ground, self._team, self._bot, self._rules = ground, team, bot, rules
        self._stacks: dict[str, list[View]] = {}
        self._homes: dict[str, View] = {}

    def stack(self, user: str) -> list[View]:
        """Return the modals that somebody has open; the last one is on top."""
        return list(self._stacks.get(user, []))

    def home(self, user: str) -> View | None:
        """Return what was published on somebody's Home tab."""
        return self._homes.get(user)

    def open(self, user: str, body: Json) -> View:
        """Open a modal in place of all that somebody had open."""
        view = self._make(body, kind="modal")
        self._stacks[user] = [view]
        return view

    def push(self, user: str, body: Json) -> View:
        """Lay a modal on top of what somebody has open."""
        stack = self._stacks.setdefault(user, [])
        if len(stack) >= DEEPEST:
            raise SlackError("push_limit_reached")
        below = stack[-1].body if stack else None
        stack.append(self._make(body, kind="modal", below=below))
        return stack[-1]

    def update(self, view_id: str, body: Json, *, expected: str | None = None) -> View:
        """Replace what a modal shows, unless it has changed since the app looked."""
        for user in (*self._stacks, *self._homes):
            old = self._open(user, view_id)
            if old is None:
                continue
            _same(old, expected)
            return self._put(user, self._make(body, kind=str(old.body["type"]), old=old))
        raise SlackError("not_found")

    def find_external(self, external_id: str) -> str:
        """Return the id of the open view that the app gave this name."""
        for view in (view for stack in self._stacks.values() for view in stack):
            if external_id and view.body["external_id"] == external_id:
                return view.id
        raise SlackError("not_found")

    def publish(self, user: str, body: Json, *, expected: str | None = None) -> View:
        """Show this on somebody's Home tab from now on."""
        old = self._homes.get(user)
        if old is not None:
            _same(old, expected)
        self._homes[user] = self._make(body, kind="home", old=old)
        return self._homes[user]

    def close(self, user: str, view_id: str) -> None:
        """Close a modal and what lies on top of it."""
        stack = self._stacks.get(user, [])
        place = next((n for n, view in enumerate(stack) if view.id == view_id), len(stack))
        del stack[place:]

    def clear(self, user: str) -> None:
        """Close every modal of somebody."""
        self._stacks.pop(user, None)

    def complain(self, user: str, view_id: str, errors: Mapping[str, str]) -> None:
        """Show errors beside the inputs of an open modal."""
        view = self._open(user, view_id)
        if view is not None:
            self._put(user, replace(view, errors=dict(errors)))

    def _open(self, user: str, view_id: str) -> View | None:
        home = self._homes.get(user)
        shown = [*self._stacks.get(user, []), *([home] if home else [])]
        return next((view for view in shown if view.id == view_id), None)

    def _put(self, user: str, view: View) -> View:
        if view.body["type"] == "home":
            self._homes[user] = view
        else:
            self._stacks[user] = [view if shown.id == view.id else shown for shown in self._stacks[user]]
        return view

    def _make(self, body: Json, *, kind: str, below: Json | None = None, old: View | None = None) -> View:
        check_view(body, kind, charts=self._rules.charts)
        self._ground.hold_to_types(kind.capitalize(), body)
        said = copy.deepcopy(body)
        blocks = [{"block_id": self._ground.numbers.id("b"), **block} for block in said.pop("blocks")]
        view_id = old.id if old else self._ground.numbers.id("V")
        root = old.body["root_view_id"] if old else (below or {}).get("root_view_id", view_id)
        previous = old.body["previous_view_id"] if old else (below or {}).get("id")
        made = {**self._blank(), **said, "id": view_id, "hash": self._hash(), "blocks": blocks}
        return View(view_id, {**made, "root_view_id": root, "previous_view_id": previous})

    def _blank(self) -> Json:
        owner = {"team_id": self._team, "app_id": self._ground.app.id, "bot_id": self._bot}
        words = {"callback_id": "", "private_metadata": "", "external_id": ""}
        flags = {"close": None, "submit": None, "clear_on_close": False, "notify_on_close": False}
        return {**owner, "app_installed_team_id": self._team, **words, **flags, "state": {"values": {}}}

    def _hash(self) -> str:
        return self._ground.numbers.ts().replace(".", "") + ".view"


def _same(view: View, expected: str | None) -> None:
    if expected and expected != view.hash:
        raise SlackError("hash_conflict")
