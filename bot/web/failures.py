"""Friendly pages for what goes wrong, in the language the browser asks for. Never a stack trace, never a value."""

from __future__ import annotations

from typing import Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from adapters.web.outcome import said
from bot.texts import Texts
from bot.web.chrome import Chrome, locale_of
from bot.web.headers import add_headers
from surveys.errors import AdempauzeError, InputError, NotFound, TextTooLong, TokenError

_TEXTS: Final = {403: "forbidden", 404: "missing", 405: "missing", 413: "too_large", 422: "unreadable"}
_STATUSES: Final[tuple[tuple[type[AdempauzeError], int], ...]] = (
    (NotFound, 404),
    (TokenError, 403),
    (TextTooLong, 413),
    (InputError, 422),
)


def failure(request: Request, status: int) -> Response:
    """Return the page, or for htmx the sentence, that belongs to a status."""
    kind = _TEXTS.get(status, "unreadable" if status < 500 else "broken")
    texts = Texts(locale_of(request))
    if request.headers.get("hx-request") == "true":
        return said(texts(f"web.error.{kind}.text"), status=status)
    return HTMLResponse(Chrome().message(texts, f"web.error.{kind}", back=True), status)


def add_failures(app: FastAPI) -> None:
    """Answer every error of the application with such a page."""

    async def of_http(request: Request, error: Exception) -> Response:
        return failure(request, error.status_code if isinstance(error, HTTPException) else 500)

    async def of_input(request: Request, _: Exception) -> Response:
        return failure(request, 422)

    async def of_domain(request: Request, error: Exception) -> Response:
        return failure(request, next((status for kind, status in _STATUSES if isinstance(error, kind)), 500))

    async def of_anything(request: Request, _: Exception) -> Response:
        response = failure(request, 500)
        add_headers(response.headers)  # this one is answered outside the guard
        return response

    app.add_exception_handler(HTTPException, of_http)
    app.add_exception_handler(RequestValidationError, of_input)
    app.add_exception_handler(AdempauzeError, of_domain)
    app.add_exception_handler(Exception, of_anything)
