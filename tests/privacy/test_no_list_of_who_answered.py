"""PRIVACY 3: nothing anywhere says who answered and who did not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest

from adapters.port import ChatPlatform, DeliveryError, Message, MessageRef
from adapters.recording import Recording
from bot.hands import Hands
from tests.dialogues.drivers import DRIVERS
from tests.everything import Rows, everything, without
from tests.privacy.wave import House, found_in, names_of, wave
from tests.stage import PULSE, Stage, staged

SEALED = ("surveys.response_*.slot", "surveys.response_*.sealed", "surveys.pool.sealed", "platform.record.sealed")
"""All that may differ between two runs in which different people answered: slots and ciphertext."""


WALL_CLOCK = ("platform.procrastinate_workers.last_heartbeat", "platform.procrastinate_events.at")
"""The queue's own times are those of the machine, while the stage has a clock of its own."""


async def first_two(stage: Stage) -> tuple[str, str]:
    """Play until two people have their card and return who they are, the same two in every run."""
    while len(got := await carded(stage)) < 2:
        due = await stage.app.tick.next_due()
        assert due is not None
        await stage.until(due)
    return got[0], got[1]


async def carded(stage: Stage) -> list[str]:
    rows = await stage.rows("SELECT address FROM platform.delivery WHERE sent ORDER BY due, address")
    return [str(address) for (address,) in rows]


async def after_reminders(house: House, platform: str, answers: Callable[[str, str], str | None]) -> Rows:
    """Play a wave in which one of the first two people answers, or nobody, until everybody's reminder step is over."""
    server, settings = house
    async with (
        DRIVERS[platform].town() as platforms,
        staged(server, settings, seed="two runs", roster=few(platform), platforms=platforms) as stage,
    ):
        await stage.tick()
        a, b = await first_two(stage)
        async with DRIVERS[platform].door(stage, a) as by_a, DRIVERS[platform].door(stage, b) as by_b:
            for who, driver in ((a, by_a), (b, by_b)):
                for step in ((0, 4), (1, 2)):
                    if who == answers(a, b):
                        await driver.forge(await driver.token(), "answer", step)
                    else:
                        await stage.app.pool.beat()  # as the rhythm does
        await stage.until(stage.clock() + timedelta(days=3, hours=12))
        assert {reminder for (reminder,) in await stage.rows("SELECT reminder FROM platform.delivery")} == {"done"}
        return everything(server)


def few(platform: str = "recording") -> str:
    """Return a roster of eight, with one leader."""
    lines = [f"id,name,email,team,manages,roles,language,timezone,address:{platform}"]
    lines += [f"r{n},Agent r{n},r{n}@lente.example,Noord/Lijn,,agent,nl,Europe/Amsterdam,r{n}" for n in range(7)]
    lines.append("noor,Noor,noor@lente.example,Noord/Lijn,Noord/Lijn,agent;manager,nl,Europe/Amsterdam,noor")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("platform", sorted(DRIVERS))
async def test_two_runs_differ_in_slots_and_ciphertext_alone(house: House, platform: str) -> None:
    """Where A answered and B did not, or the reverse, all tables are the same after the reminder step: jobs, events,
    workers and sequences too."""
    a = await after_reminders(house, platform, lambda a, b: a)
    b = await after_reminders(house, platform, lambda a, b: b)
    assert without(a, *SEALED) == without(b, *SEALED)
    assert a != b
    flagged: Rows = {**a, "platform.delivery": [{**row, "attempts": "1"} for row in a["platform.delivery"]]}
    assert without(flagged, *SEALED) != without(b, *SEALED)


async def test_answering_at_all_leaves_no_trace_either(house: House) -> None:
    """A run in which somebody answered and one in which nobody did differ in slots and ciphertext alone, as the
    rhythm of the pool is the same."""
    somebody = await after_reminders(house, "recording", lambda a, b: a)
    nobody = await after_reminders(house, "recording", lambda a, b: None)
    assert without(somebody, *SEALED) == without(nobody, *SEALED)


class Watched(Recording):
    """Looks at the whole database at the moment of every call, as a thief would who comes just then."""

    watch: Callable[[], Rows] | None = None
    broken: Mapping[str, DeliveryError | RuntimeError] = {}

    def __init__(self, hands: Hands) -> None:
        super().__init__(receive=hands.receive, belongs=hands.belongs)
        self.seen: list[Rows] = []

    async def send(self, address: str, message: Message) -> MessageRef:
        if self.watch:
            self.seen.append(without(self.watch(), *WALL_CLOCK))
        if self.broken and address in self.broken:
            raise self.broken[address]
        return await super().send(address, message)


def watched(hands: Callable[[str], Hands]) -> Mapping[str, ChatPlatform]:
    return {"recording": Watched(hands("recording"))}


async def beats(stage: Stage, many: int) -> None:
    """Go on with the rhythm of the pool until it has had so many beats, whether anything came or not."""
    ((beaten,),) = await stage.rows("SELECT count(*) FROM surveys.pool")
    assert isinstance(beaten, int)
    for _ in range(many - beaten):
        await stage.app.pool.beat()


async def reminding(
    house: House, *answering: str, broken: Mapping[str, DeliveryError | RuntimeError] | None = None
) -> tuple[list[Rows], Rows]:
    """Take the reminder step of everybody at once; return what was to be seen at each call, and afterwards."""
    async with wave(house, survey=PULSE, roster=few(), platforms=watched) as stage:
        for who in answering:
            await stage.answer(who)
        await beats(stage, 4)
        platform = stage.recording
        assert isinstance(platform, Watched)
        platform.watch, platform.broken = lambda: everything(stage.server), broken or {}
        await stage.until(stage.clock() + timedelta(days=1, minutes=1))
        return platform.seen, everything(stage.server)


async def test_a_thief_in_the_middle_of_the_reminder_step_sees_no_difference(house: House) -> None:
    """Whatever is written in the reminder step is written for everybody at once, before the first message goes out."""
    seen, _ = await reminding(house, "r1", "r2")
    assert len(seen) == 6
    assert all(rows == seen[0] for rows in seen)
    others, _ = await reminding(house, "r3", "r4")
    assert without(seen[0], *SEALED) == without(others[0], *SEALED)
    planted: Rows = {
        **seen[0],
        "platform.delivery": [{**row, "reminder": "sent"} for row in seen[0]["platform.delivery"]],
    }
    assert without(planted, *SEALED) != without(others[0], *SEALED)


@pytest.mark.parametrize(
    "failure",
    [
        DeliveryError("closed", permanent=True),
        DeliveryError("busy", permanent=False, retry_after=0.01),
        RuntimeError("a fault of the platform"),
    ],
    ids=["for ever", "for now", "unforeseen"],
)
async def test_a_reminder_that_fails_leaves_no_trace(house: House, failure: DeliveryError | RuntimeError) -> None:
    """A reminder that could not be delivered looks the same as one that was, and as none."""
    _, failed = await reminding(house, broken={"r1": failure})
    _, answered = await reminding(house, "r1")
    assert without(failed, *SEALED) == without(answered, *SEALED)


async def test_later_moves_the_own_row_and_is_gone_at_the_close(house: House) -> None:
    """*Later* changes the person's own delivery row and nothing else, and goes with it at the close."""
    async with wave(house) as stage:
        before = everything(stage.server)
        await stage.recording.tap("o1", "later")
        after = everything(stage.server)
        changed = {table for table in after if after[table] != before[table]}
        assert changed == {"platform.delivery"}
        mine = [row for row in after["platform.delivery"] if row not in before["platform.delivery"]]
        assert [row["person_id"] for row in mine] == [str(stage.people["o1"].id)]
        await stage.close()
        assert await stage.rows("SELECT * FROM platform.delivery") == []


async def test_no_job_names_a_person(house: House) -> None:
    """Job arguments name a wave and a chunk, never a person; finished jobs and their events are gone."""
    async with wave(house, survey=PULSE) as stage:
        stage.clock.forward(days=1, minutes=1)
        assert [work.step for work in await stage.app.tick(stage.clock())] == ["remind"]
        needles = {name for person in stage.people.values() for name in names_of(person)}
        queue, offered = "platform.procrastinate_", everything(stage.server)
        assert offered[f"{queue}jobs"] != []
        assert found_in(offered, needles, schema=queue) == []
        await stage.app.jobs.run_until_idle()
        left = everything(stage.server)
        assert [left[f"{queue}{table}"] for table in ("jobs", "events", "workers")] == [[], [], []]


async def test_an_answer_offers_no_work(house: House) -> None:
    """No job exists because somebody did or did not answer."""
    async with wave(house) as stage:
        before = await stage.rows("SELECT last_value, is_called FROM platform.procrastinate_jobs_id_seq")
        await stage.answer("o1")
        await stage.tick()
        assert await stage.rows("SELECT last_value, is_called FROM platform.procrastinate_jobs_id_seq") == before


class Slow(Recording):
    """A platform that holds a call until it is let go."""

    def __init__(self, hands: Hands) -> None:
        super().__init__(receive=hands.receive, belongs=hands.belongs)
        self.free, self.called = asyncio.Event(), asyncio.Event()
        self.free.set()

    async def send(self, address: str, message: Message) -> MessageRef:
        self.called.set()
        await self.free.wait()
        return await super().send(address, message)


ONE = "\n".join(few().splitlines()[:2]) + "\n"


async def during_the_reminder(
    house: House, *, answered: bool, planted: bool = False
) -> tuple[bool, Rows, list[Message]]:
    """Return whether the platform was called, what was to be seen meanwhile, and what somebody got in the end."""
    async with wave(
        house, survey=PULSE, roster=ONE, platforms=lambda hands: {"recording": Slow(hands("recording"))}
    ) as stage:
        if answered:
            await stage.answer("r0")
        await beats(stage, 2)
        platform = stage.recording
        assert isinstance(platform, Slow)
        platform.free.clear()
        platform.called.clear()
        stage.clock.forward(days=1, minutes=1)
        worker = asyncio.create_task(stage.app.jobs.run())
        assert [work.step for work in await stage.app.tick(stage.clock())] == ["remind"]
        await over(stage, planted=planted)
        called, rows = platform.called.is_set(), everything(stage.server)
        worker.cancel()
        await asyncio.wait({worker})
        asyncio.get_running_loop().call_later(0.1, platform.free.set)
    return called, rows, platform.inbox("r0")


async def over(stage: Stage, *, planted: bool) -> None:
    """Wait until the job is off the queue, and a moment longer."""
    async with asyncio.timeout(20):
        while await stage.rows("SELECT id FROM platform.procrastinate_jobs"):  # noqa: ASYNC110 - a table tells nobody
            await asyncio.sleep(0.02)
    await asyncio.sleep(0.3)
    if planted:
        await stage.run("UPDATE platform.delivery SET attempts = 1")


async def test_how_long_a_reminder_takes_is_seen_nowhere(house: House) -> None:
    """While the platform takes its time over a reminder, job, lock and rows are what they are where none is sent;
    and a process that stops lets it end."""
    called, without_answer, got = await during_the_reminder(house, answered=False)
    assert called
    assert len(got) == 2
    called, with_answer, got = await during_the_reminder(house, answered=True)
    assert not called
    assert len(got) == 1
    hidden = (*SEALED, *WALL_CLOCK)
    assert without(without_answer, *hidden) == without(with_answer, *hidden)
    _, flagged, _ = await during_the_reminder(house, answered=True, planted=True)
    assert without(without_answer, *hidden) != without(flagged, *hidden)


@pytest.mark.parametrize("action", ["withdraw", "skip"])
async def test_whoever_dealt_with_the_card_gets_no_reminder(house: House, action: str) -> None:
    """Who withdrew, or skipped everything, is not asked again."""
    async with wave(house, survey=PULSE, roster=few()) as stage:
        if action == "withdraw":
            await stage.answer("r1")
            await stage.recording.tap("r1", "withdraw")
        else:
            await stage.recording.tap("r1", "skip", (0, 0))
            await stage.recording.tap("r1", "skip", (1, 0))
        await stage.until(stage.clock() + timedelta(days=1, minutes=1))
        assert len(stage.recording.inbox("r1")) == 1
        assert len(stage.recording.inbox("r2")) == 2
