"""`adempauze audit storage`: what the works council would look at, looked at by the program itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from bot.cli.edge import edge_of
from bot.cli.process import application, ground
from bot.cli.screen import say
from bot.loop import run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.cli.process import Ground
    from bot.storage.audit import Places
    from bot.storage.verdict import Found

app = typer.Typer()


@app.command()
def storage(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON document, for programs")] = False,
    backups: Annotated[
        list[Path] | None, typer.Option(help="a directory or file of backups to look through; may be given often")
    ] = None,
    log: Annotated[
        list[Path] | None, typer.Option(help="a log file, or a directory of them, to look through; may be given often")
    ] = None,
) -> None:
    """Inspect tables, statistics, jobs, write-ahead log, keys and files, and say which promises storage keeps.

    Each line is kept, kept with limit, or broken, with the check that was run. Exit code 1 when one is broken. It
    proves nothing against an operator who altered the program; docs/verify.md says how to look by other means.
    """
    from bot.storage.audit import LIMIT
    from bot.storage.report import as_document
    from bot.storage.verdict import Verdict

    with ground(edge_of(context)) as on:
        found = run(_look(on, _places(on, backups or [], log or [])))
    if as_json:
        say(as_document(found))
    else:
        say(LIMIT)
        _print(found)
    if any(one.verdict is Verdict.BROKEN for one in found):
        raise typer.Exit(1)


def _places(on: Ground, backups: list[Path], logs: list[Path]) -> Places:
    from bot.storage.audit import Places
    from surveys.errors import InputError

    if missing := [path for path in (*backups, *logs) if not path.exists()]:
        raise InputError(f"{missing[0]} is not there: name a directory or file that this user can read")
    ours = on.server.files
    return Places(backups, [*logs, *([ours / "log"] if ours else [])], ours)


async def _look(on: Ground, places: Places) -> list[Found]:
    from bot.storage.audit import Audit

    async with application(on) as built:
        audit = Audit(built.database, on.settings, on.server.roles, on.keys, places)
        return await audit(built.world.now())


def _print(found: Sequence[Found]) -> None:
    console = Console()
    for one in found:
        style = "bold" if one.verdict == "broken" else ""
        console.print(
            Text(f"{one.verdict:<16}", style), Text(f"{one.promise:>2} {one.subject}: {one.what}"), soft_wrap=True
        )
        console.print(Text(f"                    {one.check}", "dim"), soft_wrap=True)
