"""`adempauze doctor`: what is wrong, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from bot.cli.edge import Edge, edge_of
from bot.cli.process import application, has_database
from bot.cli.screen import say, show_table
from bot.loop import run
from surveys.errors import AdempauzeError

if TYPE_CHECKING:
    from bot.app import App
    from bot.cli.process import Ground
    from bot.doctor import Finding
    from bot.settings import Settings
    from surveys.tickets import KeyRing

app = typer.Typer()


@app.command()
def doctor(
    context: typer.Context,
    settings: Annotated[bool, typer.Option("--settings", help="list every setting and what it does, and stop")] = False,
) -> None:
    """Look whether settings, keys, database, clocks and platforms are as they should be, and say the mend.

    Changes nothing. Exit code 0 when all is well, 1 when something is wrong.
    """
    edge = edge_of(context)
    if settings:
        from bot.doctor import settings_rows

        show_table(("setting", "value", "what it does"), settings_rows(edge.environ))
        return
    if not _all_well(_findings(edge)):
        raise typer.Exit(1)


def _all_well(findings: Iterable[Finding]) -> bool:
    """Print each finding as soon as it is there; return whether all are well."""
    console, well = Console(), True
    for finding in findings:
        word = Text("ok   ", "green") if finding.ok else Text("wrong", "bold")
        console.print(word, Text(f"{finding.subject}: {finding.what}"), soft_wrap=True, highlight=False)
        if not finding.ok:
            say(f"      mend: {finding.mend}")
        well = well and finding.ok
    return well


def _findings(edge: Edge) -> Iterator[Finding]:
    from bot.doctor import Finding, check_address, check_helplines, check_keys
    from bot.doctor_slack import ask_slack, check_slack
    from bot.doctor_teams import ask_teams, check_teams
    from bot.wiring import real_world

    try:
        settings = edge.settings()
    except AdempauzeError as error:
        yield _as_finding("settings", error)
        return
    yield Finding("settings", "all known, all readable (`adempauze doctor --settings` lists them)")
    yield check_address(settings)
    yield from check_slack(settings)
    yield from run(ask_slack(settings))
    yield from check_teams(settings)
    yield from run(ask_teams(settings, lambda: real_world().now().timestamp()))
    yield check_helplines(real_world().now().date())
    lines, keys = check_keys(settings)
    yield from lines
    yield from _database(settings, keys)


def _database(settings: Settings, keys: KeyRing | None) -> Iterator[Finding]:
    """Look at the database without changing it; an embedded one that is not there yet is not made."""
    from bot import logs
    from bot.doctor import Finding, check_noted
    from bot.keymark import noted
    from bot.server import find_server

    logs.configure("ERROR")
    if settings.database_url is None and not has_database(settings):
        missing = f"there is none in {settings.data_dir} yet"
        yield Finding("database", missing, "run `adempauze migrate` or `adempauze serve`")
        return
    try:
        server = find_server(settings)
        server.check()
    except AdempauzeError as error:
        yield _as_finding("database", error)
        return
    yield Finding("database", f"{server.described} is of this version")
    try:
        yield from check_noted(noted(server), keys)
        if keys:
            from bot.cli.process import Ground

            yield from run(_inside(Ground(settings, server, keys)))
    finally:
        server.stop()


async def _inside(on: Ground) -> list[Finding]:
    from bot import doctor_database as look
    from bot.doctor import Finding
    from bot.doctor_epochs import check_epochs
    from bot.doctor_keys import check_two_keys
    from bot.doctor_people import check_introduced
    from bot.doctor_waves import check_periods, check_waves
    from surveys.store import periods, surveys

    async with (
        application(on) as built,
        built.database.begin() as connection,
        built.database.reading(()) as reading,
    ):
        now = built.world.now()
        return [
            await look.check_version(connection),
            await look.check_roles(connection, on.server.roles),
            await look.check_reader(connection, on.server.roles),
            await look.check_logins(connection, reading, on.server.roles),
            await look.check_erasure(connection, on.server.roles),
            await check_epochs(connection, built.epochs.path, now, built.epochs.life),
            await look.check_clock(connection, now),
            await look.check_ticking(connection, now),
            *check_waves(await surveys.waves(connection), on.keys),
            *check_periods(await periods.periods(connection), on.keys),
            await check_two_keys(connection, on.settings, built.instrument),
            await check_introduced(connection, now),
            Finding("platforms", f"connected: {', '.join(built.platforms)}"),
            *await _slack(built),
            *await _teams(built),
        ]


async def _slack(built: App) -> list[Finding]:
    from adapters.slack.platform import Slack
    from bot.doctor_slack import ask_workspaces, check_addresses

    slack = built.platforms.get("slack")
    if not isinstance(slack, Slack):
        return []
    found = check_addresses(await _addresses(built, "slack"), several=slack.workspaces is not None)
    return found + (await ask_workspaces(slack.workspaces, built.settings.slack_groups) if slack.workspaces else [])


async def _teams(built: App) -> list[Finding]:
    if "teams" not in built.platforms:
        return []
    from bot.doctor_teams_directory import check_addresses
    from bot.teams import teams_app

    return check_addresses(await _addresses(built, "teams"), several=not teams_app(built.settings).alone)


async def _addresses(built: App, platform: str) -> list[str]:
    from surveys.store import people

    async with built.database.begin() as connection:
        roster = await people.load_roster(connection)
    return [person.addresses[platform] for person in roster if platform in person.addresses]


def _as_finding(subject: str, error: AdempauzeError) -> Finding:
    """Return an error as a finding; its sentence says what is wrong, then a colon, then the mend."""
    from bot.doctor import Finding

    what, _, mend = str(error).rpartition(": ")
    return Finding(subject, what or mend, mend)
