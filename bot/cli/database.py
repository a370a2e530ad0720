"""`adempauze migrate`."""

from __future__ import annotations

import typer

from bot.cli.edge import edge_of
from bot.cli.process import check_keys, keys_of
from bot.cli.screen import remark, say

app = typer.Typer()


@app.command()
def migrate(context: typer.Context) -> None:
    """Bring the database to this version: roles, schemas, tables.

    With ADEMPAUZE_DATABASE_URL set, run this once after every upgrade and before `serve` and `worker`; the embedded
    database does it by itself. Where the login may not create roles, the SQL for the database administrator is
    printed and nothing is changed (exit code 4). A key file is made when there is none yet.

    Example: ADEMPAUZE_DATABASE_URL=postgresql://user:password@host/adempauze adempauze migrate
    """
    from bot import logs
    from bot.server import find_server

    settings = edge_of(context).settings()
    check_keys(settings)
    server = find_server(settings)
    logs.configure("WARNING")
    try:
        for line in server.migrate():
            remark(line)
        keys_of(settings, server)
        say(f"{server.described} is of this version")
    finally:
        server.stop()
