"""The whole platform lists members, from teams or from Microsoft Graph, and hears of changes while it listens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from adapters.port import DeliveryError, Member, Selective, Tended
from adapters.teams.changes import EVERY
from adapters.teams.platform import Teams
from tests.adapters.contract import Conversation
from tests.adapters.graph_bench import id_of
from tests.adapters.teams_stage import app_of, on_teams
from tests.adapters.test_teams_comings import TEAM, in_team
from tests.adapters.web_stage import MemoryBoard, MemoryKeep
from tests.slack.conftest import Watch
from tests.teams.fake import TENANT, FakeTeams, fake_teams
from tests.teams.graph import FakeGraph, fake_graph
from tests.teams.words import WORDS


class Listing:
    """A running platform, and what it told of changes."""

    def __init__(self, teams: FakeTeams, fake: FakeGraph, **settings: Any) -> None:
        self.graph = fake
        self.watch = Watch()
        self.told: list[Member | None] = []
        conversation = Conversation()
        self.platform = Teams(
            app_of(teams, graph_api=fake.api, **settings),
            receive=conversation.receive,
            belongs=conversation.belongs,
            speaks=self._unknown,
            changed=self._changed,
            keep=MemoryKeep(),
            board=MemoryBoard(self.watch),
            words=WORDS,
            locale="nl",
            chance=lambda: 0.5,
        )

    async def _unknown(self, address: str) -> None: ...

    async def _changed(self, member: Member | None) -> None:
        self.told.append(member)

    async def members(self) -> list[Member]:
        return [member async for member in self.platform.members()]

    async def later(self) -> int:
        """Let time pass and return how often it was told that something changed."""
        before = len(self.told)
        self.watch.seconds += EVERY
        assert isinstance(self.platform, Tended)
        await self.platform.tend()
        return len(self.told) - before


@asynccontextmanager
async def listing(folder: Path, **settings: Any) -> AsyncIterator[Listing]:
    async with fake_teams(folder) as teams, fake_graph(teams) as graph:
        there = Listing(teams, graph, **settings)
        try:
            yield there
        finally:
            await there.platform.close()


async def test_through_graph_everybody_is_listed_and_nobody_else_is_there(tmp_path: Path) -> None:
    async with listing(tmp_path, graph=True, groups=("Agents",)) as there:
        entra = there.graph.tenants[TENANT]
        entra.group(id_of("group Agents"), "Agents", entra.person(id_of("Noor"), "Noor"))
        assert [(one.address, one.group) for one in await there.members()] == [(id_of("Noor"), "Agents")]
        assert isinstance(there.platform, Selective)
        assert there.platform.lists_everybody


async def test_in_the_teams_in_which_the_app_stands_there_may_be_others() -> None:
    async with on_teams("nl") as stage:
        stage.teams.members[TEAM] = [{"id": "29:n", "objectId": id_of("Noor"), "name": "Noor", "tenantId": TENANT}]
        await in_team(stage, type="installationUpdate", action="add")
        assert [member.address async for member in stage.platform.members()] == [id_of("Noor")]
        assert not stage.platform.lists_everybody


async def test_in_no_team_and_without_graph_there_is_no_list(tmp_path: Path) -> None:
    async with listing(tmp_path) as there:
        with pytest.raises(DeliveryError, match="in no team yet"):
            await there.members()


async def test_what_changes_is_told_while_it_listens(tmp_path: Path) -> None:
    async with listing(tmp_path, graph=True) as there:
        assert await there.later() == 0
        assert there.graph.calls == []
        async with there.platform.listening():
            assert [await there.later(), await there.later()] == [1, 0]
            there.graph.tenants[TENANT].person(id_of("Noor"), "Noor")
            assert [await there.later(), await there.later()] == [1, 0]


async def test_without_graph_nothing_is_asked_as_time_goes_by(tmp_path: Path) -> None:
    async with listing(tmp_path) as there, there.platform.listening():
        assert await there.later() == 0
        assert there.graph.calls == []
