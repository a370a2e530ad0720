"""The job queue in schema `platform`: the rest of its package's history, which uses the states of 0003."""

from __future__ import annotations

from surveys.migrations.queue import replay
from surveys.migrations.versions.r0003_queue import LAST as BEFORE

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

LAST = "03.04.00_50_post_add_retry_failed_job_procedure.sql"
"""The last of the package's migrations that this revision applies; a later revision applies later ones."""


def upgrade() -> None:
    """Go on from where 0003 stopped."""
    replay(after=BEFORE, last=LAST)
