"""Everything that the product shows in a chat, in both languages: played on a stage, and held to the code.

`makers` names every function of the conversation that makes a message; what is played has to come past all of them.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from adapters.port import Channel, ChatPlatform, Command, Message, Reply, Submission
from adapters.recording import Recording
from bot.hands import Hands
from bot.heads import told
from bot.phrases import Tier
from bot.safety import tier_card
from bot.server import Server
from bot.settings import Settings
from surveys.model import LANGUAGES, Language
from tests.kudos.everything import everything as every_kudos
from tests.kudos.thanks import ADMIN, CHANNEL, Floor, Line, open_channel
from tests.published import publish
from tests.stage import Stage, roster_csv, staged

BOT: Final = Path(__file__).parents[1] / "bot"
CRISIS: Final = {"nl": "ik wil niet meer leven", "en": "i want to kill myself"}
WHO: Final = {"nl": "o1", "en": "o2"}


@dataclass
class Sayings:
    """What came up: `sent` into the chat, and every reply with what was asked."""

    sent: list[Message] = field(default_factory=list)
    replies: list[tuple[Submission | Command, Reply]] = field(default_factory=list)
    made_by: set[str] = field(default_factory=set)

    @property
    def chat(self) -> list[Message]:
        """Return what stands in a chat."""
        return [*self.sent, *(reply.message for _, reply in self.replies if reply.message)]

    @property
    def dialogs(self) -> list[Message]:
        """Return what is for one person alone."""
        return [reply.dialog for _, reply in self.replies if reply.dialog]

    def platforms(self, hands: Callable[[str], Hands]) -> Mapping[str, ChatPlatform]:
        """Return the platform in memory, listened to."""
        mine = hands("recording")

        async def receive(asked: Submission | Command) -> Reply:
            reply = await mine.receive(asked)
            self.replies.append((asked, reply))
            return reply

        channels = [Channel(CHANNEL, "#bedankt")]
        return {"recording": Recording(receive=receive, belongs=mine.belongs, channels=channels)}


def makers() -> set[str]:
    """Return `module.function` of every place in the conversation where a message is made."""
    return {
        f"{'.'.join(path.relative_to(BOT.parent).with_suffix('').parts)}.{name}"
        for path in [*BOT.glob("*.py"), *BOT.glob("kudos/*.py")]
        for name in _functions(ast.parse(path.read_text(encoding="utf-8")), "")
    }


def _functions(node: ast.AST, inside: str) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call) and isinstance(child.func, ast.Name) and child.func.id == "Message":
            yield inside
        name = f"{inside}.{child.name}".strip(".") if isinstance(child, NAMED) else inside
        yield from _functions(child, name)


NAMED: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@contextmanager
def _watched(made_by: set[str]) -> Iterator[None]:
    """Note who makes a message, for as long as the block lasts."""
    plain: Any = Message.__init__

    def noting(self: Message, *args: Any, **more: Any) -> None:
        maker = sys._getframe(1)
        made_by.add(f"{maker.f_globals['__name__']}.{maker.f_code.co_qualname}")
        plain(self, *args, **more)

    Message.__init__ = noting  # type: ignore[method-assign]
    try:
        yield
    finally:
        Message.__init__ = plain  # type: ignore[method-assign]


async def everything_said(server: Server, base: Settings) -> Sayings:
    """Play everything that people can come across."""
    said = Sayings()
    mine = base.model_copy(update={"comments": True})
    with _watched(said.made_by):
        async with staged(server, mine, platforms=said.platforms, introduced=False) as stage:
            await stage.deliver()
            for language in LANGUAGES:
                await _check_in(stage, WHO[language], CRISIS[language])
                await _own_page(stage, WHO[language])
                await _typed(stage, WHO[language], language, CRISIS[language])
            _gather(said, stage)
        async with staged(server, mine, platforms=said.platforms) as stage:
            await publish(stage, 12)
            for who in ("o1", "o2", "noor", "bram", "a1", "a2"):
                await stage.recording.act(who, "nl", "home")
                await stage.recording.act(who, "nl", "digest")
        await _kudos(said, server, base)
        for language in LANGUAGES:
            said.sent.append(told("pulse", "12", "a" * 64, "", language))
            said.replies += [(Command("x", "", "", language), Reply(dialog=_card(tier, language))) for tier in Tier]
    return said


async def _kudos(said: Sayings, server: Server, base: Settings) -> None:
    """Thank in every way there is."""
    mine = base.model_copy(update={"kudos_anonymous": True, "kudos_hourly": 1000})
    roster = roster_csv() + ADMIN
    async with staged(server, mine, survey=None, roster=roster, platforms=said.platforms, live=False) as stage:
        await open_channel(stage)
        for language in LANGUAGES:
            await every_kudos(Floor(stage, Line()), language, CRISIS[language])
        _gather(said, stage)


def _card(tier: Tier, language: Any) -> Message:
    return tier_card(tier, language, "NL", token="t" * 300)


async def _check_in(stage: Stage, who: str, crisis: str) -> None:
    """Answer, look around, skip, postpone, comment, and take it back."""
    chat = stage.recording
    await chat.tap(who, "help")
    await chat.tap(who, "skip", (0, 0))
    await chat.tap(who, "skip", (1, 0))
    await chat.tap(who, "change")
    await stage.answer(who)
    offered = (await chat.tap(who, "breaks")).dialog
    assert offered
    for choice in offered.choices:
        await chat.tap(who, choice.action, choice.position, on=offered)
    box = (await chat.tap(who, "comment")).dialog
    for text in ("Minder tegelijk", "x" * 281, crisis):
        await chat.tap(who, "comment", on=box, texts={"comment": text})
    await chat.tap(who, "withdraw")
    await chat.tap(who, "change")
    await chat.tap(who, "later")


async def _typed(stage: Stage, who: str, language: Language, crisis: str) -> None:
    """Come in, and type this and that."""
    await stage.recording.act(who, language, "start")
    for text in ("", "hoi", "settings", "help", crisis):
        await stage.recording.act(who, language, "said", texts={"text": text})


async def _own_page(stage: Stage, who: str) -> None:
    """Ask for everything about oneself, ending with erasing it."""

    async def ask(name: str, **fields: str) -> None:
        await stage.recording.act(who, "nl", name, texts=fields)

    for name in ("home", "settings", "introduction", "privacy", "export", "digest", "nothing"):
        await ask(name)
    await ask("settings_save", moment="10:00", quiet_start="18:00", quiet_end="08:00")
    await ask("settings_save", moment="99:99")
    await ask("pause")
    await ask("pause_save", length="2")
    for name in ("home", "pause", "resume", "stop", "stop_now", "home", "start_again", "erase", "erase_stop"):
        await ask(name)
    await ask("erase_now")
    await ask("home")


def _gather(said: Sayings, stage: Stage) -> None:
    said.sent += [one.message for one in stage.recording.sent]
    said.sent += [message for _, message in stage.recording.updates]
