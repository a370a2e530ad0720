"""The migrations that the queue's own package ships, replayed by revisions of ours."""

from __future__ import annotations

from importlib.resources import files

from alembic import op


def replay(*, after: str, last: str) -> None:
    """Apply the package's migrations behind `after` up to and with `last`, in order, in schema `platform`."""
    folder = files("procrastinate.sql") / "migrations"
    op.execute("SET LOCAL search_path TO platform")
    for name in sorted(file.name for file in folder.iterdir() if after < file.name <= last):
        if name.endswith(".sql"):
            op.get_bind().exec_driver_sql((folder / name).read_text(encoding="utf-8").replace("%", "%%"))
    op.execute("SET LOCAL search_path TO DEFAULT")
