"""All commands, put together."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from bot.cli import (
    audit,
    database,
    digest,
    doctor,
    keys,
    kudos,
    link,
    pack,
    people,
    release,
    roster,
    seat,
    serving,
    simulation,
    slack,
    survey,
    teams,
    wave,
)
from bot.cli.edge import edge_of
from bot.cli.screen import say

app = typer.Typer(
    add_completion=False,
    rich_markup_mode="rich",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=(
        "Settings are environment variables with the prefix ADEMPAUZE_; `adempauze doctor --settings` lists them. "
        "Exit codes: 0 done, 1 unexpected or found wrong, 2 bad input, 3 settings or keys, 4 database, "
        "5 roster change too large, 130 Ctrl-C."
    ),
)


def _version(asked: bool) -> None:
    if asked:
        say(f"adempauze {version('adempauze')}")
        raise typer.Exit


@app.callback()
def everything(
    context: typer.Context,
    verbose: Annotated[bool, typer.Option("--verbose", help="show where an unexpected error came from")] = False,
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="show the version and stop")
    ] = False,
) -> None:
    """Pulse surveys and breaks for contact centres: what a team says is read, who said it is not stored.

    Start with `adempauze demo` to look around on this machine, or with `adempauze serve` for a real installation.
    """
    edge_of(context).verbose = verbose


for part in (serving, database, simulation, pack):
    app.add_typer(part.app)
app.add_typer(roster.app, name="roster")
app.add_typer(people.app, name="people")
app.add_typer(survey.app, name="survey")
app.add_typer(wave.app, name="wave")
app.add_typer(release.app, name="release")
app.add_typer(audit.app, name="audit")
app.add_typer(digest.app, name="digest")
app.add_typer(kudos.app, name="kudos")
app.add_typer(link.app, name="link")
app.add_typer(seat.app, name="seat")
app.add_typer(slack.app, name="slack")
app.add_typer(teams.app, name="teams")
app.add_typer(keys.app, name="keys")
app.add_typer(doctor.app)
