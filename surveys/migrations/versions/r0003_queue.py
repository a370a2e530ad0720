"""The job queue in schema `platform`, as the queue's own package wants it at this point of its history."""

from __future__ import annotations

from importlib.resources import files

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

LAST = "03.04.00_50_post_add_retry_failed_job_procedure.sql"
"""The last of the package's migrations that this revision applies; a later revision applies later ones."""


def upgrade() -> None:
    """Replay the package's migrations, so that every installation has the same queue at the same revision."""
    op.execute("SET LOCAL search_path TO platform")
    for name in migration_names():
        sql = (files("procrastinate.sql") / "migrations" / name).read_text(encoding="utf-8")
        op.get_bind().exec_driver_sql(sql.replace("%", "%%"))
    op.execute("SET LOCAL search_path TO DEFAULT")


def migration_names() -> list[str]:
    """Return the package's migrations up to the last of this revision, in order."""
    names = sorted(file.name for file in (files("procrastinate.sql") / "migrations").iterdir())
    return [name for name in names if name.endswith(".sql") and name <= LAST]
