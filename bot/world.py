"""What no setting decides: time and chance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from surveys.tickets import Entropy


@dataclass(frozen=True, slots=True)
class World:
    """The clock, the randomness and the ids that everything is given."""

    now: Callable[[], datetime]
    entropy: Entropy
    new_id: Callable[[], UUID]
