"""Reporting periods of small teams: sealed rows under a key of their own, and Releases that cover several waves."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE surveys.period (
        id UUID NOT NULL,
        survey VARCHAR NOT NULL,
        every INTEGER NOT NULL,
        waves INTEGER[] NOT NULL,
        opens TIMESTAMP WITH TIME ZONE NOT NULL,
        ends TIMESTAMP WITH TIME ZONE NOT NULL,
        state VARCHAR NOT NULL,
        key_id VARCHAR NOT NULL,
        closing_since TIMESTAMP WITH TIME ZONE,
        next_try TIMESTAMP WITH TIME ZONE,
        PRIMARY KEY (id),
        FOREIGN KEY(survey) REFERENCES surveys.survey (id)
    )
    """,
    "CREATE UNIQUE INDEX period_open ON surveys.period (survey, every) WHERE state = 'open'",
    """
    CREATE TABLE surveys.period_node (
        period_id UUID NOT NULL,
        node VARCHAR NOT NULL,
        parent VARCHAR,
        name VARCHAR NOT NULL,
        head_count INTEGER NOT NULL,
        every INTEGER NOT NULL,
        withheld BOOLEAN NOT NULL,
        PRIMARY KEY (period_id, node)
    )
    """,
    """
    CREATE TABLE surveys.period_salt (
        period_id UUID NOT NULL,
        salt BYTEA NOT NULL,
        PRIMARY KEY (period_id)
    )
    PARTITION BY LIST (period_id)
    """,
    """
    CREATE TABLE surveys.period_row (
        period_id UUID NOT NULL,
        slot BYTEA NOT NULL,
        sealed BYTEA NOT NULL,
        PRIMARY KEY (period_id, slot)
    )
    PARTITION BY LIST (period_id)
    """,
    "ALTER TABLE surveys.period_salt ALTER salt SET STATISTICS 0",
    "ALTER TABLE surveys.period_row ALTER slot SET STATISTICS 0, ALTER sealed SET STATISTICS 0",
    "ALTER TABLE surveys.wave_node ADD COLUMN every INTEGER NOT NULL DEFAULT 1",
    "ALTER TABLE surveys.wave_node ADD COLUMN withheld BOOLEAN NOT NULL DEFAULT false",
    "ALTER TABLE surveys.release ADD COLUMN every INTEGER NOT NULL DEFAULT 1",
)


def upgrade() -> None:
    """Create them. A wave that is open goes on as it was opened: everybody counts in its own Release."""
    for statement in STATEMENTS:
        op.execute(statement)
