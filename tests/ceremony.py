"""Go-live without the pages: both seats filled and signed, by keys that the tests know, and everybody introduced."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from bot import keyfile
from bot.app import App
from bot.loop import run
from bot.server import find_server
from bot.settings import load_settings
from bot.wiring import build, real_world
from surveys.model import STANDARD, Policy
from surveys.policy import to_content
from surveys.seats import Seat
from surveys.signed_log import Kind, hash_of, next_entry
from surveys.standing import WAITS, Standing
from surveys.store import seats as store
from tests.keys import CHEAP, KEYS, SECRETS, sealed

LONGEST = 60
"""Days of retention, enough for every survey of the tests."""
NAMES = frozenset({"pulse", "other", "second"})
"""Surveys that a test may add later."""
LONG_AGO = timedelta(days=14)
INTRODUCE = text(
    "INSERT INTO people.introduction (person_id, platform, due, attempts, sent)"
    " SELECT person_id, platform, :at, 0, :at FROM people.address ON CONFLICT DO NOTHING"
)


async def introduce(app: App, now: datetime) -> None:
    """Let everybody of the roster have been introduced everywhere, long ago."""
    async with app.database.begin() as connection:
        await connection.execute(INTRODUCE, {"at": now - LONG_AGO})


async def go_live(app: App, now: datetime, protection: Policy = STANDARD, *, introduced: bool = True) -> Standing:
    """Fill both seats and let them sign an agreement that covers every survey there is. Returns what holds then.

    With `introduced`, everybody who is in the roster by now has been introduced long ago.
    """
    if introduced:
        await introduce(app, now)
    now, draft = now.replace(microsecond=0), await app.agreeing.draft()
    agreement = replace(draft, protection=protection, retention_days=LONGEST, surveys=draft.surveys | NAMES)
    async with app.database.begin() as connection:
        standing = await store.held(connection)
        for seat in Seat:
            standing = await store.add(connection, standing, next_entry(standing.head, Kind.SEAT, now, {}, KEYS[seat]))
            await store.keep_key(connection, sealed(seat))
        content: Mapping[str, Any] = {
            "changes": to_content(agreement),
            "before": "",
            "reason": "Go live.",
            "until": (now + WAITS).isoformat(),
        }
        proposal = next_entry(standing.head, Kind.PROPOSED, now, content, KEYS[Seat.ADMINISTRATOR])
        standing = await store.add(connection, standing, proposal)
        accepted = {"proposal": proposal.seq, "hash": hash_of(proposal)}
        entry = next_entry(standing.head, Kind.ACCEPTED, now, accepted, KEYS[Seat.WORKS_COUNCIL])
        return await store.add(connection, standing, entry)


async def agree(app: App, now: datetime, **changes: Any) -> Standing:
    """Let the administrator propose a change and, where it weakens, the works council accept it."""
    seats = replace(app.seats, cost=CHEAP)
    agreeing = replace(app.agreeing, seats=seats)
    standing = await agreeing.propose(Seat.ADMINISTRATOR, SECRETS[Seat.ADMINISTRATOR], changes, "Because.")
    for proposal in standing.open_proposals(now):
        secret = SECRETS[Seat.WORKS_COUNCIL]
        standing = await agreeing.decide(Seat.WORKS_COUNCIL, secret, proposal.seq, Kind.ACCEPTED)
    return standing


def in_house(variables: Mapping[str, str]) -> None:
    """Go live in an installation of which no process of ours runs now; with its real roster and surveys."""
    settings, world = load_settings(variables), real_world()
    server = find_server(settings)
    try:
        keys = keyfile.load_or_create(settings.config_dir, settings.data_dir, now=world.now(), entropy=world.entropy)
        with ThreadPoolExecutor(1) as thread:  # a browser that a test has open keeps a loop running in this one
            thread.submit(run, _in(build(settings, server, keys))).result()
    finally:
        server.stop()


async def _in(app: App) -> None:
    try:
        await go_live(app, app.world.now())
    finally:
        await app.disconnect()
