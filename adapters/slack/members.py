"""A person as Slack lists them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.port import Member
from adapters.slack.parse import Addresses


def member_of(raw: Mapping[str, Any], team: str, addresses: Addresses, group: str = "") -> Member | None:
    """Return a member of a workspace; None for bots, for Slackbot, and for people of other workspaces.

    Somebody who was deactivated is not active, and neither is a guest, who is not the employer's.
    """
    if raw.get("is_bot") or raw["id"] == "USLACKBOT" or not _is_of(raw, team, addresses):
        return None
    profile = raw.get("profile", {})
    gone = raw.get("deleted") or raw.get("is_restricted") or raw.get("is_ultra_restricted")
    return Member(
        address=addresses.of(team, str(raw["id"])),
        name=str(profile.get("real_name") or raw.get("real_name") or raw.get("name", "")),
        email=str(profile.get("email", "")),
        locale=str(raw.get("locale", "")),
        timezone=str(raw.get("tz") or ""),
        active=not gone,
        group=group,
    )


def _is_of(raw: Mapping[str, Any], team: str, addresses: Addresses) -> bool:
    """Whether somebody is of this workspace, and not of one with which it shares channels or an organisation.

    In the only workspace that is connected, colleagues of the same Enterprise organisation are members like others.
    """
    shared = (raw.get("enterprise_user") or {}).get("teams") if addresses.alone else None
    return team in (raw.get("team_id") or team, *(shared or ()))
