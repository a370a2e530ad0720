"""When each person was introduced, on which platform: it goes with the person, like everything in schema `people`."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE people.introduction (
        person_id UUID NOT NULL,
        platform VARCHAR NOT NULL,
        due TIMESTAMP WITH TIME ZONE NOT NULL,
        attempts INTEGER NOT NULL,
        sent TIMESTAMP WITH TIME ZONE,
        PRIMARY KEY (person_id, platform),
        FOREIGN KEY(person_id) REFERENCES people.person (id) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX introduction_due ON people.introduction (due) WHERE sent IS NULL",
)


def upgrade() -> None:
    """Create the table. Nobody is introduced in it, so everybody is before their next card."""
    for statement in STATEMENTS:
        op.execute(statement)
