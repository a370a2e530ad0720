"""Kudos: thanks by name, where they stand, and the channels in which they may. Nothing of it refers to a survey."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE kudos.kudos (
        id UUID NOT NULL,
        giver_id UUID,
        words VARCHAR NOT NULL,
        tag VARCHAR NOT NULL,
        shown VARCHAR NOT NULL,
        place_id UUID,
        customer BOOLEAN NOT NULL,
        language VARCHAR NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        state VARCHAR NOT NULL,
        ended TIMESTAMP WITH TIME ZONE,
        reason VARCHAR NOT NULL,
        PRIMARY KEY (id)
    )
    """,
    "CREATE INDEX kudos_at ON kudos.kudos (at)",
    "CREATE INDEX kudos_ended ON kudos.kudos (ended) WHERE ended IS NOT NULL",
    "CREATE INDEX kudos_given ON kudos.kudos (giver_id, at)",
    """
    CREATE TABLE kudos.receiver (
        kudos_id UUID NOT NULL,
        person_id UUID NOT NULL,
        hidden BOOLEAN NOT NULL,
        thanked BOOLEAN NOT NULL,
        reported BOOLEAN NOT NULL,
        PRIMARY KEY (kudos_id, person_id)
    )
    """,
    "CREATE INDEX receiver_person ON kudos.receiver (person_id)",
    """
    CREATE TABLE kudos.posting (
        id UUID NOT NULL,
        kudos_id UUID,
        person_id UUID,
        place_id UUID,
        kind VARCHAR NOT NULL,
        platform VARCHAR NOT NULL,
        address VARCHAR NOT NULL,
        due TIMESTAMP WITH TIME ZONE NOT NULL,
        wanted INTEGER NOT NULL,
        standing INTEGER NOT NULL,
        attempts INTEGER NOT NULL,
        calling BOOLEAN NOT NULL,
        doubts INTEGER NOT NULL,
        failed BOOLEAN NOT NULL,
        message VARCHAR,
        week TIMESTAMP WITH TIME ZONE,
        PRIMARY KEY (id)
    )
    """,
    "CREATE INDEX posting_due ON kudos.posting (due) WHERE wanted <> standing AND NOT failed",
    "CREATE INDEX posting_kudos ON kudos.posting (kudos_id)",
    """
    CREATE TABLE kudos.place (
        id UUID NOT NULL,
        platform VARCHAR NOT NULL,
        address VARCHAR NOT NULL,
        name VARCHAR NOT NULL,
        language VARCHAR NOT NULL,
        gone BOOLEAN NOT NULL,
        roundup TIMESTAMP WITH TIME ZONE NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT place_once UNIQUE (platform, address)
    )
    """,
    """
    CREATE TABLE kudos.giver (
        person_id UUID NOT NULL,
        nudge TIMESTAMP WITH TIME ZONE,
        locked VARCHAR NOT NULL,
        PRIMARY KEY (person_id)
    )
    """,
)


def upgrade() -> None:
    """Create the tables."""
    for statement in STATEMENTS:
        op.execute(statement)
