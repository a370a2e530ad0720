"""A fake Bot Framework on loopback: keys, tokens over TLS, and the connector with its conversations."""

from __future__ import annotations

import itertools
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote

from tests.teams.rooms import Team, refusal
from tests.teams.served import Call, Json, Scripted, Served
from tests.teams.signing import SigningKey, written

APP = "11111111-2222-3333-4444-555555555555"
TENANT = "99999999-8888-7777-6666-555555555555"
BOT = f"28:{APP}"
NOOR, NOOR_ENTRA = "29:noor-of-lente", "aaaaaaaa-0000-0000-0000-000000000001"
CHAT = "a:personal-chat-of-noor"
CHAT_WITH = "a:chat-with-"
CHANNEL = "@thread.tacv2"
"""Ends the conversation of a channel. Where there are teams, there are no other channels than theirs."""
NOT_FOUND = {"error": {"code": "ConversationNotFound", "message": "Conversation not found."}}
BLOCKED = {"error": {"code": "MessageWritesBlocked", "message": "Messages of the app are blocked."}}


class FakeTeams:
    """All of the Bot Framework that the product meets."""

    def __init__(self, folder: Path, now: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self.keys = [SigningKey("first")]
        """With which it signs; the first one signs what a test does not sign itself."""
        self.metadata, self.connector = Served(self._published), Served(self._connected, now)
        self.entra, self.machine = Served(self._issued), Served(self._managed)
        self.tokens = 0
        """How many tokens were handed out."""
        self.issued: dict[str, tuple[str, str]] = {}
        """What each is good for: in which tenant, and at which resource."""
        self.no_secret = False
        """Whether the secret is not ours any more."""
        self.refused: set[str] = set()
        """Tokens that the connector does not take any more."""
        self.messages: dict[str, Json] = {}
        """What lies in the conversations, by `conversation/id`."""
        self.blocked: set[str] = set()
        """Object ids of people who blocked the app, or never got it."""
        self.gone: set[str] = set()
        """Conversations that are no more."""
        self.members: dict[str, list[Json]] = {}
        self.teams: dict[str, Team] = {}
        """Teams with channels, by their conversation."""
        self._numbers = itertools.count(1)

    @property
    def service_url(self) -> str:
        """The service URL of every activity; it has a path, as Microsoft's has."""
        return f"{self.connector.base}/emea/"

    @property
    def metadata_url(self) -> str:
        return f"{self.metadata.base}/v1/.well-known/openidconfiguration"

    @property
    def certificate(self) -> str:
        """The file with the certificate of the token endpoint."""
        return str(self._folder / "certificate.pem")

    @asynccontextmanager
    async def open(self) -> AsyncIterator[FakeTeams]:
        """Listen for as long as the block lasts."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*written(self._folder))
        async with AsyncExitStack() as stack:
            for served in (self.metadata, self.connector, self.machine):
                await stack.enter_async_context(served.open())
            await stack.enter_async_context(self.entra.open(context))
            yield self

    async def stands_in(self, team: Team, tell: Callable[[Json], Awaitable[object]], *, comes: bool = True) -> None:
        """Put the app into a team, or take it out; `tell` brings the activity that says so."""
        self.teams[team.id] = team
        team.installed = comes
        where = {"conversationType": "channel", "tenantId": TENANT, "id": team.id}
        data = {"tenant": {"id": TENANT}, "team": {"id": team.id, "name": team.name}}
        action = "add" if comes else "remove"
        await tell(
            self.activity(type="installationUpdate", action=action, conversation=where, channelData=data, text=None)
        )

    def token(self, **claims: object) -> str:
        """Return a token of ours for the service URL of ours, with other claims."""
        return self.keys[0].token(APP, self.service_url, **claims)  # type: ignore[arg-type]

    def script(self, *statuses: int, **how: Any) -> None:
        """Let the connector answer the next calls with these statuses."""
        self.connector.script.extend(Scripted(status, **how) for status in statuses)

    def activity(self, **other: Any) -> Json:
        """Return a message of Noor's as Teams sends it, with other fields; None leaves a field out."""
        whole = {
            "type": "message",
            "id": f"{next(self._numbers):013d}",
            "timestamp": "2026-03-02T09:00:00.000Z",
            "channelId": "msteams",
            "serviceUrl": self.service_url,
            "from": {"id": NOOR, "name": "Noor Visser", "aadObjectId": NOOR_ENTRA},
            "conversation": {"conversationType": "personal", "tenantId": TENANT, "id": CHAT},
            "recipient": {"id": BOT, "name": "Adempauze"},
            "entities": [{"locale": "nl-NL", "country": "NL", "platform": "Web", "type": "clientInfo"}],
            "channelData": {"tenant": {"id": TENANT}},
            "locale": "nl-NL",
            "text": "hallo",
            "textFormat": "plain",
        } | other
        return {name: value for name, value in whole.items() if value is not None}

    def _published(self, call: Call) -> tuple[int, Any]:
        if call.path.endswith("/openidconfiguration"):
            algorithms = {"id_token_signing_alg_values_supported": ["RS256"]}
            return 200, {
                "issuer": "https://api.botframework.com",
                "jwks_uri": f"{self.metadata.base}/keys",
                **algorithms,
            }
        return 200, {"keys": [key.published for key in self.keys]}

    def _issued(self, call: Call) -> tuple[int, Any]:
        if "/.well-known/openid-configuration" in call.path:
            base = self.entra.base + call.path.partition("/.well-known")[0].removesuffix("/v2.0")
            ends = {f"{name}_endpoint": f"{base}/oauth2/v2.0/{name}" for name in ("token",)}
            return 200, {"issuer": base, "authorization_endpoint": f"{base}/oauth2/v2.0/authorize", **ends}
        if self.no_secret:
            return 401, {"error": "invalid_client", "error_description": "AADSTS7000215: the secret of Noor ended"}
        tenant, scope = call.path.split("/")[1], parse_qs(call.body.decode())["scope"][0].split()[0]
        token = self._next_token(tenant, scope.removesuffix("/.default"))
        return 200, {"token_type": "Bearer", "expires_in": 3599, "access_token": token}

    def _managed(self, call: Call) -> tuple[int, Any]:
        ends = str(int(time.time()) + 3600)
        asked = call.query["resource"]
        token = self._next_token(TENANT, asked)
        return 200, {"access_token": token, "expires_on": ends, "resource": asked, "token_type": "Bearer"}

    def _next_token(self, tenant: str, resource: str) -> str:
        self.tokens += 1
        self.issued[f"token-{self.tokens}"] = (tenant, resource)
        return f"token-{self.tokens}"

    def _connected(self, call: Call) -> tuple[int, Any]:
        if call.headers.get("Authorization", "").removeprefix("Bearer ") in self.refused:
            return 401, {"message": "Authorization has been denied for this request."}
        kind, *parts = [unquote(part) for part in call.path.partition("?")[0].split("/")[3:]]
        if kind == "teams":
            return self.teams[parts[0]].told(parts[1:]) if parts[0] in self.teams else (404, NOT_FOUND)
        if self.teams and CHANNEL in "".join(parts[:1]) and (no := refusal(self.teams, parts[0])):
            return no
        match call.method, parts:
            case _, [conversation, *_] if conversation in self.gone:
                return 404, NOT_FOUND
            case _, [conversation, *_] if conversation.removeprefix(CHAT_WITH) in self.blocked:
                return 403, BLOCKED
            case "POST", [] if call.json["members"][0]["id"] in self.blocked:
                return 403, BLOCKED
            case "POST", []:
                return 201, {"id": f"{CHAT_WITH}{call.json['members'][0]['id']}"}
            case "POST", [conversation, "activities"]:
                name = f"1:{next(self._numbers)}"
                self.messages[f"{conversation}/{name}"] = call.json
                return 201, {"id": name}
            case "PUT", [conversation, "activities", name] if f"{conversation}/{name}" in self.messages:
                self.messages[f"{conversation}/{name}"] = call.json
                return 200, {"id": name}
            case "GET", [conversation, "pagedmembers"]:
                return self._page(self.members.get(conversation, []), call)
        return 404, NOT_FOUND

    def _page(self, members: list[Json], call: Call) -> tuple[int, Any]:
        begin, size = int(call.query.get("continuationToken", "0")), int(call.query.get("pageSize", "200"))
        end = begin + size
        more = {"continuationToken": str(end)} if end < len(members) else {}
        return 200, {"members": members[begin:end], **more}


@asynccontextmanager
async def fake_teams(folder: Path, now: Callable[[], float] = time.time) -> AsyncIterator[FakeTeams]:
    """Serve a fake Bot Framework on 127.0.0.1; its certificate is written into the folder.

    `now` is the clock of the connector, by which it notes and limits calls.
    """
    async with FakeTeams(folder, now).open() as teams:
        yield teams
