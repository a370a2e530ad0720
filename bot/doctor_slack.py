"""What `doctor` looks at of Slack: the settings, and whether Slack takes the tokens. No token is ever shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from pydantic import SecretStr

from adapters.port import DeliveryError, workspace_of
from adapters.slack.api import Api
from adapters.slack.directory import Directory, unusable
from adapters.slack.installations import Installation, Installations
from adapters.slack.parse import Addresses
from adapters.slack.workspaces import Workspaces
from adapters.traffic.pace import Pace
from bot.doctor import Finding
from bot.settings import Settings
from bot.slack_manifest import EVENTS
from bot.web.sessions import on_loopback

SLACK: Final = "slack"
GROUPS: Final = "ADEMPAUZE_SLACK_GROUPS"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of token: its setting, how it begins, where in Slack it is found, and the method that it is good for.

    `said` is what the answer of that method says.
    """

    setting: str
    prefix: str
    where: str
    method: str
    said: Callable[[Mapping[str, Any]], str]


BOT: Final = Kind(
    "ADEMPAUZE_SLACK_BOT_TOKEN",
    "xoxb-",
    "the 'Bot User OAuth Token' of the page 'OAuth & Permissions'",
    "auth.test",
    lambda answer: f"the bot token is of the workspace {answer.get('team')} ({answer.get('team_id')})",
)
APP: Final = Kind(
    "ADEMPAUZE_SLACK_APP_TOKEN",
    "xapp-",
    "an 'App-Level Token' of the page 'Basic Information'",
    "apps.connections.open",
    lambda _: "the app token opens connections",
)


def check_slack(settings: Settings) -> list[Finding]:
    """Look at the settings; nothing where none of them is for Slack."""
    if settings.slack_bot_token is None and settings.slack_client_id is None:
        return _half_connected(settings)
    wrong = [*_begins(settings.slack_bot_token, BOT), *_begins(settings.slack_app_token, APP), *_address(settings)]
    by = "one workspace by its bot token" if settings.slack_bot_token else "workspaces by OAuth"
    return wrong or [Finding(SLACK, f"{by}, {_way(settings)}"), *_chosen(settings)]


async def ask_slack(settings: Settings) -> list[Finding]:
    """Ask Slack whose the tokens of the settings are, where those are in order; nobody is sent anything."""
    if not all(finding.ok for finding in check_slack(settings)):
        return []
    tokens = ((settings.slack_bot_token, BOT), (settings.slack_app_token, APP))
    found = [await _ask(settings, token, kind) for token, kind in tokens if token]
    if settings.slack_groups and settings.slack_bot_token and found[0].ok:
        api = _api(settings, settings.slack_bot_token)
        found += await _ask_groups(api, [""], settings.slack_groups)
        await api.close()
    return found


async def ask_workspaces(workspaces: Workspaces, groups: Sequence[str] = ()) -> list[Finding]:
    """Ask Slack whether it takes the token of each workspace that was connected by OAuth, and knows these groups."""
    teams = await workspaces.connected()
    found = [await _connected(workspaces, one) for one in teams]
    if groups and teams and all(finding.ok for finding in found):
        found += await _ask_groups(workspaces.api, [one.team for one in teams], groups)
    return found or [Finding(SLACK, "no workspace is connected yet", "run `adempauze slack connect` and open its link")]


def check_addresses(addresses: Iterable[str], *, several: bool) -> list[Finding]:
    """Look for people whose address in Slack is of the other kind: nobody is reached there."""
    wrong = sum(bool(workspace_of(address)) != several for address in addresses)
    if not wrong:
        return []
    shape = "T012ABC/U012ABC3DEF, the workspace first" if several else "U012ABC3DEF, the member id alone"
    mend = f"run `adempauze roster members slack`, or write them in the people file like {shape}"
    return [Finding(SLACK, f"{wrong} people have an address of another way of connecting", mend)]


async def _connected(workspaces: Workspaces, one: Installation) -> Finding:
    named = f"the workspace {one.name} ({one.team})"
    try:
        await workspaces.api.call(one.team, "auth.test")
    except DeliveryError as error:
        mend = "connect it again with `adempauze slack connect`; if Slack did not answer, try again later"
        return Finding(SLACK, f"{named} is not connected any more: {error}", mend)
    return Finding(SLACK, f"{named} is connected")


async def _ask_groups(api: Api, teams: Sequence[str], groups: Sequence[str]) -> list[Finding]:
    """Look for each chosen group in the workspaces."""
    directory = Directory(api, Addresses(alone=True))
    try:
        known = [await directory.usergroups(team) for team in teams]
    except DeliveryError as error:
        mend = "give the app the scope usergroups:read (`adempauze slack manifest --groups`) and install it again"
        return [Finding(SLACK, f"user groups could not be read: {error}", mend)]
    mend = f"make it or enable it in Slack, or take it out of {GROUPS}"
    wrong = unusable(groups, known)
    return [Finding(SLACK, f"there is no user group @{handle}, or it is disabled", mend) for handle in wrong] or [
        Finding(SLACK, "Slack knows each chosen user group")
    ]


async def _ask(settings: Settings, token: SecretStr, kind: Kind) -> Finding:
    api = _api(settings, token)
    try:
        return Finding(SLACK, kind.said(await api.call("", kind.method)))
    except DeliveryError as error:
        mend = f"set {kind.setting} to {kind.where}; if Slack did not answer, let this machine reach it and try again"
        return Finding(SLACK, f"{kind.setting} was not accepted: {error}", mend)
    finally:
        await api.close()


def _api(settings: Settings, token: SecretStr) -> Api:
    empty, pace = _Empty(), Pace(settings.slack_per_minute)
    return Api(settings.slack_api, Installations(empty), pace, empty, token.get_secret_value())


def _chosen(settings: Settings) -> list[Finding]:
    handles = ", ".join(f"@{handle}" for handle in settings.slack_groups)
    return [Finding(SLACK, f"people are also the members of {handles}")] if handles else []


def _half_connected(settings: Settings) -> list[Finding]:
    given = {
        "ADEMPAUZE_SLACK_SIGNING_SECRET": settings.slack_signing_secret,
        APP.setting: settings.slack_app_token,
        GROUPS: settings.slack_groups,
    }
    if not (names := [name for name, value in given.items() if value]):
        return []
    mend = f"set {BOT.setting} too, or ADEMPAUZE_SLACK_CLIENT_ID and ADEMPAUZE_SLACK_CLIENT_SECRET"
    return [Finding(SLACK, f"not connected: {' and '.join(names)} alone is not enough", mend)]


def _begins(token: SecretStr | None, kind: Kind) -> list[Finding]:
    if token is None or token.get_secret_value().startswith(kind.prefix):
        return []
    if token.get_secret_value().startswith("xoxe"):
        mend = "connect it by OAuth (docs/slack.md), or make the app anew from `adempauze slack manifest`"
        return [Finding(SLACK, f"{kind.setting} is a token that rotates", mend)]
    return [Finding(SLACK, f"{kind.setting} does not begin with {kind.prefix}", f"set it to {kind.where}")]


def _address(settings: Settings) -> list[Finding]:
    """Over HTTP Slack has to reach us, and takes https alone; over Socket Mode it does not matter."""
    parts = urlsplit(settings.public_url)
    if settings.slack_app_token or (parts.scheme == "https" and not on_loopback(parts.hostname)):
        return []
    mend = f"set ADEMPAUZE_PUBLIC_URL to the https address that people use, or use Socket Mode ({APP.setting})"
    return [Finding(SLACK, f"Slack cannot reach {settings.public_url}{EVENTS}", mend)]


def _way(settings: Settings) -> str:
    over_http = f"over HTTP at {settings.public_url}{EVENTS}"
    if settings.slack_app_token is None:
        return over_http
    return "over Socket Mode" + (f", and {over_http}" if settings.slack_signing_secret else "")


class _Empty:
    """Keeps and shows nothing: with a token of the settings no workspace is looked up, and no call is paced."""

    async def get(self, key: str) -> bytes | None: ...

    async def put(self, key: str, value: bytes) -> None: ...

    async def change(self, key: str, edit: Callable[[bytes | None], bytes]) -> None: ...

    async def delete(self, key: str) -> None: ...

    async def beginning(self, start: str) -> Mapping[str, bytes]:  # noqa: ARG002 — the name is the protocol's
        return {}

    def now(self) -> float:
        return 0.0

    async def claim(self, name: str, numbers: Sequence[int], *, over: int) -> int | None: ...

    async def tell(self, name: str, number: int) -> None: ...

    async def told(self, name: str) -> int:  # noqa: ARG002 — the name is the protocol's
        return 0
