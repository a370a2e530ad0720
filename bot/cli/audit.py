"""`adempauze audit`: the promises, checked from outside."""

from __future__ import annotations

import typer

from bot.cli import audit_log, audit_releases, audit_storage

app = typer.Typer(no_args_is_help=True, help="Check the privacy promises from outside; changes nothing.")
app.add_typer(audit_releases.app)
app.add_typer(audit_storage.app)
app.add_typer(audit_log.app)
