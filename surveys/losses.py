"""How many people a platform's lists took away since somebody last took them over by command. Counts alone. Pure.

Each list is judged by itself, but whoever edits a group can take people out of it bit by bit. So what is taken over
unasked is judged together, against what a person saw last.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from surveys.errors import BadSync
from surveys.reaching import LARGE_LOSS, Reached


@dataclass(frozen=True, slots=True)
class Losses:
    """Since that command: of the people `brought` then so many are `gone` or moved, of those `reached` `unreached`.

    `reached` are people whom others brought.
    """

    brought: int
    reached: int
    gone: int = 0
    unreached: int = 0


def none_after(reached: Reached) -> Losses:
    """Return the count anew, after what a command does."""
    return Losses(*reached.afterwards)


def with_those_of(reached: Reached, before: Losses) -> Losses:
    """Return the count with what one more list takes away."""
    return replace(before, gone=before.gone + reached.going, unreached=before.unreached + reached.loss[0])


def check_losses(losses: Losses, limit: float = LARGE_LOSS) -> None:
    """Raises BadSync when that is more than the share `limit` of either; one person is never too many."""
    for lost, had in ((losses.gone, losses.brought), (losses.unreached, losses.reached)):
        if lost > max(limit * had, 1):
            raise BadSync(
                f"{lost} of {had} people would be lost since members were last taken over by command, more than "
                f"{limit:.0%}. Nothing was changed. Look with --dry-run, and if it is right, take them over by command"
            )
