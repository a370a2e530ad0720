"""The reader role: Releases and cohort names within a scope, and nothing else."""

from __future__ import annotations

from alembic import context, op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SCOPED = {"release_node": "node", "release_cell": "node", "cohort": "id"}
SCOPE = "current_setting('adempauze.scope', true)"


def upgrade() -> None:
    """Grant what may be read, and let row-level security narrow it to the scope of the connection."""
    reader = context.config.attributes["reader_role"]
    op.execute(f'GRANT USAGE ON SCHEMA surveys TO "{reader}"')
    op.execute(f'GRANT SELECT ON surveys.release, surveys.release_document TO "{reader}"')
    for table, column in SCOPED.items():
        op.execute(f'GRANT SELECT ON surveys.{table} TO "{reader}"')
        op.execute(f"ALTER TABLE surveys.{table} ENABLE ROW LEVEL SECURITY")
        inside = f"{SCOPE} = '*' OR {column} = ANY (string_to_array({SCOPE}, ','))"
        op.execute(f'CREATE POLICY in_scope ON surveys.{table} FOR SELECT TO "{reader}" USING ({inside})')
    op.execute("ALTER TABLE surveys.release_document ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY whole ON surveys.release_document FOR SELECT TO \"{reader}\" USING ({SCOPE} = '*')")
