"""Slack as a platform, over HTTP and over Socket Mode. Only this file and `socket_mode.py` know Bolt.

Whatever comes in is acknowledged before anything is looked up; what it means follows in a task of its own. Bolt parses
before it verifies, so the route verifies the raw bytes first.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
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
    DeliveryError,
    Keep,
    Locale,
    Member,
    Message,
    MessageRef,
    Receive,
    Speaks,
)
from adapters.slack import parse, render
from adapters.slack.api import TIMEOUT, Api, quiet
from adapters.slack.app import SlackApp
from adapters.slack.changes import Changes
from adapters.slack.directory import Directory
from adapters.slack.failures import Refused
from adapters.slack.installations import Installations
from adapters.slack.outcome import Step, refused, steps, try_again
from adapters.slack.parse import NAME, UNREADABLE, Addresses, Heard, Place
from adapters.slack.pictures import Pictures
from adapters.slack.showing import Showing
from adapters.slack.socket_mode import AFTER, After, connected
from adapters.slack.turns import Turns
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
        self._receive = receive
        self._belongs = belongs
        self._speaks = speaks
        self._words = words
        self._locale = locale
        self._installations = Installations(keep)
        self._addresses = Addresses(alone=bool(app.bot_token))
        pace = Pace(app.per_minute)
        self._api = Api(app.api, self._installations, pace, board, app.bot_token, app.client, sleep, app.timeout)
        self._directory = Directory(self._api, self._addresses, app.groups)
        self._changes = Changes(changed, self._installations, self._addresses, bool(app.groups))
        self.workspaces = Workspaces(app.client, self._api, self._installations) if app.client else None
        self._showing = Showing(self._api)
        self._pictures = Pictures(self._api)
        self._verifier = SignatureVerifier(app.signing_secret) if app.signing_secret else None
        self._turns = Turns()
        self._running: set[asyncio.Task[None]] = set()
        self._bolt = self._listening_to()
        self.router = APIRouter()
        if self._verifier:  # without one anybody could sign: then there is Socket Mode alone
            self.router.add_route("/slack/events", self.events, methods=["POST"])

    async def send(self, address: str, message: Message) -> MessageRef:
        """Post into the direct message, which Slack opens by the person's id. Raises DeliveryError."""
        team, user = self._addresses.parts(address)
        try:
            sent = await self._post(team, user, render.message(message))
        except Refused as refused:
            if refused.name != "invalid_blocks" or message.image is None:
                raise
            sent = await self._post(team, user, render.message(message, chart=False))
            await self._pictures.show(team, str(sent["channel"]), message.title, message.image)
        return MessageRef(NAME, address, f"{sent['channel']}/{sent['ts']}")

    async def _post(self, team: str, user: str, content: Mapping[str, Any]) -> Mapping[str, Any]:
        return await self._api.paced(team, "chat.postMessage", channel=user, unfurl_links=False, **content)

    async def update(self, ref: MessageRef, message: Message) -> None:
        """Replace a message. Raises DeliveryError."""
        (channel, _, ts), (team, _) = ref.id.partition("/"), self._addresses.parts(ref.address)
        await self._api.paced(team, "chat.update", channel=channel, ts=ts, **render.message(message))

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
        response.background = BackgroundTask(self._begin, asked.context.get(AFTER))
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
        async with connected(self._bolt, app.app_token, app.api, self._answered, self._begin):
            yield

    async def tend(self) -> None:
        """Renew the tokens that end before long; one of the settings never does."""
        if self.workspaces:
            await self._api.tokens.renew_due()

    async def settle(self) -> None:
        """Wait until everything that was acknowledged has been dealt with."""
        while self._running:  # one may have begun another
            await asyncio.gather(*self._running, return_exceptions=True)

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
        bolt.event("app_home_opened")(self._home_opened)
        bolt.event("app_uninstalled")(self._uninstalled)
        bolt.event("tokens_revoked")(self._revoked)
        self._changes.listen_to(bolt)
        bolt.event(ANYTHING)(_nothing)
        return bolt

    async def _tapped(self, ack: Any, body: dict[str, Any], context: Any) -> None:
        context[AFTER] = self._dealing(lambda: parse.tap_of(body, self._addresses))
        await ack()

    async def _submitted(self, ack: Any, body: dict[str, Any], context: Any) -> None:
        heard = parse.heard_in(lambda: parse.submitted_of(body, self._addresses))
        if heard is None:
            await ack()
            return
        context[AFTER] = partial(self._deal, heard)
        words = self._words[heard.asked.locale]
        await ack(response_action="update", view=render.sentence(words.busy, words))

    async def _typed(self, ack: Any, body: dict[str, Any], context: Any) -> None:
        context[AFTER] = self._dealing(lambda: parse.slash_of(body, self._addresses, self._locale))
        await ack()

    async def _home_opened(self, body: dict[str, Any], context: Any) -> None:
        context[AFTER] = self._dealing(lambda: parse.home_of(body, self._addresses, self._locale))

    async def _uninstalled(self, body: dict[str, Any], context: Any) -> None:
        context[AFTER] = partial(self._installations.forget, str(body["team_id"]))

    async def _revoked(self, body: dict[str, Any], context: Any) -> None:
        if body["event"].get("tokens", {}).get("bot"):
            context[AFTER] = partial(self._installations.forget, str(body["team_id"]))

    def _dealing(self, read: Callable[[], Heard | None]) -> After | None:
        heard = parse.heard_in(read)
        return None if heard is None else partial(self._deal, heard)

    async def _begin(self, after: After | None) -> None:
        """Do something in a task of its own, when Slack has its acknowledgement.

        Not before: a form's acknowledgement says "one moment", and would come after the outcome and replace it.
        """
        if after is not None:
            task = asyncio.create_task(after())
            self._running.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("what was acknowledged broke down", error=type(error).__name__)

    async def _deal(self, heard: Heard) -> None:
        """Find out what is to be shown, and show it; whatever goes wrong on the way, somebody gets an answer."""
        (spoken,) = await asyncio.gather(self._spoken_to(heard), return_exceptions=True)
        heard = heard if isinstance(spoken, BaseException) else spoken
        (found,) = await asyncio.gather(self._in_turn(heard), return_exceptions=True)
        if isinstance(found, BaseException):
            log.error("a request failed", kind=type(heard.asked).__name__, error=type(found).__name__)
            found = try_again(heard, self._words[heard.asked.locale])
        for step in found:
            try:
                await self._showing.show(heard, step)
            except DeliveryError as error:
                log.warning("an answer could not be shown", step=type(step).__name__, permanent=error.permanent)

    async def _in_turn(self, heard: Heard) -> list[Step]:
        async with self._turns.turn():
            return await self._asked(heard)

    async def _asked(self, heard: Heard) -> list[Step]:
        words, asked = self._words[heard.asked.locale], heard.asked
        if asked.token is not None and not await self._belongs(asked.token, heard.sender.address):
            return refused(heard, words)
        reply = await self._receive(asked)
        if reply.changed and heard.place != Place(home=True):  # when a dialog closes, Slack says nothing of the tab
            await self._begin(partial(self._deal, parse.own_page(heard.sender, asked.locale)))
        return steps(heard, reply, words)

    async def _spoken_to(self, heard: Heard) -> Heard:
        """Return the same in the language of whoever did it, where nothing else says which."""
        language = await self._speaks(heard.sender.address) if heard.place.wordless else None
        return heard if language is None else replace(heard, asked=replace(heard.asked, locale=language))

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
