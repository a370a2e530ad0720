"""`adempauze serve` and `adempauze worker`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from bot.cli.edge import edge_of
from bot.cli.process import check_keys, ground
from bot.cli.screen import remark, say
from bot.cli.stopping import run_until, stoppable

if TYPE_CHECKING:
    from bot.cli.process import Ground

app = typer.Typer()


@app.command()
def serve(context: typer.Context) -> None:
    """Run the web process, with a worker and the clock inside: all that a small installation needs.

    Without ADEMPAUZE_DATABASE_URL it starts its own PostgreSQL in the data directory and keeps it up to date. With
    it, run `adempauze migrate` first. It refuses to start when a setting, the key file or the database is wrong.
    Ctrl-C (or SIGTERM) lets what is running end and stops.

    Example: ADEMPAUZE_PUBLIC_URL=https://pauze.example.org adempauze serve
    """
    from bot.cli.web import listen, serve_web

    edge = edge_of(context)
    settings = edge.settings()
    check_keys(settings)
    with listen(settings.host, settings.port) as door, ground(edge, "INFO") as on, stoppable() as stop:
        _greet(on)
        say(f"listening on {settings.host}, port {settings.port}; people reach it at {settings.public_url}")
        run_until(stop, serve_web(on, door, stop))


@app.command()
def worker(context: typer.Context) -> None:
    """Run one more worker and clock beside `serve`, on this machine or another, against the same database.

    Every machine needs the same key file. Nothing is sent or opened twice, however many there are.
    """
    from bot.cli.web import work

    with ground(edge_of(context), "INFO") as on, stoppable() as stop:
        _greet(on)
        say("working; Ctrl-C stops")
        run_until(stop, work(on, stop))


def _greet(on: Ground) -> None:
    """Say where everything is, and what is worth knowing before it is needed."""
    from bot.keyfile import key_path

    say(f"database: {on.server.described}")
    say(f"keys: {key_path(on.settings.config_dir, on.settings.data_dir)}; never in one backup with the database")
    for line in _warnings(on):
        remark(line)


def _warnings(on: Ground) -> list[str]:
    from bot.helplines import stale_helplines
    from bot.server import ONE_LOGIN
    from bot.wiring import real_world

    stale = stale_helplines(real_world().now().date())
    exposed = "/metrics is on: let the proxy keep it from the internet" if on.settings.metrics else None
    shared = ONE_LOGIN if on.server.one_login else None
    trying = on.settings.teams_development and on.settings.teams_app_id is None
    anybody = "Teams without an app id is for development: anybody on this machine is believed" if trying else None
    return [f"remark: {line}" for line in (stale, exposed, shared, anybody) if line]
