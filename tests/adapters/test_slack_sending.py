"""Sending into Slack: to whom, how fast, once, and what a failure means."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date

import pytest

from adapters.port import DeliveryError, Image, Lines, Message
from adapters.slack.failures import LATER
from adapters.slack.installations import Installation
from adapters.slack.oauth import OAuthClient
from adapters.traffic.pace import told
from tests.adapters.test_slack_http import CARD, THANKS, Bench, slack_before


class Waits:
    """Writes down how long somebody would sleep, and does not."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with slack_before() as bench:
        yield bench


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
async def slowly(waits: Waits) -> AsyncIterator[Bench]:
    """At one call a second, on a clock on which waiting takes no time."""
    async with slack_before(sleep=waits, per_minute=60) as bench:
        yield bench


async def failure_of(bench: Bench, address: str = "U1", message: Message = CARD) -> DeliveryError:
    """What becomes of a message that cannot be sent."""
    with pytest.raises(DeliveryError) as failure:
        await bench.platform.send(address, message)
    return failure.value


def posts(bench: Bench) -> int:
    """How often a message was posted."""
    return len(bench.slack.called("chat.postMessage"))


async def test_a_direct_message_is_opened_by_the_id_of_a_person(bench: Bench) -> None:
    ref = await bench.platform.send("U1", CARD)
    assert ref.id == f"{bench.noor.dm}/{bench.noor.messages()[0].ts}"
    assert bench.slack.called("conversations.open") == []


async def test_a_direct_message_that_somebody_closed_opens_again(bench: Bench) -> None:
    await bench.card()
    bench.noor.closes_dm()
    await bench.card()
    assert len(bench.noor.messages()) == 2


@pytest.mark.parametrize("address", ["U404", "UT1BOT", "USLACKBOT", "U9"])
async def test_whoever_is_not_there_is_not_there_tomorrow_either(address: str, bench: Bench) -> None:
    bench.noor.team.user("U9", name="Weg", deleted=True)
    failure = await failure_of(bench, address)
    assert (failure.permanent, failure.retry_after) == (True, None)


async def test_an_application_without_a_messages_tab_reaches_nobody(bench: Bench) -> None:
    bench.noor.team.rules.messages_tab = False
    assert (await failure_of(bench)).permanent


async def test_slack_says_how_long_to_wait(bench: Bench) -> None:
    bench.slack.fail("chat.postMessage", "ratelimited", retry_after=17)
    failure = await failure_of(bench)
    assert (failure.permanent, failure.retry_after) == (False, 17)


async def test_everything_to_a_workspace_waits_as_long_as_slack_asked(slowly: Bench, waits: Waits) -> None:
    slowly.slack.fail("chat.postMessage", "ratelimited", retry_after=18)
    await failure_of(slowly)
    for passed, left in ((0, 18), (10, 8)):
        slowly.watch.seconds += passed
        assert (await failure_of(slowly, "U2")).retry_after == left
    assert posts(slowly) == 1
    slowly.watch.seconds += 8
    await slowly.platform.send("U2", CARD)
    assert (posts(slowly), waits.seconds) == (2, [])


async def test_after_a_refusal_it_goes_at_half_the_pace(slowly: Bench, waits: Waits) -> None:
    slowly.slack.fail("chat.postMessage", "ratelimited", retry_after=18)
    await failure_of(slowly)
    slowly.watch.seconds += 18
    for _ in range(3):
        await slowly.card()
    assert waits.seconds == [2, 4]


async def test_whoever_waited_for_a_place_when_slack_refused_another_call_makes_none(slowly: Bench) -> None:
    await slowly.card()
    await slowly.card()

    async def refused_meanwhile(seconds: float) -> None:
        await slowly.board.tell("/chat.postMessage", told(slowly.watch.seconds + 30))
        slowly.watch.seconds += seconds

    api = slowly.platform._api
    api.places = replace(api.places, sleep=refused_meanwhile)
    assert (await failure_of(slowly)).retry_after == 29
    assert posts(slowly) == 2


async def test_messages_go_at_the_pace_of_a_workspace(slowly: Bench, waits: Waits) -> None:
    """The first takes the place that just passed, the second the present one."""
    for _ in range(5):
        await slowly.card()
    assert waits.seconds == [1, 2, 3]


async def test_nobody_is_kept_waiting_for_a_place_that_is_far_away(slowly: Bench, waits: Waits) -> None:
    for _ in range(7):
        await slowly.card()
    failure = await failure_of(slowly)
    assert (failure.permanent, failure.retry_after, posts(slowly)) == (False, 5, 7)
    slowly.watch.seconds += 5
    await slowly.card()
    assert waits.seconds == [1, 2, 3, 4, 5, 1]


async def test_the_pace_of_one_method_does_not_hold_up_another(slowly: Bench, waits: Waits) -> None:
    ref = await slowly.platform.send("U1", CARD)
    await slowly.platform.update(ref, THANKS)
    assert waits.seconds == []


async def test_messages_of_many_at_once_still_go_one_after_another(slowly: Bench, waits: Waits) -> None:
    await asyncio.gather(*(slowly.card() for _ in range(5)))
    assert sorted(waits.seconds) == [1, 2, 3]


async def test_two_processes_share_one_pace_and_what_slack_asked(waits: Waits) -> None:
    async with slack_before(sleep=waits, per_minute=60) as one, slack_before(sleep=waits, per_minute=60) as other:
        api = other.platform._api
        api.places = replace(api.places, board=one.board)
        for _ in range(2):
            await one.card()
            await other.card()
        assert waits.seconds == [1, 2]
        one.slack.fail("chat.postMessage", "ratelimited", retry_after=30)
        await failure_of(one)
        assert (await failure_of(other)).retry_after == 30


async def test_a_refusal_names_no_other_workspace(bench: Bench) -> None:
    bench.slack.fail("chat.postMessage", "ratelimited", retry_after=17)
    assert (await failure_of(bench)).within == ""
    assert (await failure_of(bench)).within == ""


async def test_with_several_workspaces_a_refusal_is_of_one() -> None:
    async with slack_before(bot_token="", client=OAuthClient("1.2", "secret")) as bench:
        assert bench.platform.workspaces
        for team in (bench.noor.team, bench.slack.workspace("T2", name="Zomer")):
            await bench.platform.workspaces.installations.save(Installation(team.id, team.bot_token))
            team.users.setdefault("U1", bench.noor)
        bench.slack.fail("chat.postMessage", "ratelimited", retry_after=17)
        assert [(await failure_of(bench, "T1/U1")).within for _ in range(2)] == ["T1/", "T1/"]
        await bench.platform.send("T2/U1", CARD)


async def test_with_one_workspace_an_address_of_several_reaches_nobody(bench: Bench) -> None:
    assert (await failure_of(bench, "T1/U1")).permanent
    assert posts(bench) == 0


@pytest.mark.parametrize("status", [0, 500, 503])
async def test_an_outage_may_be_over_tomorrow(status: int, bench: Bench) -> None:
    with bench.slack.outage(status=status):
        failure = await failure_of(bench)
    assert (failure.permanent, failure.retry_after) == (False, None)


@pytest.mark.parametrize("status", [0, 503])
async def test_a_call_whose_answer_is_lost_is_not_made_again(status: int, bench: Bench) -> None:
    await bench.card()  # over a connection that stays, which a client might take as a reason to try once more
    with bench.slack.outage(status=status, after=True):
        await failure_of(bench)
    assert (posts(bench), len(bench.noor.messages())) == (2, 2)


async def test_slack_out_of_reach_is_not_a_permanent_failure() -> None:
    async with slack_before(api="http://127.0.0.1:9/api/") as bench:
        assert not (await failure_of(bench)).permanent


@pytest.mark.parametrize("error", ["token_revoked", "invalid_auth", "account_inactive", "token_expired"])
async def test_a_token_that_ended_is_tried_again_much_later(error: str, bench: Bench) -> None:
    bench.slack.fail("chat.postMessage", error)
    failure = await failure_of(bench)
    assert (failure.permanent, failure.retry_after) == (False, LATER)


@pytest.mark.parametrize("error", ["internal_error", "service_unavailable", "something_of_next_year"])
async def test_an_error_that_says_nothing_of_the_person_may_be_over_tomorrow(error: str, bench: Bench) -> None:
    bench.slack.fail("chat.postMessage", error)
    assert not (await failure_of(bench)).permanent


async def test_a_failure_names_no_person_and_no_text(bench: Bench) -> None:
    said = str(await failure_of(bench, "U404"))
    assert not {part for part in ("U404", CARD.title, "token-of-noor") if part in said}


async def test_a_message_that_was_deleted_cannot_be_changed_tomorrow_either(bench: Bench) -> None:
    ref = await bench.platform.send("U1", CARD)
    bench.noor.deletes(bench.noor.messages()[0])
    with pytest.raises(DeliveryError) as failure:
        await bench.platform.update(ref, THANKS)
    assert failure.value.permanent


async def test_no_message_unfolds_what_it_links_to(bench: Bench) -> None:
    await bench.card()
    assert bench.slack.called("chat.postMessage")[0].arguments["unfurl_links"] is False


LINES = Lines(
    "Drukte", ("3 mrt", "10 mrt"), (date(2031, 3, 3), date(2031, 3, 10)), (("Drukte", (3.0, 3.5)),), (1.0, 5.0)
)
DRAWN = Message("Deze week", "nl", image=Image("<svg/>", b"png", "De drukte stijgt", LINES))


async def no_time(seconds: float) -> None:
    """Sleep without waiting."""


async def test_a_workspace_that_draws_no_lines_gets_the_words_and_then_the_picture(bench: Bench) -> None:
    bench.noor.team.rules.charts = False
    await bench.card(DRAWN)
    words, picture = bench.noor.messages()
    assert [block["type"] for block in words.blocks] == ["header", "section"]
    (file,) = picture.body["files"]
    assert (file["alt_txt"], file["title"]) == ("De drukte stijgt", "Deze week")
    assert bench.noor.team.files[file["id"]].data == b"png"


async def test_where_lines_are_drawn_no_picture_is_sent(bench: Bench) -> None:
    await bench.card(DRAWN)
    assert len(bench.noor.messages()) == 1
    assert bench.noor.team.files == {}


@pytest.mark.parametrize("step", ["files.getUploadURLExternal", "upload", "files.completeUploadExternal"])
async def test_a_picture_that_does_not_arrive_is_tried_again_and_is_there_once(step: str) -> None:
    async with slack_before(sleep=no_time) as bench:
        bench.noor.team.rules.charts = False
        with bench.slack.outage(methods=[step], times=2):
            await bench.card(DRAWN)
        assert ["files" in message.body for message in bench.noor.messages()] == [False, True]


async def test_without_the_right_to_upload_the_words_and_numbers_are_the_digest(bench: Bench) -> None:
    bench.noor.team.rules.charts = False
    bench.slack.fail("files.getUploadURLExternal", "missing_scope", times=3)
    await bench.card(DRAWN)
    assert len(bench.noor.messages()) == 1


async def test_a_message_without_lines_that_is_refused_is_not_sent_again(bench: Bench) -> None:
    bench.slack.fail("chat.postMessage", "invalid_blocks")
    assert (await failure_of(bench)).permanent
    assert posts(bench) == 1
