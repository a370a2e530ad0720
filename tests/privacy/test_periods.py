"""PRIVACY 7: reporting periods of small teams, from opening to the destruction of their rows and key."""

from __future__ import annotations

from datetime import timedelta

import pytest

from analytics.audit.releases import audit
from bot import rostering
from bot.folding import keys_of, unseal
from surveys.model import SUPPRESSED, Figure, Release, WaveState
from surveys.periods import Period, PeriodRow
from surveys.store import periods as store
from surveys.store import releases
from surveys.store.database import WHOLE
from tests.privacy.test_who_counts import erase, leave, stop
from tests.privacy.wave import House
from tests.stage import AVOND, OCHTEND, TOGETHER, Stage, staged

SMALL = [f"a{number}" for number in range(1, 7)]
ROWS = "SELECT slot, sealed, xmin FROM surveys.period_row ORDER BY ctid"


async def published(stage: Stage) -> list[Release]:
    async with stage.app.database.reading([WHOLE]) as connection:
        return await releases.history(connection)


async def period_of(stage: Stage) -> Period:
    async with stage.app.database.begin() as connection:
        (period,) = await store.periods(connection, states=[WaveState.OPEN])
    return period


async def rows(stage: Stage) -> dict[str, PeriodRow]:
    """What is sealed of everybody in the open period, by their name in the roster."""
    period = await period_of(stage)
    async with stage.app.database.begin() as connection:
        keys = await keys_of(connection, stage.app.keys, period)
        held = unseal(keys, await store.rows(connection, period.id))
    names = {keys.slot(person.id): who for who, person in stage.people.items()}
    return {names[slot]: row for slot, row in held.items()}


async def next_wave(stage: Stage, *answers: tuple[str, int]) -> None:
    """Open and play the coming wave until all have their card, and let some answer."""
    await stage.until(stage.clock() + timedelta(days=3, hours=20), stride=TOGETHER)
    for who, option in answers:
        await stage.answer(who, option, option)


async def until_next_monday(stage: Stage) -> None:
    await stage.close()
    stage.clock.time += timedelta(days=7 - stage.clock().weekday() - 1)


async def play(stage: Stage, waves: int, option: int = 3) -> None:
    for number in range(waves):
        await next_wave(stage, *((who, 1 + (option + place + number) % 5) for place, who in enumerate(SMALL)))
        await until_next_monday(stage)


async def test_a_team_of_six_is_told_every_four_weeks_and_in_no_release_between(house: House) -> None:
    """Its people count in none of the four waves, and each of them once in the period."""
    async with staged(*house) as stage:
        await play(stage, 4)
        found = await published(stage)
        assert [(one.kind, one.waves) for one in found] == [
            *(("wave", (number,)) for number in (1, 2, 3, 4)),
            ("period", (1, 2, 3, 4)),
        ]
        avond = stage.nodes[AVOND]
        for one in found[:-1]:
            (node,) = (node for node in one.nodes if node.id == avond)
            assert (node.head_count, node.elsewhere, node.every) == (0, 6, 4)
            assert all(cell.cohort != avond for cell in one.cells)
        figure = next(cell.figure for cell in found[-1].cells if (cell.cohort, cell.item) == (avond, "C1"))
        assert isinstance(figure, Figure)
        assert audit(found, None).clean


async def test_the_small_teams_of_a_department_are_one_cell_of_the_period(house: House) -> None:
    """Weekly figures above the team count weekly teams only, and say so. A leader counts with the small teams."""
    async with staged(*house) as stage:
        await play(stage, 4)
        *waves, period = await published(stage)
        service = stage.nodes["Noord/Service"]
        heads = {
            (one.kind, node.id): (node.head_count, node.elsewhere) for one in (waves[0], period) for node in one.nodes
        }
        assert heads["wave", service] == (12, 7)
        assert heads["period", service] == (7, 12)
        assert stage.nodes[OCHTEND] not in {node.id for node in period.nodes}


async def test_a_row_exists_for_everybody_of_the_team_from_the_start_in_one_size(house: House) -> None:
    """Whether somebody answered or was asked leaves no row, no size, no order and no transaction of its own."""
    async with staged(*house) as stage:
        await next_wave(stage, ("a1", 5))
        before = await stage.rows(ROWS)
        assert len(before) == len(SMALL) + len(["noor", "bram"])
        await until_next_monday(stage)
        after = await stage.rows(ROWS)
        assert {slot for slot, _, _ in before} == {slot for slot, _, _ in after}
        assert {len(bytes(sealed)) for _, sealed, _ in (*before, *after)} == {1428}  # type: ignore[call-overload]
        assert len({xmin for _, _, xmin in after}) == 1
        assert not {sealed for _, sealed, _ in before} & {sealed for _, sealed, _ in after}
        assert [slot for slot, _, _ in after] == sorted(slot for slot, _, _ in after)  # type: ignore[type-var]
        assert (await rows(stage))["a1"].given["C1"] == (5, 1)


async def test_nothing_sealed_is_left_when_the_period_is_over(house: House) -> None:
    async with staged(*house) as stage:
        await play(stage, 4)
        assert await stage.rows("SELECT state FROM surveys.period") == [("destroyed",)]
        assert await stage.rows("SELECT relname FROM pg_class WHERE relname ~ '^period_(row|salt)_[0-9a-f]'") == []
        assert await stage.rows("SELECT * FROM surveys.period_node") == []


@pytest.mark.parametrize("way", [stop, erase, leave])
async def test_who_goes_takes_along_what_they_answered_in_earlier_waves(way: object, house: House) -> None:
    """Leaving, stopping and erasure empty the row of the period, also when the wave it came from is long destroyed."""
    async with staged(*house) as stage:
        await next_wave(stage, ("o1", 4), ("a1", 4))
        await until_next_monday(stage)
        await next_wave(stage)
        await _gone(stage, way)
        assert (await rows(stage))["a1"] == PeriodRow(stage.nodes[AVOND], gone=2)


async def _gone(stage: Stage, way: object) -> None:
    names = {stop: "stop_now", erase: "erase_now"}
    if way in names:
        await stage.recording.act("a1", "nl", names[way])
    else:
        async with stage.app.database.begin() as connection:
            await rostering.leave(connection, stage.app.service, stage.app.recognition.parting, [stage.people["a1"]])


async def test_withdrawing_a_check_in_takes_along_the_earlier_ones_of_the_period(house: House) -> None:
    async with staged(*house) as stage:
        await next_wave(stage, ("a1", 4))
        await until_next_monday(stage)
        await next_wave(stage, ("a1", 4))
        await stage.recording.tap("a1", "withdraw")
        await until_next_monday(stage)
        assert (await rows(stage))["a1"].given == {}


async def test_a_period_that_the_survey_does_not_fill_ends_after_four_weeks(house: House) -> None:
    """No sealed row waits for longer than four weeks: a pause ends the period with the waves that it has."""
    async with staged(*house) as stage:
        await play(stage, 1)
        await stage.run("UPDATE surveys.survey SET paused = true")
        await stage.until((await period_of(stage)).ends + timedelta(minutes=1))
        release = (await published(stage))[-1]
        assert (release.kind, release.every, release.waves) == ("period", 4, (1,))
        assert await stage.rows("SELECT state FROM surveys.period") == [("destroyed",)]


async def test_a_period_whose_key_is_lost_is_released_wholly_suppressed(house: House) -> None:
    async with staged(*house) as stage:
        await play(stage, 3)
        await next_wave(stage)
        await stage.run("UPDATE surveys.period SET key_id = 'lost'")
        await stage.close()
        stage.clock.forward(hours=30)
        await stage.tick()
        stage.clock.forward(hours=30)
        await stage.tick()
        found = (await published(stage))[-1]
        assert found.kind == "period"
        assert {cell.figure for cell in found.cells} == {SUPPRESSED}
        assert await stage.rows("SELECT count(*) FROM surveys.period WHERE state = 'destroyed'") == [(1,)]


async def test_a_period_whose_close_was_cut_off_starts_over_from_the_sealed_rows(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the close of its last wave and its own, a kill costs nothing: rows and key wait, and count once."""
    async with staged(*house) as stage:
        await play(stage, 3)
        await next_wave(stage, *((who, 1 + place % 5) for place, who in enumerate(SMALL)))
        monkeypatch.setattr("bot.period_closing.pass_gate", _cut_off)
        await stage.close()
        assert [one.kind for one in await published(stage)] == ["wave"] * 4
        assert await stage.rows("SELECT count(*) FROM surveys.period_row") == [(8,)]
        assert await stage.rows("SELECT state FROM surveys.period") == [("closing",)]
        monkeypatch.undo()
        stage.clock.forward(hours=2)
        await stage.tick()
        release = (await published(stage))[-1]
        assert release.waves == (1, 2, 3, 4)
        assert {cell.figure for cell in release.cells} != {SUPPRESSED}


def _cut_off(*_: object) -> object:
    raise ArithmeticError
