"""The pool, in which answers wait for the next mix, and how often was mixed."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE surveys.pool (
        id BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY,
        key_id VARCHAR NOT NULL,
        sealed BYTEA NOT NULL,
        PRIMARY KEY (id)
    )
    """,
    "ALTER TABLE surveys.pool ALTER sealed SET STORAGE PLAIN, ALTER sealed SET STATISTICS 0",
    """
    CREATE TABLE surveys.mixing (
        lone BOOLEAN NOT NULL CHECK (lone),
        generation BIGINT NOT NULL,
        due TIMESTAMP WITH TIME ZONE NOT NULL,
        PRIMARY KEY (lone)
    )
    """,
)


def upgrade() -> None:
    """Create them."""
    for statement in STATEMENTS:
        op.execute(statement)
