"""What the server lets its roles read, and what it writes down of statements."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import doctor_database as doctor
from bot.doctor import Finding
from bot.migrate import Roles
from bot.storage.verdict import Check, Found, Rows, Said, Verdict, broken, kept, limited, none_of

WATCHED: Final = {
    "log_statement": ("none", "ddl"),
    "log_min_duration_statement": ("-1",),
    "log_min_duration_sample": ("-1",),
    "log_transaction_sample_rate": ("0",),
    "log_parameter_max_length_on_error": ("0",),
}
"""Settings under which statements or their values are written down, with the values under which they are not."""
SETTINGS: Final = """
    SELECT name, setting FROM pg_settings WHERE name LIKE 'log\\_%'
    UNION ALL SELECT split_part(one, '=', 1), split_part(one, '=', 2)
        FROM pg_db_role_setting, unnest(setconfig) AS one WHERE one LIKE 'log\\_%'
"""
EXTENSIONS: Final = """
    SELECT extname FROM pg_extension WHERE extname IN
        ('pgaudit', 'pg_stat_statements', 'pg_stat_monitor', 'auto_explain', 'temporal_tables', 'pglogical')
    UNION SELECT library FROM pg_settings, regexp_split_to_table(setting, '[, ]+') AS library
        WHERE name LIKE '%preload_libraries' AND library ~ 'pgaudit|stat_statements|stat_monitor|auto_explain|wal2json'
"""


def logging(rows: Rows) -> Said:
    """Judge what the server logs of statements."""
    wrong = sorted(
        {f"{row.name} = {row.setting}" for row in rows if row.name in WATCHED and row.setting not in WATCHED[row.name]}
    )
    if wrong:
        return broken(f"statements are written down with their moments: {', '.join(wrong)}")
    failing = {row.setting for row in rows if row.name == "log_min_error_statement"} - {"panic", "fatal", "log"}
    if failing:
        return limited("a statement that fails is logged, without its values (log_min_error_statement)")
    return kept("no statement is logged")


CHECKS: Final = (
    Check(3, "statements in the server's log", SETTINGS, logging),
    Check(3, "extensions that watch", EXTENSIONS, none_of("there is none", "there is")),
)


async def reader(connection: AsyncConnection, roles: Roles) -> list[Found]:
    """Look at what the role that renders may read, and whether rules bind both roles; as `doctor` does."""
    return [
        _found("what the reader role may read", await doctor.check_reader(connection, roles), doctor.GRANTED.text),
        _found("roles without special powers", await doctor.check_roles(connection, roles), doctor.ROLES.text),
    ]


def _found(subject: str, finding: Finding, query: str) -> Found:
    verdict = Verdict.KEPT if finding.ok else Verdict.BROKEN
    return Found(5, subject, verdict, finding.what, " ".join(query.split()))
