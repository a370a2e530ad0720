"""Settings: one frozen object, read once at the edge, refused loudly when wrong.

Every setting is an environment variable with the prefix ADEMPAUZE_; a setting may also be read from the file
named by ADEMPAUZE_<NAME>_FILE (for secrets handed over as files).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

from platformdirs import user_config_path, user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.kudos.settings import KudosSettings
from surveys.errors import InputError, SettingsError
from surveys.localtime import zone
from surveys.model import Language

PREFIX: Final = "ADEMPAUZE_"
HANDLE: Final = re.compile(r"[^\s@,;/<>]{1,80}")
UUID_SHAPE: Final = r"^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"
HERE: Final = re.compile(r"localhost|::1|127(\.[0-9]{1,3}){3}")
ROLE_NAME: Final = r"^[a-z_][a-z0-9_]{0,62}$"


class Settings(KudosSettings):
    """All settings with their defaults; the description of each says what it does."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid")

    data_dir: Annotated[Path, Field(description="where the embedded database lies")] = user_data_path("adempauze")
    config_dir: Annotated[Path, Field(description="where the key file lies; never under the data directory")] = (
        user_config_path("adempauze")
    )
    database_url: Annotated[SecretStr | None, Field(description="PostgreSQL to use instead of the embedded one")] = None
    reader_database_url: Annotated[SecretStr | None, Field(description="a login of its own for the reader role")] = None
    app_role: Annotated[str, Field(pattern=ROLE_NAME, description="database role of the application")] = "adempauze_app"
    reader_role: Annotated[str, Field(pattern=ROLE_NAME, description="database role that renders")] = "adempauze_reader"
    key_epoch_days: Annotated[int, Field(ge=1, le=365, description="days after which a new key epoch begins")] = 35
    organisation: Annotated[str, Field(min_length=1, max_length=100, description="name of the organisation")] = (
        "Adempauze"
    )
    preset: Annotated[
        Literal["standard", "strict"],
        Field(description="protection of figures: standard, or strict (from eight people, also against two who pool)"),
    ] = "standard"
    country: Annotated[str, Field(pattern="^[A-Z]{2}$", description="country of the help numbers")] = "NL"
    public_url: Annotated[str, Field(description="address under which people reach the pages")] = (
        "http://127.0.0.1:8321"
    )
    language: Annotated[Language, Field(description="language of new people where the roster file says nothing")] = "nl"
    timezone: Annotated[str, Field(description="time zone of new people where the roster file says nothing")] = (
        "Europe/Amsterdam"
    )
    host: Annotated[str, Field(description="address to listen on")] = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535, description="port to listen on")] = 8321
    tick_seconds: Annotated[float, Field(gt=0, le=60, description="how often the clock looks for due rows")] = 5.0
    members_seconds: Annotated[
        float, Field(gt=0, le=3600, description="how long changes of members are gathered before they are taken over")
    ] = 60.0
    in_flight: Annotated[int, Field(ge=1, le=50, description="calls in flight per worker and workspace")] = 1
    chunk_size: Annotated[int, Field(ge=1, le=1000, description="deliveries per sending job")] = 50
    rescue_seconds: Annotated[
        float, Field(ge=1, le=50, description="after how long without a sign of life a worker's job is taken over")
    ] = 30.0
    comments: Annotated[bool, Field(description="the comment form; off unless both seats agreed on it too")] = False

    slack_bot_token: Annotated[SecretStr | None, Field(description="token of the bot in Slack (xoxb-...)")] = None
    slack_client_id: Annotated[
        str | None, Field(min_length=1, description="with it and its secret several workspaces connect, by OAuth")
    ] = None
    slack_client_secret: Annotated[
        SecretStr | None, Field(description="of the same app as ADEMPAUZE_SLACK_CLIENT_ID")
    ] = None
    slack_signing_secret: Annotated[
        SecretStr | None, Field(description="with it Slack reaches us over HTTP, at /slack/events")
    ] = None
    slack_app_token: Annotated[
        SecretStr | None, Field(description="with it we reach Slack over Socket Mode (xapp-...)")
    ] = None
    slack_per_minute: Annotated[
        float, Field(gt=0, le=3000, description="messages a minute into one Slack workspace")
    ] = 240
    slack_groups: Annotated[
        tuple[str, ...],
        Field(description="handles of Slack user groups whose members are in the roster, with commas between them"),
    ] = ()
    slack_api: Annotated[str, Field(description="where Slack's Web API is")] = "https://slack.com/api/"

    teams_app_id: Annotated[
        str | None, Field(pattern=UUID_SHAPE, description="application (client) id of the bot in Teams")
    ] = None
    teams_app_secret: Annotated[SecretStr | None, Field(description="client secret of the same app")] = None
    teams_app_type: Annotated[
        Literal["SingleTenant", "MultiTenant", "UserAssignedMSI"],
        Field(description="how the app proves who it is: a secret, or the managed identity of the machine"),
    ] = "SingleTenant"
    teams_tenant: Annotated[
        str | None, Field(pattern=UUID_SHAPE, description="id of your tenant, whose people may speak to us")
    ] = None
    teams_tenants: Annotated[
        tuple[str, ...], Field(description="ids of other tenants whose people may, with commas between them")
    ] = ()
    teams_development: Annotated[
        bool, Field(description="Teams without an app id, on this machine alone, for trying things out")
    ] = False
    teams_in_flight: Annotated[
        int, Field(ge=1, le=50, description="calls to Teams in flight per worker and tenant")
    ] = 8
    teams_per_second: Annotated[float, Field(gt=0, le=50, description="messages a second into one tenant")] = 25
    teams_graph: Annotated[
        bool, Field(description="read members through Microsoft Graph, not from the teams in which the app stands")
    ] = False
    teams_groups: Annotated[
        tuple[str, ...],
        Field(description="names or ids of Entra groups whose members are in the roster, with commas between them"),
    ] = ()
    teams_metadata: Annotated[str, Field(description="where the Bot Framework publishes its keys")] = (
        "https://login.botframework.com/v1/.well-known/openidconfiguration"
    )
    teams_service: Annotated[
        str, Field(description="where a conversation is begun in a tenant from which nothing came yet")
    ] = "https://smba.trafficmanager.net/teams/"
    teams_login: Annotated[str, Field(description="where Microsoft Entra is")] = "https://login.microsoftonline.com"
    teams_graph_api: Annotated[str, Field(description="where Microsoft Graph is")] = "https://graph.microsoft.com/v1.0"
    teams_ca: Annotated[
        str, Field(description="file of certificates to trust for Microsoft's services; empty: those of the machine")
    ] = ""

    metrics: Annotated[
        bool, Field(description="the page /metrics: counts without persons; keep it off the internet")
    ] = False
    trusted_proxy: Annotated[
        str, Field(description="address of the proxy with TLS whose X-Forwarded headers are believed; empty: nobody")
    ] = ""

    @field_validator("timezone")
    @classmethod
    def _is_known(cls, value: str) -> str:
        try:
            zone(value)
        except InputError as error:
            raise ValueError(str(error)) from None
        return value

    @field_validator("slack_groups", mode="before")
    @classmethod
    def _are_handles(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        handles = [part.removeprefix("@").casefold() for part in _listed(value)]
        if wrong := next((handle for handle in handles if not HANDLE.fullmatch(handle)), None):
            raise ValueError(f"{wrong!r} is not the handle of a user group: give handles such as @agents,@planners")
        return tuple(dict.fromkeys(handles))

    @field_validator("teams_app_id", "teams_tenant")
    @classmethod
    def _is_lower(cls, value: str | None) -> str | None:
        return value.lower() if value else value

    @field_validator("teams_tenants", mode="before")
    @classmethod
    def _are_tenants(cls, value: object) -> object:
        ids = _listed(value) if isinstance(value, str) else value
        for one in ids if isinstance(ids, tuple) else ():
            if not re.fullmatch(UUID_SHAPE, one):
                raise ValueError(f"{one!r} is not the id of a tenant: it stands on the overview page of Entra")
        return tuple(dict.fromkeys(one.lower() for one in ids)) if isinstance(ids, tuple) else ids

    @field_validator("teams_groups", mode="before")
    @classmethod
    def _are_names(cls, value: object) -> object:
        return tuple(dict.fromkeys(_listed(value))) if isinstance(value, str) else value

    @field_validator("public_url")
    @classmethod
    def _has_scheme_and_host(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("give a full address such as https://pauze.example.org")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _slack_is_whole(self) -> Self:
        if bool(self.slack_client_id) != bool(self.slack_client_secret):
            raise ValueError("ADEMPAUZE_SLACK_CLIENT_ID and ADEMPAUZE_SLACK_CLIENT_SECRET go together: give both")
        if self.slack_client_id and self.slack_bot_token:
            raise ValueError(
                "ADEMPAUZE_SLACK_BOT_TOKEN connects one workspace, ADEMPAUZE_SLACK_CLIENT_ID several: give one of them"
            )
        way_in = self.slack_signing_secret or self.slack_app_token
        if (self.slack_bot_token or self.slack_client_id) and not way_in:
            given = "ADEMPAUZE_SLACK_BOT_TOKEN" if self.slack_bot_token else "ADEMPAUZE_SLACK_CLIENT_ID"
            raise ValueError(
                f"{given} alone lets nobody answer: give ADEMPAUZE_SLACK_SIGNING_SECRET (HTTP) "
                "or ADEMPAUZE_SLACK_APP_TOKEN (Socket Mode) too"
            )
        return self

    @model_validator(mode="after")
    def _teams_is_whole(self) -> Self:
        if self.teams_app_id is None:
            return self._alone_in_development()
        if self.teams_app_type == "SingleTenant" and not self.teams_tenant:
            raise ValueError("ADEMPAUZE_TEAMS_APP_ID of a single tenant needs ADEMPAUZE_TEAMS_TENANT, its id in Entra")
        if self.teams_app_type != "UserAssignedMSI" and not self.teams_app_secret:
            raise ValueError(
                "ADEMPAUZE_TEAMS_APP_ID needs ADEMPAUZE_TEAMS_APP_SECRET, or a managed identity "
                "(ADEMPAUZE_TEAMS_APP_TYPE=UserAssignedMSI)"
            )
        if not (self.teams_tenant or self.teams_tenants):
            raise ValueError("ADEMPAUZE_TEAMS_APP_ID needs ADEMPAUZE_TEAMS_TENANT: else every organisation is let in")
        if self.teams_groups and not self.teams_graph:
            raise ValueError("ADEMPAUZE_TEAMS_GROUPS are read through Microsoft Graph: set ADEMPAUZE_TEAMS_GRAPH=true")
        return self

    def _alone_in_development(self) -> Self:
        """Without an app id everybody is whom they say, so nobody else may reach us: by the door, or by a proxy."""
        names = (self.host, urlsplit(self.public_url).hostname or "")
        if self.teams_development and not all(map(HERE.fullmatch, names)):
            raise ValueError(
                "ADEMPAUZE_TEAMS_DEVELOPMENT without ADEMPAUZE_TEAMS_APP_ID believes everybody who reaches it: let "
                "ADEMPAUZE_HOST and ADEMPAUZE_PUBLIC_URL be of this machine alone, such as 127.0.0.1"
            )
        return self

    def at_once(self, platform: str) -> int:
        """Return how many calls to a platform a worker has in flight, in each workspace or tenant."""
        return self.teams_in_flight if platform == "teams" else self.in_flight

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 — the names are pydantic's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take values from the arguments alone: the environment is an argument of `load_settings`."""
        return (init_settings,)


def load_settings(environ: Mapping[str, str], **overrides: Any) -> Settings:
    """Read the settings. Raises SettingsError naming the setting, never the value of a secret."""
    known = {PREFIX + name.upper(): name for name in Settings.model_fields}
    given = {known[key]: value for key, value in environ.items() if key in known}
    given |= _from_files(environ, known)
    _refuse_unknown(environ, known)
    try:
        return Settings(**(given | overrides))
    except ValidationError as error:
        raise SettingsError(_sentence(error)) from None


def _from_files(environ: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for variable, name in known.items():
        if path := environ.get(f"{variable}_FILE"):
            try:
                found[name] = Path(path).read_text(encoding="utf-8").strip()
            except OSError:
                raise SettingsError(
                    f"{variable}_FILE names {path}, which cannot be read: check path and mode"
                ) from None
    return found


def _refuse_unknown(environ: Mapping[str, str], known: Mapping[str, str]) -> None:
    allowed = set(known) | {f"{variable}_FILE" for variable in known}
    for variable in environ:
        if variable.startswith(PREFIX) and variable not in allowed:
            raise SettingsError(f"{variable} is not a setting of Adempauze: see `adempauze doctor --settings`")


def _listed(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    said = first["msg"].removeprefix("Value error, ")
    return f"{PREFIX}{str(first['loc'][0]).upper()} is wrong: {said}" if first["loc"] else said
