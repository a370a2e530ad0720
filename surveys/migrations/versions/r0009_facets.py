"""By which facet a wave is cut, and what each person was in it at opening."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; waves that are open now are cut by none."""
    op.execute("ALTER TABLE surveys.wave ADD COLUMN facet VARCHAR NOT NULL DEFAULT ''")
    op.execute("ALTER TABLE platform.delivery ADD COLUMN facet VARCHAR NOT NULL DEFAULT ''")
