"""`adempauze audit releases`: attack what was published, without a database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from bot.cli.files import read_bytes
from bot.cli.screen import counting, say
from surveys.errors import InputError

if TYPE_CHECKING:
    from analytics.audit.releases import Each

app = typer.Typer()

WORTH_TWO: Final = 12
"""From so many Releases on two are attacked at a time."""
LARGEST: Final = 512 * 1024 * 1024
"""Bytes of a file at most."""


@app.command()
def releases(
    file: Annotated[Path, typer.Argument(help="an export: `adempauze release export --format json`")],
    truth: Annotated[
        Path | None, typer.Option(help="truth file of `adempauze simulate`: the attacker then knows who answered")
    ] = None,
) -> None:
    """Attack every Release of an export by linear and integer programming; needs no database and no settings.

    Exit code 0 when no leak was found, 1 when one was. Without --truth the attacker does not know who answered,
    which is less than a colleague may know: the gate before each Release is stricter. Means by facet are then left
    out, and the report says how many.

    Example: adempauze audit releases releases.json
    """
    from analytics.audit.releases import audit
    from bot.export_schema import BadExport, validate
    from bot.known import known_from
    from surveys.release import from_document, verify_export

    export = _json(file)
    documents = verify_export(export)
    try:
        validate(export)
    except BadExport:
        raise InputError(
            f"{file} does not fit the format of an export: make it with `adempauze release export`"
        ) from None
    read = [from_document(document) for document in documents]
    known = None if truth is None else known_from(_json(truth), read)
    with counting("Releases", len(read)) as progress, _processes(len(read)) as each:
        report = audit(read, known, progress, each)
    for sentence in report.sentences():
        say(sentence)
    if not report.clean:
        raise typer.Exit(1)


@contextmanager
def _processes(releases: int) -> Iterator[Each]:
    """Two processes where that saves more than it takes to start them."""
    if releases < WORTH_TWO:
        yield map
        return
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        yield pool.map


def _json(path: Path) -> dict[str, Any]:
    raw = read_bytes(path, LARGEST)
    if len(raw) > LARGEST:
        raise InputError(f"{path} is larger than {LARGEST // 2**20} MiB: that is no file of ours")
    try:
        found = json.loads(raw)
    except ValueError:
        raise InputError(f"{path} holds no JSON: give a file that was exported as JSON") from None
    if not isinstance(found, dict):
        raise InputError(f"{path} holds no JSON object: give a file that was exported as JSON")
    return found
