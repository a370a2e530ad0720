"""Closed waves: what is left of them in tables, and in the write-ahead log."""

from __future__ import annotations

from typing import Final

from bot.doctor_database import ERASES
from bot.limits import WHY
from bot.storage.verdict import Check, Rows, Said, broken, kept, limited, none_of
from surveys.store.traces import ASKED, TRACES

LEFT: Final = """
    WITH alive AS (SELECT id FROM surveys.wave WHERE state IN ('open', 'closing')),
        running AS (SELECT id FROM surveys.period WHERE state IN ('open', 'closing'))
    SELECT 'deliveries of ' || wave_id FROM platform.delivery WHERE wave_id NOT IN (SELECT id FROM alive)
    UNION SELECT 'the tree of ' || wave_id FROM surveys.wave_node WHERE wave_id NOT IN (SELECT id FROM alive)
    UNION SELECT c.oid::regclass::text FROM pg_class c
        WHERE c.relkind = 'r' AND c.relname ~ '^(response|wave_salt)_[0-9a-f]{32}$'
        AND right(c.relname, 32)::uuid NOT IN (SELECT id FROM alive)
    UNION SELECT 'the tree of period ' || period_id FROM surveys.period_node
        WHERE period_id NOT IN (SELECT id FROM running)
    UNION SELECT c.oid::regclass::text FROM pg_class c
        WHERE c.relkind = 'r' AND c.relname ~ '^period_(row|salt)_[0-9a-f]{32}$'
        AND right(c.relname, 32)::uuid NOT IN (SELECT id FROM running)
"""
STATES: Final = """
    SELECT state, survey || ' ' || number AS wave,
        closing_since < now() - interval '25 hours' AS late FROM surveys.wave WHERE state NOT IN ('open', 'destroyed')
    UNION ALL SELECT state, survey || ' ' || waves[1] || '.. (reporting period)',
        closing_since < now() - interval '25 hours' FROM surveys.period WHERE state NOT IN ('open', 'destroyed')
"""
OPEN: Final = "EXISTS (SELECT FROM surveys.wave WHERE state IN ('open', 'closing')) AS open"
SMALL: Final = """
    SELECT survey, every, waves, ends, ends - opens > interval '4 weeks 1 hour' AS long FROM surveys.period
    WHERE state IN ('open', 'closing') ORDER BY ends
"""
LOG: Final = f"SELECT ({ERASES.text.removeprefix('SELECT ')}) AS erases, {OPEN}, {ASKED}"


def states(rows: Rows) -> Said:
    """Judge how far closing and erasing got."""
    late = [row.wave for row in rows if row.state == "closing" and row.late]
    if late:
        return broken(f"closing for more than a day and not destroyed: {', '.join(late)}")
    if rows:
        return limited(", ".join(f"{row.wave} is {row.state}" for row in rows) + "; see `adempauze wave show`")
    return kept("every closed wave is destroyed")


def log(rows: Rows) -> Said:
    """Judge whether old write-ahead log goes."""
    (row,) = rows
    if not row.erases:
        return broken("the application may not remove old write-ahead log: `adempauze doctor` says the grants")
    left = [WHY[name] for name in TRACES if getattr(row, name)]
    if left:
        return limited(f"until the key epoch of a wave is destroyed: {'; '.join(left)}")
    if row.open:
        return limited(
            "while a wave is open, the log holds its salt and rows, no moment of an answer; it goes at close"
        )
    return kept("old log is removed when a wave closes")


def small_teams(rows: Rows) -> Said:
    """Judge how long the answers of small teams stay sealed."""
    if any(row.long for row in rows):
        return broken("a reporting period lasts for more than four weeks")
    if rows:
        last = max(row.ends for row in rows)
        return limited(
            f"{len(rows)} reporting period(s) of small teams run: their answers stay sealed, and whoever holds the key "
            f"file and the live database can link them, until {last:%Y-%m-%d} at the latest"
        )
    return kept("no reporting period of small teams runs")


CHECKS: Final = (
    Check(7, "reporting periods", SMALL, small_teams),
    Check(4, "rows of closed waves", LEFT, none_of("nothing is left in any table", "there is still")),
    Check(4, "state of closed waves", STATES, states),
    Check(4, "write-ahead log", LOG, log),
)
