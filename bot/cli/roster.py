"""`adempauze roster`: people, teams and shifts from files."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.port import DeliveryError
from bot.cli.edge import edge_of
from bot.cli.files import read_bytes
from bot.cli.process import ask
from bot.cli.screen import say
from surveys.errors import InputError
from surveys.reaching import LARGE_LOSS, Reached
from surveys.roster import LARGE_CHANGE, SyncPlan, decode, parse_people, summarise
from surveys.sheet import LIMIT

if TYPE_CHECKING:
    from bot.app import App
    from surveys.shift_rows import PersonShift

app = typer.Typer(no_args_is_help=True, help="People, teams and shifts from files; docs/roster.md describes them.")

DryRun = Annotated[bool, typer.Option("--dry-run", help="show what would change, and change nothing")]


@app.command("import")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="the people file, CSV")],
    dry_run: DryRun = False,
    accept_large_change: Annotated[
        bool, typer.Option("--accept-large-change", help="import also when very many leave or move")
    ] = False,
    max_share: Annotated[
        float, typer.Option(min=0, max=1, help="share of the roster that may leave or move in one import")
    ] = LARGE_CHANGE,
) -> None:
    """Make the roster what the file says: shows who is new, moved, left or changed, and then does it.

    The file is always the whole roster: who is not in it has left, and is erased. Bad rows are all named, and then
    nothing is changed. When too many would leave or move, nothing is changed either (exit code 5).

    Example: adempauze roster import people.csv --dry-run
    """
    rows = parse_people(decode(read_bytes(file, LIMIT)))
    limit = 1.0 if accept_large_change else max_share

    async def carry_out(built: App) -> None:
        await built.rostering.import_people(rows, show_plan, limit=limit, dry_run=dry_run)

    ask(edge_of(context), carry_out)
    say("Dry run: nothing was changed." if dry_run else "Done.")


@app.command()
def shifts(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="the planning: CSV (person, start, end) or iCalendar (.ics)")],
    dry_run: DryRun = False,
) -> None:
    """Take over a planning, so that check-ins arrive within somebody's own shift.

    For the people it names, it replaces all shifts between its first start and its last end.

    Example: adempauze roster shifts week-41.ics
    """
    text = decode(read_bytes(file, LIMIT))
    calendar = file.suffix.lower() in (".ics", ".ical") or text.lstrip("\ufeff \r\n").startswith("BEGIN:VCALENDAR")

    async def carry_out(built: App) -> list[PersonShift]:
        return await built.rostering.import_shifts(text, calendar=calendar, dry_run=dry_run)

    planned = ask(edge_of(context), carry_out)
    say(f"{len(planned)} shifts of {len({person for person, _ in planned})} people")
    say("Dry run: nothing was changed." if dry_run else "Done.")


@app.command()
def members(
    context: typer.Context,
    platform: Annotated[str, typer.Argument(help="the chat platform: slack or teams")],
    dry_run: DryRun = False,
    accept_large_change: Annotated[
        bool, typer.Option("--accept-large-change", help="take over also when very many leave or are reached no more")
    ] = False,
) -> None:
    """Take over from a chat platform where it reaches whom, and the people of its groups.

    Members and people of the roster are matched by e-mail address. Only the members of the groups that settings name
    (ADEMPAUZE_SLACK_GROUPS, ADEMPAUZE_TEAMS_GROUPS) are people of the roster without a line in the people file, and
    only they can leave here. Bots and guests are left out. When too many would leave or no longer be reached, nothing
    is changed (exit code 5). From then on `serve` does the same when it hears of a change, but for who leads a team:
    that nobody comes to without this command.

    Example: adempauze roster members slack --dry-run
    """
    limit = 1.0 if accept_large_change else LARGE_LOSS

    from bot.members import listed_by, lists_everybody

    async def carry_out(built: App) -> None:
        there = built.platforms.get(platform)
        if there is None:
            raise InputError(f"{platform!r} is not connected: connected are {', '.join(built.platforms)}")
        read, whole = partial(listed_by, there), lists_everybody(there)
        try:
            await built.rostering.import_members(
                platform, read, show_reached, limit=limit, dry_run=dry_run, whole=whole
            )
        except DeliveryError as error:
            raise InputError(f"{platform} gave no list of members ({error}): run `adempauze doctor`") from error

    ask(edge_of(context), carry_out)
    say("Dry run: nothing was changed." if dry_run else "Done.")


def show_reached(reached: Reached) -> None:
    """Print what an import of members does, people by roster id."""
    if reached.brings:
        show_plan(reached.plan)
    else:
        for line in summarise(reached.plan).lines:
            say(line)
    say(
        f"{reached.gained} reached from now on, {reached.lost} no more, {reached.without} of the roster not there; "
        f"{reached.unknown} members are not in the roster"
    )


def show_plan(plan: SyncPlan) -> None:
    """Print what an import does, people by roster id."""
    summary = summarise(plan)
    for line in summary.lines:
        say(line)
    counts = summary.counts
    say(
        f"{counts['new']} new, {counts['moved']} moved, {counts['left']} left, {counts['changed']} changed, "
        f"{counts['unchanged']} unchanged; {counts['new_nodes']} new cohorts"
    )
