"""The manifest from which Slack makes our application: what it may do there, and where it reaches us. Pure.

It asks for no scope and no event that nothing here uses. No scope lets it read what people write, in any channel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from adapters.slack.asking import KUDOS, THANK, THANK_FOR
from bot.public_address import reached_from_outside
from bot.texts import Texts
from surveys.errors import InputError

EVENTS: Final = "/slack/events"
"""Where Slack reaches us over HTTP: events, buttons, forms, commands and shortcuts."""
BACK: Final = "/slack/oauth_redirect"
"""Where a browser comes back to from consenting to a workspace being connected."""
CHANNEL_SCOPES: Final = ("channels:read", "groups:read")
"""For one thing: the names of the channels to which somebody added the app, public and private ones, so that people can
choose where their thanks stand. They show no message, and of other private channels nothing."""
SCOPES: Final = ("chat:write", "commands", "files:write", *CHANNEL_SCOPES)
"""Cards in direct messages, which need no scope to be opened, and thanks in the channels to which the app was added;
the commands and shortcuts; the picture in a digest where Slack draws no chart itself. Home tab and dialogs need
none."""
MEMBER_SCOPES: Final = ("users:read", "users:read.email")
"""For `adempauze roster members slack`: the list of members, and the addresses by which they are recognised."""
GROUP_SCOPES: Final = ("usergroups:read",)
"""For ADEMPAUZE_SLACK_GROUPS: which user groups there are, and who is in them."""
HEARD: Final = ("app_home_opened", "app_uninstalled", "tokens_revoked")
MEMBERS_HEARD: Final = ("team_join", "user_change")
GROUPS_HEARD: Final = ("subteam_members_changed", "subteam_updated")
"""With these the roster is kept current between two imports."""
TEAL: Final = "#0F4C5C"

Part = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the app is to be able to do beside check-ins, and how it is reached.

    `members`: read who is a member, and hear of changes; `groups`: that, and the same of user groups; `several`: be
    connected to several workspaces, whose people are found by e-mail address, so with the members.
    """

    socket: bool = False
    members: bool = False
    groups: bool = False
    several: bool = False

    @property
    def scopes(self) -> tuple[str, ...]:
        """What it asks for."""
        return (*SCOPES, *(MEMBER_SCOPES if self._members else ()), *(GROUP_SCOPES if self.groups else ()))

    @property
    def heard(self) -> tuple[str, ...]:
        """What it is told."""
        return (*HEARD, *(MEMBERS_HEARD if self._members else ()), *(GROUPS_HEARD if self.groups else ()))

    @property
    def _members(self) -> bool:
        return self.members or self.groups or self.several


def manifest(base: str, t: Texts, wanted: Wanted | None = None) -> Part:
    """Return the manifest; `base` is our address, which Socket Mode does without unless several workspaces connect.

    Raises InputError.
    """
    wanted = wanted or Wanted()
    url = "" if wanted.socket else _reached_at(base, EVENTS)
    back = {"redirect_urls": [_reached_at(base, BACK)]} if wanted.several else {}
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": t("web.name"),
            "description": t("slack.manifest.description"),
            "long_description": t("slack.manifest.long"),
            "background_color": TEAL,
        },
        "features": _features(t, url),
        "oauth_config": {**back, "scopes": {"bot": list(wanted.scopes)}},
        "settings": _settings(url, wanted),
    }


def _features(t: Texts, url: str) -> Part:
    """Return what people see. Nobody can write to us: what is never read is not asked for."""
    return {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": True,
        },
        "bot_user": {"display_name": "adempauze", "always_online": True},
        "slash_commands": [
            _command("/adempauze", url, t("slack.manifest.command"), t("slack.manifest.hint"), escaped=False),
            _command(KUDOS, url, t("slack.manifest.kudos"), t("slack.manifest.kudos_hint"), escaped=True),
        ],
        "shortcuts": [
            _shortcut("message", THANK_FOR, t("slack.manifest.thank_for"), t("slack.manifest.thank_for_about")),
            _shortcut("global", THANK, t("slack.manifest.thank"), t("slack.manifest.thank_about")),
        ],
    }


def _command(name: str, url: str, about: str, hint: str, *, escaped: bool) -> Part:
    """Return a command; `escaped` has Slack say by their ids who is mentioned in what was typed after it."""
    words = {"description": about, "usage_hint": hint}
    return {"command": name, **_at("url", url), **words, "should_escape": escaped}


def _shortcut(kind: str, callback_id: str, name: str, about: str) -> Part:
    return {"type": kind, "callback_id": callback_id, "name": name, "description": about}


def _settings(url: str, wanted: Wanted) -> Part:
    """Return how Slack reaches us: at an address, or without one over a connection that we open.

    Tokens that come by OAuth rotate: one that was stolen is worth twelve hours. A token of the settings cannot.
    """
    return {
        "event_subscriptions": {**_at("request_url", url), "bot_events": list(wanted.heard)},
        "interactivity": {"is_enabled": True, **_at("request_url", url)},
        "org_deploy_enabled": False,
        "socket_mode_enabled": not url,
        "token_rotation_enabled": wanted.several,
    }


def _at(name: str, url: str) -> Part:
    return {name: url} if url else {}


def _reached_at(base: str, path: str) -> str:
    if not reached_from_outside(base):
        raise InputError(
            f"Slack cannot reach {base!r}: give the https address that people use, such as --base "
            "https://pauze.example.org, or --socket for Socket Mode, which needs none for one workspace"
        )
    return f"{base.rstrip('/')}{path}"
