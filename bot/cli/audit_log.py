"""`adempauze audit log`: the signed log, followed from its first entry on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from bot.cli.edge import Edge, edge_of
from bot.cli.files import read_bytes
from bot.cli.process import ask
from bot.cli.screen import say, show_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.wiring import App

app = typer.Typer()

COLUMNS: Final = ("entry", "when", "who", "what", "hash")
LARGEST: Final = 64 * 1024 * 1024


@app.command()
def log(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="a log or an export; otherwise the database is read")] = None,
    head: Annotated[str | None, typer.Option(help="a hash that somebody kept: it has to be in the log")] = None,
) -> None:
    """Follow the signed log from its first entry on, and print it: hashes, signatures, and whether each was allowed.

    Exit code 1 when it does not hold, or does not hold the hash that was given. A file is read without settings and
    without a database, so that anybody can check it.

    Example: adempauze audit log releases.json --head 3f9a...
    """
    from bot.logbook import follow, knows_head

    followed = follow(_entries(edge_of(context), file))
    show_table(COLUMNS, [(one.seq, f"{one.at:%Y-%m-%d %H:%M}Z", one.who, one.what, one.hash) for one in followed.lines])
    for seat, holder in sorted(followed.standing.holders.items()):
        say(f"seat {seat}: key {holder.key}, since {holder.since:%Y-%m-%d}")
    if followed.broken:
        say(f"broken: {followed.broken}")
        raise typer.Exit(1)
    say(f"the log holds: {len(followed.lines)} entries, head {followed.head or 'none'}")
    if head is not None and not knows_head(followed, head):
        say(f"broken: no entry has the hash {head}: this is not the log from which it was taken, or it was cut off")
        raise typer.Exit(1)


def _entries(edge: Edge, file: Path | None) -> list[Mapping[str, Any]]:
    from bot.logbook import log_of

    return log_of(read_bytes(file, LARGEST)) if file else ask(edge, _kept)


async def _kept(built: App) -> list[Mapping[str, Any]]:
    from surveys.store import seats
    from surveys.store.database import WHOLE

    async with built.database.reading([WHOLE]) as connection:
        return [*await seats.documents(connection)]
