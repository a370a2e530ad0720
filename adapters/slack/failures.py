"""What a failed call means for a delivery. Pure."""

from __future__ import annotations

from typing import Final

from adapters.port import DeliveryError

GONE: Final = frozenset(
    {
        *("user_disabled", "user_not_found", "channel_not_found", "cannot_dm_bot", "messages_tab_disabled"),
        *("user_not_visible", "not_in_channel", "is_archived", "restricted_action"),
        *("restricted_action_read_only_channel", "restricted_action_thread_only_channel"),
        *("message_not_found", "cant_update_message", "edit_window_closed", "is_inactive", "not_found"),
        *("invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "no_text"),
    }
)
"""Trying again makes no sense: the person, channel or message is gone, or the content is one that Slack never takes."""
TOKEN: Final = frozenset({"invalid_auth", "token_revoked", "token_expired", "account_inactive", "not_authed"})
"""The workspace has to be connected anew, or another process has a newer token."""
LATER: Final = 600.0
"""Seconds to wait while a workspace is not connected."""


class Refused(DeliveryError):
    """Slack said no; `name` is its word for why."""

    def __init__(self, name: str, *, permanent: bool) -> None:
        super().__init__(f"Slack answered {name}", permanent=permanent)
        self.name = name


class Unauthorised(DeliveryError):
    """The token counts for nothing, or there is none: the workspace is not connected, or not any more."""

    def __init__(self) -> None:
        super().__init__("the workspace is not connected", permanent=False, retry_after=LATER)


def delivery_error(error: str, status: int, retry_after: str | None) -> DeliveryError:
    """Return the failure for Slack's name of an error ("" where a proxy answered), with the status of the answer."""
    if status == 429:
        return DeliveryError("Slack asked us to wait", permanent=False, retry_after=_seconds(retry_after))
    if error in TOKEN:
        return Unauthorised()
    if not error:
        return DeliveryError(f"Slack answered {status}", permanent=False)
    return Refused(error, permanent=error in GONE)


def _seconds(text: str | None) -> float:
    try:
        return max(1.0, float(text or ""))
    except ValueError:
        return 30.0
