"""Channels in Slack: which there are, what stands there, how fast, and what a failure means."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from adapters.port import Channel, Choice, DeliveryError, Field, Form, Link, Message, MessageRef
from adapters.slack.channels import QUIET
from adapters.slack.lists import PAGE
from tests.adapters.slack_stage import words_of
from tests.adapters.test_slack_http import Bench, slack_before
from tests.adapters.test_slack_oauth import Town, in_town
from tests.adapters.test_slack_sending import no_time
from tests.slack.limits import Limits

POST = Message(
    "Noor bedankt Daan",
    "nl",
    ("Voor het overnemen van mijn dienst",),
    form=Form("kudos", (Field("text", "Waarvoor", "text"),), "Bedank ook"),
    choices=(Choice("kudos_report", "Meld dit"),),
    links=(Link("Naar het prikbord", "https://pauze.example.org/wall"),),
)
GONE = Message("Dit bedankje is teruggenomen", "nl", choices=(Choice("kudos", "Bedank"),))


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with slack_before() as bench:
        bench.noor.team.channel("C1", name="dank", members=["U1"])
        yield bench


def stands(bench: Bench, channel: str = "C1") -> list[str]:
    """What is told of everything that stands in the channel."""
    return [message.text for message in bench.noor.team.said(channel)]


async def failure_of(call: object) -> DeliveryError:
    """What becomes of this call."""
    with pytest.raises(DeliveryError) as failure:
        await call  # type: ignore[misc]
    return failure.value


async def all_of(bench: Bench) -> list[Channel]:
    return [channel async for channel in bench.platform.channels()]


async def test_channels_are_those_to_which_somebody_added_the_app(bench: Bench) -> None:
    team = bench.noor.team
    team.channel("C2", name="elders", with_bot=False)
    team.channel("G1", name="lijn-noord", private=True)
    team.channel("C3", name="oud").archives()
    await bench.card()  # the conversation with somebody is no channel
    assert await all_of(bench) == [Channel("C1", "#dank"), Channel("G1", "#lijn-noord")]


async def test_a_channel_is_called_what_it_is_called_now(bench: Bench) -> None:
    bench.noor.team.messages.find("C1").renames("bedankjes")
    assert await all_of(bench) == [Channel("C1", "#bedankjes")]


async def test_many_channels_come_page_after_page(bench: Bench) -> None:
    for number in range(2, 2 * PAGE + 2):
        bench.noor.team.channel(f"C{number}", name=f"kanaal-{number}")
    assert len(await all_of(bench)) == 2 * PAGE + 1
    asked = [call.arguments for call in bench.slack.called("users.conversations")]
    assert [int(one["limit"]) for one in asked] == [PAGE] * 3
    assert {one["types"] for one in asked} == {"public_channel,private_channel"}


async def test_when_slack_asks_to_wait_reading_channels_waits() -> None:
    async with slack_before(sleep=no_time) as bench:
        bench.noor.team.channel("C1", name="dank")
        bench.slack.fail("users.conversations", "ratelimited", retry_after=20)
        assert await all_of(bench) == [Channel("C1", "#dank")]


@pytest.mark.parametrize("error", ["missing_scope", "internal_error", "token_revoked"])
async def test_channels_that_could_not_be_read_are_a_failure_rather_than_none(error: str, bench: Bench) -> None:
    """Missing scope: the app is of an older manifest and was not installed again."""
    bench.slack.fail("users.conversations", error)
    with pytest.raises(DeliveryError) as failure:
        await all_of(bench)
    assert not failure.value.permanent


async def test_a_post_stands_in_its_channel_with_its_links_and_without_buttons(bench: Bench) -> None:
    ref = await bench.platform.post("C1", POST)
    (message,) = bench.noor.reads("C1")
    assert ref == MessageRef("slack", "C1", f"C1/{message.ts}")
    buttons = [part for block in message.blocks if block["type"] == "actions" for part in block["elements"]]
    assert [(part["url"], "value" in part) for part in buttons] == [("https://pauze.example.org/wall", False)]
    assert {block["type"] for block in message.blocks} == {"header", "section", "actions"}


async def test_a_post_unfolds_nothing_that_it_links_to(bench: Bench) -> None:
    await bench.platform.post("C1", POST)
    (call,) = bench.slack.called("chat.postMessage")
    assert {name: call.arguments[name] for name in QUIET} == {"unfurl_links": False, "unfurl_media": False}


async def test_nobody_is_called_by_what_somebody_wrote(bench: Bench) -> None:
    """Nowhere in it does Slack read markup, but in the words of a notification: there it is escaped."""
    await bench.platform.post("C1", Message("<!channel> & <@U2>", "nl", ("<!here> @everyone <@U2>",)))
    (call,) = bench.slack.called("chat.postMessage")
    assert call.arguments["text"] == "&lt;!channel&gt; &amp; &lt;@U2&gt;"
    assert {block["text"]["type"] for block in call.arguments["blocks"]} == {"plain_text"}
    assert not {"parse", "link_names"} & set(call.arguments)


async def test_a_post_is_replaced_and_bears_no_button_then(bench: Bench) -> None:
    ref = await bench.platform.post("C1", POST)
    await bench.platform.update(ref, GONE)
    (message,) = bench.noor.reads("C1")
    assert (message.text, [block["type"] for block in message.blocks]) == (GONE.title, ["header"])


async def test_a_card_in_a_direct_message_keeps_its_buttons_when_it_is_replaced(bench: Bench) -> None:
    ref = await bench.platform.send("U1", POST)
    await bench.platform.update(ref, GONE)
    assert "Bedank" in words_of(bench.noor.messages()[0].blocks)


async def test_an_answer_that_comes_late_still_says_where_the_post_stands(bench: Bench) -> None:
    bench.slack.late("chat.postMessage", 0.2)
    posting = asyncio.create_task(bench.platform.post("C1", POST))
    await bench.slack.until(lambda: stands(bench))
    assert not posting.done()
    await bench.platform.update(await posting, GONE)
    assert stands(bench) == [GONE.title]


@pytest.mark.parametrize("status", [0, 503])
async def test_a_post_whose_answer_is_lost_is_not_made_again(status: int, bench: Bench) -> None:
    with bench.slack.outage(status=status, after=True):
        failure = await failure_of(bench.platform.post("C1", POST))
    assert (failure.permanent, len(stands(bench))) == (False, 1)


async def test_an_answer_that_comes_too_late_is_a_failure_that_may_have_been_done() -> None:
    async with slack_before(timeout=0.2) as bench:
        bench.noor.team.channel("C1", name="dank")
        ref = await bench.platform.post("C1", POST)
        bench.slack.late("chat.update", 1)
        failure = await failure_of(bench.platform.update(ref, GONE))
        bench.slack.late("chat.update", 0)
        assert (failure.permanent, stands(bench)) == (False, [GONE.title])
        await bench.platform.update(ref, GONE)


@pytest.mark.parametrize("private", [False, True])
async def test_a_channel_that_we_were_taken_out_of_takes_nothing_tomorrow(*, private: bool, bench: Bench) -> None:
    channel = bench.noor.team.channel("C2", name="lijn", private=private)
    ref = await bench.platform.post("C2", POST)
    channel.removes_app()
    assert (await failure_of(bench.platform.post("C2", POST))).permanent
    assert (await failure_of(bench.platform.update(ref, GONE))).permanent


async def test_an_archived_channel_takes_nothing_tomorrow_either(bench: Bench) -> None:
    ref = await bench.platform.post("C1", POST)
    bench.noor.team.messages.find("C1").archives()
    assert (await failure_of(bench.platform.post("C1", POST))).permanent
    assert (await failure_of(bench.platform.update(ref, GONE))).permanent


@pytest.mark.parametrize(
    "error", ["not_in_channel", "channel_not_found", "is_archived", "restricted_action_read_only_channel"]
)
async def test_a_channel_that_takes_no_post_of_ours_takes_none_tomorrow_either(error: str, bench: Bench) -> None:
    bench.slack.fail("chat.postMessage", error)
    assert (await failure_of(bench.platform.post("C1", POST))).permanent


@pytest.mark.parametrize("error", ["message_not_found", "cant_update_message", "edit_window_closed", "is_inactive"])
async def test_a_post_that_cannot_be_changed_cannot_be_changed_tomorrow_either(error: str, bench: Bench) -> None:
    ref = await bench.platform.post("C1", POST)
    bench.slack.fail("chat.update", error)
    assert (await failure_of(bench.platform.update(ref, GONE))).permanent


@pytest.mark.parametrize("address", ["U1", "D00000001", "T1/C1", "C404", "", "dank"])
async def test_what_is_no_channel_of_ours_gets_no_post(address: str, bench: Bench) -> None:
    """Least of all somebody's direct message."""
    await bench.card()
    assert (await failure_of(bench.platform.post(address, POST))).permanent
    assert (len(bench.noor.messages()), stands(bench)) == (1, [])


class Waits:
    """Passes the time that somebody would sleep, and writes it down."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.bench: Bench | None = None

    async def __call__(self, seconds: float) -> None:
        assert self.bench
        self.seconds.append(seconds)
        self.bench.watch.seconds += seconds


@pytest.fixture
async def strict() -> AsyncIterator[tuple[Bench, Waits]]:
    """A Slack that takes one message a second in a channel, and no more."""
    waits = Waits()
    async with slack_before(sleep=waits) as bench:
        waits.bench = bench
        for number in (1, 2):
            bench.noor.team.channel(f"C{number}", name=f"dank-{number}")
        yield bench, waits


async def test_a_channel_gets_one_post_a_second(strict: tuple[Bench, Waits]) -> None:
    """Two may come at once: Slack lets a moment that was not used be made up for."""
    bench, waits = strict
    bench.slack.limits = Limits(messages_a_second=2)
    for _ in range(5):
        await bench.platform.post("C1", POST)
    assert (len(stands(bench)), waits.seconds) == (5, [1, 1, 1])


async def test_channels_and_people_do_not_wait_for_each_other(strict: tuple[Bench, Waits]) -> None:
    bench, waits = strict
    for channel in ("C1", "C2", "C1", "C2"):
        await bench.platform.post(channel, POST)
    for _ in range(4):
        await bench.card()
    assert waits.seconds == []


async def test_a_turn_that_is_far_away_is_no_attempt_and_holds_up_this_channel_alone(bench: Bench) -> None:
    """Six seconds are full: whoever comes then would keep others waiting behind them."""
    claimed = range(int(bench.watch.seconds) - 1, int(bench.watch.seconds) + 6)
    bench.board.claimed["/C1"] = set(claimed)
    failure = await failure_of(bench.platform.post("C1", POST))
    assert (failure.permanent, failure.within, bench.slack.calls) == (False, "C1", [])
    assert failure.retry_after


async def test_posts_go_at_the_pace_of_the_workspace_too() -> None:
    waits: list[float] = []

    async def wait(seconds: float) -> None:
        waits.append(seconds)

    async with slack_before(sleep=wait, per_minute=60) as bench:
        for number in range(4):
            bench.noor.team.channel(f"C{number}", name=f"dank-{number}")
            await bench.platform.post(f"C{number}", POST)
    assert waits == [1, 2]


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with in_town() as town:
        yield town


async def test_with_several_workspaces_a_channel_is_named_with_its_own(town: Town) -> None:
    process = town.process()
    for team in (town.lente, town.zomer):
        await town.connects(team, process)
        team.channel("C1", name="dank")
    assert [channel async for channel in process.channels()] == [
        Channel("T1/C1", "#dank (Lente)"),
        Channel("T2/C1", "#dank (Zomer)"),
    ]
    ref = await process.post("T2/C1", POST)
    await process.update(ref, replace(GONE, title="Weg"))
    assert [(len(team.said("C1")), team.id) for team in (town.lente, town.zomer)] == [(0, "T1"), (1, "T2")]
    assert town.zomer.said("C1")[0].text == "Weg"


async def test_of_one_connected_workspace_a_channel_is_called_by_its_name_alone(town: Town) -> None:
    process = town.process()
    await town.connects(town.lente, process)
    town.lente.channel("C1", name="dank")
    assert [channel async for channel in process.channels()] == [Channel("T1/C1", "#dank")]


async def test_when_one_workspace_of_several_refuses_there_is_no_list_that_says_we_left_it(town: Town) -> None:
    process = town.process()
    for team in (town.lente, town.zomer):
        await town.connects(team, process)
        team.channel("C1", name="dank")
    of_the_first = town.slack.called
    town.slack.fail("users.conversations", "missing_scope", where=lambda _: bool(of_the_first("users.conversations")))
    with pytest.raises(DeliveryError, match="missing_scope"):
        [channel async for channel in process.channels()]
    assert [channel.address async for channel in process.channels()] == ["T1/C1", "T2/C1"]


async def test_with_several_workspaces_an_address_of_one_alone_gets_no_post(town: Town) -> None:
    process = town.process()
    await town.connects(town.lente, process)
    town.lente.channel("C1", name="dank")
    assert (await failure_of(process.post("C1", POST))).permanent
