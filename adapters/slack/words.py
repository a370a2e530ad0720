"""What Slack is handed: its own few words. No domain, no catalogue."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SlackWords:
    """The sentences of this platform itself, in one language. `name` and `close` stand on every modal.

    `busy` is shown while a form is being dealt with, `not_yours` to whoever presses somebody else's button,
    `again` where the moment to open a dialog has passed.
    """

    name: str
    close: str
    busy: str
    not_yours: str
    again: str
