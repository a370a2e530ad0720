"""What `doctor` looks at of Slack: the settings, and whether Slack takes the tokens. No token is ever shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from pydantic import SecretStr

from adapters.port import DeliveryError
from adapters.slack.api import Api
from adapters.slack.installations import Installations
from adapters.slack.pace import Pace
from bot.doctor import Finding
from bot.settings import Settings
from bot.slack_manifest import EVENTS
from bot.web.sessions import on_loopback

SLACK: Final = "slack"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of token: its setting, how it begins, and where in Slack it is found."""

    setting: str
    prefix: str
    where: str


BOT: Final = Kind("ADEMPAUZE_SLACK_BOT_TOKEN", "xoxb-", "the 'Bot User OAuth Token' of the page 'OAuth & Permissions'")
APP: Final = Kind("ADEMPAUZE_SLACK_APP_TOKEN", "xapp-", "an 'App-Level Token' of the page 'Basic Information'")


def check_slack(settings: Settings) -> list[Finding]:
    """Look at the settings; nothing where none of them is for Slack."""
    if settings.slack_bot_token is None:
        return _half_connected(settings)
    wrong = [*_begins(settings.slack_bot_token, BOT), *_begins(settings.slack_app_token, APP), *_address(settings)]
    return wrong or [Finding(SLACK, f"one workspace by its bot token, {_way(settings)}")]


async def ask_slack(settings: Settings) -> list[Finding]:
    """Ask Slack whose the tokens are, where the settings are in order; nobody is sent anything."""
    if settings.slack_bot_token is None or not all(finding.ok for finding in check_slack(settings)):
        return []
    found = [await _ask(settings, settings.slack_bot_token, BOT, "auth.test", _whose)]
    if settings.slack_app_token is not None:
        found.append(await _ask(settings, settings.slack_app_token, APP, "apps.connections.open", _opens))
    return found


async def _ask(
    settings: Settings, token: SecretStr, kind: Kind, method: str, said: Callable[[Mapping[str, Any]], str]
) -> Finding:
    nothing_kept = Installations(_Empty())
    api = Api(settings.slack_api, nothing_kept, Pace(settings.slack_per_minute), token.get_secret_value())
    try:
        return Finding(SLACK, said(await api.call("", method)))
    except DeliveryError as error:
        mend = f"set {kind.setting} to {kind.where}; if Slack did not answer, let this machine reach it and try again"
        return Finding(SLACK, f"{kind.setting} was not accepted: {error}", mend)
    finally:
        await api.close()


def _whose(answer: Mapping[str, Any]) -> str:
    return f"the bot token is of the workspace {answer.get('team')} ({answer.get('team_id')})"


def _opens(_: Mapping[str, Any]) -> str:
    return "the app token opens connections"


def _half_connected(settings: Settings) -> list[Finding]:
    given = {"ADEMPAUZE_SLACK_SIGNING_SECRET": settings.slack_signing_secret, APP.setting: settings.slack_app_token}
    if not (names := [name for name, value in given.items() if value]):
        return []
    return [Finding(SLACK, f"not connected: {' and '.join(names)} alone is not enough", f"set {BOT.setting} too")]


def _begins(token: SecretStr | None, kind: Kind) -> list[Finding]:
    if token is None or token.get_secret_value().startswith(kind.prefix):
        return []
    if token.get_secret_value().startswith("xoxe"):
        mend = "make the app anew from `adempauze slack manifest`: tokens that rotate cannot be used yet"
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
    """Keeps nothing: with a token of the settings no record of a workspace is looked up."""

    async def get(self, key: str) -> bytes | None: ...

    async def put(self, key: str, value: bytes) -> None: ...

    async def change(self, key: str, edit: Callable[[bytes | None], bytes]) -> None: ...

    async def delete(self, key: str) -> None: ...
