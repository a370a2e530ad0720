"""The work that jobs name, step by step."""

from __future__ import annotations

from uuid import UUID

from bot.closing import Closing
from bot.digests import Digests
from bot.introducing import Introducing
from bot.jobs import Step
from bot.kudos.outbox import Outbox
from bot.period_closing import PeriodClosing
from bot.reminding import Reminding
from bot.sending import Sending
from bot.tidying import Tidying
from surveys.store.outlets import Outlet
from surveys.store.platform import DueChunk


def steps(
    sending: Sending,
    reminding: Reminding,
    closing: Closing,
    *,
    digests: Digests,
    tidying: Tidying,
    introducing: Introducing,
    periods: PeriodClosing,
    outbox: Outbox,
) -> dict[str, Step]:
    """Return the work that jobs name; their arguments come back as JSON gave them.

    A job that an older version left in the queue names no workspace.
    """

    async def send(wave: str, chunk: int, platform: str, workspace: str = "") -> None:
        await sending.send(DueChunk(UUID(wave), chunk, platform, workspace))

    async def remind(wave: str, chunk: int, platform: str, workspace: str = "") -> None:
        await reminding.remind(DueChunk(UUID(wave), chunk, platform, workspace))

    async def close(wave: str) -> None:
        await closing.close(UUID(wave))
        await periods.close_due()
        await closing.erase()
        await tidying()

    async def close_periods() -> None:
        await periods.close_due()
        await closing.erase()

    async def erase() -> None:
        await closing.erase()

    async def digest(seq: int) -> None:
        await digests.send(seq)

    async def introduce(platform: str, workspace: str) -> None:
        await introducing.send(Outlet(platform, workspace))

    async def kudos(platform: str, workspace: str) -> None:
        await outbox.send(Outlet(platform, workspace))

    return {
        "send": send,
        "remind": remind,
        "close": close,
        "close_periods": close_periods,
        "erase": erase,
        "digest": digest,
        "introduce": introduce,
        "kudos": kudos,
    }
