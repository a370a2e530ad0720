"""Seeded chance: what is drawn depends on the seed and on what it is drawn for, never on the order of drawing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from random import Random
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Chance:
    """All chance of one simulation."""

    seed: int

    def of(self, *what: object) -> Random:
        """Return a generator of its own for this matter: a person, a wave, an item ..."""
        return Random("/".join(map(str, (self.seed, *what))))  # noqa: S311 — invented people need no secrets

    def normal(self, *what: object) -> float:
        """Return a standard normal number."""
        return self.of(*what).gauss(0.0, 1.0)

    def fraction(self, *what: object) -> float:
        """Return a number in [0, 1)."""
        return self.of(*what).random()

    def ids(self) -> Callable[[], UUID]:
        """Return a source of ids that look random and are the same every time."""
        numbers = count()
        return lambda: UUID(bytes=hashlib.sha256(f"{self.seed}/{next(numbers)}".encode()).digest()[:16], version=4)
