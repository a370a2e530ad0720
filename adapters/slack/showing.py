"""Showing the outcome of what somebody did, where they did it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from adapters.port import DeliveryError
from adapters.slack import render
from adapters.slack.api import Api
from adapters.slack.outcome import Open, Publish, Replace, Step, Turn, Whisper
from adapters.slack.parse import Heard
from adapters.traffic.patience import Patience

PRIVATELY: Final = {"response_type": "ephemeral", "replace_original": False}
PATIENCE: Final = Patience(pauses=(0.5, 2.0), longest=30.0)
"""All of this may be done twice, and somebody is waiting."""


@dataclass(frozen=True, slots=True)
class Showing:
    """Carries steps out; decides nothing but what to do when a way has ended."""

    api: Api

    async def show(self, heard: Heard, step: Step) -> None:
        """Take one step. Raises DeliveryError when there is no way to show it any more."""
        team, user = heard.sender.team, heard.sender.user
        match step:
            case Replace(content):
                await self._replace(heard, team, content)
            case Open(view, otherwise):
                await self._open(heard, team, view, otherwise)
            case Turn(view_id, view):
                await self._insist(lambda: self.api.call(team, "views.update", view_id=view_id, view=view))
            case Publish(view):
                await self._insist(lambda: self.api.call(team, "views.publish", user_id=user, view=view))
            case Whisper(text):
                await self._insist(lambda: self._whisper(heard, text))

    async def _insist(self, call: Callable[[], Awaitable[object]]) -> None:
        """Call, and again after a moment unless that makes no sense. Raises DeliveryError."""
        await PATIENCE.insist(call, self.api.sleep)

    async def _replace(self, heard: Heard, team: str, content: dict[str, Any]) -> None:
        """By the address that came with the tap, which has a pace of its own; half an hour later that has ended.

        Where the card itself is gone, somebody still reads that what they did has arrived.
        """
        place = heard.place
        if await self.api.respond(place.response_url, {"replace_original": True, **content}):
            return
        try:
            await self._insist(
                lambda: self.api.call(team, "chat.update", channel=place.channel, ts=place.ts, **content)
            )
        except DeliveryError:
            await self._insist(lambda: self._whisper(heard, str(content["text"])))
            raise

    async def _open(self, heard: Heard, team: str, view: dict[str, Any], otherwise: str) -> None:
        """Open a modal; when the three seconds in which that may be done have passed, say so where they look."""
        try:
            await self.api.call(team, "views.open", trigger_id=heard.place.trigger, view=view)
        except DeliveryError:
            if not heard.place.home:
                await self._insist(lambda: self._whisper(heard, otherwise))
                return
            await self.show(heard, Publish(render.home_sentence(otherwise)))

    async def _whisper(self, heard: Heard, text: str) -> None:
        """Say something beside the card, or in the direct message to who asked from nowhere. Raises DeliveryError."""
        if not heard.place.response_url:
            await self.api.call(heard.sender.team, "chat.postMessage", channel=heard.sender.user, text=text)
        elif not await self.api.respond(heard.place.response_url, {"text": text, **PRIVATELY}):
            raise DeliveryError("the place to answer has ended", permanent=False)
