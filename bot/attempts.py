"""Work whose failure is its own: whatever goes wrong with it is an outcome, so that the others go on.

A failure is logged by the class of the error, never by its text, which could hold values.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

import structlog

from adapters.port import DeliveryError

log = structlog.get_logger(__name__)

T = TypeVar("T")


async def attempt(what: str, call: Awaitable[T]) -> T | Exception:
    """Return what one delivery gives, or the error it raised; only an unforeseen one is logged."""
    outcome = await outcome_of(call)
    if isinstance(outcome, Exception) and not isinstance(outcome, DeliveryError):
        log.error("a delivery failed unforeseen", what=what, error=type(outcome).__name__)
    return outcome


async def alone(step: str, work: Awaitable[T], otherwise: T, **names: str) -> T:
    """Return what came of one step, or `otherwise` when it failed; the failure is logged with the names given."""
    outcome = await outcome_of(work)
    if isinstance(outcome, Exception):
        log.error("step failed", step=step, error=type(outcome).__name__, **names)
        return otherwise
    return outcome


async def outcome_of(work: Awaitable[T]) -> T | Exception:
    """Return what it gives or the error it raised. To be cancelled is no failure: that goes on to the caller."""
    (outcome,) = await asyncio.gather(work, return_exceptions=True)
    if isinstance(outcome, BaseException) and not isinstance(outcome, Exception):
        raise outcome
    return outcome
