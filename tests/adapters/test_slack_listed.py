"""The lists of several workspaces: what one of them refuses, or has disabled, and what that means for the others."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

import pytest

from adapters.port import DeliveryError, Member
from adapters.slack.api import Api
from adapters.slack.directory import Directory
from adapters.slack.failures import Unauthorised
from adapters.slack.installations import Installation
from adapters.slack.lists import PAGE
from adapters.slack.platform import Slack
from tests.adapters.test_slack_oauth import Town, in_town
from tests.adapters.test_slack_oauth import heard as hearing
from tests.everything import logged


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with in_town() as town:
        yield town


async def reader(town: Town, *groups: str) -> tuple[Slack, Directory]:
    """A process with both workspaces connected, and what reads their lists with these groups chosen."""
    process = town.process()
    for team in (town.lente, town.zomer):
        await process._installations.save(Installation(team.id, team.bot_token, team.name))
    return process, Directory(process._api, process._addresses, groups)


async def listed(directory: Directory) -> dict[str, str]:
    """The group of everybody who is listed."""
    return {member.address: member.group async for member in directory.members()}


async def test_a_group_is_that_of_each_workspace_that_has_it(town: Town) -> None:
    town.lente.usergroup("S1", handle="agents", name="Chat", members=["U1"])
    _, directory = await reader(town, "agents")
    assert await listed(directory) == {"T1/U1": "Chat", "T2/U1": ""}


async def test_a_group_that_one_workspace_has_disabled_is_named_though_another_has_it(town: Town) -> None:
    town.lente.usergroup("S1", handle="agents", members=["U1"]).disabled = True
    town.zomer.usergroup("S2", handle="agents", members=["U1"])
    _, directory = await reader(town, "agents")
    with pytest.raises(DeliveryError, match="@agents, or it is disabled"):
        await listed(directory)


async def test_a_workspace_that_takes_our_token_no_more_does_not_stop_the_others(town: Town) -> None:
    town.lente.usergroup("S1", handle="agents", name="Chat", members=["U1"])
    town.zomer.usergroup("S2", handle="planners", members=["U1"])
    process, directory = await reader(town, "agents", "planners")
    await process._installations.save(Installation("T2", "xoxb-dead", "Zomer"))
    with logged() as text:
        assert await listed(directory) == {"T1/U1": "Chat"}
    assert "gave no list of members" in text.getvalue()
    assert "Zomer" not in text.getvalue()


async def test_a_workspace_whose_list_is_refused_half_way_says_nothing_of_anybody(town: Town) -> None:
    for number in range(2 * PAGE):
        town.zomer.user(f"W{number}", name=f"Agent {number}")
    _, directory = await reader(town)
    pages = 0

    async def read(team: str, method: str, **arguments: object) -> Mapping[str, object]:
        nonlocal pages
        pages += team == "T2"
        if pages == 2:
            raise Unauthorised
        return await Api.read(directory.api, team, method, **arguments)

    directory.api.read = read  # type: ignore[method-assign]
    assert await listed(directory) == {"T1/U1": ""}


async def test_where_every_workspace_refuses_there_is_no_list(town: Town) -> None:
    process, directory = await reader(town)
    for team in (town.lente, town.zomer):
        await process._installations.save(Installation(team.id, "xoxb-dead", team.name))
    with pytest.raises(DeliveryError, match="not connected"):
        await listed(directory)


async def test_a_workspace_that_does_not_answer_now_is_waited_for(town: Town) -> None:
    _, directory = await reader(town)
    town.slack.fail("users.list", "internal_error")
    with pytest.raises(DeliveryError, match="internal_error"):
        await listed(directory)


# ── what is heard ─────────────────────────────────────────────────────────────────────────────────────────────────


async def test_of_a_workspace_that_is_not_connected_nothing_is_news() -> None:
    heard: list[Member | None] = []

    async def changed(member: Member | None) -> None:
        heard.append(member)

    async with in_town() as town:
        process = town.process(changed, groups=("agents",))
        await process._installations.save(Installation("T1", town.lente.bot_token, "Lente"))
        async with hearing(town, process):
            for team in (town.lente, town.zomer):
                team.usergroup("S1", handle="agents", members=[])
                assert (await team.joins(team.user("U5", name="Sanne"))).ok
                assert (await team.regroups("S1", members=["U5"])).ok
            town.lente.users["U7"] = bram = town.zomer.user("U7", name="Bram")
            assert (await town.lente.joins(bram)).ok
            await process.settle()
    assert [member and member.address for member in heard] == ["T1/U5", None]
