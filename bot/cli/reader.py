"""Whether the command line shows figures: the administrator is a reader like others, and both seats agree on them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from surveys.errors import NotAgreed

if TYPE_CHECKING:
    from bot.app import App

BEGINNING: Final = datetime.min.replace(tzinfo=UTC)


async def administrator_reads(built: App, opened: datetime = BEGINNING) -> None:
    """Let only an administrator go on who reads what was released of waves that opened then. Raises NotAgreed."""
    from surveys.policy import Reader
    from surveys.store import seats

    async with built.database.begin() as connection:
        allowed, since = await seats.reads(connection, Reader.ADMINISTRATOR)
    if not allowed:
        raise NotAgreed("the administrator reads nothing: both seats agreed on that, and their pages can change it")
    if since is not None and opened < since:
        raise NotAgreed(f"the administrator reads only waves that opened after {since:%Y-%m-%d %H:%M} UTC")
