"""The signed log, to which rows can only be added, and the sealed keys of the seats."""

from __future__ import annotations

from alembic import context, op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE surveys.log (
        seq SERIAL NOT NULL,
        document BYTEA NOT NULL,
        hash VARCHAR NOT NULL,
        PRIMARY KEY (seq)
    )
    """,
    """
    CREATE TABLE platform.seat (
        seat VARCHAR NOT NULL,
        public BYTEA NOT NULL,
        cost INTEGER NOT NULL,
        salt BYTEA NOT NULL,
        by_secret BYTEA NOT NULL,
        by_recovery BYTEA NOT NULL,
        PRIMARY KEY (seat)
    )
    """,
    """
    CREATE FUNCTION surveys.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the signed log only grows' USING ERRCODE = 'insufficient_privilege';
    END $$
    """,
    """
    CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON surveys.log
    FOR EACH STATEMENT EXECUTE FUNCTION surveys.refuse_change()
    """,
    "REVOKE UPDATE, DELETE, TRUNCATE ON surveys.log FROM CURRENT_USER",
)
SCOPE = "current_setting('adempauze.scope', true)"


def upgrade() -> None:
    """Create them; the reader sees the log with the scope of the whole organisation."""
    for statement in STATEMENTS:
        op.execute(statement)
    reader = context.config.attributes["reader_role"]
    op.execute(f'GRANT SELECT ON surveys.log TO "{reader}"')
    op.execute("ALTER TABLE surveys.log ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY whole ON surveys.log FOR SELECT TO \"{reader}\" USING ({SCOPE} = '*')")
