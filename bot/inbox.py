"""Where everything that people do comes in: route it, answer in their language, and never lose it silently.

This is the outermost edge of a conversation and the one place that turns any failure into "try again".
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

import structlog

from adapters.port import Command, Reply, Submission
from bot.texts import Texts
from surveys.errors import AdempauzeError, TokenError, WaveClosed

log = structlog.get_logger(__name__)

OVER: Final = (TokenError, WaveClosed)
"""After these nothing can be done with a card any more; anything else may pass."""
Handler = Callable[[Command], Awaitable[Reply]]


@dataclass(frozen=True)
class Inbox:
    """`receive` is the `Receive` of every platform."""

    submit: Callable[[Submission], Awaitable[Reply]]
    commands: Mapping[str, Handler]

    async def receive(self, incoming: Submission | Command) -> Reply:
        """Handle one thing somebody did. Never raises: a failure says so and the card keeps its buttons."""
        texts = Texts(incoming.locale)
        try:
            if isinstance(incoming, Submission):
                return await self.submit(incoming)
            return await self._command(incoming)
        except AdempauzeError as error:
            return Reply(notice=texts(f"error.{error.code}"), failed=True, over=isinstance(error, OVER))
        except Exception as error:  # the edge: nothing may leave a person without an answer
            log.error("a request failed", kind=type(incoming).__name__, error=type(error).__name__)
            return Reply(notice=texts("error.unknown"), failed=True)

    async def _command(self, command: Command) -> Reply:
        handler = self.commands.get(command.name)
        if handler is None:
            return Reply(notice=Texts(command.locale)("error.unknown_command"), failed=True)
        return await handler(command)
