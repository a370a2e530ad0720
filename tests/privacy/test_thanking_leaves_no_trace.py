"""PRIVACY 11 and 12: *thank someone* stands under the thanks, and whoever presses it leaves nothing behind."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from adapters.port import Command, Message, Reply
from surveys.tickets import derive
from tests.architecture.tree import ROOT
from tests.dialogues.drivers import DRIVERS
from tests.dialogues.talk import playing
from tests.everything import Rows, everything
from tests.kudos.thanks import floor
from tests.privacy.wave import House, token_of, wave
from tests.stage import Stage

KEYS = {"surveys.tickets", "surveys.period_keys", "cryptography", "hashlib", "hmac", "secrets"}


def of_kudos_code() -> list[Path]:
    """Return every file about kudos."""
    folders = [ROOT / "bot", ROOT / "surveys", ROOT / "analytics"]
    return [file for folder in folders for file in folder.rglob("*.py") if "kudos" in str(file.relative_to(ROOT))]


def imported(source: str) -> set[str]:
    """Return the modules that a file imports; fresh chance is no key, wherever its type is kept."""
    found = set[str]()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            names = {f"{node.module}.{name.name}" for name in node.names} - {"surveys.tickets.Entropy"}
            found |= names | ({node.module or ""} if names else set())
    return {name if name in KEYS else name.split(".")[0] for name in found}


def test_kudos_use_no_key_at_all() -> None:
    """Nothing about kudos is derived, signed, hashed or sealed under any key, so none is shared with the answers."""
    files = [*of_kudos_code(), ROOT / "surveys/store/postings.py"]
    assert len(files) >= 15
    assert {str(file): used for file in files if (used := imported(file.read_text()) & KEYS)} == {}
    assert imported("from surveys.tickets import Entropy, derive\nimport hmac") & KEYS == {"surveys.tickets", "hmac"}


async def test_thanking_derives_no_key(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """While somebody opens the form, looks, sends, and it arrives, no key is derived and no answer's key is used."""
    async with floor(house) as scene:
        used = list[str]()

        def noted(key: bytes, info: str, salt: bytes | None = None) -> bytes:
            used.append(info)
            return derive(key, info, salt)

        monkeypatch.setattr("surveys.tickets.derive", noted)
        await scene.gives("o1", "o3")
        await scene.arrives()
        assert len(scene.chat.inbox("o3")) == 1
        assert used == []


@pytest.mark.parametrize("platform", sorted(DRIVERS))
async def test_pressing_thank_someone_leaves_no_trace(house: House, platform: str) -> None:
    """Pressing *thank someone* under the thanks and looking at the form changes no row, system column, sequence or
    message, and uses no transaction, on any platform."""
    async with playing(house, platform, "nl", size=2) as play, play.meet() as agent:
        await agent.answers(1, 5)
        screen = await agent.driver.screen()
        before = left_behind(play.stage)
        heard = await agent.taps(agent.t("home.to.kudos"))
        assert agent.t("kudos.give.words") in heard
        assert left_behind(play.stage) == before
        assert await agent.driver.screen() == screen


def left_behind(stage: Stage) -> tuple[Rows, object]:
    """Return everything, and which transaction is next."""
    url = stage.server.login.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        following = connection.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text").fetchone()
    return everything(stage.server, system=True), following


async def test_what_a_thanks_message_carries_is_not_looked_at(house: House) -> None:
    """The form that comes up from a thanks message is the one that comes up from anywhere, whatever card its button
    carried, and a kudos that is sent from it holds nothing of it."""
    async with wave(house) as stage:
        await stage.answer("o1", 1, 5)
        receive = stage.app.inbox.receive
        own, other = token_of(stage, "o1"), token_of(stage, "o3")
        forms = [
            plain(await receive(Command("kudos", "recording", "o1", "nl", token=token)))
            for token in (own, other, "no card at all", None)
        ]
        assert forms == [forms[-1]] * len(forms)
        assert forms[0].form is not None
        assert forms[0].token is None


def plain(reply: Reply) -> Message:
    """Return what came up, without the id that is made anew each time."""
    assert reply.dialog is not None
    assert reply.dialog.form is not None
    return replace(reply.dialog, form=replace(reply.dialog.form, kept={}))
