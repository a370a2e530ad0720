"""What a database remembers beside its tables: statistics, counters of the server, jobs."""

from __future__ import annotations

from typing import Final

from bot.storage.shape import over
from bot.storage.verdict import Check, Rows, Said, broken, kept, limited, none_of

ARGUMENTS: Final = frozenset({"wave", "chunk", "platform", "workspace", "seq"})

STATISTICS: Final = over("""
    SELECT schemaname || '.' || tablename || '.' || attname FROM pg_stats
        WHERE schemaname = 'surveys' AND attname IN ('slot', 'sealed', 'salt')
    UNION ALL SELECT attrelid::regclass || '.' || attname FROM pg_attribute
        WHERE attrelid IN SEALED AND attname IN ('slot', 'sealed', 'salt') AND attstattarget IS DISTINCT FROM 0
    UNION ALL SELECT stxname FROM pg_statistic_ext WHERE stxrelid IN SEALED
""")
MOMENTS: Final = over("""
    SELECT current_setting('track_commit_timestamp') AS stamped, coalesce(sum(n_tup_upd), 0) AS changed,
        coalesce(sum(n_dead_tup), 0) AS dead FROM pg_stat_all_tables WHERE relid IN SEALED
""")
JOBS: Final = """
    SELECT DISTINCT j.task_name, k.name FROM platform.procrastinate_jobs j, jsonb_object_keys(j.args) AS k(name)
"""
JOBS_OF_PEOPLE: Final = """
    SELECT DISTINCT j.task_name FROM platform.procrastinate_jobs j, people.person p
    LEFT JOIN people.address a ON a.person_id = p.id
    WHERE concat_ws(' ', j.args, j.lock, j.queueing_lock) LIKE '%' || p.id || '%'
    OR concat_ws(' ', j.args, j.lock, j.queueing_lock) LIKE '%"' || a.address || '"%'
"""


def moments(rows: Rows) -> Said:
    """Judge what the server counts about the tables of open waves, and whether it stamps transactions."""
    (row,) = rows
    if row.stamped != "off":
        return broken("every transaction has its moment (track_commit_timestamp), and with it every sealed row")
    if row.changed or row.dead:
        return limited(
            f"the server counts {row.changed} changes of rows, and {row.dead} earlier seals still lie beside them: how "
            "many taps, not whose; gone with the wave"
        )
    return kept("no moment is kept beside a row, and no change was counted")


def jobs(rows: Rows) -> Said:
    """Judge what jobs name."""
    extra = sorted({f"{row.task_name}.{row.name}" for row in rows if row.name not in ARGUMENTS})
    if extra:
        return broken(f"jobs name more than a wave and a chunk: {', '.join(extra)}")
    return kept("jobs name a wave, a chunk and a workspace")


CHECKS: Final = (
    Check(
        3,
        "statistics of the planner",
        STATISTICS,
        none_of("none are kept of slots, seals and salts", "values are sampled of"),
    ),
    Check(3, "counters and moments of the server", MOMENTS, moments),
    Check(3, "arguments of jobs", JOBS, jobs),
    Check(3, "people in jobs", JOBS_OF_PEOPLE, none_of("no job names a person", "these do")),
)
