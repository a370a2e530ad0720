"""What `doctor` looks at of Teams: the settings, whether Microsoft knows the app, and where its keys are.

No secret and no token is ever shown, and nobody is sent anything.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from adapters.port import DeliveryError
from bot.doctor import Finding
from bot.public_address import reached_from_outside
from bot.settings import Settings
from bot.teams import teams_app
from bot.teams_package import MESSAGES

if TYPE_CHECKING:
    from adapters.teams.tokens import Entra
    from adapters.teams.wire import Wire

TEAMS: Final = "teams"
TOGETHER: Final = "see that app id, secret and tenant are of one app registration, and that the secret has not ended"


def check_teams(settings: Settings) -> list[Finding]:
    """Look at the settings; nothing where none of them is for Teams."""
    if settings.teams_app_id is None:
        return _without_app(settings)
    return _address(settings) or [Finding(TEAMS, f"{_who(settings)}, over HTTP at {settings.public_url}{MESSAGES}")]


async def ask_teams(settings: Settings, now: Callable[[], float]) -> list[Finding]:
    """Ask Entra for a token and the Bot Framework for its keys, where the settings are in order.

    `now` is in seconds since 1970.
    """
    if settings.teams_app_id is None or not all(finding.ok for finding in check_teams(settings)):
        return []
    from adapters.teams.tokens import Entra  # noqa: PLC0415 — Microsoft's libraries, where there is no Teams
    from adapters.teams.wire import Wire  # noqa: PLC0415
    from bot.doctor_teams_directory import ask_directory  # noqa: PLC0415

    app = teams_app(settings)
    tokens = Entra(app)
    wire = Wire(app, tokens, now)
    try:
        found = [await _known(tokens), await _keys(wire, app.metadata)]
    finally:
        await wire.close()
        tokens.close()
    return found + (await ask_directory(app, now) if all(finding.ok for finding in found) else [])


async def _known(tokens: Entra) -> Finding:
    try:
        await tokens.get()
    except DeliveryError as error:
        return Finding(TEAMS, f"Entra gives the app no token: {error}", TOGETHER)
    return Finding(TEAMS, "Entra knows the app, and gives it a token")


async def _keys(wire: Wire, url: str) -> Finding:
    try:
        await wire.fetch(url)
    except DeliveryError as error:
        mend = f"let this machine reach {urlsplit(url).hostname}: without its keys nobody can answer"
        return Finding(TEAMS, f"the Bot Framework does not tell its keys: {error}", mend)
    return Finding(TEAMS, "the Bot Framework tells its keys")


def _without_app(settings: Settings) -> list[Finding]:
    if settings.teams_development:
        return [Finding(TEAMS, "for development: nobody proves who they are, and only this machine is talked to")]
    given = {
        "ADEMPAUZE_TEAMS_APP_SECRET": settings.teams_app_secret,
        "ADEMPAUZE_TEAMS_TENANT": settings.teams_tenant,
        "ADEMPAUZE_TEAMS_TENANTS": settings.teams_tenants,
        "ADEMPAUZE_TEAMS_GRAPH": settings.teams_graph,
        "ADEMPAUZE_TEAMS_GROUPS": settings.teams_groups,
    }
    if not (names := [name for name, value in given.items() if value]):
        return []
    mend = "set ADEMPAUZE_TEAMS_APP_ID too: the application (client) id of the app registration"
    return [Finding(TEAMS, f"not connected: {' and '.join(names)} alone is not enough", mend)]


def _address(settings: Settings) -> list[Finding]:
    if reached_from_outside(settings.public_url):
        return []
    mend = "set ADEMPAUZE_PUBLIC_URL to the https address that people use"
    return [Finding(TEAMS, f"Teams cannot reach {settings.public_url}{MESSAGES}", mend)]


def _who(settings: Settings) -> str:
    tenants = [one for one in (settings.teams_tenant, *settings.teams_tenants) if one]
    return f"the app {settings.teams_app_id} ({settings.teams_app_type}) for {', '.join(dict.fromkeys(tenants))}"
