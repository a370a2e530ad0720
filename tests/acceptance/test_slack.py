"""The real `adempauze serve` before a fake Slack: from a list of members to a thank-you, over HTTP and Socket Mode."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import httpx
import pytest

from tests.acceptance.installation import PATIENCE, PEOPLE, House, opened_in_slack
from tests.adapters.slack_stage import words_of
from tests.slack.fake import FakeSlack, fake_slack
from tests.slack.person import Person

DRY_RUN = ["roster", "members", "slack", "--dry-run"]


@pytest.mark.parametrize("socket_mode", [False, True], ids=["http", "socket"])
async def test_a_check_in_comes_to_slack_and_is_answered_there(socket_mode: bool, tmp_path: Path) -> None:
    async with in_slack(socket_mode=socket_mode) as (slack, people):
        house = House(tmp_path)
        house.variables |= settings_for(slack, people[0], socket_mode=socket_mode)
        await asyncio.to_thread(opened_in_slack, house, PEOPLE)
        async with serving(house), httpx.AsyncClient(base_url=address(house)) as carrier:
            slack.connect(carrier)
            await answered(slack, people[3])
        counts = await asyncio.to_thread(house.told, "wave", "show", "pulse")
    assert "12" in counts


async def test_two_workspaces_are_connected_in_a_browser_and_everybody_answers_in_their_own(tmp_path: Path) -> None:
    """The link of `slack connect`, consent in each workspace, tokens that rotate, the list of members, the card."""
    house = House(tmp_path)
    async with fake_slack() as slack:
        slack.oauth.rotation = True
        teams = [slack.workspace(f"T{number}", name=name) for number, name in enumerate(("Lente", "Zomer"))]
        people = [teams[n > 6].user(f"U{n}", name=f"Agent {n}", email=f"A{n}@lente.example") for n in range(1, 13)]
        given = {"CLIENT_ID": slack.client_id, "CLIENT_SECRET": slack.client_secret, "API": slack.api_base}
        given |= {"SIGNING_SECRET": slack.signing_secret, "PER_MINUTE": "3000"}
        house.variables |= {f"ADEMPAUZE_SLACK_{name}": value for name, value in given.items()}
        house.variables["ADEMPAUZE_PUBLIC_URL"] = address(house)
        async with serving(house), httpx.AsyncClient(base_url=address(house), follow_redirects=True) as browser:
            await browser.post((await command(house, "slack", "connect")).strip())
            assert [await connected(browser, team.id) for team in teams] == [200, 200]
            await asyncio.to_thread(opened_in_slack, house, PEOPLE)
            slack.connect(browser)
            for person in (people[2], people[11]):
                await answered(slack, person)
            assert "Lente is not connected any more" in await command(house, "slack", "disconnect", "T0")
            assert "the workspace Zomer (T1) is connected" in (await asyncio.to_thread(house, "doctor")).stdout


async def connected(browser: httpx.AsyncClient, team: str) -> int:
    """Press the button of the page, choose a workspace in Slack, consent; return how that ended."""
    to_slack = await browser.get("/slack/install", follow_redirects=False)
    return (await browser.get(f"{to_slack.headers['location']}&team={team}")).status_code


async def test_the_roster_follows_who_joins_and_who_leaves(tmp_path: Path) -> None:
    """Omar joins the group and Sanne is deactivated while it serves; nobody runs a command, and both are so."""
    async with in_slack(socket_mode=True) as (slack, people):
        team, house = people[0].team, House(tmp_path)
        sanne, omar = (team.user(f"U{n}", name=name) for n, name in ((20, "Sanne"), (21, "Omar")))
        team.usergroup("S1", handle="agents", name="Avond", members=["U1", "U20"])
        house.variables |= settings_for(slack, people[0], socket_mode=True)
        house.variables |= {"ADEMPAUZE_SLACK_GROUPS": "@agents", "ADEMPAUZE_MEMBERS_SECONDS": "0.5"}
        await command(house, "roster", "import", house.write("people.csv", PEOPLE))
        assert "new: Sanne (slack:U20) in Avond\n" in await command(house, "roster", "members", "slack")
        async with serving(house):
            await slack.sockets.wait()
            strange = await home_of(slack, omar)
            await team.joins(omar)
            await team.regroups("S1", members=["U1", "U20", "U21"])
            await sanne.changes(deleted=True)
            async with asyncio.timeout(PATIENCE):
                while await home_of(slack, omar) == strange:  # noqa: ASYNC110
                    await asyncio.sleep(0.2)
        assert "0 new, 0 moved, 0 left, 0 changed, 13 unchanged" in await command(house, *DRY_RUN)


async def home_of(slack: FakeSlack, person: Person) -> str:
    """Open the Home tab, and return what it says."""
    published = len(slack.called("views.publish"))
    assert (await person.opens_home()).ok
    await slack.until(lambda: len(slack.called("views.publish")) > published, seconds=PATIENCE)
    return words_of(person.home.blocks) if person.home else ""


async def answered(slack: FakeSlack, person: Person) -> None:
    """Wait for the own card, answer both questions, and see the thanks."""
    await slack.until(person.messages, seconds=PATIENCE)
    for item in (0, 1):
        await person.taps(f"nl/answer/{item}:3", on=person.messages()[-1])
        said = f"nl/answer/{item + 1}:3" if item == 0 else "nl/withdraw"
        await slack.until(partial(shows, person, said))
    assert len(person.messages()) == 1


def shows(person: Person, button: str) -> bool:
    return button in str(person.messages()[-1].blocks)


@asynccontextmanager
async def in_slack(*, socket_mode: bool) -> AsyncIterator[tuple[FakeSlack, list[Person]]]:
    """A workspace with the people of the roster, and a bot."""
    async with fake_slack() as slack:
        team = slack.workspace("T1", name="Lente")
        slack.socket_mode = socket_mode
        yield slack, [team.user(f"U{n}", name=f"Agent {n}", email=f"A{n}@lente.example") for n in range(1, 13)]


def settings_for(slack: FakeSlack, person: Person, *, socket_mode: bool) -> dict[str, str]:
    way = {"APP_TOKEN": slack.app_token} if socket_mode else {"SIGNING_SECRET": slack.signing_secret}
    given = {"BOT_TOKEN": person.team.bot_token, "API": slack.api_base, "PER_MINUTE": "3000", **way}
    return {f"ADEMPAUZE_SLACK_{name}": value for name, value in given.items()}


async def command(house: House, *arguments: str) -> str:
    return await asyncio.to_thread(house.told, *arguments)


def address(house: House) -> str:
    return f"http://127.0.0.1:{house.variables['ADEMPAUZE_PORT']}"


@asynccontextmanager
async def serving(house: House) -> AsyncIterator[None]:
    """Serve until the block ends."""
    process = house.start("serve")
    try:
        async with httpx.AsyncClient(base_url=address(house)) as client:
            for _ in range(int(PATIENCE * 5)):
                assert process.poll() is None, process.communicate()[1]
                try:
                    if (await client.get("/healthz")).status_code == 200:
                        break
                except httpx.TransportError:
                    await asyncio.sleep(0.2)
        yield
    finally:
        process.terminate()
        _, told = await asyncio.to_thread(process.communicate, timeout=PATIENCE)
        assert "Traceback" not in told
