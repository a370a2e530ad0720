"""The lists of several workspaces: what one of them refuses, or has disabled, and what that means for the others."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.port import DeliveryError
from adapters.slack.directory import Directory
from adapters.slack.installations import Installation
from adapters.slack.platform import Slack
from tests.adapters.test_slack_oauth import Town, in_town


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
