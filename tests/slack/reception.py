"""The HTTP side of the fake: Web API calls, response_urls and the page where one installs the app."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from aiohttp import web

from tests.slack.arguments import arguments_of
from tests.slack.desk import Desk
from tests.slack.faults import Faults, Outage
from tests.slack.files import receive
from tests.slack.ground import Ground
from tests.slack.model import Call, Json, SlackError, Sleep
from tests.slack.oauth import OAuth
from tests.slack.responses import respond

BROKEN = "<!DOCTYPE html><html><body><h1>Server Error</h1><p>Something went wrong on our end.</p></body></html>"
LARGEST = 4 * 1024 * 1024
GONE = {"used_url": 404, "expired_url": 404, "invalid_url": 404, "message_not_found": 404}


class Reception:
    """Takes requests, lets the desk judge them, and writes every one down."""

    def __init__(self, ground: Ground, desk: Desk, oauth: OAuth, faults: Faults, sleep: Sleep) -> None:
        self._ground, self._desk, self._oauth, self._faults, self._sleep = ground, desk, oauth, faults, sleep

    def application(self) -> web.Application:
        """Return the routes."""
        application = web.Application(client_max_size=LARGEST)
        application.router.add_route("*", "/api/{method}", self._api)
        application.router.add_post("/actions/{team}/{key}", self._response_url)
        application.router.add_post("/upload/v1/{team}/{file}", self._upload)
        application.router.add_get("/oauth/v2/authorize", self._authorize)
        return application

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments: Json = {}
        token: str | None = None
        problem: SlackError | None = None
        try:
            arguments, token = await arguments_of(request)
        except SlackError as unreadable:
            problem = unreadable

        def work() -> Json:
            if problem is not None:
                raise problem
            return self._desk.run(method, arguments, token)

        return await self._serve(request, method, self._ground.tokens.owner(token), arguments, work)

    async def _response_url(self, request: web.Request) -> web.StreamResponse:
        team, key = request.match_info["team"], request.match_info["key"]
        body = await request.text()

        def work() -> Json:
            refusal = self._faults.refusal("response_url", _content(body))
            if refusal is not None:
                raise SlackError(refusal.error)
            respond(self._ground, team, key, _content(body))
            return {}

        return await self._serve(request, "response_url", team, _content(body), work, statuses=GONE)

    async def _serve(
        self,
        request: web.Request,
        method: str,
        team: str | None,
        arguments: Json,
        work: Callable[[], Json],
        *,
        statuses: Mapping[str, int] | None = None,
    ) -> web.StreamResponse:
        if self._faults.seconds:
            await self._sleep(self._faults.seconds)
        outage = self._faults.outage(method)
        if outage is not None and not outage.after:
            return self._break(request, outage, Call(method, team, arguments, self._ground.now(), "outage"))
        moment = self._ground.now()
        response, outcome = _response(work, statuses)
        if outage is not None:
            return self._break(request, outage, Call(method, team, arguments, moment, outcome))
        key = request.match_info.get("key", "")
        self._ground.note(Call(method, team, arguments, moment, outcome, response.status, key))
        if late := self._faults.late.get(method):
            await self._sleep(late)
        return response

    def _break(self, request: web.Request, outage: Outage, call: Call) -> web.Response:
        self._ground.note(Call(call.method, call.team, call.arguments, call.moment, call.outcome, outage.status))
        if outage.status == 0 and request.transport is not None:
            request.transport.abort()
        return web.Response(status=outage.status or 500, text=BROKEN, content_type="text/html")

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        team, file = request.match_info["team"], request.match_info["file"]
        data = await request.read()

        def work() -> Json:
            receive(self._ground.workspaces[team], file, data)
            return {}

        return await self._serve(request, "upload", team, {"file": file, "length": len(data)}, work, statuses={})

    async def _authorize(self, request: web.Request) -> web.StreamResponse:
        asked = request.query
        team = self._ground.workspaces[asked.get("team") or next(iter(self._ground.workspaces))]
        brought = self._oauth.consent(team, asked.get("scope", ""), asked.get("redirect_uri"))
        answer = {"state": asked.get("state", ""), **brought}
        raise web.HTTPFound(f"{asked['redirect_uri']}?{urlencode(answer)}")


def _response(work: Callable[[], Json], statuses: Mapping[str, int] | None) -> tuple[web.Response, str]:
    try:
        body = work()
    except SlackError as error:
        # The Web API refuses with 200; a response_url with a status.
        return _refuse(error, 200 if statuses is None else statuses.get(error.error, 400)), error.error
    return web.json_response({"ok": True, **body}), "ok"


def _refuse(error: SlackError, status: int) -> web.Response:
    seconds = error.more.pop("retry_after", None)
    body = {"ok": False, "error": error.error, **error.more}
    if error.error == "ratelimited":
        return web.json_response(body, status=429, headers={"Retry-After": str(seconds or 1)})
    return web.json_response(body, status=status)


def _content(body: str) -> Json:
    try:
        content = json.loads(body)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}
