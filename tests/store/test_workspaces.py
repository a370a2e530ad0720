"""Several workspaces of one platform: sent side by side, and none waits for another."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from adapters.port import ChatPlatform, Message, MessageRef, workspace_of
from adapters.recording import Recording
from bot.hands import Hands
from bot.jobs import Jobs, Work
from bot.server import Server
from bot.settings import Settings
from surveys.store import claiming
from surveys.store import platform as store
from surveys.store.platform import DueChunk
from tests.stage import Stage, staged

House = tuple[Server, Settings]
TEAMS = ("T1", "T2", "T_", "T%")
PEOPLE, SIZE = 24, 4
ROSTER = "id,name,email,team,roles,language,timezone,address:recording\n" + "".join(
    f"{n},Agent {n},p{n}@lente.example,Noord/Service,agent,nl,Europe/Amsterdam,{TEAMS[n % len(TEAMS)]}/U{n}\n"
    for n in range(PEOPLE)
)


class Meeting(Recording):
    """A platform on which a call takes until calls to another workspace are under way beside it."""

    def __init__(self, hands: Hands) -> None:
        super().__init__(receive=hands.receive, belongs=hands.belongs)
        self._under_way: dict[str, int] = defaultdict(int)
        self.met = asyncio.Event()
        self.everybody = asyncio.Event()
        self.most = 0

    async def send(self, address: str, message: Message) -> MessageRef:
        workspace = workspace_of(address)
        self._under_way[workspace] += 1
        self.most = max(self.most, self._under_way[workspace])
        if len([one for one in self._under_way.values() if one]) > 1:
            self.met.set()
        async with asyncio.timeout(10):
            await self.met.wait()
        self._under_way[workspace] -= 1
        ref = await super().send(address, message)
        if len(self.sent) == PEOPLE:
            self.everybody.set()
        return ref


def meeting(hands: Callable[[str], Hands]) -> Mapping[str, ChatPlatform]:
    return {"recording": Meeting(hands("recording"))}


@asynccontextmanager
async def opened(house: House) -> AsyncIterator[Stage]:
    """A wave of people in four workspaces, all of whose cards are due in an hour."""
    server, settings = house
    mine = settings.model_copy(update={"chunk_size": SIZE})
    async with staged(server, mine, roster=ROSTER, platforms=meeting) as stage:
        await stage.tick()
        stage.clock.forward(hours=1)
        await stage.run(f"UPDATE platform.delivery SET due = '{stage.clock().isoformat()}'")
        yield stage


async def chunks(stage: Stage) -> list[DueChunk]:
    async with stage.app.database.begin() as connection:
        return await store.due_cards(connection, stage.clock())


@pytest.mark.parametrize(("address", "workspace"), [("T1/U1", "T1"), ("U1", ""), ("T1/19:a/b", "T1"), ("", "")])
async def test_the_database_reads_the_same_workspace_in_an_address(address: str, workspace: str, house: House) -> None:
    async with opened(house) as stage:
        await stage.run(f"UPDATE platform.delivery SET address = '{address}'")
        assert {chunk.workspace for chunk in await chunks(stage)} == {workspace} == {workspace_of(address)}


async def test_a_chunk_is_of_one_workspace_and_as_full_as_can_be(house: House) -> None:
    async with opened(house) as stage:
        due = await chunks(stage)
        assert sorted((chunk.workspace, chunk.chunk) for chunk in due) == sorted((t, n) for t in TEAMS for n in (0, 1))
        async with stage.app.database.begin() as connection:
            cards = {chunk: await store.cards_of(connection, chunk, stage.clock()) for chunk in due}
    assert all({workspace_of(card.address) for card in cards[chunk]} == {chunk.workspace} for chunk in due)
    assert sorted(len(found) for found in cards.values()) == [2, 2, 2, 2, SIZE, SIZE, SIZE, SIZE]


async def test_workspaces_are_sent_side_by_side_and_each_by_one_job_at_a_time(house: House) -> None:
    async with opened(house) as stage:
        platform = stage.recording
        assert isinstance(platform, Meeting)
        await stage.app.tick(stage.clock())
        worker = asyncio.create_task(stage.app.jobs.run())
        async with asyncio.timeout(20):
            await platform.everybody.wait()
        worker.cancel()
        await asyncio.wait({worker})
        assert platform.most == 1


async def test_jobs_of_one_workspace_wait_for_each_other_and_for_no_other(house: House) -> None:
    async with opened(house) as stage:
        await stage.app.tick(stage.clock())
        locks = await stage.rows("SELECT lock, count(*) FROM platform.procrastinate_jobs GROUP BY 1 ORDER BY 1")
    assert locks == sorted((f"workspace:recording/{team}", 2) for team in TEAMS)


async def test_a_tick_offers_nothing_that_waits_already(house: House) -> None:
    async with opened(house) as stage:
        found = []
        for _ in range(3):
            assert len(await stage.app.tick(stage.clock())) == 2 * len(TEAMS)
            found.append(await stage.rows("SELECT last_value FROM platform.procrastinate_jobs_id_seq"))
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize(("within", "waiting"), [("T1/", {"T1"}), ("T_/", {"T_"}), ("T%/", {"T%"}), ("", set(TEAMS))])
async def test_a_pause_holds_the_addresses_that_begin_so(within: str, waiting: set[str], house: House) -> None:
    async with opened(house) as stage:
        async with stage.app.database.begin() as connection:
            await claiming.pause(connection, "recording", within, stage.clock() + timedelta(minutes=5))
        assert {chunk.workspace for chunk in await chunks(stage)} == set(TEAMS) - waiting


async def test_a_job_of_an_older_version_still_finds_its_cards(house: House) -> None:
    async with opened(house) as stage:
        await stage.run("UPDATE platform.delivery SET address = split_part(address, '/', 2)")
        platform = stage.recording
        assert isinstance(platform, Meeting)
        platform.met.set()
        (wave, *_) = {chunk.wave for chunk in await chunks(stage)}
        await stage.app.jobs._tasks["send"].defer_async(wave=str(wave), chunk=0, platform="recording")
        await stage.app.jobs.run_until_idle()
        assert len(platform.sent) == SIZE * len(TEAMS)


async def test_closing_goes_before_cards_that_wait_however_many_workspaces_send(stage: Stage) -> None:
    """More workspaces than a worker does jobs at a time would keep every place until all cards were sent."""
    done: list[str] = []

    async def send(number: int, workspace: str) -> None:
        await asyncio.sleep(0.01)
        done.append("send")

    async def close(wave: str) -> None:
        done.append("close")

    url = stage.server.app.set(drivername="postgresql").render_as_string(hide_password=False)
    options = f"-c role={stage.server.roles.app} -c search_path=platform -c timezone=UTC"
    jobs = Jobs(url, options, {"send": send, "close": close})
    await jobs.open()
    for number in range(10):
        for workspace in "ABCDEF":
            await jobs.offer(Work("send", f"workspace:{workspace}", {"number": number, "workspace": workspace}))
    await jobs.offer(Work("close", "close", {"wave": "w"}, urgent=True))
    await jobs.run_until_idle()
    await jobs.close()
    assert done.index("close") == 0
    assert len(done) == 61
