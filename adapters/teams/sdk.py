"""The Bot Framework SDK, and all of it: whoever replaces the SDK replaces this file.

It vouches for what comes in, carries a turn, and puts together the calls that go out. Plain values of ours go in and
out. Three things of the SDK are not used, because of how they are made in 4.17.1: its fetching of keys, its credentials
and its HTTP client block the loop, know no limit in time, and begin anew with every turn. Ours stand in their places.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar, Final, TypeVar

from botbuilder.core import CloudAdapterBase, InvokeResponse, TurnContext
from botbuilder.schema import Activity as Wired
from botbuilder.schema import (
    ActivityTypes,
    Attachment,
    ChannelAccount,
    ConversationAccount,
    ConversationParameters,
    ConversationReference,
)
from botframework.connector.aio import ConnectorClient
from botframework.connector.auth import (
    AuthenticationConstants,
    BotFrameworkAuthentication,
    ChannelValidation,
    ClaimsIdentity,
    VerifyOptions,
)
from botframework.connector.auth.authenticate_request_result import AuthenticateRequestResult
from botframework.connector.auth.connector_factory import ConnectorFactory
from botframework.connector.auth.jwt_token_extractor import JwtTokenExtractor
from msrest.authentication import Authentication
from msrest.pipeline import AsyncHTTPSender, AsyncPipeline, Response
from msrest.pipeline.universal import RawDeserializer
from msrest.universal_http import HTTPClientResponse

from adapters.port import DeliveryError
from adapters.teams.activity import CHANNEL, Activity, Person, Place
from adapters.teams.app import TeamsApp
from adapters.teams.exchange import Answer, Hear, Listed, NotVouched, Post
from adapters.teams.keys import Keys, NoKeys
from adapters.teams.service import may_be_called
from adapters.teams.wire import Wire

CARD: Final = "application/vnd.microsoft.card.adaptive"
PAGE: Final = 500
"""Members on one page; Microsoft gives no more."""
MANY: Final = 100
"""Service URLs for which a client is held; there is one for each region of Microsoft's."""
SKEW: Final = 5 * 60
"""Seconds that Microsoft's clock and ours may differ."""

T = TypeVar("T")


class BotFramework(CloudAdapterBase):
    """The adapter of the SDK with our keys, our tokens and our connections."""

    def __init__(self, app: TeamsApp, keys: Keys, wire: Wire) -> None:
        logging.getLogger("msrest").setLevel(logging.CRITICAL)  # it would log what it does not know, with its value
        super().__init__(_Authentication(app, keys, wire))
        self._app = app

    async def vouched_for(self, header: str, channel: str, service_url: str) -> object:
        """Return what `turn` wants to see, when the Bot Framework vouches for a request. Raises NotVouched, NoKeys."""
        wired = Wired(channel_id=channel, service_url=service_url)
        asked = self.bot_framework_authentication.authenticate_request(wired, header)
        found: object
        (found,) = await asyncio.gather(asked, return_exceptions=True)  # the SDK raises anything at all
        if isinstance(found, NoKeys):
            raise found
        if isinstance(found, BaseException):
            raise NotVouched(type(found).__name__) from found
        return found

    async def turn(self, vouched: object, activity: Activity, hear: Hear) -> Answer | None:
        """Have an activity dealt with, and return the answer of an invoke. Raises what `hear` raises."""

        async def deal(context: TurnContext) -> None:
            answer = await hear(activity)
            if answer is not None:
                value = InvokeResponse(status=answer.status, body=answer.body)
                await context.send_activity(Wired(type=ActivityTypes.invoke_response, value=value))

        found = await self.process_activity(vouched, _turned(activity), deal)
        return None if found is None else Answer(found.body, int(found.status))

    async def send(self, place: Place, post: Post) -> str:
        """Send a message, and return its id. Raises DeliveryError."""

        async def sending(context: TurnContext) -> str:
            return str((await context.send_activity(_message(post))).id or "")

        return await self._within(place, sending)

    async def update(self, place: Place, message: str, post: Post) -> None:
        """Replace a message. Raises DeliveryError."""

        async def replacing(context: TurnContext) -> None:
            wired = _message(post)
            wired.id = message
            await context.update_activity(wired)

        await self._within(place, replacing)

    async def begin(self, place: Place, person: str) -> Place:
        """Return the personal conversation with somebody, which may be new; `place` is any of the same tenant.

        `person` is their id in Teams, or their object id in Entra. Raises DeliveryError.
        """
        wanted = _Wanted(
            is_group=False,
            bot=ChannelAccount(id=place.bot),
            members=[ChannelAccount(id=person)],
            tenant_id=place.tenant,
            channel_data={"tenant": {"id": place.tenant}},
        )
        found: list[str | None] = []

        async def begun(context: TurnContext) -> None:
            found.append(context.activity.conversation.id)

        await self.create_conversation(self._app.id, begun, wanted, CHANNEL, place.service_url)
        if not found or not found[0]:
            raise DeliveryError("Teams named no conversation", permanent=False)
        return Place(place.service_url, found[0], place.tenant, place.bot)

    async def page(self, place: Place, after: str) -> tuple[list[Listed], str]:
        """Return a page of who is in a conversation, and after what the next one comes, "" at the end.

        Raises DeliveryError.
        """

        async def reading(context: TurnContext) -> Any:
            asked = context.turn_state[self.BOT_CONNECTOR_CLIENT_KEY].conversations
            return await asked.get_teams_conversation_paged_members(place.conversation, PAGE, after or None)

        try:
            found = await self._within(place, reading)
            return [_listed(one) for one in found.members or ()], found.continuation_token or ""
        except ValueError as error:  # the SDK's name for what has another shape
            raise DeliveryError("Teams listed nobody", permanent=False) from error

    async def send_activities(self, context: TurnContext, activities: list[Wired]) -> list[Any]:
        """Send as the SDK does, but as no reply: a turn of our own begins with an id that is made up."""
        for one in activities:
            one.reply_to_id = None
        return list(await super().send_activities(context, activities))

    async def _within(self, place: Place, work: Callable[[TurnContext], Awaitable[T]]) -> T:
        done: list[T] = []

        async def working(context: TurnContext) -> None:
            done.append(await work(context))

        reference = ConversationReference(
            channel_id=CHANNEL,
            service_url=place.service_url,
            bot=ChannelAccount(id=place.bot),
            conversation=ConversationAccount(id=place.conversation),
        )
        await self.continue_conversation(reference, working, self._app.id)
        return done[0]


def _turned(activity: Activity) -> Wired:
    """Return the little that the SDK has to know of an activity to carry its turn."""
    place = activity.place
    return Wired(
        type=activity.kind,
        name=activity.name,
        channel_id=CHANNEL,
        service_url=place.service_url,
        conversation=ConversationAccount(id=place.conversation),
        recipient=ChannelAccount(id=place.bot),
        from_property=ChannelAccount(id=activity.sender.teams),
    )


def _listed(one: Any) -> Listed:
    entra = one.aad_object_id or one.additional_properties.get("objectId")  # Microsoft documents it by this name too
    told = (one.name, one.email, one.user_principal_name, one.user_role, one.tenant_id)
    return Listed(Person(one.id or "", str(entra or "")), *(text or "" for text in told))


def _message(post: Post) -> Wired:
    attachments = None if post.card is None else [Attachment(content_type=CARD, content=dict(post.card))]
    return Wired(
        type=ActivityTypes.message, text=post.text or None, summary=post.summary or None, attachments=attachments
    )


class _Wanted(ConversationParameters):
    """A new conversation, with the tenant under the name that Microsoft documents: the SDK writes `tenantID`."""

    _attribute_map: ClassVar = {
        **ConversationParameters._attribute_map,
        "tenant_id": {"key": "tenantId", "type": "str"},
    }


class _Authentication(BotFrameworkAuthentication):
    """Lets in what the Bot Framework's channels sign for us, and nothing else: no emulator, and no other bot."""

    def __init__(self, app: TeamsApp, keys: Keys, wire: Wire) -> None:
        self._app = app
        self._keys = keys
        self._connectors = _Connectors(app, wire)

    async def authenticate_request(self, activity: Wired, auth_header: str) -> AuthenticateRequestResult:
        found = AuthenticateRequestResult()
        found.claims_identity = await self._identity(activity, auth_header)
        found.audience = AuthenticationConstants.TO_CHANNEL_FROM_BOT_OAUTH_SCOPE
        found.connector_factory = self._connectors
        return found

    async def _identity(self, activity: Wired, header: str) -> ClaimsIdentity:
        if not may_be_called(activity.service_url, only_here=self._app.anonymous):
            raise PermissionError("a service URL that is not called")
        if self._app.anonymous:
            if header:
                raise PermissionError("a token, and nobody to check it")
            return ClaimsIdentity({}, True, AuthenticationConstants.ANONYMOUS_AUTH_TYPE)
        issuer = [AuthenticationConstants.TO_BOT_FROM_CHANNEL_TOKEN_ISSUER]
        extractor = JwtTokenExtractor(VerifyOptions(issuer, None, SKEW, False), self._keys.url, ["RS256"])
        extractor.open_id_metadata = self._keys
        identity = await extractor.get_identity_from_auth_header(header, activity.channel_id)
        identity = await ChannelValidation.validate_identity(identity, self)
        if identity.get_claim_value(ChannelValidation.SERVICE_URL_CLAIM) != activity.service_url:
            raise PermissionError("another service URL")
        if identity.get_claim_value("exp") is None:  # the SDK would let it in for ever
            raise PermissionError("a token without end")
        return identity

    async def is_valid_appid(self, app_id: str) -> bool:
        """Return whether a token is for us; the SDK asks."""
        return bool(app_id) and app_id == self._app.id

    async def authenticate_streaming_request(self, auth_header: str, channel_id_header: str) -> Any:  # noqa: ARG002
        raise PermissionError("nothing is streamed here")

    def create_connector_factory(self, claims_identity: ClaimsIdentity) -> ConnectorFactory:  # noqa: ARG002
        return self._connectors

    async def create_user_token_client(self, claims_identity: ClaimsIdentity) -> None:
        """Nobody signs in through the chat."""


class _Connectors(ConnectorFactory):
    """Makes the SDK's clients, which call through our wire."""

    def __init__(self, app: TeamsApp, wire: Wire) -> None:
        self._app = app
        self._sender = _Sender(wire)
        self._made: dict[str, ConnectorClient] = {}
        """By service URL: to make one takes milliseconds, in which nothing else is done."""

    async def create(self, service_url: str, audience: str) -> ConnectorClient:  # noqa: ARG002
        if not may_be_called(service_url, only_here=self._app.anonymous):
            raise DeliveryError("this service URL is not called", permanent=True)
        if service_url not in self._made:
            if len(self._made) >= MANY:
                self._made.clear()
            made = ConnectorClient(Authentication(), service_url, pipeline_type=self._pipeline)
            self._made[service_url] = made
        return self._made[service_url]

    def _pipeline(self, config: Any) -> AsyncPipeline:  # noqa: ARG002
        return AsyncPipeline([RawDeserializer()], self._sender)


class _Sender(AsyncHTTPSender):
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def send(self, request: Any, **config: Any) -> Response:  # noqa: ARG002
        asked = request.http_request
        body = asked.data.encode() if isinstance(asked.data, str) else None
        headers = {name: value for name, value in asked.headers.items() if name.lower() != "content-length"}
        found = await self._wire.call(asked.method, asked.url, headers, body)
        return Response(request, _Arrived(asked, found))

    async def __aexit__(self, *details: object) -> None:
        """The wire outlives its senders."""


class _Arrived(HTTPClientResponse):
    """A success as the SDK reads it."""

    def __init__(self, request: Any, body: bytes) -> None:
        super().__init__(request, None)
        self.status_code = 200
        self._body = body

    def body(self) -> bytes:
        return self._body
