"""Deltas: one thing done with a card, as it waits in the pool for the next mix. Pure.

A delta says what was done and never what was there before, so it needs no look at the row: two taps at once lose
neither, and applying the same again changes nothing.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce

from surveys.model import NodeId, Response


@dataclass(frozen=True, slots=True)
class Delta:
    """What was done to the row under `slot`.

    With a cohort: answers (item position, option; 0 skips) and a comment are merged into it. Without: it is emptied,
    and with `withdrawn` says that the card was dealt with.
    """

    slot: bytes
    cohort: NodeId | None = None
    positions: tuple[tuple[int, int], ...] = ()
    comment: str | None = None
    withdrawn: bool = False
    facet: str = ""


def apply(response: Response, delta: Delta, items: Sequence[str]) -> Response:
    """Return the response after a delta; `items` are the wave's, in the order in which it asks them."""
    if delta.cohort is None:
        return Response(withdrawn=delta.withdrawn)
    answers = {**response.answers, **{items[position]: option for position, option in delta.positions}}
    comment = response.comment if delta.comment is None else delta.comment
    return replace(response, cohort=delta.cohort, answers=answers, comment=comment, withdrawn=False, facet=delta.facet)


def apply_all(response: Response, deltas: Iterable[Delta], items: Sequence[str]) -> Response:
    """Return the response after these deltas, in their order."""
    return reduce(lambda before, delta: apply(before, delta, items), deltas, response)


def encode(delta: Delta) -> bytes:
    """Return a delta as JSON."""
    slot = base64.b64encode(delta.slot).decode()
    content = [slot, delta.cohort, delta.positions, delta.comment, int(delta.withdrawn), delta.facet]
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def join(encoded: Iterable[bytes]) -> bytes:
    """Return many encoded deltas as one content."""
    return b"[" + b",".join(encoded) + b"]"


def decode_all(content: bytes) -> tuple[Delta, ...]:
    """Return the deltas of a content, in their order."""
    return tuple(
        Delta(base64.b64decode(slot), cohort, tuple((p, o) for p, o in positions), comment, bool(withdrawn), *facet)
        for slot, cohort, positions, comment, withdrawn, *facet in json.loads(content)
    )
