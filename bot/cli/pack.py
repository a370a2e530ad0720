"""`adempauze pack`: the papers for the works council, from the live settings."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.edge import edge_of
from bot.cli.files import write_bytes
from bot.cli.process import application, ground
from bot.cli.screen import remark, say
from bot.loop import run

if TYPE_CHECKING:
    from bot.cli.process import Ground
    from bot.pack.facts import Facts

app = typer.Typer()


class Language(StrEnum):
    """Language of the pack."""

    NL = "nl"
    EN = "en"


@app.command()
def pack(
    context: typer.Context,
    language: Annotated[Language, typer.Option(help="language of the pack")] = Language.NL,
    output: Annotated[Path, typer.Option(help="directory to write the two files in")] = Path(),
) -> None:
    """Write the works-council pack from the live settings: one PDF and one HTML file with the same content.

    What is asked of whom and why, where data goes, how long it is kept, each promise with its check and its limit,
    blocks for the DPIA, the request for consent (WOR, article 27), a line for the record of processing, an annex to the
    risk assessment, a leaflet for agents, and an attestation with the hash of the settings. It works before go-live,
    and marks what is not decided. Nothing is changed, and nobody's name is in it.

    Example: adempauze pack --language en --output papers
    """
    from bot.pack.document import compose
    from bot.pack.facts import fingerprint
    from bot.pack.html import html
    from bot.pack.pdf import pdf
    from surveys.errors import InputError

    if not output.is_dir():
        raise InputError(f"{output} is no directory: make it first, or name another one")
    with ground(edge_of(context)) as on:
        facts = run(_gather(on))
    document = compose(facts, language.value)
    for suffix, content in (("pdf", pdf(document)), ("html", html(document))):
        place = output / f"adempauze-pack-{language}.{suffix}"
        write_bytes(place, content)
        say(f"written to {place}")
    say(f"hash of the settings: {fingerprint(facts)}")
    if facts.terms.stage != "agreed":
        remark("remark: both seats have not signed yet; the pack marks what is not decided")


async def _gather(on: Ground) -> Facts:
    from bot.pack.gather import Gathering

    async with application(on) as built:
        return await Gathering(
            database=built.database,
            agreeing=built.agreeing,
            instrument=built.instrument,
            settings=built.settings,
            server=on.server,
            platforms=tuple(built.platforms),
            now=built.world.now,
        )()
