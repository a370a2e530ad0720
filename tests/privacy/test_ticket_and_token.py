"""PRIVACY 1: ticket and token."""

from __future__ import annotations

import base64
from dataclasses import fields
from functools import partial

import pytest
from sqlalchemy import event

from adapters.port import Submission
from surveys.tickets import read_token
from tests.everything import Rows, everything
from tests.privacy.files import found_in_files
from tests.privacy.wave import House, answer, found_in, token_of, wave
from tests.truths import wave_keys


async def test_an_answer_has_no_sender(house: House) -> None:
    """After the platform has asked whose button it is, the answer path never sees a person."""
    assert {field.name for field in fields(Submission)} == {"token", "action", "locale", "positions", "texts"}
    async with wave(house) as stage:
        asked: list[str] = []
        engine = stage.app.database._app.sync_engine
        event.listen(engine, "before_cursor_execute", lambda *about: asked.append(about[2]))
        await stage.app.inbox.receive(answer(stage, "o1", 0, 4))
        assert any("surveys.response" in statement for statement in asked)
        assert [statement for statement in asked if touches_people(statement)] == []
        await stage.recording.tap("o1", "later")
        assert [statement for statement in asked if touches_people(statement)] != []


def touches_people(statement: str) -> bool:
    return "people." in statement or "platform." in statement


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
        async with stage.app.database.begin() as connection:
            belongs = partial(stage.app.service.belongs, connection, token)
            owners = [name for name, person in stage.people.items() if await belongs(person.id)]
        assert owners == [who]
