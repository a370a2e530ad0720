"""Who is in the workspace, and in which of the chosen user groups: every page, with patience, and nobody else."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.port import DeliveryError, Member
from adapters.slack import lists
from adapters.slack.lists import PAGE
from adapters.slack.members import member_of
from adapters.slack.parse import Addresses
from tests.adapters.test_slack_http import Bench, slack_before
from tests.slack.limits import Limits
from tests.slack.workspace import SCOPES, Workspace


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with slack_before() as bench:
        yield bench


@pytest.fixture
async def grouped() -> AsyncIterator[Bench]:
    """A planner and an agent; the groups of agents and of planners are chosen, in this order."""
    async with slack_before(groups=("agents", "planners")) as bench:
        team = bench.noor.team
        team.usergroup("S1", handle="planners", name="De planners", members=["U1", "U2"])
        team.usergroup("S2", handle="agents", name="Ochtend", members=["U2"])
        team.usergroup("S3", handle="everybody", members=["U1", "U2"])
        yield bench


async def members(bench: Bench) -> dict[str, Member]:
    return {member.address: member async for member in bench.platform.members()}


async def refusal(bench: Bench) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await members(bench)
    return caught.value


def crowd(team: Workspace, size: int) -> None:
    for number in range(size):
        team.user(f"W{number}", name=f"Agent {number}")


async def test_a_member_is_as_slack_says(bench: Bench) -> None:
    bench.noor.team.user("U3", name="Sanne", email="S@lente.example", locale="en-GB", tz="Europe/Brussels")
    assert (await members(bench))["U3"] == Member("U3", "Sanne", "S@lente.example", "en-GB", "Europe/Brussels")


async def test_bots_and_slackbot_are_nobody(bench: Bench) -> None:
    bench.noor.team.user("U3", name="Robot", is_bot=True)
    assert set(await members(bench)) == {"U1", "U2"}


async def test_somebody_of_another_workspace_is_no_member(bench: Bench) -> None:
    zomer = bench.slack.workspace("T9", name="Zomer")
    bench.noor.team.users["U9"] = zomer.user("U9", name="Bram")
    assert set(await members(bench)) == {"U1", "U2"}


@pytest.mark.parametrize(
    ("raw", "alone", "listed"),
    [
        ({"id": "U1"}, False, True),
        ({"id": "U1", "team_id": "T2"}, True, False),
        ({"id": "U1", "team_id": "T2", "enterprise_user": {"teams": ["T1", "T2"]}}, True, True),
        ({"id": "U1", "team_id": "T2", "enterprise_user": {"teams": ["T1", "T2"]}}, False, False),
        ({"id": "U1", "team_id": "T2", "enterprise_user": {"teams": ["T2"]}}, True, False),
    ],
    ids=["no workspace said", "a stranger", "a colleague", "a colleague whose own workspace lists them", "not there"],
)
def test_a_colleague_of_the_same_organisation_is_a_member_where_one_workspace_is_connected(
    raw: dict[str, object], alone: bool, listed: bool
) -> None:
    found = member_of(raw, "T1", Addresses(alone=alone))
    assert bool(found) is listed


async def test_whoever_was_deactivated_and_whoever_is_a_guest_is_there_no_more(bench: Bench) -> None:
    bench.noor.team.user("U3", name="Weg", deleted=True)
    bench.noor.team.user("U4", name="Gast", is_restricted=True)
    assert {address for address, member in (await members(bench)).items() if not member.active} == {"U3", "U4"}


async def test_every_page_is_read(bench: Bench) -> None:
    crowd(bench.noor.team, 2 * PAGE)
    assert len(await members(bench)) == 2 * PAGE + 2
    assert len(bench.slack.called("users.list")) == 3


async def test_a_list_that_does_not_end_is_left(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "PAGES", 2)
    crowd(bench.noor.team, 2 * PAGE)
    assert "does not end" in str(await refusal(bench))


async def test_reading_waits_as_long_as_slack_asks_and_goes_on() -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)
        slow.watch.seconds += seconds

    async with slack_before(sleep=sleep) as slow:
        slow.slack.limits = Limits(tiers=True)
        crowd(slow.noor.team, 45 * PAGE)
        assert len(await members(slow)) == 45 * PAGE + 2
    assert waited == [60, 60]


@pytest.mark.parametrize(("seconds", "tries"), [(7, 6), (121, 1)])
async def test_patience_has_an_end(seconds: int, tries: int) -> None:
    async with slack_before(sleep=_at_once) as bench:
        bench.slack.fail("users.list", "ratelimited", times=99, retry_after=int(seconds))
        assert (await refusal(bench)).retry_after == seconds
        assert len(bench.slack.called("users.list")) == tries


async def _at_once(seconds: float) -> None: ...


# ── groups ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_member_is_in_the_first_of_the_chosen_groups(grouped: Bench) -> None:
    grouped.noor.team.user("U3", name="Sanne")
    found = await members(grouped)
    assert {address: member.group for address, member in found.items()} == {
        **{"U1": "De planners", "U2": "Ochtend", "U3": ""}
    }


async def test_without_chosen_groups_nobody_asks_for_groups(bench: Bench) -> None:
    await members(bench)
    assert bench.slack.called("usergroups.list") == []


async def test_a_group_that_is_not_there_is_named() -> None:
    async with slack_before(groups=("agents",)) as bench:
        failure = await refusal(bench)
        assert (failure.permanent, "@agents" in str(failure), bench.slack.called("users.list")) == (True, True, [])


async def test_a_group_that_was_disabled_is_named(grouped: Bench) -> None:
    grouped.noor.team.usergroups["S1"].disabled = True
    assert "@planners" in str(await refusal(grouped))


async def test_a_group_that_was_disabled_and_made_anew_is_the_new_one(grouped: Bench) -> None:
    grouped.noor.team.usergroup("S0", handle="planners", members=[]).disabled = True
    grouped.noor.team.usergroup("S4", handle="planners", members=[]).disabled = True
    assert (await members(grouped))["U1"].group == "De planners"


async def test_groups_that_may_not_be_read_are_no_empty_groups() -> None:
    async with slack_before(groups=("agents",)) as bench:
        team = bench.slack.workspace("T9", name="Small", scopes=SCOPES - {"usergroups:read"})
        bench.platform._api.bot_token = team.bot_token
        assert "missing_scope" in str(await refusal(bench))
