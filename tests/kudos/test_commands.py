"""`adempauze kudos` as an administrator runs it, against a database in which people thanked each other."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence

import pytest

from bot.texts import Texts
from tests.acceptance.installation import PATIENCE
from tests.kudos.thanks import Floor, House, floor

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the embedded server is reached over its socket")

NL = Texts("nl")
EACH = """
import json, os, sys
from bot.cli.edge import Edge
from bot.cli.entry import run
for arguments in json.loads(sys.argv[1]):
    print("ended with", run(["kudos", *arguments], Edge(os.environ)), flush=True)
"""


@pytest.fixture
async def here(house: House) -> AsyncIterator[Floor]:
    async with floor(house) as there:
        yield there


async def runs(here: Floor, *commands: Sequence[str]) -> list[str]:
    """Run commands one after another, in one process; return what each of them said, with the code it ended with."""
    settings = here.stage.app.settings
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("ADEMPAUZE_")}
    ours = {"DATA_DIR": settings.data_dir, "CONFIG_DIR": settings.config_dir, "ORGANISATION": settings.organisation}
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", EACH, json.dumps(commands)],
        env=inherited | {f"ADEMPAUZE_{key}": str(value) for key, value in ours.items()},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=PATIENCE,
        check=True,
    )
    said, _, rest = done.stdout.partition("ended with ")
    found = []
    while rest:
        code, _, following = rest.partition("\n")
        found.append(f"{said}{code}")
        said, _, rest = following.partition("ended with ")
    return found


async def test_an_administrator_reads_public_kudos_and_reported_ones_and_no_private_one(here: Floor) -> None:
    await here.gives("o1", "o3", text="openbaar", where="wall")
    await here.gives("o1", "o5", text="onder ons")
    await here.gives("o1", "o7", text="niet prettig")
    (bad,) = [kudos for kudos in await here.all() if kudos.words == "niet prettig"]
    await here.asks("o7", "kudos_report_send", kudos=str(bad.id))
    everything, alone = await runs(here, ["list"], ["list", "--reported"])
    assert "openbaar" in everything
    assert "niet prettig" in everything
    assert "onder ons" not in everything
    assert "openbaar" not in alone
    assert f"{bad.id} 2026-03-02 08:00 Agent o1 Agent o7 private yes niet prettig" in " ".join(alone.split())


async def test_a_reported_kudos_without_a_name_names_its_giver_unless_an_administrator_got_it(house: House) -> None:
    async with floor(house, kudos_anonymous=True) as here:
        await here.gives("o1", "o3", where="anonymous")
        await here.gives("o5", "ada", where="anonymous")
        for kudos in await here.all():
            who = next(name for name, one in here.stage.people.items() if one.id in kudos.people)
            await here.asks(who, "kudos_report_send", kudos=str(kudos.id))
        listed = await here.stage.app.recognition.listing("nl", reported=True)
    assert {(one.giver, one.receivers) for one in listed} == {
        ("Agent o1", "Agent o3"),
        (NL("kudos.jar.anonymous"), "Ada"),
    }


async def test_what_is_hidden_goes_away_everywhere_and_its_reason_is_kept_for_its_giver(here: Floor) -> None:
    await here.gives("o1", "o3", where="wall")
    await here.arrives()
    (kudos,) = await here.all()
    hidden, again = await runs(here, *[["hide", str(kudos.id), "--reason", "er staat een klant in"]] * 2)
    assert hidden.endswith("0")
    assert again.startswith(f"adempauze: there is no kudos {kudos.id} that stands: `adempauze kudos list`")
    here.stage.clock.time = max(one.due for one in await here.postings(kudos.id))  # commands have a clock of their own
    await here.arrives()
    assert here.titles("o3") == [NL("kudos.card.moderated.title")]
    assert (await here.all())[0].reason == "er staat een klant in"


async def test_whoever_is_locked_reads_why_until_they_are_unlocked(here: Floor) -> None:
    await runs(here, ["lock", "o1", "--reason", "na overleg"])
    assert NL("kudos.refusal.locked", reason="na overleg") in (await here.looks("o1", "o3")).notice
    await runs(here, ["unlock", "o1"])
    assert not (await here.looks("o1", "o3")).failed


async def test_errors_name_the_value_and_the_mend(here: Floor) -> None:
    said = await runs(
        here,
        ["hide", "abc", "--reason", "x"],
        ["hide", "abc", "--reason", " "],
        ["lock", "o1", "--reason", "x" * 281],
        ["lock", "nobody", "--reason", "x"],
        ["unlock", "nobody"],
        ["open", "slack", "C1"],
        ["close", "slack", "C1"],
    )
    assert [text.removeprefix("adempauze: ") for text in said] == [
        "'abc' is no id of a kudos: `adempauze kudos list` shows them\n2",
        "'abc' is no id of a kudos: `adempauze kudos list` shows them\n2",
        "--reason has 281 characters: use 280 at most\n2",
        "'nobody' is nobody in the roster: give an id of the roster file or an e-mail address\n2",
        "'nobody' is nobody in the roster: give an id of the roster file or an e-mail address\n2",
        "'slack' is no connected platform with channels: those are none yet\n2",
        "'C1' of slack is not open: `adempauze kudos places` shows which channels are\n2",
    ]


async def test_places_are_listed_with_what_is_open(here: Floor) -> None:
    (said,) = await runs(here, ["places"])
    assert "recording C-thanks #bedankt nl open" in " ".join(said.split())
