"""`adempauze audit log`: the signed log, followed from its first entry on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from bot.cli.edge import edge_of
from bot.cli.files import read_bytes
from bot.cli.process import ask
from bot.cli.screen import say, show_table

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from bot.app import App

    Kept = tuple[Sequence[Mapping[str, Any]], Collection[str]]

app = typer.Typer()

COLUMNS: Final = ("entry", "when", "who", "what", "hash")
LARGEST: Final = 64 * 1024 * 1024


@app.command()
def log(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="a log or an export; otherwise the database is read")] = None,
    head: Annotated[str | None, typer.Option(help="a hash that somebody kept, of the log or of a Release")] = None,
) -> None:
    """Follow the signed log from its first entry on, and print it: hashes, signatures, and whether each was allowed.

    Exit code 1 when it does not hold, or neither it nor any Release has the hash that was given. A file is read
    without settings and without a database, so that anybody can check it.

    Example: adempauze audit log releases.json --head 3f9a...
    """
    from bot.logbook import follow, knows_head

    entries, chain = _from_file(file) if file else ask(edge_of(context), _kept)
    followed = follow(entries)
    show_table(COLUMNS, [(one.seq, f"{one.at:%Y-%m-%d %H:%M}Z", one.who, one.what, one.hash) for one in followed.lines])
    for seat, holder in sorted(followed.standing.holders.items()):
        say(f"seat {seat}: key {holder.key}, since {holder.since:%Y-%m-%d}")
    if followed.broken:
        say(f"broken: {followed.broken}")
        raise typer.Exit(1)
    say(f"the log holds: {len(followed.lines)} entries, head {followed.head or 'none'}")
    if head is not None and not (knows_head(followed, head) or head.strip().lower() in chain):
        say(f"broken: no entry and no Release has the hash {head}: it was taken from others, or these were cut off")
        raise typer.Exit(1)


def _from_file(file: Path) -> Kept:
    from bot.logbook import log_of, release_hashes

    content = read_bytes(file, LARGEST)
    return log_of(content), release_hashes(content)


async def _kept(built: App) -> Kept:
    from surveys.store import releases, seats
    from surveys.store.database import WHOLE

    async with built.database.reading([WHOLE]) as connection:
        return await seats.documents(connection), {one[-1] for one in await releases.listed(connection)}
