"""Keeping the roster to what a platform lists: one way, one check, one look at a time, and nothing unasked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from functools import partial

import pytest

from adapters.port import DeliveryError, Member, Message, MessageRef
from bot.following import LONGEST, Following
from bot.members import listed_by
from surveys.store import people as store
from tests.everything import logged
from tests.stage import Stage

SANNE = Member("U1", "Sanne", "sanne@lente.example", "nl-NL", "Europe/Amsterdam", group="Chat")
OMAR = replace(SANNE, address="U2", name="Omar", email="omar@lente.example")
STRANGER = replace(SANNE, address="U9", name="Gast", email="gast@else.example", group="")


@dataclass
class Listing:
    """A platform that lists these members, or fails; `gate` holds a reading up."""

    there: list[Member] = field(default_factory=lambda: [SANNE, OMAR, STRANGER])
    failure: DeliveryError | None = None
    looks: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    name: str = "slack"
    waits: bool = False
    lists_everybody: bool = True

    async def members(self) -> AsyncIterator[Member]:
        self.looks += 1
        there = list(self.there)
        await self.gate.wait()
        if self.failure:
            raise self.failure
        for member in there:
            yield member

    async def send(self, address: str, message: Message) -> MessageRef:
        raise NotImplementedError

    async def update(self, ref: MessageRef, message: Message) -> None:
        raise NotImplementedError


class Pauses:
    """Time that passes only when told to."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.lasting = False
        self._passes = asyncio.Semaphore(0)

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        self.lasting = True
        await self._passes.acquire()
        self.lasting = False

    def over(self) -> None:
        """Let the pause that lasts, or else the next one, be over."""
        self._passes.release()


@dataclass
class Scene:
    """A running product, the members of Slack, and an administrator who takes them over by command."""

    stage: Stage
    slack: Listing
    pauses: Pauses
    following: Following

    async def takes_over(self) -> None:
        self.slack.gate.set()
        read = partial(listed_by, self.slack)
        await self.stage.app.rostering.import_members("slack", read, lambda _: None, limit=1)
        self.slack.looks = 0

    def begins(self) -> None:
        self.following.begin({"slack": self.slack})

    async def hears(self, member: Member | None) -> None:
        await self.following.changed("slack")(member)

    async def follows(self) -> None:
        """Follow, and have looked once."""
        await self.takes_over()
        self.begins()
        await self.pause_over()
        self.slack.looks = 0

    async def pause_over(self) -> None:
        """Let a pause be over, and wait until nothing is being done or another pause has begun."""
        await until(lambda: self.pauses.lasting)
        begun = len(self.pauses.seconds)
        self.pauses.over()
        await until(lambda: not following() or len(self.pauses.seconds) > begun)

    async def known(self) -> set[str]:
        async with self.stage.app.database.begin() as connection:
            people = await store.load_roster(connection)
        return {person.external_id for person in people if person.external_id.startswith("slack:")}


def following() -> bool:
    """Whether somebody waits or looks."""
    return any(task.get_name() == "following slack" for task in asyncio.all_tasks())


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@pytest.fixture
async def scene(stage: Stage) -> AsyncIterator[Scene]:
    pauses = Pauses()
    there = Following(stage.app.rostering, 60.0, pauses)
    yield Scene(stage, Listing(), pauses, there)
    await there.close()


async def test_nothing_is_followed_before_somebody_took_over_the_members_by_command(scene: Scene) -> None:
    scene.begins()
    await scene.pause_over()
    await scene.hears(None)
    await scene.pause_over()
    assert (scene.slack.looks, await scene.known()) == (0, set())


async def test_a_dry_run_is_no_command_to_follow(scene: Scene) -> None:
    scene.slack.gate.set()
    read = partial(listed_by, scene.slack)
    await scene.stage.app.rostering.import_members("slack", read, lambda _: None, limit=1, dry_run=True)
    assert not await scene.stage.app.rostering.follows("slack")


async def test_before_it_begins_nobody_listens(scene: Scene) -> None:
    await scene.takes_over()
    await scene.hears(None)
    assert not following()


async def test_what_changed_while_nobody_listened_is_made_good(scene: Scene) -> None:
    await scene.takes_over()
    scene.slack.there.remove(OMAR)
    scene.begins()
    await scene.pause_over()
    assert (scene.pauses.seconds, await scene.known()) == ([60.0], {"slack:U1"})


async def test_a_change_is_taken_over_after_a_while(scene: Scene) -> None:
    await scene.follows()
    scene.slack.there[1] = replace(OMAR, active=False)
    await scene.hears(replace(OMAR, active=False, group=""))
    assert await scene.known() == {"slack:U1", "slack:U2"}
    await scene.pause_over()
    assert await scene.known() == {"slack:U1"}


@pytest.mark.parametrize("everybody", [True, False])
async def test_whoever_is_not_listed_is_reached_no_more_only_where_everybody_is_listed(
    everybody: bool, scene: Scene
) -> None:
    scene.slack.there.append(replace(STRANGER, address="U8", email="o1@lente.example"))
    await scene.follows()
    assert await reached(scene) == {"o1"}
    scene.slack.there.pop()
    scene.slack.lists_everybody = everybody
    await scene.hears(None)
    await scene.pause_over()
    assert await reached(scene) == (set() if everybody else {"o1"})


async def reached(scene: Scene) -> set[str]:
    """Return who of the file is reached in Slack."""
    async with scene.stage.app.database.begin() as connection:
        people = await store.load_roster(connection)
    return {one.external_id for one in people if "slack" in one.addresses} - await scene.known()


async def test_many_changes_are_one_look(scene: Scene) -> None:
    await scene.follows()
    for _ in range(50):
        await scene.hears(None)
    await scene.pause_over()
    assert (scene.slack.looks, following()) == (1, False)


@pytest.mark.parametrize(
    "same", [OMAR, STRANGER, replace(OMAR, group="", locale=""), replace(STRANGER, name="G", timezone="Europe/Lisbon")]
)
async def test_a_member_who_is_as_they_were_listed_asks_for_nothing(same: Member, scene: Scene) -> None:
    await scene.follows()
    await scene.hears(same)
    assert not following()


@pytest.mark.parametrize(
    "other",
    [
        replace(OMAR, active=False),
        replace(OMAR, email="o@lente.example"),
        replace(OMAR, timezone="Europe/Lisbon"),
        replace(OMAR, address="U3"),
        replace(STRANGER, active=False),
    ],
)
async def test_a_member_who_is_not_as_they_were_listed_asks_for_a_look(other: Member, scene: Scene) -> None:
    await scene.follows()
    await scene.hears(other)
    assert following()


async def test_somebody_who_is_in_no_list_is_looked_for_once_until_they_change(scene: Scene) -> None:
    nobody = replace(STRANGER, address="U8")
    await scene.follows()
    for member in (nobody, nobody, replace(nobody, email="other@else.example")):
        await scene.hears(member)
        if following():
            await scene.pause_over()
    assert scene.slack.looks == 2


async def test_a_change_that_comes_during_a_look_gets_a_look_of_its_own(scene: Scene) -> None:
    await scene.follows()
    scene.slack.gate.clear()
    await scene.hears(None)
    scene.pauses.over()
    await until(lambda: scene.slack.looks == 1)
    scene.slack.there.remove(OMAR)
    await scene.hears(None)
    scene.slack.gate.set()
    await until(lambda: len(scene.pauses.seconds) == 3)
    assert (scene.slack.looks, await scene.known()) == (1, {"slack:U1", "slack:U2"})
    await scene.pause_over()
    assert (scene.slack.looks, await scene.known()) == (2, {"slack:U1"})


async def test_too_large_a_change_is_refused_and_not_tried_again(scene: Scene) -> None:
    await scene.follows()
    scene.slack.there = [STRANGER]
    with logged("INFO") as text:
        await scene.hears(None)
        await scene.pause_over()
    assert (following(), await scene.known()) == (False, {"slack:U1", "slack:U2"})
    assert "members were not taken over" in text.getvalue()
    assert "BadSync" in text.getvalue()


async def test_what_is_logged_names_nobody_and_counts_nobody(scene: Scene) -> None:
    await scene.follows()
    scene.slack.there.remove(OMAR)
    with logged() as text:
        await scene.hears(None)
        await scene.pause_over()
    said = text.getvalue()
    assert "members were taken over" in said
    assert not {part for part in ("Omar", "omar@", "U2", "slack:U", "Chat") if part in said}


async def test_while_slack_does_not_answer_it_is_asked_again_ever_more_seldom(scene: Scene) -> None:
    await scene.follows()
    scene.slack.failure = DeliveryError("Slack did not answer", permanent=False)
    scene.pauses.seconds.clear()
    await scene.hears(None)
    for _ in range(7):
        await scene.pause_over()
    scene.slack.failure = None
    await scene.pause_over()
    assert scene.pauses.seconds == [60, 120, 240, 480, 960, 1920, LONGEST, LONGEST]
    assert not following()


async def test_a_group_that_is_not_there_is_not_asked_for_again(scene: Scene) -> None:
    await scene.follows()
    scene.slack.failure = DeliveryError("there is no user group @agents", permanent=True)
    await scene.hears(None)
    await scene.pause_over()
    assert not following()


@pytest.mark.parametrize("looking", [False, True])
async def test_it_ends_at_once_whether_it_waits_or_looks(looking: bool, scene: Scene) -> None:
    await scene.follows()
    scene.slack.gate.clear()
    await scene.hears(None)
    if looking:
        scene.pauses.over()
        await until(lambda: scene.slack.looks)
    async with asyncio.timeout(2):
        await scene.following.close()
    assert not following()
