"""`adempauze release`: what was published, read on the role that can read nothing else."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from bot.cli.edge import Edge, edge_of
from bot.cli.files import write_bytes
from bot.cli.process import ask
from bot.cli.reader import administrator_reads
from bot.cli.screen import say, show_table
from surveys.errors import NotFound

if TYPE_CHECKING:
    from bot.app import App
    from surveys.model import Release

app = typer.Typer(no_args_is_help=True, help="What was published: the only thing that ever leaves the system.")

COLUMNS: Final = ("place", "survey", "wave", "closed", "hash")


class Format(StrEnum):
    """Shape of an export."""

    JSON = "json"
    CSV = "csv"


@app.command("list")
def list_(context: typer.Context) -> None:
    """List the Releases, oldest first, with the hash that ties each to the one before.

    `12x4` is the reporting period of up to four waves that ended with wave 12: small teams, each person counted once.
    """

    async def find(built: App) -> list[tuple[int, str, str, str, str]]:
        from surveys.store import releases
        from surveys.store.database import WHOLE

        async with built.database.reading([WHOLE]) as connection:
            return await releases.listed(connection)

    show_table(COLUMNS, ask(edge_of(context), find))


@app.command()
def show(
    context: typer.Context,
    place: Annotated[int | None, typer.Argument(help="place in the chain, as `release list` shows it")] = None,
) -> None:
    """Show one Release: every cohort, every figure, the newest Release when no place is given."""
    from bot.release_sheet import paths_of, told

    release, head = ask(edge_of(context), lambda built: _one(built, place))
    policy = release.policy
    waves = f"wave {release.number}" if release.kind == "wave" else f"reporting period of {_numbers(release.waves)}"
    say(f"{release.survey}, {waves}, open from {release.opened:%Y-%m-%d} to {release.closed:%Y-%m-%d}")
    say(f"policy {policy.preset}: k {policy.k}, guard {policy.guard}{', simulated' if release.simulated else ''}")
    say(f"head of the signed log, for the works council: {head or 'none yet'}")
    for item in release.items:
        say(f"{item.id}: {item.wording['en']}")
    paths, figures = paths_of(release), {(cell.cohort, cell.item): told(cell.figure) for cell in release.cells}
    items = [item.id for item in release.items]
    show_table(
        ("cohort", "people", "response", *items),
        [
            (paths[node.id], node.head_count, node.response, *(figures.get((node.id, item), "") for item in items))
            for node in sorted(release.nodes, key=lambda node: paths[node.id])
        ],
    )


def _numbers(waves: Sequence[int]) -> str:
    return f"wave {waves[0]}" if len(waves) == 1 else f"waves {waves[0]} to {waves[-1]}"


@app.command()
def export(
    context: typer.Context,
    format_: Annotated[Format, typer.Option("--format", help="json holds everything; csv one line per figure")],
    out: Annotated[Path | None, typer.Option(help="file to write; otherwise stdout")] = None,
) -> None:
    """Write the whole publication history: docs/release-format.md describes it. There are no persons in it.

    Before it is written, the JSON is checked against the JSON Schema that outsiders use, and the chain of hashes is
    followed from the first Release to the last.

    Example: adempauze release export --format json --out releases.json
    """
    content = (_json if format_ is Format.JSON else _csv)(edge_of(context))
    if out is None:
        sys.stdout.buffer.write(content)
        return
    write_bytes(out, content)
    say(f"written to {out}")


def _json(edge: Edge) -> bytes:
    from bot.export_schema import validate
    from surveys.release import envelope

    whole = envelope(*ask(edge, _everything))
    validate(whole)
    return (json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _csv(edge: Edge) -> bytes:
    from bot.release_sheet import as_csv
    from surveys.release import from_document, verify_chain

    documents = ask(edge, _documents)
    verify_chain(documents)
    return as_csv(map(from_document, documents)).encode("utf-8-sig")


async def _everything(built: App) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    from surveys.store import seats
    from surveys.store.database import WHOLE

    async with built.database.reading([WHOLE]) as connection:
        log = await seats.documents(connection)
    return await _documents(built), log


async def _documents(built: App) -> list[dict[str, Any]]:
    from surveys.store import releases
    from surveys.store.database import WHOLE

    await administrator_reads(built)
    async with built.database.reading([WHOLE]) as connection:
        return [json.loads(document) for document in await releases.documents(connection)]


async def _one(built: App, place: int | None) -> tuple[Release, str]:
    from surveys.store import releases, seats
    from surveys.store.database import WHOLE

    async with built.database.reading([WHOLE]) as connection:
        newest = await releases.count(connection)
        if not newest:
            raise NotFound("nothing has been released yet: the first Release comes when the first wave closes")
        asked = newest if place is None else place
        if not 1 <= asked <= newest:
            raise NotFound(f"there is no Release at place {asked}: `adempauze release list` shows 1 to {newest}")
        found, head = (await releases.history(connection, last=1, until=asked))[0], await seats.head(connection)
    await administrator_reads(built, found.opened)
    return found, head
