"""The shape of the database: which columns, indexes, triggers and sequences there are, and which there must not be."""

from __future__ import annotations

from typing import Final

from bot.migrate import SCHEMAS
from bot.storage.verdict import Check, Judge, Rows, Said, broken, kept, limited, none_of
from surveys.store.shape import COLUMNS, QUEUE_TABLES, SEQUENCES

SEALED: Final = (
    "(SELECT relid FROM pg_partition_tree('surveys.response')"
    " UNION ALL SELECT relid FROM pg_partition_tree('surveys.wave_salt')"
    " UNION ALL SELECT relid FROM pg_partition_tree('surveys.period_row')"
    " UNION ALL SELECT relid FROM pg_partition_tree('surveys.period_salt'))"
)
"""The tables of sealed rows and of salts, with the partition of every wave and reporting period."""
OURS: Final = {"schemas": list(SCHEMAS)}


def over(query: str) -> str:
    """Return a query with the tables of sealed rows and salts in the place of SEALED."""
    return query.replace("SEALED", SEALED)


SEALED_COLUMNS: Final = over("""
    SELECT attrelid::regclass || '.' || attname FROM pg_attribute
    WHERE attrelid IN SEALED AND attnum > 0 AND (attisdropped OR (attname, format_type(atttypid, NULL)) NOT IN
    (('wave_id', 'uuid'), ('period_id', 'uuid'), ('slot', 'bytea'), ('sealed', 'bytea'), ('salt', 'bytea')))
""")
SEALED_INDEXES: Final = over("SELECT indexrelid::regclass FROM pg_index WHERE indrelid IN SEALED AND NOT indisprimary")
ALL_COLUMNS: Final = """
    SELECT n.nspname || '.' || c.relname AS place, a.attname FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY(:schemas) AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
    AND a.attnum > 0 AND NOT a.attisdropped
"""
STRANGERS: Final = """
    SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'm', 'f') AND n.nspname <> ALL(:schemas)
    AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
"""
WATCHERS: Final = """
    SELECT t.tgrelid::regclass || ' (trigger ' || t.tgname || ')' FROM pg_trigger t
        JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE NOT t.tgisinternal AND n.nspname = ANY(:schemas) AND c.relname !~ '^procrastinate_'
        AND (n.nspname, c.relname, t.tgname) <> ('surveys', 'log', 'only_grows')
    UNION ALL SELECT r.ev_class::regclass || ' (rule ' || r.rulename || ')' FROM pg_rewrite r
        JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = ANY(:schemas) AND c.relkind IN ('r', 'p')
    UNION ALL SELECT 'publication ' || pubname FROM pg_publication
    UNION ALL SELECT 'event trigger ' || evtname FROM pg_event_trigger
"""
COUNTERS: Final = "SELECT schemaname || '.' || sequencename AS name FROM pg_sequences WHERE schemaname = ANY(:schemas)"
ACROSS: Final = """
    SELECT conname FROM pg_constraint c JOIN pg_class a ON a.oid = c.conrelid JOIN pg_class b ON b.oid = c.confrelid
    WHERE c.contype = 'f' AND a.relnamespace <> b.relnamespace
"""


def known_columns(rows: Rows) -> Said:
    """Judge every column of our schemas: those of this version, and no other."""
    there = {f"{row.place}.{row.attname}" for row in rows if row.place not in QUEUE_TABLES}
    if extra := sorted(there - COLUMNS):
        return broken(f"there are columns that this version does not have: {', '.join(extra[:5])}")
    if missing := sorted(COLUMNS - there):
        return broken(f"columns of this version are missing: {', '.join(missing[:5])}")
    return kept(f"{len(there)} columns, each one of this version; none says whether somebody answered")


def known_counters(rows: Rows) -> Said:
    """Judge every sequence of our schemas."""
    extra = sorted({row.name for row in rows} - SEQUENCES)
    if extra:
        return broken(f"there are counters that this version does not have: {', '.join(extra)}")
    return kept("only Releases, digests, jobs, blobs of the pool and the signed log are numbered, never an answer")


def strangers(rows: Rows) -> Said:
    """Judge the tables beside our schemas."""
    if rows:
        return limited(f"{len(rows)} table(s) are not ours, such as {rows[0][0]}: nobody but their owner knows them")
    return kept("there is no table beside ours")


def no_strangers_from_us(rows: Rows) -> Said:
    """A table beside ours that has a slot, a seal, a ticket or a salt in it was copied from us."""
    return none_of("no table beside ours has a column like the sealed ones", "a copy of sealed columns lies in")(rows)


COPIES: Final = over("""
    SELECT attrelid::regclass FROM pg_attribute WHERE attname IN ('slot', 'sealed', 'salt', 'ticket') AND attnum > 0
    AND attrelid <> ALL(ARRAY['platform.record', 'platform.seat', 'surveys.pool']::regclass[])
    AND attrelid NOT IN SEALED AND attrelid NOT IN (SELECT indexrelid FROM pg_index WHERE indrelid IN SEALED)
""")

_SHAPE: Final[tuple[tuple[int, str, str, Judge, dict[str, object]], ...]] = (
    (
        2,
        "columns of the sealed row",
        SEALED_COLUMNS,
        none_of("wave, slot and sealed content, nothing beside them", "there are others"),
        {},
    ),
    (
        2,
        "indexes of the sealed row",
        SEALED_INDEXES,
        none_of("found by wave and slot alone", "there are others"),
        {},
    ),
    (3, "columns of all tables", ALL_COLUMNS, known_columns, {**OURS}),
    (3, "counters", COUNTERS, known_counters, {**OURS}),
    (
        3,
        "triggers, rules and publications",
        WATCHERS,
        none_of("nothing notes or passes on what is written", "something does"),
        {**OURS},
    ),
    (
        2,
        "copies of sealed columns",
        COPIES,
        no_strangers_from_us,
        {},
    ),
    (3, "tables beside ours", STRANGERS, strangers, {**OURS}),
    (
        12,
        "schemas apart",
        ACROSS,
        none_of("no reference leads from one schema to another", "there are references"),
        {},
    ),
)
CHECKS: Final = tuple(Check(*parts) for parts in _SHAPE)
