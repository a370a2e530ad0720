"""Why a kudos does not go out, in sentences that say the mend. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analytics.tone import Tone
from bot.kudos.draft import Read
from bot.texts import Texts
from surveys.kudos.rules import Refusal
from surveys.kudos.wording import LONGEST

MOST_NAMED = 5
"""People who are named of those whom an unclear name could mean."""


def said_of(
    t: Texts, found: Read, refused: Sequence[Refusal], tone: Tone, *, most: int, locked: str, length: int
) -> list[str]:
    """Return a sentence for everything that stops it; none when nothing does.

    `locked` is why its giver is, `length` that of the text, or of what masking made of it where that is longer.
    """
    values = {"length": length, "reason": locked}
    rooms = {Refusal.TOO_LONG: LONGEST, Refusal.TOO_MANY: most}
    pointless = {Refusal.NOBODY} if found.strangers or found.found.unknown or found.found.unclear else set()
    said = [t(f"kudos.refusal.{one}", most=rooms.get(one, 0), **values) for one in refused if one not in pointless]
    return [*_people(t, found), *said, *([t("kudos.refusal.slur")] if tone is Tone.STOP else [])]


def _people(t: Texts, found: Read) -> Iterator[str]:
    """Say whom we did not find, and whom a name could mean."""
    if found.strangers:
        yield t("kudos.refusal.left")
    if found.found.unknown:
        yield t("kudos.refusal.unknown", names=", ".join(found.found.unknown))
    for name, who in found.found.unclear:
        yield t("kudos.refusal.unclear", name=name, who=", ".join(one.full for one in who[:MOST_NAMED]))
