"""PRIVACY 9: who counts, where, and until when."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from adapters.port import ChatPlatform
from adapters.recording import Recording
from bot.hands import Hands
from surveys.cohorts import readable
from surveys.model import Response
from surveys.roster import parse_people
from surveys.store import people as people_store
from tests.privacy.wave import House, answer, wave
from tests.stage import OCHTEND, Stage, roster_csv
from tests.truths import all_held, held_by, open_wave


async def test_a_leader_counts_in_the_cohort_above(house: House) -> None:
    """A leader's answers count above what they lead, never in a cohort whose figures they read as its leader."""
    async with wave(house) as stage:
        await stage.answer("noor", 4, 2)
        await stage.answer("o1", 4, 2)
        assert (await held_by(stage, "noor")).cohort == stage.nodes["Noord/Service"]
        assert (await held_by(stage, "o1")).cohort == stage.nodes[OCHTEND]
        async with stage.app.database.begin() as connection:
            tree = await people_store.load_tree(connection)
        assert tree is not None
        assert stage.nodes["Noord/Service"] not in readable(tree, stage.people["noor"])
        assert stage.nodes[OCHTEND] in readable(tree, stage.people["noor"])


async def answers_of_a_few(stage: Stage) -> None:
    for who in ("o1", "o2", "o3"):
        await stage.answer(who, 5, 1)


async def stop(stage: Stage) -> None:
    await stage.recording.act("o1", "nl", "stop_now")


async def erase(stage: Stage) -> None:
    await stage.recording.act("o1", "nl", "erase_now")


async def leave(stage: Stage) -> None:
    """The next roster does not have them any more."""
    rows = [row for row in parse_people(roster_csv(), platforms=("web", "recording")) if row.external_id != "o1"]
    await stage.app.rostering.import_people(rows, lambda _: None, limit=0.2)


@pytest.mark.parametrize("go", [stop, erase, leave])
async def test_whoever_goes_takes_their_answer_along(house: House, go: Callable[[Stage], object]) -> None:
    """Stopping, erasure and leaving in mid-wave empty the own sealed row; everybody else's stays."""
    async with wave(house) as stage:
        await answers_of_a_few(stage)
        slots = await stage.rows("SELECT slot FROM surveys.response ORDER BY slot")
        await go(stage)  # type: ignore[misc]
        assert await held_by(stage, "o1") == Response()
        assert sum(one.cohort is not None for one in await all_held(stage)) == 2
        assert await stage.rows("SELECT slot FROM surveys.response ORDER BY slot") == slots
        mine = f"SELECT 1 FROM platform.delivery WHERE person_id = '{stage.people['o1'].id}'"
        assert await stage.rows(mine) == []


async def test_withdrawing_for_somebody_is_part_of_what_they_do(house: House) -> None:
    """The row is emptied in the same transaction as the reason for it: both happen, or neither."""
    async with wave(house) as stage:
        await stage.answer("o1", 5, 1)
        with pytest.raises(ZeroDivisionError):
            await withdraw_and_fail(stage)
        assert list((await held_by(stage, "o1")).answers.values()) == [5, 1]


async def withdraw_and_fail(stage: Stage) -> None:
    there = await open_wave(stage)
    async with stage.app.database.begin() as connection:
        await stage.app.service.withdraw_people(connection, there.id, [stage.people["o1"].id])
        raise ZeroDivisionError


class Second(Recording):
    """Another platform in memory."""

    name = "web"


def two_platforms(hands: Callable[[str], Hands]) -> Mapping[str, ChatPlatform]:
    one, two = hands("recording"), hands("web")
    return {
        "recording": Recording(receive=one.receive, belongs=one.belongs),
        "web": Second(receive=two.receive, belongs=two.belongs),
    }


def on_both() -> str:
    """Return the cast with an address on both platforms."""
    lines = roster_csv().splitlines()
    return "\n".join([lines[0] + ",address:web", *(f"{line},{line.split(',')[0]}" for line in lines[1:])]) + "\n"


async def test_one_channel_for_each_person_and_wave(house: House) -> None:
    """Whoever is reached on two platforms gets one card, on the preferred one."""
    async with wave(house, roster=on_both(), platforms=two_platforms) as stage:
        sent = [one.address for one in stage.recording.sent]
        second = stage.app.platforms["web"]
        assert isinstance(second, Recording)
        assert (len(sent), len(set(sent)), second.sent) == (31, 31, [])
        rows = await stage.rows("SELECT person_id, count(*) FROM platform.delivery GROUP BY 1 HAVING count(*) > 1")
        assert rows == []


async def test_a_person_id_survives_a_rename_and_a_move(house: House) -> None:
    """`person_id` is random and stays the same when somebody is renamed or moves, so that nobody counts twice."""
    async with wave(house) as stage:
        await stage.answer("o1", 5, 1)
        before = stage.people["o1"].id
        rows = parse_people(roster_csv().replace("Agent o1,", "Noa de Wit,"), platforms=("web", "recording"))
        await stage.app.rostering.import_people(rows, lambda _: None, limit=0.2)
        async with stage.app.database.begin() as connection:
            renamed = await people_store.person_by_external_id(connection, "o1")
        assert renamed is not None
        assert (renamed.id, renamed.name) == (before, "Noa de Wit")
        reply = await stage.app.inbox.receive(replace(answer(stage, "o1", 0, 2), positions=((0, 2),)))
        assert reply.message is not None
        assert sum(one.cohort is not None for one in await all_held(stage)) == 1
