"""Showing the outcome of what somebody did, where they did it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from adapters.port import DeliveryError
from adapters.slack.api import Api
from adapters.slack.outcome import Open, Publish, Replace, Step, Turn, Whisper
from adapters.slack.parse import Heard

PRIVATELY: Final = {"response_type": "ephemeral", "replace_original": False}


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
                await self.api.call(team, "views.update", view_id=view_id, view=view)
            case Publish(view):
                await self.api.call(team, "views.publish", user_id=user, view=view)
            case Whisper(text):
                await self._whisper(heard, text)

    async def _replace(self, heard: Heard, team: str, content: dict[str, Any]) -> None:
        """By the address that came with the tap, which has a pace of its own; half an hour later that has ended."""
        if not await self.api.respond(heard.place.response_url, {"replace_original": True, **content}):
            await self.api.call(team, "chat.update", channel=heard.place.channel, ts=heard.place.ts, **content)

    async def _open(self, heard: Heard, team: str, view: dict[str, Any], otherwise: str) -> None:
        """Open a modal; when the three seconds in which that may be done have passed, say so beside the card."""
        try:
            await self.api.call(team, "views.open", trigger_id=heard.place.trigger, view=view)
        except DeliveryError:
            if not await self._whisper(heard, otherwise):
                raise

    async def _whisper(self, heard: Heard, text: str) -> bool:
        return await self.api.respond(heard.place.response_url, {"text": text, **PRIVATELY})
