"""What a server still keeps of a closed wave, beside its Release, where whoever reads Releases can see it."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; of waves that were destroyed before, nothing was known to be kept."""
    op.execute("ALTER TABLE surveys.release ADD COLUMN traces TEXT[], ADD COLUMN traces_until TIMESTAMPTZ")
    op.execute(
        "UPDATE surveys.release r SET traces = '{}' FROM surveys.wave w"
        " WHERE w.survey = r.survey AND w.number = r.number AND w.state = 'destroyed'"
    )
