"""`adempauze survey`: pulses and their rhythm."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final

import typer

from bot.cli.edge import Edge, edge_of
from bot.cli.process import ask
from bot.cli.screen import remark, say, show_table
from surveys.model import Survey

if TYPE_CHECKING:
    from bot.app import App

app = typer.Typer(no_args_is_help=True, help="Pulses and their rhythm.")

COLUMNS: Final = ("survey", "title", "opens", "time zone", "window", "next wave", "state")
Id = Annotated[str, typer.Argument(metavar="ID", help="the survey, as `survey list` shows it")]


@app.command()
def add(
    context: typer.Context,
    id_: Annotated[str, typer.Option("--id", help="short name for commands and exports, such as pulse")],
    title_nl: Annotated[str, typer.Option(help="title in Dutch")],
    title_en: Annotated[str, typer.Option(help="title in English")],
    cron: Annotated[str, typer.Option(help="when a wave opens: minute hour day month weekday")],
    timezone: Annotated[str, typer.Option(help="time zone of that rule")] = "Europe/Amsterdam",
    window: Annotated[str, typer.Option(help="from opening to closing: 5d, 36h, 1d12h")] = "5d",
    remind_after: Annotated[
        str, typer.Option(help="how long after the own card one reminder comes, or 'never'")
    ] = "24h",
    quiet: Annotated[str, typer.Option(help="local times between which nothing is sent")] = "18:00-08:00",
    holidays: Annotated[str, typer.Option(help="country whose public holidays are free, or 'none'")] = "NL",
) -> None:
    """Add a pulse; its first wave opens when the rule next says so.

    Example: adempauze survey add --id pulse --title-nl "Hoe gaat het" --title-en "How are things"
    --cron "0 9 * * 1" --window 5d
    """
    from bot.new_survey import add_once, first_fire, new_survey, remarks

    survey = new_survey(
        id_=id_,
        title_nl=title_nl,
        title_en=title_en,
        cron=cron,
        timezone=timezone,
        window=window,
        remind_after=remind_after,
        quiet=quiet,
        holidays=holidays,
    )

    async def write(built: App) -> datetime:
        first = first_fire(survey, built.world.now())
        async with built.database.begin() as connection:
            await add_once(connection, survey, first)
        return first

    first = ask(edge_of(context), write)
    for line in remarks(survey, first):
        remark(line)
    say(f"survey {survey.id} added: its first wave opens at {_local(first, survey)}")


@app.command("list")
def list_(context: typer.Context) -> None:
    """List the pulses and when each opens next."""
    show_table(COLUMNS, [_row(survey, due) for survey, due in ask(edge_of(context), _surveys)])


@app.command()
def pause(context: typer.Context, survey: Id) -> None:
    """Open no more waves of a pulse; an open wave goes on to its end."""
    _set_paused(edge_of(context), survey, True)
    say(f"survey {survey} is paused: `adempauze survey resume {survey}` lets it go on")


@app.command()
def resume(context: typer.Context, survey: Id) -> None:
    """Let a paused pulse go on. A wave whose window has not ended yet still opens, late; older ones do not."""
    _set_paused(edge_of(context), survey, False)
    say(f"survey {survey} goes on")


def _set_paused(edge: Edge, survey: str, paused: bool) -> None:
    from surveys.store import surveys as store

    async def change(built: App) -> None:
        async with built.database.begin() as connection:
            await store.set_paused(connection, survey, paused)

    ask(edge, change)


async def _surveys(built: App) -> list[tuple[Survey, datetime]]:
    from surveys.store import surveys as store

    async with built.database.begin() as connection:
        return await store.surveys(connection)


def _row(survey: Survey, due: datetime) -> tuple[str, ...]:
    from bot.new_survey import short

    state = "paused" if survey.paused else "simulated" if survey.simulated else "running"
    due_at = "" if survey.paused else _local(due, survey)
    return survey.id, survey.title["en"], survey.cron, survey.timezone, short(survey.window), due_at, state


def _local(moment: datetime, survey: Survey) -> str:
    from surveys.localtime import zone

    return f"{moment.astimezone(zone(survey.timezone)):%Y-%m-%d %H:%M} {survey.timezone}"
