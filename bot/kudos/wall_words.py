"""What stands on the wall and in a round-up of one kudos, in words. Pure."""

from __future__ import annotations

from bot.kudos.asking import names
from bot.kudos.cards import Told
from bot.texts import Texts


def title(told: Told, t: Texts) -> str:
    """Return who thanks whom; who left has no name, and several who left are told of as one."""
    called = [told.names[one] for one in told.kudos.people if one in told.names]
    gone = len(called) < len(told.kudos.people)
    whom = names(t, [*called, t("kudos.wall.left")] if gone else called)
    kind = "kudos.post.customer" if told.kudos.customer else "kudos.post"
    giver = told.giver(t) if not told.kudos.customer or _named(told) else t("kudos.wall.left")
    return t(f"{kind}.title", giver=giver, names=whom)


def _named(told: Told) -> bool:
    return told.kudos.giver is not None and told.kudos.giver in told.names
