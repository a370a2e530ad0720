"""Socket Mode: what Slack sends comes over connections of our own, acknowledged the same as over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Final

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api import TIMEOUT, quiet
from adapters.slack.parse import UNREADABLE

AFTER: Final = "after"
"""Where Bolt's context carries what is to be done after the acknowledgement, if anything."""
NOTHING: Final = BoltResponse(status=200)

Answered = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]
After = Callable[[], Coroutine[Any, Any, None]]
Begin = Callable[[After | None], Awaitable[None]]


@asynccontextmanager
async def connected(bolt: AsyncApp, app_token: str, api: str, answered: Answered, begin: Begin) -> AsyncIterator[None]:
    """Be connected for as long as the block lasts; what comes in is `answered`, and only then do we `begin`."""
    web = AsyncWebClient(token=app_token, base_url=api, timeout=TIMEOUT, logger=quiet())
    handler: Any = _Socket(bolt, app_token, logger=quiet(), web_client=web)
    handler.answered, handler.begin = answered, begin
    handler.client.socket_mode_request_listeners = []  # they never hear of a payload that is no object
    handler.client.message_listeners = [handler.take]
    connecting = asyncio.create_task(handler.connect_async())  # again and again, and nothing else waits for it
    try:
        yield
    finally:
        connecting.cancel()
        await handler.close_async()
        await asyncio.gather(connecting, *handler.tasks(), return_exceptions=True)


class _Socket(AsyncSocketModeHandler):
    """Acknowledges over Socket Mode, and only then begins."""

    answered: Answered
    begin: Begin

    def tasks(self) -> list[asyncio.Future[Any]]:
        """Return what the client left to end by itself."""
        client = self.client
        left = (client.current_session_monitor, client.message_receiver, client.message_processor)
        return [task for task in left if task is not None]

    async def take(self, client: Any, message: dict[str, Any], _: str | None) -> None:
        """Take one message. An envelope that is not readable is acknowledged and no more: Slack would send it again."""
        if "envelope_id" not in message:
            return  # Slack says hello
        asked = _read(message.get("payload"))
        answer = await self.answered(asked) if asked else NOTHING
        envelope = SocketModeRequest(str(message.get("type")), message["envelope_id"], {})
        await send_async_response(client, envelope, answer if answer.status == 200 else NOTHING, 0.0)
        await self.begin(asked.context.get(AFTER) if asked else None)


def _read(payload: Any) -> AsyncBoltRequest | None:
    try:
        return AsyncBoltRequest(mode="socket_mode", body=payload) if isinstance(payload, dict) else None
    except UNREADABLE:
        return None
