"""The job queue in schema `platform`: the history of its package up to where it adds states to a type.

PostgreSQL before 17 lets nobody use such a state before it is committed, so the rest is a revision of its own.
"""

from __future__ import annotations

from surveys.migrations.queue import replay

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

LAST = "02.06.00_01_add_cancel_states.sql"


def upgrade() -> None:
    """Replay the package's migrations, so that every installation has the same queue at the same revision."""
    replay(after="", last=LAST)
