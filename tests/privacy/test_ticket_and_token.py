"""PRIVACY 1: ticket and token."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from functools import partial

import psycopg
import pytest

from adapters.port import Submission
from bot.server import Server
from surveys.tickets import read_token
from tests.everything import Rows, everything
from tests.privacy.files import found_in_files
from tests.privacy.wave import House, answer, found_in, token_of, wave
from tests.truths import held_by, wave_keys

TABLES_OF = "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables WHERE schemaname = ANY (%s)"


async def test_an_answer_has_no_sender(house: House) -> None:
    """After the platform has asked whose button it is, the answer path never sees a person."""
    assert {field.name for field in fields(Submission)} == {"token", "action", "locale", "positions", "texts"}
    async with wave(house) as stage:
        with nobody_reads(stage.server, "people", "platform", "kudos"):
            reply = await asyncio.wait_for(stage.app.inbox.receive(answer(stage, "o1", 0, 4)), 10)
            assert not reply.failed
            later = asyncio.create_task(stage.recording.tap("o1", "later"))
            await asyncio.wait({later}, timeout=0.5)
            assert not later.done()  # it is about a person, so it waits
        await later
        assert len((await held_by(stage, "o1")).answers) == 1


@contextmanager
def nobody_reads(server: Server, *schemas: str) -> Iterator[None]:
    """Hold every table of these schemas: whoever touches one of them waits until the block has ended."""
    url = server.login.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        found = connection.execute(TABLES_OF, [list(schemas)])
        for (table,) in found.fetchall():
            connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE".encode())
        yield


async def test_a_ticket_and_a_token_are_stored_nowhere(house: House) -> None:
    """No table holds a ticket or a token, as text or as bytes."""
    async with wave(house) as stage:
        await stage.answer("o1", 4, 2)
        keys = await wave_keys(stage)
        tickets = [keys.ticket(person.id).hex() for person in stage.people.values()]
        tokens = [token_of(stage, who) for who in ("o1", "o2", "p3")]
        rows = everything(stage.server)
        assert found_in(rows, [*tickets, *tokens]) == []
        assert read_token(tokens[0], stage.app.keys).ticket.hex() in tickets
        planted: Rows = {**rows, "surveys.planted": [{"ticket": tickets[0]}]}
        assert found_in(planted, tickets) == [f"surveys.planted.ticket: {tickets[0]}"]


async def test_the_keys_are_in_no_file_of_the_data_directory(house: House) -> None:
    """Epoch keys live outside the database and outside the data directory."""
    async with wave(house) as stage:
        await stage.answer("o1", 4, 2)
        keys = [*stage.app.keys.epochs.values(), stage.app.keys.platform]
        looks = [look for key in keys for look in (key, base64.b64encode(key), key.hex().encode())]
        assert found_in_files(house[1].data_dir, looks) == []
        (house[1].data_dir / "planted").write_bytes(b"..." + keys[0] + b"...")
        assert found_in_files(house[1].data_dir, looks) == ["planted"]
        (house[1].data_dir / "planted").unlink()


async def test_a_card_of_somebody_else_stores_nothing(house: House) -> None:
    """A token that is not the sender's reaches nobody and stores nothing."""
    async with wave(house) as stage:
        before = everything(stage.server)
        for action in ("answer", "skip", "withdraw", "change", "later"):
            reply = await stage.recording.act("o2", "nl", action, token=token_of(stage, "o1"), position=(0, 1))
            assert reply.failed
        assert everything(stage.server) == before


@pytest.mark.parametrize("who", ["o1", "o2"])
async def test_a_token_belongs_to_one_person_alone(house: House, who: str) -> None:
    """`belongs` says yes to the one for whom an open wave's token was made, and no to everybody else."""
    async with wave(house) as stage:
        token = token_of(stage, who)
        belongs = partial(stage.app.service.belongs, token)
        owners = [name for name, person in stage.people.items() if await belongs(person.id)]
        assert owners == [who]
