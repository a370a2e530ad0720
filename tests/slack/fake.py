"""A fake Slack on loopback: Web API, OAuth, response_urls and Socket Mode in, signed events and interactions out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager

import httpx
from aiohttp import web

from tests.slack.delivery import HttpDelivery
from tests.slack.desk import Desk
from tests.slack.faults import Faults, Outage, Refusal, Where
from tests.slack.ground import Ground
from tests.slack.limits import Limits
from tests.slack.model import Ack, Call, Clock, Json, Sleep
from tests.slack.oauth import OAuth
from tests.slack.reception import Reception
from tests.slack.sockets import Sockets
from tests.slack.workspace import SCOPES, Workspace


class FakeSlack:
    """All of Slack that the product meets."""

    def __init__(self, now: Clock, limits: Limits, sleep: Sleep, signed_at: Clock) -> None:
        self.now = now
        self.socket_mode = False
        """Whether events and interactions go over a WebSocket of the app; without a connection they are lost."""
        self._faults = Faults(now)
        self._ground = Ground(now, self.send)
        self.http = HttpDelivery(self._ground.app.signing_secret, signed_at)
        self.sockets = Sockets(self._ground.app.id, lambda: self._ground.base.replace("http", "ws", 1))
        self.oauth = OAuth(self._ground)
        self._desk = Desk(self._ground, self.oauth, self.sockets, self._faults, limits)
        self.reception = Reception(self._ground, self._desk, self.oauth, self._faults, sleep)
        self._ground.app_token = self._ground.tokens.issue_app(self._ground.app.id).value

    @property
    def base(self) -> str:
        """The address of the fake."""
        return self._ground.base

    @property
    def api_base(self) -> str:
        """The base_url of a Web API client."""
        return f"{self.base}/api/"

    @property
    def authorize_url(self) -> str:
        """Where a browser goes to install the app; it comes back at once, with a code or an error."""
        return f"{self.base}/oauth/v2/authorize"

    @property
    def client_id(self) -> str:
        """The app's client id."""
        return self._ground.app.client_id

    @property
    def client_secret(self) -> str:
        """The app's client secret."""
        return self._ground.app.client_secret

    @property
    def signing_secret(self) -> str:
        """The secret of Slack's signatures."""
        return self._ground.app.signing_secret

    @property
    def app_token(self) -> str:
        """The token for Socket Mode."""
        return self._ground.app_token

    @property
    def calls(self) -> list[Call]:
        """Every call of the Web API and every post to a response_url (method "response_url"), oldest first."""
        return self._ground.calls

    @property
    def unlike(self) -> list[str]:
        """What the app said that Slack's own types don't know. It is refused, and the test fails at its end."""
        return self._ground.unlike

    @property
    def limits(self) -> Limits:
        """What is allowed; may be replaced at any time."""
        return self._desk.throttle.limits

    @limits.setter
    def limits(self, limits: Limits) -> None:
        self._desk.throttle.limits = limits

    def workspace(self, id: str, *, name: str, scopes: Collection[str] = SCOPES) -> Workspace:  # noqa: A002
        """Add a workspace in which the app has these scopes."""
        workspace = Workspace(self._ground, id, name, frozenset(scopes))
        self._ground.workspaces[id] = workspace
        return workspace

    def connect(self, client: httpx.AsyncClient, path: str = "/slack/events") -> None:
        """Say where events and interactions go over HTTP."""
        self.http.connect(client, path)

    async def send(self, kind: str, payload: Json, *, retry: int = 0, reason: str = "") -> Ack:
        """Send something to the app: over HTTP, or over Socket Mode if that is on."""
        carrier = self.sockets if self.socket_mode else self.http
        return await carrier(kind, payload, retry=retry, reason=reason)

    async def until(self, condition: Callable[[], object], *, seconds: float = 5.0) -> None:
        """Wait until the app has done something: `await slack.until(lambda: noor.views)`."""
        await self._ground.until(condition, seconds)

    def called(self, method: str) -> list[Call]:
        """Return the calls of one method, oldest first."""
        return [call for call in self.calls if call.method == method]

    def outage(
        self,
        *,
        status: int = 503,
        after: bool = False,
        methods: Collection[str] | None = None,
        times: int | None = None,
        seconds: float | None = None,
    ) -> Outage:
        """Break down, until `.end()`, the end of a `with`, this many calls, or so many seconds on the fake's clock.

        Status 0 drops the connection. `after` means that Slack did what was asked, and only the answer is lost.
        """
        outage = Outage(status, after, methods, times, None if seconds is None else self.now() + seconds)
        self._faults.outages.append(outage)
        return outage

    def slow(self, seconds: float) -> None:
        """Answer every call after so many seconds; 0 is fast again."""
        self._faults.seconds = seconds

    def late(self, method: str, seconds: float) -> None:
        """Do what this method asks at once, and answer after so many seconds; 0 is at once again."""
        self._faults.late[method] = seconds

    def fail(
        self,
        method: str,
        error: str,
        times: int = 1,
        *,
        where: Where = lambda arguments: True,
        retry_after: int | None = None,
    ) -> None:
        """Refuse the next calls of a method, those `where` the arguments are such, with this error."""
        self._faults.refusals.append(Refusal(method, error, times, where, retry_after))


@asynccontextmanager
async def fake_slack(
    *,
    now: Clock = time.time,
    limits: Limits | None = None,
    sleep: Sleep = asyncio.sleep,
    signed_at: Clock = time.time,
    port: int = 0,
) -> AsyncIterator[FakeSlack]:
    """Serve a fake Slack on 127.0.0.1.

    `now` is the clock of timestamps, triggers, response_urls, tokens and limits; `signed_at` that of signatures.
    """
    slack = FakeSlack(now, limits or Limits(), sleep, signed_at)
    application = slack.reception.application()
    application.router.add_get("/link/", slack.sockets.serve)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    host, bound = runner.addresses[0][:2]
    slack._ground.base = f"http://{host}:{bound}"
    try:
        yield slack
    finally:
        await slack.sockets.drop()
        await slack.http.close()
        await runner.cleanup()
    assert not slack.unlike, f"the app said what Slack's own types don't know: {'; '.join(slack.unlike)}"
