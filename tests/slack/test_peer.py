"""Slack's framework for JavaScript, which knows nothing of us, understands what the fake sends and answers."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.fake import FakeSlack
from tests.slack.model import Ack
from tests.slack.peer.running import PATIENCE, Peer, installed, running
from tests.slack.person import Person
from tests.slack.test_fake_slack import CARD
from tests.slack.workspace import Workspace

FAILED = Ack(0, "", 0.0, "nothing was sent")
pytestmark = pytest.mark.skipif(not installed(), reason="no Bolt on Node 20: npm ci in tests/slack/peer")


@pytest.fixture(params=["http", "socket"])
async def peer(request: pytest.FixtureRequest, slack: FakeSlack, team: Workspace) -> AsyncIterator[Peer]:
    slack.socket_mode = request.param == "socket"
    slack.http.patience = slack.sockets.patience = PATIENCE
    async with running(slack, team, socket=slack.socket_mode) as peer:
        base = f"http://127.0.0.1:{peer.port}"
        async with httpx.AsyncClient(base_url=base, timeout=PATIENCE, trust_env=False) as carrier:
            slack.connect(carrier)
            yield peer


async def test_it_understands_events(peer: Peer, team: Workspace, noor: Person) -> None:
    team.usergroup("S1", handle="lijn", members=[])
    acks = [await noor.opens_home(), await team.joins(noor), await noor.changes(tz="Europe/Lisbon")]
    acks += [await team.regroups("S1", members=["U1"]), await team.removes_app()]
    assert [ack.trouble for ack in acks] == [None] * 5
    assert await peer.heard("app_home_opened") == {"user": "U1", "tab": "home", "published": "home"}
    assert await peer.heard("team_join") == {"name": "Noor", "tz": "Europe/Amsterdam"}
    assert await peer.heard("user_change") == {"name": "Noor", "tz": "Europe/Lisbon"}
    assert await peer.heard("subteam_members_changed") == {"added": ["U1"]}
    assert await peer.heard("tokens_revoked") == {"bot": [team.bot_user_id]}
    assert await peer.heard("app_uninstalled") == {"team": "T1"}


async def test_it_understands_taps_and_their_screens(peer: Peer, client: AsyncWebClient, noor: Person) -> None:
    await client.chat_postMessage(channel="U1", text="Hoe gaat het?", blocks=CARD)
    (card,) = noor.messages()
    assert (await noor.taps("bad", on=card)).ok
    assert await peer.heard("bad") == {"ts": card.ts, "text": "Gezien"}
    assert (await noor.taps("good", on=card)).ok
    heard = await peer.heard("good")
    assert heard == {"user": "U1", "value": "1", "block": "answers", "opened": noor.views[0].id}
    assert [message.text for message in noor.messages()] == ["Dank je wel"]
    assert (await noor.closes(noor.views[0]) or FAILED).ok
    assert await peer.heard("closed") == {"cleared": False}


async def test_it_understands_what_is_filled_in_and_refuses_it(
    peer: Peer, client: AsyncWebClient, noor: Person
) -> None:
    await client.chat_postMessage(channel="U1", text="Hoe gaat het?", blocks=CARD)
    await noor.taps("good", on=noor.messages()[0])
    await peer.heard("good")
    assert (await noor.submits(noor.views[0], {"words": "veel te lang"})).ok
    assert (await peer.heard("comment"), noor.views[0].errors) == (
        {"user": "U1", "value": "veel te lang"},
        {"words": "Te lang"},
    )
    assert (await noor.submits(noor.views[0], {"words": "kort"})).ok
    assert (await peer.heard("comment"), noor.views) == ({"user": "U1", "value": "kort"}, [])


async def test_it_understands_a_command_and_the_lists_of_people(peer: Peer, team: Workspace, noor: Person) -> None:
    team.usergroup("S1", handle="lijn", members=["U1"])
    assert (await noor.writes("/adempauze", "help")).ok
    assert await peer.heard("/adempauze") == {
        "text": "help",
        "members": [["USLACKBOT", "nl-NL"], ["U1", "nl-NL"]],
        "groups": [["lijn", ["U1"]]],
        "posted": [noor.dm, "Hier is de hulp"],
    }
    assert [message.text for message in noor.ephemeral()] == ["Een ogenblik"]


async def test_it_understands_shortcuts_mentions_and_the_list_of_channels(
    peer: Peer, team: Workspace, noor: Person
) -> None:
    team.channel("C1", name="dank")
    assert (await noor.calls("thank_someone")).ok
    assert await peer.heard("thank_someone") == {"user": "U1", "opened": noor.views[0].id}
    assert (await noor.calls_on(team.user("U2", name="Daan").says("Opgelost", "C1"), "thank_for_this")).ok
    assert await peer.heard("thank_for_this") == {"author": "U2", "channels": [["C1", "dank"]]}
    assert (await noor.writes("/kudos", "@daan dank & groet")).ok
    assert await peer.heard("/kudos") == {"text": "<@U2|daan> dank &amp; groet"}


@pytest.mark.parametrize("peer", ["http"], indirect=True)
async def test_it_takes_our_signature_and_no_other(peer: Peer, slack: FakeSlack) -> None:
    body = b'{"type": "url_verification", "challenge": "raadsel", "token": "x"}'
    headers = {"Content-Type": "application/json", **slack.http.signature(body)}
    signed, forged = await slack.http.post(body, headers), await slack.http.post(body + b" ", headers)
    assert (signed.status, signed.body, forged.status) == (200, '{"challenge":"raadsel"}', 401)
