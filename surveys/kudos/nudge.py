"""Three colleagues of the shift, drawn at random: "is there something to thank them for?" Pure.

Drawn among all who work at that moment, whatever anybody did or got: so it says nothing about who was thanked, and
whoever is easily overlooked is asked about as often as everybody else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final
from uuid import UUID

DRAWN: Final = 3
_BYTES: Final = 8


def draw(shift: Sequence[UUID], giver: UUID, chance: Callable[[int], int]) -> tuple[UUID, ...]:
    """Return three others of a shift, fewer in a small one; `chance(n)` is a whole number below n, each as likely."""
    left = sorted(set(shift) - {giver})
    return tuple(left.pop(chance(len(left))) for _ in range(min(DRAWN, len(left))))


def even(entropy: Callable[[int], bytes]) -> Callable[[int], int]:
    """Return the chance that `draw` wants: numbers past the last whole multiple of n are thrown away, so none leads."""

    def chance(n: int) -> int:
        fair = (1 << 8 * _BYTES) // n * n
        while (number := int.from_bytes(entropy(_BYTES))) >= fair:
            pass
        return number % n

    return chance
