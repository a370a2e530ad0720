"""What Teams is handed: its own few words. No domain, no catalogue."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TeamsWords:
    """The sentences of this platform itself, in one language. `name` stands above every dialog.

    `required` is said at a choice that was left open, `not_yours` to whoever presses somebody else's button, `again`
    when something went wrong on our side, `unreadable` when what came in is nothing that a button of ours sends,
    `privately` where others read along. `late` is said above a button that was not answered in time, and that stands
    there once more by the name `once_more`.
    """

    name: str
    required: str
    not_yours: str
    again: str
    unreadable: str
    privately: str
    late: str
    once_more: str
