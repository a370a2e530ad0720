"""Several workspaces of Slack by OAuth: connecting, tokens that rotate, and being taken out again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI

from adapters.port import Changed, DeliveryError
from adapters.slack.app import SlackApp
from adapters.slack.installations import Installation, Installations
from adapters.slack.oauth import NotConnected, OAuthClient, consent_address, installation_of
from adapters.slack.platform import Slack
from adapters.slack.tokens import EARLY, LEASE
from adapters.slack.workspaces import Workspaces
from tests.adapters.contract import Conversation
from tests.adapters.test_slack_http import CARD, TOKEN, WORDS
from tests.adapters.web_stage import MemoryBoard, MemoryKeep
from tests.slack.conftest import Watch
from tests.slack.fake import FakeSlack, fake_slack
from tests.slack.workspace import Workspace

BACK = "https://pauze.example.org/slack/oauth_redirect"
ANSWER = {
    **{"team": {"id": "T1", "name": "Lente"}, "access_token": "xoxb-1"},
    **{"token_type": "bot", "scope": "chat:write,commands"},
}
TWELVE_HOURS = 43_200


@dataclass
class Town:
    """A fake Slack with two workspaces, and our application, in any number of processes over one database."""

    slack: FakeSlack
    watch: Watch
    lente: Workspace
    zomer: Workspace
    keep: MemoryKeep = field(default_factory=MemoryKeep)
    conversation: Conversation = field(default_factory=Conversation)
    processes: list[Slack] = field(default_factory=list)

    def process(self, changed: Changed | None = None, groups: tuple[str, ...] = ()) -> Slack:
        """Start one more."""
        scopes = ("chat:write", "commands", "users:read", "channels:read", "groups:read")
        client = OAuthClient(self.slack.client_id, self.slack.client_secret, scopes)
        made = Slack(
            SlackApp(
                self.slack.signing_secret, client=client, per_minute=60_000, api=self.slack.api_base, groups=groups
            ),
            receive=self.conversation.receive,
            belongs=self.conversation.belongs,
            speaks=self._nobody,
            changed=changed or self._nobody,
            keep=self.keep,
            words=WORDS,
            locale="nl",
            board=MemoryBoard(self.watch),
            sleep=self._sleep,
        )
        self.processes.append(made)
        return made

    async def connects(self, team: Workspace, by: Slack) -> Installation:
        """An administrator of a workspace lets us in."""
        return await of(by).connect(await self.code(team, by), back=BACK)

    async def code(self, team: Workspace, by: Slack) -> str:
        """Consent, as a browser does; return what it brings back."""
        address = of(by).consent(state="s", back=BACK)
        async with httpx.AsyncClient() as browser:
            answer = await browser.get(f"{address}&team={team.id}")
        return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]

    async def _nobody(self, _: object) -> None:
        return None

    async def _sleep(self, seconds: float) -> None:
        self.watch.seconds += seconds


@asynccontextmanager
async def heard(town: Town, process: Slack) -> AsyncIterator[None]:
    """What happens in Slack reaches this process."""
    app = FastAPI()
    app.include_router(process.router)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://app.test") as carrier:
        town.slack.connect(carrier)
        yield


def of(platform: Slack) -> Workspaces:
    assert platform.workspaces
    return platform.workspaces


@asynccontextmanager
async def in_town(*, rotation: bool = False) -> AsyncIterator[Town]:
    watch = Watch()
    async with fake_slack(now=watch) as slack:
        slack.oauth.rotation = rotation
        lente, zomer = slack.workspace("T1", name="Lente"), slack.workspace("T2", name="Zomer")
        lente.user("U1", name="Noor")
        zomer.user("U1", name="Bram")
        town = Town(slack, watch, lente, zomer)
        try:
            yield town
        finally:
            for process in town.processes:
                await process.close()


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with in_town() as town:
        yield town


@pytest.fixture
async def rotating() -> AsyncIterator[Town]:
    async with in_town(rotation=True) as town:
        yield town


# ---- consent and what comes of it -------------------------------------------------------------------------------


def test_the_browser_goes_to_the_slack_whose_api_we_call_with_the_scopes_the_state_and_the_way_back() -> None:
    client = OAuthClient("1.2", "secret", ("chat:write", "commands"))
    went = urlsplit(consent_address("https://slack-gov.example/api/", client, state="s&t", back=BACK))
    assert (went.scheme, went.netloc, went.path) == ("https", "slack-gov.example", "/oauth/v2/authorize")
    asked = {"client_id": ["1.2"], "scope": ["chat:write,commands"], "state": ["s&t"], "redirect_uri": [BACK]}
    assert parse_qs(went.query) == asked


def test_the_secret_is_not_shown() -> None:
    assert "geheim" not in repr(OAuthClient("1.2", "geheim"))


def test_an_answer_becomes_a_workspace_with_its_token() -> None:
    assert installation_of(ANSWER, 5.0) == Installation("T1", "xoxb-1", "Lente")


def test_a_token_that_rotates_ends_when_slack_says() -> None:
    found = installation_of({**ANSWER, "expires_in": 60, "refresh_token": "xoxe-1"}, 5.0)
    assert (found.refresh, found.expires) == ("xoxe-1", 65)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"is_enterprise_install": True}, "organisation"),
        ({"team": None}, "organisation"),
        ({"scope": "commands"}, "scopes"),
        ({"scope": ""}, "scopes"),
        ({"token_type": "user"}, "scopes"),
    ],
)
def test_an_answer_that_is_no_workspace_of_ours_connects_nothing(changed: dict[str, object], why: str) -> None:
    with pytest.raises(NotConnected) as error:
        installation_of({**ANSWER, **changed}, 5.0)
    assert error.value.why == why


async def test_two_workspaces_are_connected_side_by_side(town: Town) -> None:
    process = town.process()
    for team in (town.zomer, town.lente):
        await town.connects(team, process)
    assert [one.name for one in await of(process).connected()] == ["Lente", "Zomer"]


async def test_a_workspace_that_is_connected_again_is_there_once_with_its_newer_token(town: Town) -> None:
    process = town.process()
    first, second = [await town.connects(town.lente, process) for _ in range(2)]
    (found,) = await of(process).connected()
    assert found == second != first


async def test_another_process_knows_it_too(town: Town) -> None:
    await town.connects(town.lente, town.process())
    await town.process().send("T1/U1", CARD)
    assert len(town.lente.users["U1"].messages()) == 1


async def test_a_code_is_good_once(town: Town) -> None:
    process = town.process()
    code = await town.code(town.lente, process)
    await of(process).connect(code, back=BACK)
    with pytest.raises(NotConnected) as error:
        await of(process).connect(code, back=BACK)
    assert error.value.why == "refused"


async def test_when_slack_is_away_nothing_is_connected_for_now(town: Town) -> None:
    process = town.process()
    code = await town.code(town.lente, process)
    with town.slack.outage(methods=["oauth.v2.access"]), pytest.raises(NotConnected) as error:
        await of(process).connect(code, back=BACK)
    assert error.value.why == "later"
    assert await of(process).connected() == []


# ---- two workspaces ---------------------------------------------------------------------------------------------


async def test_everybody_is_reached_in_their_own_workspace(town: Town) -> None:
    process = town.process()
    for team in (town.lente, town.zomer):
        await town.connects(team, process)
    await process.send("T2/U1", CARD)
    assert (len(town.lente.users["U1"].messages()), len(town.zomer.users["U1"].messages())) == (0, 1)


async def test_the_same_id_in_another_workspace_is_somebody_else(town: Town) -> None:
    process = town.process()
    town.conversation.owners[TOKEN] = "T2/U1"
    async with heard(town, process):
        for team in (town.lente, town.zomer):
            await town.connects(team, process)
            await process.send(f"{team.id}/U1", CARD)
            person = team.users["U1"]
            await person.taps("nl/answer/0:2", on=person.messages()[-1])
            await process.settle()
    assert len(town.conversation.heard) == 1


async def test_members_of_every_workspace_are_listed_with_its_id(town: Town) -> None:
    process = town.process()
    for team in (town.lente, town.zomer):
        await town.connects(team, process)
    assert [one.address async for one in process.members()] == ["T1/U1", "T2/U1"]


async def test_somebody_who_is_in_a_channel_of_two_workspaces_is_listed_once_by_their_own(town: Town) -> None:
    process = town.process()
    for team in (town.lente, town.zomer):
        await town.connects(team, process)
    town.lente.users["U7"] = town.zomer.user("U7", name="Bram")
    assert [one.address async for one in process.members()] == ["T1/U1", "T2/U1", "T2/U7"]


async def test_a_workspace_that_removes_the_app_is_forgotten_and_the_other_goes_on(town: Town) -> None:
    process = town.process()
    async with heard(town, process):
        for team in (town.lente, town.zomer):
            await town.connects(team, process)
        await town.lente.removes_app()
        await process.settle()
    assert [one.team for one in await of(process).connected()] == ["T2"]
    assert "T1" not in str(town.keep.records)
    with pytest.raises(DeliveryError, match="not connected"):
        await process.send("T1/U1", CARD)


# ---- tokens that rotate -----------------------------------------------------------------------------------------


def renewals(town: Town) -> int:
    return sum(call.arguments.get("grant_type") == "refresh_token" for call in town.slack.called("oauth.v2.access"))


async def test_a_token_is_renewed_in_good_time_and_not_before(rotating: Town) -> None:
    process = rotating.process()
    await rotating.connects(rotating.lente, process)
    for wait, expected in ((TWELVE_HOURS - EARLY - 1, 0), (1, 1), (60, 1)):
        rotating.watch.seconds += wait
        await process.tend()
        assert renewals(rotating) == expected


async def test_a_year_of_rotation_never_stops_a_card(rotating: Town) -> None:
    process = rotating.process()
    await rotating.connects(rotating.lente, process)
    for _ in range(52):
        rotating.watch.seconds += 7 * 86_400
        await process.tend()
        await process.send("T1/U1", CARD)
    assert len(rotating.lente.users["U1"].messages()) == 52


async def test_a_call_never_renews_and_writes_nothing(rotating: Town) -> None:
    """A reminder goes to who has done nothing: a record that changed would tell that one was sent."""
    process = rotating.process()
    await rotating.connects(rotating.lente, process)
    rotating.watch.seconds += TWELVE_HOURS - 60
    before = dict(rotating.keep.records)
    await process.send("T1/U1", CARD)
    assert (renewals(rotating), rotating.keep.records) == (0, before)


async def test_of_several_processes_one_renews_and_the_others_read_what_came_of_it(rotating: Town) -> None:
    first, second = rotating.process(), rotating.process()
    await rotating.connects(rotating.lente, first)
    await second.send("T1/U1", CARD)
    rotating.watch.seconds += TWELVE_HOURS - 60
    await asyncio.gather(*(process.tend() for process in (first, second) * 5))
    assert renewals(rotating) == 1
    rotating.watch.seconds += 60
    await second.send("T1/U1", CARD)
    assert len(rotating.lente.users["U1"].messages()) == 2


async def test_while_slack_renews_nothing_the_token_is_used_until_its_end(rotating: Town) -> None:
    process = rotating.process()
    await rotating.connects(rotating.lente, process)
    rotating.watch.seconds += TWELVE_HOURS - 60
    with rotating.slack.outage(methods=["oauth.v2.access"]):
        for _ in range(2):
            await process.tend()
            await process.send("T1/U1", CARD)
        assert renewals(rotating) == 1, "it is not tried again at every tick"
    rotating.watch.seconds += LEASE
    await process.tend()
    assert renewals(rotating) == 2


async def test_a_token_that_ended_and_cannot_be_renewed_means_not_connected(rotating: Town) -> None:
    process = rotating.process()
    await rotating.connects(rotating.lente, process)
    rotating.watch.seconds += TWELVE_HOURS
    rotating.slack.fail("oauth.v2.access", "invalid_refresh_token")
    await process.tend()
    with pytest.raises(DeliveryError, match="not connected") as error:
        await process.send("T1/U1", CARD)
    assert not error.value.permanent


async def test_a_process_that_was_killed_while_renewing_holds_up_the_others_for_half_a_minute(rotating: Town) -> None:
    process = rotating.process()
    await rotating.connects(rotating.lente, process)
    rotating.watch.seconds += TWELVE_HOURS
    assert await Installations(rotating.keep).claim("T1", lambda _: True, rotating.watch(), LEASE)
    await process.tend()
    assert renewals(rotating) == 0
    rotating.watch.seconds += LEASE
    await process.tend()
    await process.send("T1/U1", CARD)
    assert renewals(rotating) == 1


async def test_tokens_that_could_not_be_written_are_used_and_written_later(
    rotating: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = rotating.process()
    await rotating.connects(rotating.lente, process)
    rotating.watch.seconds += TWELVE_HOURS - 60
    claimed: list[str] = []
    change = rotating.keep.change

    async def once(key: str, edit: Callable[[bytes | None], bytes]) -> None:
        if key.startswith("installation/") and claimed:
            raise ConnectionError
        claimed.append(key)
        await change(key, edit)

    monkeypatch.setattr(rotating.keep, "change", once)
    with pytest.raises(ConnectionError):
        await process.tend()
    monkeypatch.undo()
    rotating.watch.seconds += 60
    await process.send("T1/U1", CARD)
    await process.tend()
    await rotating.process().send("T1/U1", CARD)
    assert renewals(rotating) == 1


async def test_whoever_is_told_to_stop_while_renewing_keeps_what_came_of_it(rotating: Town) -> None:
    process = rotating.process()
    await rotating.connects(rotating.lente, process)
    rotating.watch.seconds += TWELVE_HOURS - 60
    rotating.slack.slow(0.2)
    tending = asyncio.create_task(process.tend())
    await asyncio.sleep(0.1)
    tending.cancel()
    await asyncio.wait({tending})
    rotating.slack.slow(0)
    rotating.watch.seconds += 60
    await rotating.process().send("T1/U1", CARD)
    assert renewals(rotating) == 1


async def test_a_workspace_that_was_connected_again_keeps_what_that_brought(rotating: Town) -> None:
    process = rotating.process()
    old = await rotating.connects(rotating.lente, process)
    new = await rotating.connects(rotating.lente, process)
    await of(process).installations.succeed(old, replace(old, token="late", refresh="late"))
    assert await Installations(rotating.keep).find("T1") == new


async def test_a_workspace_that_went_does_not_come_back_by_a_renewal(rotating: Town) -> None:
    process = rotating.process()
    old = await rotating.connects(rotating.lente, process)
    await of(process).installations.forget("T1")
    await of(process).installations.succeed(old, replace(old, token="late"))
    assert "installation/T1" not in rotating.keep.records


async def test_a_token_that_another_process_replaced_is_read_anew_and_the_call_made_after_all(town: Town) -> None:
    first, second = town.process(), town.process()
    await town.connects(town.lente, first)
    await second.send("T1/U1", CARD)
    town.slack._ground.tokens.revoke("T1")
    await town.connects(town.lente, first)
    await second.send("T1/U1", CARD)
    assert len(town.lente.users["U1"].messages()) == 2


# ---- addresses of another time ----------------------------------------------------------------------------------


async def test_an_address_without_a_workspace_reaches_nobody_and_holds_up_nobody(town: Town) -> None:
    process = town.process()
    await town.connects(town.lente, process)
    with pytest.raises(DeliveryError) as error:
        await process.send("U1", CARD)
    assert (error.value.permanent, error.value.retry_after) == (True, None)


async def test_no_token_is_in_a_log(
    rotating: Town, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    process = rotating.process()
    with caplog.at_level(0):
        found = await rotating.connects(rotating.lente, process)
        rotating.watch.seconds += TWELVE_HOURS
        rotating.slack.fail("oauth.v2.access", "invalid_refresh_token")
        await process.tend()
        with pytest.raises(DeliveryError):
            await process.send("T1/U1", CARD)
    told = caplog.text + str(capsys.readouterr())
    for secret in (found.token, found.refresh, rotating.slack.client_secret):
        assert secret not in told
