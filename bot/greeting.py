"""What somebody is shown who comes in, or who types something: the ways on, and help before anything else.

A chat keeps what stands in it, so nothing personal is answered there: the buttons open it, for one person alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from adapters.port import Choice, Command, Message, Reply
from bot.safety import guard, help_card
from bot.texts import Texts

WAYS: Final[Mapping[str, str]] = {
    "home": "home.to.home",
    "settings": "home.to.settings",
    "privacy": "home.to.privacy",
    "introduction": "start.to.introduction",
    "digest": "home.to.digest",
    "kudos": "home.to.kudos",
    "kudos_jar": "home.to.kudos_jar",
    "wall": "kudos.jar.wall",
    "pause": "home.to.pause",
    "resume": "home.to.resume",
    "stop": "home.to.stop",
    "start_again": "home.to.start_again",
    "export": "privacy.export",
    "erase": "privacy.erase",
    "help": "safety.help.button",
}
"""What can be opened, with the text of its button."""
THANKING: Final = "kudos"
MOST_TYPED: Final = 3000
"""Characters of what is typed behind that word."""
ALWAYS: Final = ("home", "settings", "privacy", "introduction", "help")


@dataclass(frozen=True)
class Greeting:
    """The commands `start` and `said`. `names` are the words that people type, and what each opens."""

    country: str
    names: Mapping[str, str]

    async def start(self, command: Command) -> Reply:
        """Show the ways on to somebody who comes in."""
        return Reply(message=_card(Texts(command.locale), "start.body", "home"))

    async def said(self, command: Command) -> Reply:
        """Answer what somebody typed, which is looked at here and kept nowhere."""
        text = command.fields.get("text", "")
        card = guard(text, command.locale, self.country, in_chat=True)
        wanted = self._wanted(text)
        if card or wanted == "help":
            return Reply(message=card or help_card(command.locale, self.country, in_chat=True))
        typed = text.strip().partition(" ")[2].strip()[:MOST_TYPED] if wanted == THANKING else ""
        said = "start.wanted" if wanted else "start.said"
        return Reply(message=_card(Texts(command.locale), said, wanted or "home", typed))

    def _wanted(self, text: str) -> str:
        """Return what the first word asks for, "" for nothing of ours."""
        word = text.strip().lower().partition(" ")[0].removeprefix("/")
        name = self.names.get(word, word)
        return name if name in WAYS else ""


def _card(texts: Texts, said: str, first: str, typed: str = "") -> Message:
    """Return the ways on. What was `typed` behind the first stands in the chat already, and goes on with its button."""
    ways = {first: {"text": typed} if typed else {}} | {way: {} for way in ALWAYS if way != first}
    return Message(
        title=texts("start.title"),
        locale=texts.language,
        paragraphs=(texts(said),),
        choices=tuple(
            Choice(way, texts(WAYS[way]), prominent=way == first, quiet=way == "help", kept=kept)
            for way, kept in ways.items()
        ),
        notes=(texts("start.note"),),
    )
