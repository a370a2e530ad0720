"""Connecting Slack as the settings say, with its own few words from the catalogue."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from pydantic import SecretStr

from adapters.port import ChatPlatform
from adapters.slack.oauth import OAuthClient
from adapters.slack.words import SlackWords
from bot.hands import Hands
from bot.settings import Settings
from bot.slack_manifest import Wanted
from bot.texts import Texts
from surveys.model import LANGUAGES, Language


def connected(
    settings: Settings, hands: Hands, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> Mapping[str, ChatPlatform]:
    """Return Slack when settings connect a workspace, or say how workspaces may be connected, else nothing."""
    client = client_of(settings)
    if settings.slack_bot_token is None and client is None:
        return {}
    from adapters.slack.app import SlackApp  # noqa: PLC0415 — Slack's own libraries, where there is no Slack
    from adapters.slack.platform import Slack  # noqa: PLC0415

    platform = Slack(
        SlackApp(
            _open(settings.slack_signing_secret),
            _open(settings.slack_bot_token),
            client,
            _open(settings.slack_app_token),
            settings.slack_per_minute,
            api=settings.slack_api,
            groups=settings.slack_groups,
        ),
        receive=hands.receive,
        belongs=hands.belongs,
        speaks=hands.speaks,
        changed=hands.changed,
        keep=hands.keep,
        board=hands.board,
        words={language: slack_words(language) for language in LANGUAGES},
        locale=settings.language,
        sleep=sleep,
    )
    return {platform.name: platform}


def client_of(settings: Settings) -> OAuthClient | None:
    """Return our application as OAuth knows it; None where settings connect no workspaces that way."""
    if settings.slack_client_id is None or settings.slack_client_secret is None:
        return None
    wanted = Wanted(several=True, groups=bool(settings.slack_groups))
    return OAuthClient(settings.slack_client_id, settings.slack_client_secret.get_secret_value(), wanted.scopes)


def _open(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""


def slack_words(language: Language) -> SlackWords:
    """Return Slack's own words in one language."""
    t = Texts(language)
    return SlackWords(
        name=t("web.name"),
        close=t("web.chat.close"),
        busy=t("slack.busy"),
        not_yours=t("chat.not_yours"),
        again=t("error.unknown"),
    )
