"""The arguments of a Web API call, wherever the client put them: query, form or JSON body."""

from __future__ import annotations

import base64
import binascii
import json

from aiohttp import web

from tests.slack.model import Json, SlackError

NESTED = ("blocks", "attachments", "view", "metadata", "files")
"""Arguments that arrive as JSON in a string when they come in a form or a query."""


async def arguments_of(request: web.Request) -> tuple[Json, str | None]:
    """Return the merged arguments, and the token, which is none of them."""
    merged: Json = {**request.query, **_client(request), **await _body(request)}
    for name in NESTED:
        if isinstance(merged.get(name), str):
            merged[name] = _parse(merged[name], f"invalid_{name}" if name == "blocks" else "invalid_arguments")
    token = merged.pop("token", None)
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    return merged, bearer if scheme == "Bearer" else token


async def _body(request: web.Request) -> Json:
    if request.content_type == "application/json":
        body = _parse(await request.text() or "{}", "invalid_json")
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        return body
    return {name: value for name, value in (await request.post()).items() if isinstance(value, str)}


def _client(request: web.Request) -> Json:
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Basic":
        return {}
    try:
        name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (ValueError, binascii.Error):
        raise SlackError("invalid_auth") from None
    return {"client_id": name, "client_secret": secret}


def _parse(text: str, error: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        raise SlackError(error) from None
