"""Steps whose failure is their own: one broken survey must not stop the others."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

import structlog

log = structlog.get_logger(__name__)

Outcome = TypeVar("Outcome")


async def alone(step: str, work: Awaitable[Outcome], otherwise: Outcome, **names: str) -> Outcome:
    """Do one step and return what came of it; `otherwise` when it failed, however it failed.

    A failure is logged by the names given and the class of the error, never by its text, which could hold values.
    Being cancelled is no failure and ends everything.
    """
    (outcome,) = await asyncio.gather(work, return_exceptions=True)
    if isinstance(outcome, Exception):
        log.error("step failed", step=step, error=type(outcome).__name__, **names)
        return otherwise
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome
