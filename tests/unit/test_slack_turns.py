"""Turns: so many at once, in order, and nobody waits for ever."""

from __future__ import annotations

import asyncio

import pytest

from adapters.slack.turns import Turns


async def test_turns_come_in_the_order_in_which_they_were_asked_for() -> None:
    turns, had = Turns(at_once=1), list[int]()

    async def take(number: int) -> None:
        async with turns.turn():
            await asyncio.sleep(0)
            had.append(number)

    await asyncio.gather(*(take(number) for number in range(5)))
    assert had == [0, 1, 2, 3, 4]


async def test_whoever_waits_too_long_hears_so_and_takes_no_turn_from_others() -> None:
    turns = Turns(at_once=1, patience=0.01)
    async with turns.turn():
        with pytest.raises(TimeoutError):
            async with turns.turn():
                pass
    async with turns.turn():
        pass


async def test_a_turn_that_goes_wrong_is_given_back() -> None:
    turns = Turns(at_once=1, patience=0.01)
    for _ in range(3):
        with pytest.raises(ConnectionError):
            async with turns.turn():
                raise ConnectionError
