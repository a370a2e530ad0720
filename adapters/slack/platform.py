"""Slack as a platform, over HTTP and over Socket Mode. Only this file and `socket_mode.py` know Bolt.

Whatever comes in is acknowledged before anything is looked up; what it means follows in a task of its own. Bolt parses
before it verifies, so the route verifies the raw bytes first.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Final

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from starlette.background import BackgroundTask

from adapters.port import (
    Belongs,
    Board,
    Changed,
    Channel,
    Keep,
    Locale,
    Member,
    Message,
    MessageRef,
    Receive,
    Speaks,
)
from adapters.slack import asking, parse, pointing, render
from adapters.slack.api import TIMEOUT, Api, quiet
from adapters.slack.app import SlackApp
from adapters.slack.changes import Changes
from adapters.slack.channels import QUIET, Channels
from adapters.slack.dealing import Dealing
from adapters.slack.directory import Directory
from adapters.slack.failures import Refused
from adapters.slack.installations import Installations
from adapters.slack.parse import NAME, UNREADABLE, Addresses, Heard
from adapters.slack.pictures import Pictures
from adapters.slack.showing import Showing
from adapters.slack.socket_mode import AFTER, After, connected
from adapters.slack.words import SlackWords
from adapters.slack.workspaces import Workspaces
from adapters.traffic.bounded import bounded
from adapters.traffic.pace import Pace

log = structlog.get_logger(__name__)

ANYTHING: Final = re.compile(".*")


class Slack:
    """ChatPlatform over Slack. `Addresses` says what an address is; the id of a message is `channel/ts`."""

    name = NAME
    waits = False

    def __init__(
        self,
        app: SlackApp,
        *,
        receive: Receive,
        belongs: Belongs,
        speaks: Speaks,
        changed: Changed,
        keep: Keep,
        board: Board,
        words: Mapping[Locale, SlackWords],
        locale: Locale,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`locale` is spoken to somebody of whom nothing is known yet."""
        self._settings = app
        self._words = words
        self._locale = locale
        self._installations = Installations(keep)
        self._addresses = Addresses(alone=bool(app.bot_token))
        pace = Pace(app.per_minute)
        self._api = Api(app.api, self._installations, pace, board, app.bot_token, app.client, sleep, app.timeout)
        self._directory = Directory(self._api, self._addresses, app.groups)
        self._channels = Channels(self._api, self._addresses)
        self._changes = Changes(changed, self._installations, self._addresses, bool(app.groups))
        self.workspaces = Workspaces(app.client, self._api, self._installations) if app.client else None
        self._dealing = Dealing(receive, belongs, speaks, words, Showing(self._api))
        self._pictures = Pictures(self._api)
        self._verifier = SignatureVerifier(app.signing_secret) if app.signing_secret else None
        self._bolt = self._listening_to()
        self.router = APIRouter()
        if self._verifier:  # without one anybody could sign: then there is Socket Mode alone
            self.router.add_route("/slack/events", self.events, methods=["POST"])

    async def send(self, address: str, message: Message) -> MessageRef:
        """Post into the direct message, which Slack opens by the person's id. Raises DeliveryError."""
        team, user = self._addresses.parts(address)
        message = pointing.within(message, team)
        try:
            sent = await self._post(team, user, render.message(message))
        except Refused as refused:
            if refused.name != "invalid_blocks" or message.image is None:
                raise
            sent = await self._post(team, user, render.message(message, chart=False))
            await self._pictures.show(team, str(sent["channel"]), message.title, message.image)
        return MessageRef(NAME, address, f"{sent['channel']}/{sent['ts']}")

    async def _post(self, team: str, user: str, content: Mapping[str, Any]) -> Mapping[str, Any]:
        return await self._api.paced(team, "chat.postMessage", channel=user, **QUIET, **content)

    async def update(self, ref: MessageRef, message: Message) -> None:
        """Replace a message; one in a channel, which is its own address, bears no buttons. Raises DeliveryError."""
        (channel, _, ts), (team, place) = ref.id.partition("/"), self._addresses.parts(ref.address)
        shown = message.without_buttons() if channel == place else pointing.within(message, team)
        await self._api.paced(team, "chat.update", channel=channel, ts=ts, **render.message(shown))

    def channels(self) -> AsyncIterator[Channel]:
        """Every channel to which somebody added the application, in every connected workspace."""
        return self._channels.all()

    async def post(self, channel: str, message: Message) -> MessageRef:
        """Post in a channel, without buttons. Raises DeliveryError."""
        return await self._channels.post(channel, message)

    def members(self) -> AsyncIterator[Member]:
        """Everybody in every connected workspace, without bots; guests and who was deactivated are not active."""
        return self._directory.members()

    async def events(self, request: Request) -> Response:
        """Events, buttons, forms and commands over HTTP: verified over the raw bytes before they are parsed."""
        body = await bounded(request)
        if body is None:
            return PlainTextResponse("too large", 413)
        if not self._is_slack(body, request):
            return PlainTextResponse("not signed by Slack", 401)
        try:
            text = body.decode("utf-8")
            asked = AsyncBoltRequest(body=text, query=dict(request.query_params), headers=dict(request.headers))
        except UNREADABLE:
            return PlainTextResponse("not readable", 400)
        response = to_starlette_response(await self._answered(asked))
        response.background = BackgroundTask(self._dealing.begin, asked.context.get(AFTER))
        return response

    async def _answered(self, asked: AsyncBoltRequest) -> BoltResponse:
        """Let Bolt acknowledge; a kind of request that nobody here waits for is acknowledged all the same.

        Bolt and our listeners do nothing but read: where they break down, it is over the shape of what came in.
        """
        answer = await self._bolt.async_dispatch(asked)
        if answer.status >= 500 or (answer.status == 404 and not parse.says_what_it_is(asked.body)):
            log.warning("a request of Slack was not readable")
            asked.context.pop(AFTER, None)
            return BoltResponse(status=400, body="not readable")
        return BoltResponse(status=200) if answer.status == 404 else answer

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Be connected over Socket Mode for as long as the block lasts, where there is an app token."""
        if not self._settings.app_token:
            yield
            return
        app = self._settings
        async with connected(self._bolt, app.app_token, app.api, self._answered, self._dealing.begin):
            yield

    async def tend(self) -> None:
        """Renew the tokens that end before long; one of the settings never does."""
        if self.workspaces:
            await self._api.tokens.renew_due()

    async def settle(self) -> None:
        """Wait until everything that was acknowledged has been dealt with."""
        await self._dealing.settle()

    async def close(self) -> None:
        """Deal with what was acknowledged, and let go of the connections."""
        await self.settle()
        await self._api.close()

    def _listening_to(self) -> AsyncApp:
        bolt = AsyncApp(
            logger=quiet(),
            signing_secret=self._settings.signing_secret,
            authorize=_anybody,
            request_verification_enabled=False,
            process_before_response=True,  # every listener only reads: else Bolt looks for its ack every 10 ms
            client=AsyncWebClient(base_url=self._settings.api, timeout=TIMEOUT, logger=quiet()),
        )
        bolt.action(ANYTHING)(self._tapped)
        bolt.view(ANYTHING)(self._submitted)
        bolt.command(ANYTHING)(self._typed)
        bolt.shortcut(ANYTHING)(self._called)
        bolt.event("app_home_opened")(self._home_opened)
        bolt.event("app_uninstalled")(self._uninstalled)
        bolt.event("tokens_revoked")(self._revoked)
        self._changes.listen_to(bolt)
        bolt.event(ANYTHING)(_nothing)
        return bolt

    async def _tapped(self, ack: Any, body: dict[str, Any], context: Any) -> None:
        context[AFTER] = self._after(lambda: parse.tap_of(body, self._addresses))
        await ack()

    async def _submitted(self, ack: Any, body: dict[str, Any], context: Any) -> None:
        heard = parse.heard_in(lambda: parse.submitted_of(body, self._addresses))
        if heard is None:
            await ack()
            return
        context[AFTER] = partial(self._dealing.deal, heard)
        words = self._words[heard.asked.locale]
        await ack(response_action="update", view=render.sentence(words.busy, words))

    async def _typed(self, ack: Any, body: dict[str, Any], context: Any) -> None:
        context[AFTER] = self._after(lambda: asking.slash_of(body, self._addresses, self._locale))
        await ack()

    async def _called(self, ack: Any, body: dict[str, Any], context: Any) -> None:
        context[AFTER] = self._after(lambda: asking.shortcut_of(body, self._addresses, self._locale))
        await ack()

    async def _home_opened(self, body: dict[str, Any], context: Any) -> None:
        context[AFTER] = self._after(lambda: asking.home_of(body, self._addresses, self._locale))

    async def _uninstalled(self, body: dict[str, Any], context: Any) -> None:
        context[AFTER] = partial(self._installations.forget, str(body["team_id"]))

    async def _revoked(self, body: dict[str, Any], context: Any) -> None:
        if body["event"].get("tokens", {}).get("bot"):
            context[AFTER] = partial(self._installations.forget, str(body["team_id"]))

    def _after(self, read: Callable[[], Heard | None]) -> After | None:
        heard = parse.heard_in(read)
        return None if heard is None else partial(self._dealing.deal, heard)

    def _is_slack(self, body: bytes, request: Request) -> bool:
        stamp, signature = (request.headers.get(f"x-slack-{name}", "") for name in ("request-timestamp", "signature"))
        try:
            return self._verifier is not None and self._verifier.is_valid(body, stamp, signature)
        except (TypeError, ValueError):
            return False


async def _anybody(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
    """Let everybody in whom Slack vouches for: with which token to answer is looked up after acknowledging."""
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token="-", bot_user_id="-")  # noqa: S106


async def _nothing() -> None:
    """Answer events that mean nothing to us: unanswered, they would count against the application."""
