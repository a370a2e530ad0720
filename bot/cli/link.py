"""`adempauze link`: personal links to the web chat and to pages."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final
from uuid import UUID

import typer

from bot.cli.edge import edge_of
from bot.cli.files import write_bytes
from bot.cli.process import ask
from bot.cli.screen import say
from surveys.errors import InputError, NotFound

if TYPE_CHECKING:
    from bot.app import App
    from surveys.model import Person

app = typer.Typer(no_args_is_help=True, help="Personal links to the web chat and to pages.")

LONGEST_DAYS: Final = 400
SEATS: Final = {"works-council": "council", "administrator": "keys"}
"""Seats by name, with the purpose of the page that belongs to each."""


class Purpose(StrEnum):
    """What a link opens."""

    CHAT = "chat"
    DIGEST = "digest"
    COUNCIL = "council"
    KEYS = "keys"


Who = Annotated[
    str, typer.Argument(metavar="PERSON_ID", help="id in the roster file, or the seat works-council or administrator")
]


@app.command()
def create(
    context: typer.Context,
    person: Who,
    purpose: Annotated[Purpose, typer.Option(help="what the link opens")] = Purpose.CHAT,
    days: Annotated[int, typer.Option(min=1, max=LONGEST_DAYS, help="how long it works")] = 90,
    qr: Annotated[Path | None, typer.Option(help="also write the link as a QR code to this SVG file")] = None,
) -> None:
    """Make a personal link and print it, once: whoever holds it is that person, so hand it over safely.

    Example: adempauze link create 1001 --qr sanne.svg
    """
    from bot.web.links import qr_svg

    async def make(built: App) -> str:
        subject = await _subject(built, person, purpose)
        return await built.links.personal(subject, purpose, timedelta(days=days))

    edge = edge_of(context)
    address = f"{edge.settings().public_url}/l/{ask(edge, make)}"
    if qr:
        write_bytes(qr, qr_svg(address).encode())
    say(address)


@app.command()
def revoke(context: typer.Context, person: Who) -> None:
    """End every link of somebody, and every session that a link of theirs opened."""

    async def end(built: App) -> int:
        from surveys.store.links import revoke_links_of

        subject = await _subject(built, person, None)
        async with built.database.begin() as connection:
            return await revoke_links_of(connection, subject)

    say(f"{ask(edge_of(context), end)} links revoked")


async def _subject(built: App, asked: str, purpose: Purpose | None) -> str:
    """Return as whom the links of somebody open; a seat has its own. Raises NotFound, InputError."""
    from bot.reading import subject_for

    if purpose is not None and SEATS.get(asked) != (purpose if purpose in SEATS.values() else None):
        raise InputError(
            "the page of a seat belongs to that seat: `link create works-council --purpose council`, `link create "
            "administrator --purpose keys`, and for a person choose --purpose chat or digest"
        )
    if asked in SEATS:
        return f"seat:{asked}"
    return subject_for(await _person(built, asked))


async def _person(built: App, asked: str) -> Person:
    from surveys.store import people

    async with built.database.begin() as connection:
        found = await people.person_by_external_id(connection, asked)
        if found is None and (id_ := _uuid(asked)):
            found = await people.person_by_id(connection, id_)
    if found is None:
        raise NotFound(f"there is nobody with the id {asked!r} in the roster: give the id of the roster file")
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
