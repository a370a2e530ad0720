"""What `doctor` says of the members of Teams: whether Graph lets us read, each fault with its mend, and no secret."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.doctor import Finding
from bot.doctor_teams_directory import ask_directory, check_addresses
from tests.adapters.graph_bench import GraphBench, graph_before, id_of
from tests.teams.graph import GROUPS, USERS, Entra
from tests.teams.served import Scripted

OTHER = "88888888-8888-7777-6666-555555555555"


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[GraphBench]:
    async with graph_before(tmp_path, groups=("Agents", id_of("group Planners"))) as bench:
        bench.group("Agents", bench.person("Noor"))
        bench.group("Planners")
        yield bench


async def findings(bench: GraphBench) -> list[Finding]:
    """Return what is found; a secret, a token and whoever is listed are in none of it."""
    found = await ask_directory(bench.app, bench.watch)
    said = "\n".join(f"{one.subject} {one.what} {one.mend}" for one in found)
    assert not any(word in said for word in (bench.app.secret, "token-", "Noor", id_of("Noor")))
    return found


async def test_it_says_that_members_and_groups_can_be_read(bench: GraphBench) -> None:
    assert [(one.what, one.ok) for one in await findings(bench)] == [
        ("Microsoft Graph lets us read members", True),
        ("Microsoft Graph knows each chosen group", True),
    ]


async def test_where_members_are_read_from_teams_graph_is_not_asked(tmp_path: Path) -> None:
    async with graph_before(tmp_path, graph=False) as bench:
        assert await findings(bench) == []
        assert bench.fake.calls == []


async def test_only_one_person_is_asked_for(bench: GraphBench) -> None:
    await findings(bench)
    assert bench.fake.calls[0] == "/users?$select=id&$top=1"
    assert not any("transitiveMembers" in call for call in bench.fake.calls)


@pytest.mark.parametrize("permission", [USERS, GROUPS])
async def test_a_permission_that_is_missing_is_named(permission: str, bench: GraphBench) -> None:
    bench.entra.permissions.discard(permission)
    wrong = [one for one in await findings(bench) if not one.ok]
    assert wrong
    assert all("403 Authorization_RequestDenied" in one.what and permission in one.mend for one in wrong)


async def test_a_secret_that_does_not_count_has_its_mend(bench: GraphBench) -> None:
    bench.teams.no_secret = True
    (found,) = await findings(bench)
    assert "Microsoft does not know us: invalid_client" in found.what
    assert "ADEMPAUZE_TEAMS_APP_ID" in found.mend


async def test_when_graph_does_not_answer_it_is_for_later(bench: GraphBench) -> None:
    bench.fake.served.script.extend([Scripted(503)] * 3)
    (found,) = await findings(bench)
    assert "try again later" in found.mend


async def test_each_group_that_is_not_there_is_named(bench: GraphBench) -> None:
    bench.entra.groups.clear()
    assert [(one.what, "ADEMPAUZE_TEAMS_GROUPS" in one.mend) for one in (await findings(bench))[1:]] == [
        ("Entra has no group 'Agents'", True),
        (f"Entra has no group '{id_of('group Planners')}'", True),
    ]


async def test_a_name_of_several_groups_has_its_mend(bench: GraphBench) -> None:
    bench.entra.group(id_of("others"), "agents")
    (found,) = [one for one in await findings(bench) if not one.ok]
    assert (found.what, found.mend) == (
        "Entra has several groups 'Agents'",
        "give the object id of one, in ADEMPAUZE_TEAMS_GROUPS",
    )


async def test_of_several_tenants_each_is_named_and_one_of_them_has_a_group(tmp_path: Path) -> None:
    settings = {"type": "MultiTenant", "tenants": frozenset({OTHER}), "groups": ("Agents",)}
    async with graph_before(tmp_path, **settings) as bench:
        bench.fake.tenants[OTHER] = other = Entra()
        bench.group("Agents")
        assert [one.what.rpartition(" ")[2] for one in await findings(bench)] == [*bench.app.let_in, "group"]
        other.permissions.clear()
        (wrong,) = [one for one in await findings(bench) if not one.ok]
        assert OTHER in wrong.what


def test_people_with_an_address_of_the_other_kind_are_counted() -> None:
    alone, several = id_of("Noor"), f"{OTHER}/{id_of('Noor')}"
    assert check_addresses([alone], several=False) == check_addresses([several], several=True) == []
    (found,) = check_addresses([alone, several, several], several=False)
    assert (found.what.partition(" ")[0], "roster members teams" in found.mend) == ("2", True)
    (found,) = check_addresses([alone, several], several=True)
    assert "tenant-id/object-id" in found.mend
