"""The real `adempauze serve` and `adempauze worker` before a fake Teams: from an installation to a thank-you."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import psycopg

from bot.server import find_server
from bot.settings import load_settings
from tests.acceptance.installation import BY_HAND, HEADER, PATIENCE, House, due_now
from tests.acceptance.teams_wave import names, settings_for
from tests.ceremony import in_house
from tests.teams.client import buttons
from tests.teams.fake import FakeTeams, fake_teams
from tests.teams.person import Person, words_of
from tests.teams.served import Json

WHO = names(12)
ROSTER = (
    HEADER.strip()
    + ",address:teams\n"
    + "".join(
        f"{number},Agent {number},a{number}@lente.example,Noord/Service/Ochtend,,agent,nl,Europe/Amsterdam,{entra}\n"
        for number, entra in enumerate(WHO)
    )
)
RECORDS = "SELECT platform, key, sealed FROM platform.record ORDER BY platform, key"


async def test_a_check_in_comes_to_teams_and_is_answered_there(tmp_path: Path) -> None:
    """Noor gets the app and is welcomed; a process without HTTP sends everybody's card, to her by the row that the
    other one wrote, and to the others by a conversation of its own; she answers, and nothing of that is left anywhere
    but in the card of her own chat."""
    house = House(tmp_path)
    async with fake_teams(tmp_path) as teams, httpx.AsyncClient(base_url=address(house)) as carrier:
        house.variables |= {f"ADEMPAUZE_{name.upper()}": str(value) for name, value in settings_for(teams).items()}
        noor = Person(teams, carrier, WHO[3], own_chat="a:own-chat-of-noor")
        await asyncio.to_thread(opened, house)
        async with running(house, "serve"):
            await noor.installs()
            assert len(noor.cards) == 1
        kept = await asyncio.to_thread(records, house)
        async with running(house, "worker"):
            await asyncio.to_thread(sent_now, house)
            await until(lambda: len(teams.messages) == len(WHO) + 1)
        assert begun(teams) == {who for who in WHO if who != noor.entra}
        calls = len(teams.connector.calls)
        async with running(house, "serve") as told:
            await answered(noor)
            assert "pauze" in await opens(noor, "breaks")
        assert len(teams.connector.calls) == calls
        assert await asyncio.to_thread(records, house) == kept
        assert not [part for part in (noor.entra, "answer/", "a:own-chat", "token-") if part in told[0]]
        assert "12" in await asyncio.to_thread(house.told, "wave", "show", "pulse")


async def answered(noor: Person) -> None:
    """Answer both questions, and see the thanks in the place of the card."""
    for item in (0, 1):
        name, card = noor.cards[-1]
        await noor.presses(name, carrying(card, f"nl/answer/{item}:3"))
    name, card = noor.cards[-1]
    assert carrying(card, "nl/withdraw")
    assert len(noor.cards) == 2


async def opens(noor: Person, what: str) -> str:
    """Press the button that opens this dialog, and return what it says."""
    name, card = noor.cards[-1]
    await noor.presses(name, carrying(card, f"nl/{what}"))
    return words_of(noor.dialog)


def carrying(card: Json, what: str) -> Json:
    return next(one for one in buttons(card) if one.get("data", {}).get("do") == what)


def begun(teams: FakeTeams) -> set[str]:
    """Return for whom a conversation was begun."""
    asked = [call for call in teams.connector.calls if call.path.endswith("/conversations")]
    return {call.json["members"][0]["id"] for call in asked}


def opened(house: House) -> None:
    """Import the roster, add a survey, and let both seats sign."""
    house.told("roster", "import", house.write("people.csv", ROSTER))
    house.told("survey", "add", *BY_HAND)
    in_house(house.variables)


def sent_now(house: House) -> None:
    """Open a wave, and let nobody wait for their moment."""
    house.told("wave", "open", "pulse")
    due_now(house)


def records(house: House) -> list[tuple[str, str, bytes]]:
    """Return what is kept of Teams, sealed as it lies there."""
    server = find_server(load_settings(house.variables))
    try:
        url = server.login.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url) as connection:
            return list(connection.execute(RECORDS).fetchall())
    finally:
        server.stop()


def address(house: House) -> str:
    return f"http://127.0.0.1:{house.variables['ADEMPAUZE_PORT']}"


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.1)


@asynccontextmanager
async def running(house: House, what: str) -> AsyncIterator[list[str]]:
    """Run a process until the block ends; what it said is there after that."""
    told: list[str] = []
    process = house.start(what)
    try:
        if what == "serve":
            async with httpx.AsyncClient(base_url=address(house)) as client:
                await answering(client)
        yield told
    finally:
        process.terminate()
        said = await asyncio.to_thread(process.communicate, timeout=PATIENCE)
        told.append("".join(said))
        assert "Traceback" not in told[0]


async def answering(client: httpx.AsyncClient) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                if (await client.get("/healthz")).status_code == 200:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.2)
