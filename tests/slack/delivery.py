"""From Slack to the app over HTTP: signed over the raw bytes, and with Slack's patience of three seconds."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

import httpx

from tests.slack.model import Ack, Clock, Json

PATIENCE = 3.0
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Return Slack's signature, version 0."""
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
    return f"v0={digest}"


def encode(kind: str, payload: Json) -> tuple[str, bytes]:
    """Return content type and body: events are JSON, interactions a form with JSON in it, commands a plain form."""
    if kind == "events_api":
        return JSON, json.dumps(payload).encode()
    form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return FORM, urlencode(form).encode()


class HttpDelivery:
    """Posts to the app. `signed_at` is the clock of the signature: the app compares it with its own."""

    def __init__(self, secret: str, signed_at: Clock) -> None:
        self._secret, self.signed_at = secret, signed_at
        self.patience = PATIENCE
        self._client: httpx.AsyncClient | None = None
        self._path = ""
        self._late: set[asyncio.Task[httpx.Response]] = set()

    def connect(self, client: httpx.AsyncClient, path: str) -> None:
        """Remember where the app listens."""
        self._client, self._path = client, path

    async def __call__(self, kind: str, payload: Json, *, retry: int = 0, reason: str = "") -> Ack:
        content_type, body = encode(kind, payload)
        headers = {"Content-Type": content_type, **self.signature(body)}
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason}
        return await self.post(body, headers)

    def signature(self, body: bytes) -> dict[str, str]:
        """Return the headers that prove that a body is Slack's."""
        timestamp = str(int(self.signed_at()))
        return {
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(self._secret, timestamp, body),
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        }

    async def post(self, body: bytes, headers: dict[str, str]) -> Ack:
        """Post these bytes and wait for as long as Slack does; a late answer is not interrupted, only not heard."""
        if self._client is None:
            raise RuntimeError("the fake does not know where the app is: slack.connect(client) first")
        started = time.perf_counter()
        posting = asyncio.ensure_future(self._client.post(self._path, content=body, headers=headers))
        self._late.add(posting)
        posting.add_done_callback(self._arrived)
        done, _ = await asyncio.wait({posting}, timeout=self.patience)
        seconds = time.perf_counter() - started
        if not done:
            return Ack(0, "", seconds, "operation_timeout")
        return _ack(posting, seconds)

    def _arrived(self, posting: asyncio.Task[httpx.Response]) -> None:
        """Let go of it, also of a failure that nobody waits for any more."""
        self._late.discard(posting)
        if not posting.cancelled():
            posting.exception()

    async def close(self) -> None:
        """Give up on answers that are still on their way."""
        for posting in list(self._late):
            posting.cancel()
        await asyncio.gather(*self._late, return_exceptions=True)


def _ack(posting: asyncio.Task[httpx.Response], seconds: float) -> Ack:
    error = posting.exception()
    if isinstance(error, httpx.TransportError):
        return Ack(0, "", seconds, f"connection_failed: {error!r}")
    response = posting.result()
    trouble = None if response.status_code == 200 else f"http_error_{response.status_code}"
    return Ack(response.status_code, response.text, seconds, trouble)
