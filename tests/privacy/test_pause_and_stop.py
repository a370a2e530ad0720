"""What every person can always do: pause, and stop without reason; no manager sees it, and it is no missing answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from surveys.model import ResponseBand, Suppressed
from surveys.store import releases
from surveys.store.database import WHOLE
from tests.dialogues.own_page import ask, dialog
from tests.privacy.wave import House, wave
from tests.stage import OCHTEND, Stage, roster_csv, staged

ANSWERING = tuple(f"o{number}" for number in range(1, 10))
SILENT = ("o10", "o11", "o12")
Do = Callable[[Stage, str], Awaitable[object]]


async def stop(stage: Stage, who: str) -> object:
    return await dialog(stage, who, "stop_now")


async def pause(stage: Stage, who: str) -> object:
    return await dialog(stage, who, "pause_save", length="4")


async def forget(stage: Stage, who: str) -> object:
    return await dialog(stage, who, "erase_now")


async def nothing(stage: Stage, who: str) -> object:
    return await ask(stage, who, "home")


async def response_of(house: House, do: Do, *, before: bool) -> ResponseBand | Suppressed:
    """Return the response of a team in which nine of twelve answer, and three do this before the wave or within it."""
    async with staged(*house, roster=roster_csv()) as stage:
        if before:
            for who in SILENT:
                await do(stage, who)
        await stage.deliver()
        for who in ANSWERING:
            await stage.answer(who)
        if not before:
            for who in SILENT:
                await do(stage, who)
        await stage.close()
        async with stage.app.database.reading([WHOLE]) as connection:
            (release,) = await releases.history(connection)
        return next(node.response for node in release.nodes if node.id == stage.nodes[OCHTEND])


@pytest.mark.parametrize(
    ("do", "before"),
    [(stop, False), (stop, True), (pause, True), (forget, False)],
    ids=["stop within", "stop before", "pause before", "erase within"],  # erased before, nine are a small team
)
async def test_whoever_stops_or_pauses_is_no_missing_answer(house: House, do: Do, before: bool) -> None:
    """The response of a group is of those who were asked and stayed: nine of nine, not nine of twelve."""
    assert await response_of(house, do, before=before) == ">75"


async def test_whoever_stays_and_is_silent_is_one(house: House) -> None:
    """The same figures without a pause or a stop, so that the test above can fail."""
    assert await response_of(house, nothing, before=False) == "50-75"


@pytest.mark.parametrize("do", [stop, pause], ids=["stop", "pause"])
async def test_no_manager_sees_that_somebody_stopped_or_paused(house: House, do: Do) -> None:
    """A manager's digest and home are the same before and after, and nothing is sent to anybody."""
    async with wave(house) as stage:
        for who in (*ANSWERING, *(f"a{n}" for n in range(1, 7)), *(f"p{n}" for n in range(1, 9))):
            await stage.answer(who)
        await stage.close()
        seen = [await _seen_by(stage, manager) for manager in ("noor", "bram")]
        sent = len(stage.recording.sent)
        await do(stage, "o1")
        assert [await _seen_by(stage, manager) for manager in ("noor", "bram")] == seen
        assert len(stage.recording.sent) == sent


async def _seen_by(stage: Stage, manager: str) -> list[object]:
    digest = await dialog(stage, manager, "digest")
    home = await dialog(stage, manager, "home")
    return [digest.title, digest.paragraphs, digest.image, digest.notes, home]
