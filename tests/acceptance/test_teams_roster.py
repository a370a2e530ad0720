"""The real command line before a fake Microsoft Graph: plan, members and their leader, refusal, and `doctor`."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.acceptance.installation import PEOPLE, House
from tests.adapters.graph_bench import id_of
from tests.teams.fake import APP, TENANT, FakeTeams, fake_teams
from tests.teams.graph import USERS, FakeGraph, fake_graph

MEMBERS = ("roster", "members", "teams")


async def test_members_of_entra_are_people_of_the_roster_by_the_command_line(tmp_path: Path) -> None:
    async with fake_teams(tmp_path) as teams, fake_graph(teams) as graph:
        house, entra = House(tmp_path), graph.tenants[TENANT]
        house.variables |= settings_for(teams, graph)
        for number in range(1, 13):
            entra.person(id_of(f"A{number}"), f"A{number}", mail=f"A{number}@Lente.example")
        lead = entra.person(id_of("Lead"), "Lead")
        agents = [entra.person(id_of(f"B{number}"), f"B{number}", manager=lead) for number in range(5)]
        entra.group(id_of("group Agents"), "Agents", lead, *agents)

        await asyncio.to_thread(house.told, "roster", "import", house.write("people.csv", PEOPLE))
        plan = await asyncio.to_thread(house.told, *MEMBERS, "--dry-run")
        assert f"new: Lead (teams:{lead}) in Agents, leading Agents\n" in plan
        assert plan.endswith("Dry run: nothing was changed.\n")
        assert "18 reached from now on, 0 no more" in await asyncio.to_thread(house.told, *MEMBERS)
        assert "0 new, 0 moved, 0 left, 0 changed, 18 unchanged" in await asyncio.to_thread(house.told, *MEMBERS)

        entra.group(id_of("group Agents"), "Agents", *agents[:3])
        refused = await asyncio.to_thread(house, *MEMBERS)
        assert (refused.returncode, "50% of the people from teams" in refused.stderr) == (5, True)

        well = (await asyncio.to_thread(house, "doctor")).stdout
        assert "Microsoft Graph lets us read members" in well
        assert "Microsoft Graph knows each chosen group" in well
        entra.permissions.discard(USERS)
        wrong = await asyncio.to_thread(house, *MEMBERS)
        assert (wrong.returncode != 0, "403 Authorization_RequestDenied" in wrong.stderr) == (True, True)
        assert "User.Read.All" in (await asyncio.to_thread(house, "doctor")).stdout


def settings_for(teams: FakeTeams, graph: FakeGraph) -> dict[str, str]:
    """Return the settings with which an administrator connects Teams, and where the fakes are."""
    given = {"APP_ID": APP, "APP_SECRET": "secret-of-a-fake", "TENANT": TENANT, "GRAPH": "true", "GROUPS": "Agents"}
    fakes = {"METADATA": teams.metadata_url, "LOGIN": teams.entra.base, "CA": teams.certificate, "GRAPH_API": graph.api}
    there = {f"ADEMPAUZE_TEAMS_{name}": value for name, value in (given | fakes).items()}
    return there | {"ADEMPAUZE_PUBLIC_URL": "https://pauze.lente.example"}
