"""What no button of ours sends: a clear answer in the person's language, nothing stored, nothing lost."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from itertools import product
from uuid import UUID

import pytest
import pytest_asyncio

from bot.server import Server
from bot.settings import Settings
from surveys.model import LANGUAGES
from surveys.tickets import TokenBody, mint, read_token
from tests.dialogues.drivers import DRIVERS, Position
from tests.dialogues.talk import Agent, Play, playing
from tests.everything import everything, logged
from tests.truths import held_by

pytestmark = pytest.mark.asyncio(loop_scope="module")

Spoil = Callable[[Play, str], str]
"""Makes a bad token of a good one."""


def untouched(play: Play, token: str) -> str:
    return token


def flipped(play: Play, token: str) -> str:
    return token[:-9] + ("A" if token[-9] != "A" else "B") + token[-8:]


def of_a_destroyed_epoch(play: Play, token: str) -> str:
    return mint("e20200101dead", bytes(32), read_token(token, play.stage.app.keys), bytes)


def of_a_closed_wave(play: Play, token: str) -> str:
    keys, body = play.stage.app.keys, read_token(token, play.stage.app.keys)
    return mint(keys.current, keys.epoch(keys.current), TokenBody(UUID(int=7), body.cohort, body.ticket, "nl"), bytes)


def with_the_ticket_of_another_wave(play: Play, token: str) -> str:
    keys, body = play.stage.app.keys, read_token(token, play.stage.app.keys)
    return mint(keys.current, keys.epoch(keys.current), TokenBody(body.wave, body.cohort, bytes(16), "nl"), bytes)


@dataclass(frozen=True)
class Bad:
    """`says` is the id of the text that comes back; `refused` the one of a platform that turns it away itself."""

    says: str
    action: str = "answer"
    positions: tuple[Position, ...] = ((0, 3),)
    token: Spoil = untouched
    text: str | None = None
    refused: dict[str, str] = field(default_factory=dict)


NOT_YOURS = {"web": "web.refused.not_yours", "slack": "chat.not_yours", "teams": "chat.not_yours", "recording": ""}
UNREADABLE = {"web": "web.error.unreadable.text", "teams": "teams.unreadable"}
TOO_LARGE = {"web": "web.error.too_large.text", "slack": "", "teams": ""}
"""Slack and Teams let nobody write so much: what was forged is turned away at the door."""
UNKNOWN = {"teams": "start.said"}
"""There people type what they like; elsewhere only commands."""
CASES = {
    "a token that somebody made up": Bad("error.token", token=lambda play, token: "abc"),
    "a token made up under our key id": Bad("error.token", token=lambda play, token: token.split(".")[0] + ".QUJD"),
    "a truncated token": Bad("error.token", token=lambda play, token: token[:-20]),
    "a changed token": Bad("error.token", token=flipped),
    "an expired token": Bad("error.token", token=of_a_destroyed_epoch),
    "an endless token": Bad("error.token", token=lambda play, token: token * 40, refused=UNREADABLE),
    "a token for a closed wave": Bad("error.wave_closed", token=of_a_closed_wave),
    "a token for another wave": Bad("", token=with_the_ticket_of_another_wave, refused=NOT_YOURS),
    "an option above the scale": Bad("error.outside_scale", positions=((0, 6),)),
    "an option far outside the scale": Bad("error.outside_scale", positions=((1, 999),)),
    "an answer that skips": Bad("error.outside_scale", positions=((0, 0),)),
    "an item that is not asked": Bad("error.outside_scale", positions=((2, 1),)),
    "an answer without a position": Bad("error.outside_scale", positions=()),
    "a skip without a position": Bad("error.outside_scale", action="skip", positions=()),
    "a skip of what is not asked": Bad("error.outside_scale", action="skip", positions=((7, 0),)),
    "a break that was not offered": Bad("error.outside_scale", action="break", positions=((0, 4),)),
    "a break without a position": Bad("error.outside_scale", action="break", positions=()),
    "a comment with a forged token": Bad("error.token", "comment", (), lambda play, token: "abc", "geheim woord"),
    "a comment of ten megabytes": Bad("error.too_long", "comment", (), text="geheim " * 1_500_000, refused=TOO_LARGE),
    "a comment of five kilobytes": Bad(
        "error.too_long", "comment", (), text="geheim " * 800, refused={"web": "web.refused.too_long"}
    ),
    "a NUL byte": Bad("error.input", "comment", (), text="geheim\0woord", refused=UNREADABLE),
    "an escape character": Bad("error.input", "comment", (), text="geheim\x1b[2Jwoord"),
    "emoji that are too many": Bad("error.too_long", "comment", (), text="🌿" * 281),
    "right-to-left text that is too long": Bad("error.too_long", "comment", (), text="\u202eشكرا " * 60),
}  # fmt: skip
SECRETS = ("geheim", "شكرا", "🌿", "Traceback")


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=product(sorted(DRIVERS), LANGUAGES), ids="-".join)
async def play(request: pytest.FixtureRequest, house: tuple[Server, Settings]) -> AsyncIterator[Play]:
    async with playing(house, *request.param, settings={"comments": True}, size=4) as one:
        yield one


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def agent(play: Play) -> AsyncIterator[Agent]:
    """Somebody who answered the first question with 4."""
    async with play.meet() as one:
        await one.taps(one.option(0, 4))
        yield one


@pytest.mark.parametrize("case", CASES)
async def test_bad_input_gets_a_clear_answer_and_changes_nothing(case: str, agent: Agent, play: Play) -> None:
    bad, token = CASES[case], await agent.driver.token()
    before = everything(play.stage.server)
    with logged() as lines:
        heard = await agent.driver.forge(bad.token(play, token), bad.action, *bad.positions, text=bad.text)
    assert everything(play.stage.server) == before
    says = bad.refused.get(play.platform, bad.says)
    assert (agent.t(says) if says else "") in heard
    assert [secret for secret in SECRETS if secret in heard + lines.getvalue()] == []
    assert token not in lines.getvalue()


async def test_after_all_of_it_nothing_is_lost(agent: Agent, play: Play) -> None:
    token = await agent.driver.token()
    for bad in CASES.values():
        await agent.driver.forge(bad.token(play, token), bad.action, *bad.positions, text=bad.text)
    assert list((await held_by(play.stage, agent.who)).answers.values()) == [4]
    await agent.sees(agent.question(1))
    await agent.taps(agent.option(1, 2), agent.t("checkin.thanks.title"))


async def test_a_button_copied_from_a_colleague_does_nothing(agent: Agent, play: Play) -> None:
    async with play.meet() as colleague:
        theirs = await colleague.driver.token()
        before = everything(play.stage.server)
        for action in ("answer", "skip", "withdraw", "change", "show", "breaks", "comment"):
            heard = await agent.driver.forge(theirs, action, (0, 1), text="geheim")
            refusal = NOT_YOURS[play.platform]
            assert (agent.t(refusal) if refusal else "") in heard
            assert colleague.question(0) not in heard
        assert everything(play.stage.server) == before
        await colleague.sees(colleague.question(0))


async def test_an_unknown_command_is_answered_and_changes_nothing(agent: Agent, play: Play) -> None:
    before = everything(play.stage.server)
    assert agent.t(UNKNOWN.get(play.platform, "error.unknown_command")) in await agent.driver.ask("geheim")
    assert everything(play.stage.server) == before


async def test_a_planted_change_is_seen(play: Play) -> None:
    before = everything(play.stage.server)
    async with play.meet() as somebody:
        await somebody.taps(somebody.option(0, 1))
    assert everything(play.stage.server) != before
