"""One attempt at one delivery: whatever goes wrong with it is an outcome, so that the others go on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

import structlog

from adapters.port import DeliveryError

log = structlog.get_logger(__name__)

T = TypeVar("T")


async def attempt(what: str, call: Awaitable[T]) -> T | Exception:
    """Return what the call gives, or the error it raised; an unforeseen one is logged by the name of its class only.

    To be cancelled is no failure of the delivery: that goes on to the caller.
    """
    (outcome,) = await asyncio.gather(call, return_exceptions=True)
    if isinstance(outcome, BaseException) and not isinstance(outcome, Exception):
        raise outcome
    if isinstance(outcome, Exception) and not isinstance(outcome, DeliveryError):
        log.error("a delivery failed unforeseen", what=what, error=type(outcome).__name__)
    return outcome
