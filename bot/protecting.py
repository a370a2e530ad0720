"""The way to what makes a Release and attacks it: loaded when it is first needed.

It takes a fifth of the start of every command, and most commands publish nothing. Whoever serves loads it ahead, so
that no answer waits for it when a wave closes.
"""

# ruff: noqa: PLC0415 — that is what this file is for

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from analytics.facts import WaveFacts
from surveys.model import Release, Response

if TYPE_CHECKING:
    from bot.gate import Passed


def load() -> None:
    """Load it now."""
    from analytics import disclosure
    from bot import gate

    assert disclosure
    assert gate


def pass_gate(facts: WaveFacts, responses: Sequence[Response]) -> Passed:
    """Return the Release of a closed wave or period, through the gate. Raises ValueError when that can't be."""
    from bot import gate

    return gate.pass_gate(facts, responses)


def withhold(facts: WaveFacts) -> Release:
    """Return a Release in which everything is suppressed."""
    from analytics import disclosure

    return disclosure.withhold(facts)


def turn_of(facets: Collection[str], number: int) -> str:
    """Return the facet by which this wave is cut, "" for none."""
    from analytics import facets as by_facet

    return by_facet.turn_of(facets, number)
