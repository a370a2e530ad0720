"""Every command by name: what a person may ask about themselves, the same on every platform."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from adapters.port import Command, Reply
from bot.digest import Digest
from bot.erasure import Erasure
from bot.explaining import Explaining
from bot.greeting import Greeting
from bot.home import Home
from bot.inbox import Handler
from bot.kudos.recognition import Recognition
from bot.later import Later
from bot.leaving import Leaving
from bot.own import Own
from bot.own_settings import OwnSettings
from bot.pausing import Pausing
from bot.privacy import Privacy
from bot.safety import help_card

DUTCH: Final[Mapping[str, str]] = {
    "overzicht": "home",
    "thuis": "home",
    "instellingen": "settings",
    "pauze": "pause",
    "hervatten": "resume",
    "stoppen": "stop",
    "teamoverzicht": "digest",
    "hulp": "help",
    "uitleg": "introduction",
    "bedank": "kudos",
    "bedanken": "kudos",
    "compliment": "kudos",
    "complimenten": "kudos_jar",
    "muur": "wall",
}
"""Dutch names of commands that people type."""


def commands(own: Own, later: Later, digest: Digest, kudos: Recognition, country: str) -> Mapping[str, Handler]:
    """Return the handler of each command; Dutch names reach the same ones. `country` is that of the help numbers."""

    async def show_help(command: Command) -> Reply:
        """Show the help card to whoever asks, known or not."""
        return Reply(dialog=help_card(command.locale, country))

    greeting = Greeting(country, DUTCH)
    handlers: dict[str, Handler] = {
        **_own_page(own, kudos),
        **kudos.commands(),
        "start": greeting.start,
        "said": greeting.said,
        "later": later,
        "digest": digest.command,
        "help": show_help,
    }
    return handlers | {dutch: handlers[name] for dutch, name in DUTCH.items()}


def _own_page(own: Own, kudos: Recognition) -> dict[str, Handler]:
    settings, pausing, leaving = OwnSettings(own), Pausing(own), Leaving(own)
    privacy, erasure = Privacy(own), Erasure(own, kudos.parting)
    return {
        "home": Home(own, kudos.jar.newest),
        "settings": settings.show,
        "settings_save": settings.save,
        "pause": pausing.show,
        "pause_save": pausing.save,
        "resume": pausing.resume,
        "stop": leaving.ask,
        "stop_now": leaving.stop,
        "start_again": leaving.start_again,
        "introduction": Explaining(own),
        "privacy": privacy.show,
        "export": privacy.export,
        "erase": erasure.ask,
        "erase_now": erasure.erase,
        "erase_stop": erasure.erase_but_stop,
    }
