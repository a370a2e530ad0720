"""How often somebody may guess the secret of a seat."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.guesses import AT_ONCE, EVERY
from surveys.errors import InputError, WrongSecret
from surveys.seats import Seat
from tests.everything import everything
from tests.keys import CHEAP, SECRETS
from tests.stage import Stage

COUNCIL = Seat.WORKS_COUNCIL


async def tried(stage: Stage, secret: str, seat: Seat = COUNCIL) -> str:
    """Try a secret in a process that has seen none before; return what came of it."""
    try:
        await replace(stage.app.seats, cost=CHEAP).check(seat, secret)
    except WrongSecret:
        return "wrong"
    except InputError as error:
        return "wait" if "too many wrong secrets" in str(error) else str(error)
    return "right"


async def used_up(stage: Stage) -> None:
    for _ in range(AT_ONCE):
        assert await tried(stage, "one guess more") == "wrong"
    assert await tried(stage, "one guess more") == "wait"


async def test_after_ten_wrong_secrets_everybody_waits_also_with_the_right_one(stage: Stage) -> None:
    await used_up(stage)
    assert await tried(stage, SECRETS[COUNCIL]) == "wait"


async def test_a_seat_is_never_locked_out_for_good(stage: Stage) -> None:
    """Whoever has the right secret needs one try, and there is one every few minutes whatever others did."""
    await used_up(stage)
    stage.clock.forward(seconds=EVERY.total_seconds())
    assert await tried(stage, SECRETS[COUNCIL]) == "right"
    assert await tried(stage, "one guess more") == "wrong"


async def test_a_day_of_guessing_gives_no_more_than_one_try_every_few_minutes(stage: Stage) -> None:
    await used_up(stage)
    looked_at = 0
    for _ in range(30):
        stage.clock.forward(minutes=2)
        looked_at += await tried(stage, "one guess more") == "wrong"
    assert looked_at == timedelta(hours=1) // EVERY


async def test_guesses_of_one_seat_do_not_hold_up_the_other(stage: Stage) -> None:
    await used_up(stage)
    assert await tried(stage, SECRETS[Seat.ADMINISTRATOR], Seat.ADMINISTRATOR) == "right"


async def test_of_guesses_nothing_is_kept_but_how_many_are_left(stage: Stage) -> None:
    """Neither who guessed nor what: one line for the seat."""
    before = everything(stage.server)
    await tried(stage, "one guess more")
    after = everything(stage.server)
    (line,) = [row for row in after["platform.mark"] if row not in before["platform.mark"]]
    assert line == {"name": "guesses works-council", "value": f"{AT_ONCE - 1} {stage.clock().isoformat()}"}
    assert {**after, "platform.mark": []} == {**before, "platform.mark": []}


async def test_a_clock_that_goes_back_gives_no_try(stage: Stage) -> None:
    await used_up(stage)
    stage.clock.forward(days=-1)
    assert await tried(stage, "one guess more") == "wait"


@pytest.mark.parametrize("secret", ["", "x" * 100_000])
async def test_what_can_be_no_secret_counts_as_a_guess(stage: Stage, secret: str) -> None:
    assert await tried(stage, secret) == "wrong"
    assert (await stage.rows("SELECT value FROM platform.mark WHERE name = 'guesses works-council'"))[0][0] != "10"
