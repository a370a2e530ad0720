"""Connecting Teams as the settings say, with its own few words from the catalogue."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

from adapters.port import ChatPlatform
from adapters.teams.words import TeamsWords
from bot.hands import Hands
from bot.settings import Settings
from bot.texts import Texts
from surveys.errors import SettingsError
from surveys.model import LANGUAGES, Language
from surveys.tickets import Entropy

if TYPE_CHECKING:
    from adapters.teams.app import TeamsApp


def connected(
    settings: Settings,
    hands: Hands,
    entropy: Entropy,
    *,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Mapping[str, ChatPlatform]:
    """Return Teams when settings connect it, else nothing. Raises SettingsError."""
    if settings.teams_app_id is None and not settings.teams_development:
        return {}
    from adapters.teams.platform import Teams  # noqa: PLC0415 — Microsoft's own libraries, where there is no Teams

    platform = Teams(
        teams_app(settings),
        receive=hands.receive,
        belongs=hands.belongs,
        speaks=hands.speaks,
        changed=hands.changed,
        keep=hands.keep,
        board=hands.board,
        words={language: teams_words(language) for language in LANGUAGES},
        locale=settings.language,
        chance=lambda: int.from_bytes(entropy(4)) / 2**32,
        sleep=sleep,
    )
    return {platform.name: platform}


def teams_app(settings: Settings) -> TeamsApp:
    """Return our application as Microsoft knows it. Raises SettingsError."""
    from adapters.teams.app import TeamsApp  # noqa: PLC0415

    try:
        return TeamsApp(
            id=settings.teams_app_id or "",
            secret=settings.teams_app_secret.get_secret_value() if settings.teams_app_secret else "",
            type=settings.teams_app_type,
            tenant=settings.teams_tenant or "",
            tenants=frozenset(settings.teams_tenants),
            development=settings.teams_development,
            metadata=settings.teams_metadata,
            login=settings.teams_login,
            ca=settings.teams_ca,
            service=settings.teams_service,
            per_second=settings.teams_per_second,
            graph=settings.teams_graph,
            groups=settings.teams_groups,
            graph_api=settings.teams_graph_api,
        )
    except ValueError as error:
        raise SettingsError(f"ADEMPAUZE_TEAMS_APP_ID and what belongs to it: {error}") from None


def teams_words(language: Language) -> TeamsWords:
    """Return Teams' own words in one language."""
    t = Texts(language)
    return TeamsWords(
        name=t("web.name"),
        required=t("teams.required"),
        not_yours=t("chat.not_yours"),
        again=t("error.unknown"),
        unreadable=t("teams.unreadable"),
        privately=t("teams.privately"),
        late=t("teams.late"),
        once_more=t("teams.once_more"),
    )
