"""The real directory before a fake Microsoft Graph and a fake Bot Framework."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from adapters.port import Member
from adapters.teams.activity import Place
from adapters.teams.addresses import Addresses
from adapters.teams.app import TeamsApp
from adapters.teams.directory import Directory, Rosters
from adapters.teams.exchange import Listed
from adapters.teams.graph import Graph
from adapters.teams.organisation import Organisation
from tests.slack.conftest import Watch
from tests.teams.fake import APP, TENANT, FakeTeams, fake_teams
from tests.teams.graph import Entra, FakeGraph, fake_graph


def id_of(name: str) -> str:
    """Return an object id for a name, always the same."""
    return str(uuid5(UUID(int=7), name))


@dataclass
class GraphBench:
    teams: FakeTeams
    fake: FakeGraph
    app: TeamsApp
    graph: Graph
    watch: Watch
    waited: list[float] = field(default_factory=list)

    @property
    def entra(self) -> Entra:
        """The tenant of the application."""
        return self.fake.tenants[TENANT]

    @property
    def organisation(self) -> Organisation:
        return Organisation(self.graph, self.app.groups)

    def person(self, name: str, **told: Any) -> str:
        """Add or change somebody, and return their object id."""
        return self.entra.person(id_of(name), name, **told)

    def group(self, name: str, *members: str) -> str:
        """Add or change a group of people or groups by name, and return its object id."""
        return self.entra.group(id_of(f"group {name}"), name, *members)

    async def members(self) -> list[Member]:
        """Everybody as the directory lists them."""
        directory = Directory(Addresses(self.app.alone), NO_TEAMS, self.organisation)
        return [member async for member in directory.members()]

    async def member(self, name: str) -> Member:
        """How somebody is listed."""
        (found,) = [member for member in await self.members() if member.name == name]
        return found


async def no_teams() -> list[Place]:
    raise AssertionError("a team was read although Graph may be asked")


async def nobody_in(place: Place) -> AsyncIterator[Listed]:
    raise AssertionError("a team was read although Graph may be asked")
    yield


NO_TEAMS = Rosters(nobody_in, no_teams)


@asynccontextmanager
async def graph_before(folder: Path, **settings: Any) -> AsyncIterator[GraphBench]:
    """Have a directory read a fake Graph, as the application with these settings does."""
    async with fake_teams(folder) as teams, fake_graph(teams) as fake:
        usual: dict[str, Any] = {"id": APP, "secret": "secret-of-a-fake", "tenant": TENANT, "login": teams.entra.base}
        here: dict[str, Any] = {"ca": teams.certificate, "graph": True, "graph_api": fake.api}
        app = TeamsApp(**(usual | here | settings))
        watch, waited = Watch(), list[float]()

        async def sleep(seconds: float) -> None:
            waited.append(seconds)

        graph = Graph(app, now=watch, chance=lambda: 0.5, sleep=sleep)
        try:
            yield GraphBench(teams, fake, app, graph, watch, waited)
        finally:
            await graph.close()
