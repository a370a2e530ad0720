"""Slack over HTTP and over Socket Mode alike: acknowledged first, dealt with after; and a socket that comes back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable

import pytest

from adapters.port import Command, Member, Reply, Submission
from adapters.slack.asking import THANK, THANK_FOR
from adapters.slack.turns import AT_ONCE
from tests.adapters.test_slack_http import CARD, THANKS, TOKEN, WORDS, Bench, slack_before


@pytest.fixture(params=["http", "socket"])
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    async with slack_before(socket=request.param == "socket", groups=("agents",)) as bench:
        yield bench


@pytest.fixture
async def socketed() -> AsyncIterator[Bench]:
    async with slack_before(socket=True) as bench:
        yield bench


async def test_a_tap_is_acknowledged_while_everything_behind_it_waits(bench: Bench) -> None:
    await bench.card()
    bench.conversation.gate.clear()
    ack = await bench.noor.taps("nl/answer/0:2", on=bench.noor.messages()[-1])
    assert (ack.ok, ack.seconds < 0.3, bench.conversation.heard) == (True, True, [])


async def test_shortcuts_and_thanks_are_acknowledged_while_everything_behind_them_waits(bench: Bench) -> None:
    bench.conversation.reply = Reply(notice="Even wachten")
    bench.conversation.gate.clear()
    message = bench.daan.says("Opgelost", bench.noor.dm)
    acks = [await bench.noor.calls(THANK), await bench.noor.calls_on(message, THANK_FOR)]
    acks.append(await bench.noor.writes("/kudos", "@daan dank"))
    assert [(ack.ok, ack.seconds < 0.3) for ack in acks] == [(True, True)] * 3
    assert bench.conversation.heard == []
    bench.conversation.gate.set()
    await bench.platform.settle()
    wanted = [{"people": "", "text": ""}, {"people": "U2", "text": ""}, {"people": "U2", "text": "dank"}]
    assert [asked.fields for asked in bench.conversation.heard if isinstance(asked, Command)] == wanted


async def test_however_many_tap_only_so_many_wait_for_the_database_and_all_have_their_turn(bench: Bench) -> None:
    await bench.card()
    card, many = bench.noor.messages()[-1], 3 * AT_ONCE
    bench.conversation.gate.clear()
    acks = [await bench.noor.taps("nl/answer/0:2", on=card) for _ in range(many)]
    assert (all(ack.ok for ack in acks), bench.conversation.waiting) == (True, AT_ONCE)
    bench.conversation.gate.set()
    await bench.platform.settle()
    assert len(bench.conversation.heard) == many


async def test_nobody_is_thanked_before_the_conversation_has_answered(bench: Bench) -> None:
    await bench.card()
    bench.conversation.gate.clear()
    await bench.noor.taps("nl/answer/0:2", on=bench.noor.messages()[-1])
    assert bench.noor.messages()[-1].text == CARD.title
    bench.conversation.gate.set()
    await bench.platform.settle()
    assert bench.noor.messages()[-1].text == THANKS.title


async def test_a_form_is_acknowledged_with_one_moment_while_everything_behind_it_waits(bench: Bench) -> None:
    await bench.opens()
    bench.conversation.gate.clear()
    ack = await bench.noor.submits(bench.noor.views[-1], {"comment": "druk"})
    assert (ack.ok, ack.seconds < 0.3) == (True, True)
    assert json.loads(ack.body)["view"]["blocks"][0]["text"]["text"] == WORDS["nl"].busy


async def test_the_outcome_of_a_form_comes_after_its_acknowledgement(bench: Bench) -> None:
    await bench.opens()
    bench.conversation.reply = Reply(message=THANKS)
    await bench.noor.submits(bench.noor.views[-1], {"comment": "druk"})
    assert bench.slack.called("views.update") == []
    await bench.platform.settle()
    assert bench.noor.views[-1].blocks[0]["text"]["text"] == THANKS.title


async def test_a_command_is_acknowledged_while_everything_behind_it_waits(bench: Bench) -> None:
    bench.conversation.gate.clear()
    ack = await bench.noor.writes("/adempauze", "help")
    assert (ack.ok, ack.seconds < 0.3, ack.body) == (True, True, "")


async def test_a_tap_arrives(bench: Bench) -> None:
    await bench.card()
    await bench.taps()
    assert bench.conversation.heard == [Submission(TOKEN, "answer", "nl", ((0, 2),))]
    assert bench.noor.messages()[-1].text == THANKS.title


async def test_a_form_arrives(bench: Bench) -> None:
    await bench.opens()
    await bench.noor.submits(bench.noor.views[-1], {"comment": "druk"})
    await bench.platform.settle()
    assert bench.conversation.heard[-1] == Submission(TOKEN, "comment", "nl", (), {"comment": "druk"})


async def test_a_command_arrives(bench: Bench) -> None:
    await bench.noor.writes("/adempauze", "help")
    await bench.platform.settle()
    assert bench.conversation.heard == [Command("help", "slack", "U1", "nl")]


async def test_an_opened_home_tab_arrives(bench: Bench) -> None:
    assert (await bench.noor.opens_home()).ok
    await bench.slack.until(lambda: bench.noor.home)
    assert bench.conversation.heard == [Command("home", "slack", "U1", "nl")]


async def test_what_an_opened_home_tab_began_is_waited_for_like_the_rest(bench: Bench) -> None:
    bench.conversation.gate.clear()
    ack = await bench.noor.opens_home()
    assert (ack.ok, ack.seconds < 0.3, bench.noor.home) == (True, True, None)
    bench.conversation.gate.set()
    await bench.platform.settle()
    assert bench.noor.home is not None


async def test_whoever_types_is_heard_in_their_own_language(bench: Bench) -> None:
    bench.conversation.languages["U1"] = "en"
    await bench.noor.writes("/adempauze", "help")
    await bench.platform.settle()
    assert bench.conversation.heard == [Command("help", "slack", "U1", "en")]


async def test_whoever_opens_their_home_tab_is_heard_in_their_own_language(bench: Bench) -> None:
    bench.conversation.languages["U1"] = "en"
    await bench.noor.opens_home()
    await bench.slack.until(lambda: bench.noor.home)
    assert bench.conversation.heard == [Command("home", "slack", "U1", "en")]


async def test_an_event_that_means_nothing_to_us_is_taken(bench: Bench) -> None:
    assert (await bench.noor.team.event({"type": "emoji_changed", "subtype": "add"})).ok


async def test_a_new_colleague_is_told_of(bench: Bench) -> None:
    sanne = bench.noor.team.user("U3", name="Sanne", email="s@lente.example")
    assert (await bench.noor.team.joins(sanne)).ok
    await settled(lambda: bench.conversation.changes)
    assert bench.conversation.changes == [Member("U3", "Sanne", "s@lente.example", "nl-NL", "Europe/Amsterdam")]


@pytest.mark.parametrize("what", ["deleted", "is_restricted"])
async def test_it_is_told_who_was_deactivated_or_became_a_guest(what: str, bench: Bench) -> None:
    assert (await bench.noor.changes(**{what: True})).ok
    await settled(lambda: bench.conversation.changes)
    assert [(member.address, member.active) for member in bench.conversation.changes if member] == [("U1", False)]


async def test_a_bot_that_changes_is_nobody(bench: Bench) -> None:
    robot = bench.noor.team.user("U3", name="Robot", is_bot=True)
    assert (await robot.changes(name="Robbie")).ok
    assert (await bench.noor.changes(tz="Europe/Lisbon")).ok
    await settled(lambda: bench.conversation.changes)
    assert [member.address for member in bench.conversation.changes if member] == ["U1"]


async def test_a_group_that_changes_says_that_many_may_have(bench: Bench) -> None:
    group = bench.noor.team.usergroup("S1", handle="agents", members=[])
    assert (await bench.noor.team.regroups("S1", members=["U1"])).ok
    assert (await bench.noor.team.event({"type": "subteam_updated", "subteam": group.as_json()})).ok
    await settled(lambda: len(bench.conversation.changes) == 2)
    assert bench.conversation.changes == [None, None]


async def test_where_no_groups_are_chosen_a_group_changes_nothing() -> None:
    async with slack_before() as alone:
        alone.noor.team.usergroup("S1", handle="agents", members=[])
        assert (await alone.noor.team.regroups("S1", members=["U1"])).ok
        assert (await alone.noor.changes(tz="Europe/Lisbon")).ok
        await settled(lambda: alone.conversation.changes)
        assert None not in alone.conversation.changes


@pytest.mark.parametrize("user", [None, "U1", {}, {"id": "U1", "profile": "x"}])
async def test_a_member_of_an_odd_shape_is_nobody(user: object, bench: Bench) -> None:
    assert (await bench.noor.team.event({"type": "user_change", "user": user})).ok
    assert (await bench.noor.changes(tz="Europe/Lisbon")).ok
    await settled(lambda: bench.conversation.changes)
    assert len(bench.conversation.changes) == 1


async def test_nobody_connects_without_an_app_token() -> None:
    async with slack_before() as bench:
        assert (bench.slack.sockets.connected, bench.slack.called("apps.connections.open")) == (0, [])


async def test_a_lost_connection_comes_back(socketed: Bench) -> None:
    await socketed.slack.sockets.drop()
    await socketed.slack.sockets.wait()
    await socketed.card()
    await socketed.taps()
    assert socketed.noor.messages()[-1].text == THANKS.title


async def test_slack_may_ask_to_connect_anew(socketed: Bench) -> None:
    await socketed.slack.sockets.refresh()
    await socketed.slack.sockets.wait()
    await socketed.card()
    await socketed.taps()
    assert socketed.noor.messages()[-1].text == THANKS.title


async def test_what_was_acknowledged_is_finished_when_the_connection_is_lost_meanwhile(socketed: Bench) -> None:
    await socketed.card()
    socketed.conversation.gate.clear()
    await socketed.noor.taps("nl/answer/0:2", on=socketed.noor.messages()[-1])
    await socketed.slack.sockets.drop()
    socketed.conversation.gate.set()
    await socketed.platform.settle()
    assert socketed.noor.messages()[-1].text == THANKS.title


async def test_the_connection_ends_with_the_block_that_listens() -> None:
    async with slack_before(socket=True) as bench:
        await reading_from(1)
        before = asyncio.all_tasks()
        async with bench.platform.listening():
            await reading_from(2)
        await bench.slack.sockets.wait(1)
        assert asyncio.all_tasks() <= before


async def test_an_app_token_that_is_refused_does_not_hold_up_the_rest() -> None:
    async with slack_before(socket=True) as bench:
        await reading_from(1)
        before = asyncio.all_tasks()
        with bench.slack.outage(methods=["apps.connections.open"]):
            async with asyncio.timeout(2), bench.platform.listening():
                await asyncio.sleep(0.1)
        assert {task for task in asyncio.all_tasks() - before if "SocketMode" in repr(task)} == set()


async def settled(condition: Callable[[], object]) -> None:
    """Wait until something is so: an event is heard after it was acknowledged."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def reading_from(connections: int) -> None:
    """Wait until so many connections are read from."""
    async with asyncio.timeout(5):
        while sum("receive_messages" in repr(task) for task in asyncio.all_tasks()) != connections:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
