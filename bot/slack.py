"""Connecting Slack as the settings say, with its own few words from the catalogue."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.port import ChatPlatform
from adapters.slack.platform import Slack, SlackApp
from adapters.slack.words import SlackWords
from bot.hands import Hands
from bot.settings import Settings
from bot.texts import Texts
from surveys.model import LANGUAGES, Language


def connected(settings: Settings, hands: Hands) -> Mapping[str, ChatPlatform]:
    """Return Slack when there is a token for it, else nothing."""
    if settings.slack_bot_token is None:
        return {}
    platform = Slack(
        SlackApp(
            settings.slack_signing_secret.get_secret_value() if settings.slack_signing_secret else "",
            settings.slack_bot_token.get_secret_value(),
            settings.slack_app_token.get_secret_value() if settings.slack_app_token else "",
            settings.slack_per_minute,
            api=settings.slack_api,
        ),
        receive=hands.receive,
        belongs=hands.belongs,
        speaks=hands.speaks,
        keep=hands.keep,
        words={language: slack_words(language) for language in LANGUAGES},
        locale=settings.language,
    )
    return {platform.name: platform}


def slack_words(language: Language) -> SlackWords:
    """Return Slack's own words in one language."""
    t = Texts(language)
    return SlackWords(
        name=t("web.name"),
        close=t("web.chat.close"),
        busy=t("slack.busy"),
        not_yours=t("slack.not_yours"),
        again=t("error.unknown"),
    )
