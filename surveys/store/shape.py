"""What this version's database consists of, from the table files; an auditor compares it with what is there."""

from __future__ import annotations

from typing import Final

from sqlmodel import SQLModel

import surveys.tables.cohorts
import surveys.tables.kudos
import surveys.tables.links
import surveys.tables.people
import surveys.tables.periods
import surveys.tables.platform
import surveys.tables.seats
import surveys.tables.surveys

TABLES: Final = (
    surveys.tables.cohorts,
    surveys.tables.kudos,
    surveys.tables.links,
    surveys.tables.people,
    surveys.tables.periods,
    surveys.tables.platform,
    surveys.tables.seats,
    surveys.tables.surveys,
)
VERSION: Final = "platform.alembic_version.version_num"
COLUMNS: Final = frozenset(
    {f"{table.fullname}.{column.name}" for table in SQLModel.metadata.tables.values() for column in table.columns}
    | {VERSION}
)
"""Every column as `schema.table.column`, without those of the queue."""
QUEUE_TABLES: Final = frozenset(
    f"platform.procrastinate_{name}" for name in ("jobs", "events", "workers", "periodic_defers")
)
SEQUENCES: Final = frozenset(
    {
        *(f"surveys.{name}_seq_seq" for name in ("release", "release_document", "log")),
        "surveys.pool_id_seq",
        "platform.digest_due_seq_seq",
        *(f"platform.procrastinate_{name}_id_seq" for name in ("jobs", "events", "workers", "periodic_defers")),
    }
)
