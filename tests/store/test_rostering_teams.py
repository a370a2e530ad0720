"""Members of Teams land in the roster as those of every platform do: plan, dry run, refusal, and then following."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from adapters.port import Member, Message, MessageRef
from adapters.teams.addresses import Addresses
from adapters.teams.changes import EVERY, Changes
from adapters.teams.directory import Directory
from bot.following import Following
from bot.members import listed_by
from surveys.errors import BadSync
from surveys.reaching import LARGE_LOSS, Reached
from surveys.roster import summarise
from surveys.store import people as store
from tests.adapters.graph_bench import NO_TEAMS, GraphBench, graph_before, id_of
from tests.adapters.web_stage import MemoryKeep
from tests.everything import logged
from tests.stage import Stage, roster_csv
from tests.store.test_following import Pauses
from tests.store.test_rostering import imported, people


@dataclass
class TeamsOfLente:
    """The part of the platform that lists members, before the fake Graph."""

    bench: GraphBench
    name: str = "teams"
    waits: bool = False

    def members(self) -> AsyncIterator[Member]:
        return Directory(Addresses(self.bench.app.alone), NO_TEAMS, self.bench.organisation).members()

    async def send(self, address: str, message: Message) -> MessageRef:
        raise NotImplementedError

    async def update(self, ref: MessageRef, message: Message) -> None:
        raise NotImplementedError


@dataclass
class Lente:
    """A running product whose roster is filled from a file and from Entra."""

    stage: Stage
    bench: GraphBench
    shown: list[Reached] = field(default_factory=list)

    async def takes(self, *, limit: float = LARGE_LOSS, dry_run: bool = False) -> Reached:
        """Do what `adempauze roster members teams` does."""
        teams = TeamsOfLente(self.bench)
        read = partial(listed_by, teams)
        await self.stage.app.rostering.import_members("teams", read, self.shown.append, limit=limit, dry_run=dry_run)
        return self.shown[-1]

    async def led(self, id_: str) -> list[str]:
        """Return the paths of the teams that somebody from Teams leads."""
        async with self.stage.app.database.begin() as connection:
            found = await store.person_by_external_id(connection, f"teams:{id_}")
            tree = await store.load_tree(connection)
        assert found is not None
        assert tree is not None
        return [tree.path(team) for team in found.manages]

    async def reached(self) -> Mapping[str, str]:
        """Return who is reached in Teams, by roster id."""
        return {who: at["teams"] for who, at in (await people(self.stage)).items() if "teams" in at}


@pytest.fixture
async def lente(stage: Stage, tmp_path: Path) -> AsyncIterator[Lente]:
    async with graph_before(tmp_path, groups=("Agents",)) as bench:
        yield Lente(stage, bench)


async def test_people_of_the_file_are_found_by_e_mail_address_whatever_its_capitals(lente: Lente) -> None:
    await imported(lente.stage, roster_csv())
    lente.bench.group("Agents")
    lente.bench.person("O", mail="O1@Lente.example")
    lente.bench.person("Stranger")
    shown = await lente.takes(dry_run=True)
    assert (shown.gained, shown.unknown, await lente.reached()) == (1, 1, {})
    await lente.takes()
    assert await lente.reached() == {"o1": id_of("O")}


async def test_people_of_the_file_are_found_by_object_id_whatever_its_capitals(lente: Lente) -> None:
    header, *lines = roster_csv().splitlines()
    rows = [f"{line},{id_of('O').upper() if line.startswith('o1,') else ''}" for line in lines]
    csv = "\n".join([f"{header},address:teams".replace("address:recording", "address:web"), *rows])
    await imported(lente.stage, f"{csv}\n", platforms=("web", "teams"))
    lente.bench.group("Agents")
    lente.bench.person("O", mail="somebody@else.example")
    assert (await lente.takes()).plan.nothing_to_do
    assert await lente.reached() == {"o1": id_of("O")}


async def test_members_of_a_chosen_group_and_their_manager_are_people_of_the_roster(lente: Lente) -> None:
    lead = lente.bench.person("Lead", preferredLanguage="en-GB")
    lente.bench.group("Agents", lead, *(lente.bench.person(f"Q{n}", manager=lead) for n in range(3)))
    plan = (await lente.takes(dry_run=True)).plan
    assert f"new: Lead (teams:{lead}) in Agents, leading Agents" in summarise(plan).lines
    assert not any(who.startswith("teams:") for who in await people(lente.stage))
    await lente.takes()
    async with lente.stage.app.database.begin() as connection:
        found = await store.person_by_external_id(connection, f"teams:{lead}")
        tree = await store.load_tree(connection)
    assert found is not None
    assert tree is not None
    assert (found.language, found.timezone, tree.path(found.team)) == ("en", "Europe/Amsterdam", "Agents")
    assert await lente.led(lead) == ["Agents"]
    assert (await lente.takes()).plan.nothing_to_do


async def test_a_group_that_empties_is_refused_and_changes_nothing(lente: Lente) -> None:
    lente.bench.group("Agents", *(lente.bench.person(f"Q{n}") for n in range(5)))
    await lente.takes()
    before = await people(lente.stage)
    lente.bench.group("Agents")
    with pytest.raises(BadSync, match=r"5 of 5 .* people from teams.*--accept-large-change"):
        await lente.takes()
    assert await people(lente.stage) == before
    await lente.takes(limit=1.0)
    assert not any(who.startswith("teams:") for who in await people(lente.stage))


async def test_people_who_would_be_reached_no_more_by_many_are_refused(lente: Lente) -> None:
    await imported(lente.stage, roster_csv())
    lente.bench.group("Agents")
    for number in range(1, 6):
        lente.bench.person(f"o{number}")
    await lente.takes()
    before = await lente.reached()
    for number in range(1, 4):
        lente.bench.person(f"o{number}", accountEnabled=False)
    with pytest.raises(BadSync, match="3 of 5"):
        await lente.takes()
    assert await lente.reached() == before


async def test_a_list_without_any_e_mail_address_is_refused_with_the_permission_it_takes(lente: Lente) -> None:
    await imported(lente.stage, roster_csv())
    lente.bench.group("Agents", lente.bench.person("o1", mail=None, userPrincipalName=None))
    with pytest.raises(BadSync, match=r"teams told no e-mail addresses.*User\.Read\.All"):
        await lente.takes()


@dataclass
class Follower:
    """The running product as it follows Teams, with time that passes when told to."""

    lente: Lente
    pauses: Pauses = field(default_factory=Pauses)

    def __post_init__(self) -> None:
        bench = self.lente.bench
        self.following = Following(self.lente.stage.app.rostering, 60.0, self.pauses)
        self.changes = Changes(bench.organisation, MemoryKeep(), self.following.changed("teams"), bench.watch)
        self.following.begin({"teams": TeamsOfLente(bench)})
        self.changes.begin()

    async def hears(self) -> None:
        """Let Graph be asked what changed, and whatever follows be done."""
        self.lente.bench.watch.seconds += EVERY
        await self.changes.tend()
        self.pauses.over()
        follower = self.following._followers["teams"]
        assert follower._task is not None
        await follower._task


async def test_what_changes_in_entra_is_taken_over_after_the_first_command(lente: Lente) -> None:
    lente.bench.group("Agents", *(lente.bench.person(f"Q{n}") for n in range(6)))
    await lente.takes()
    follower = Follower(lente)
    lente.bench.group("Agents", *(id_of(f"Q{n}") for n in range(6)), lente.bench.person("Sanne"))
    await follower.hears()
    assert f"teams:{id_of('Sanne')}" in await people(lente.stage)


async def test_nobody_comes_to_lead_a_team_before_somebody_has_looked_at_the_plan(lente: Lente) -> None:
    lead = lente.bench.person("Lead")
    lente.bench.group("Agents", lead, *(lente.bench.person(f"Q{n}") for n in range(6)))
    await lente.takes()
    follower = Follower(lente)
    for number in range(6):
        lente.bench.person(f"Q{number}", manager=lead)
    with logged() as log:
        await follower.hears()
    assert "new leaders wait for the command" in log.getvalue()
    assert await lente.led(lead) == []
    assert (await lente.takes()).plan.changed != ()
    assert await lente.led(lead) == ["Agents"]
    await follower.hears()
    assert await lente.led(lead) == ["Agents"]
