"""Closed waves: what is left of them in tables, and in the write-ahead log."""

from __future__ import annotations

from typing import Final

from bot.doctor_database import ERASES
from bot.limits import WHY
from bot.storage.verdict import Check, Rows, Said, broken, kept, limited, none_of
from surveys.store.traces import ASKED, TRACES

LEFT: Final = """
    WITH alive AS (SELECT id FROM surveys.wave WHERE state IN ('open', 'closing'))
    SELECT 'deliveries of ' || wave_id FROM platform.delivery WHERE wave_id NOT IN (SELECT id FROM alive)
    UNION SELECT 'the tree of ' || wave_id FROM surveys.wave_node WHERE wave_id NOT IN (SELECT id FROM alive)
    UNION SELECT c.oid::regclass::text FROM pg_class c
        WHERE c.relkind = 'r' AND c.relname ~ '^(response|wave_salt)_[0-9a-f]{32}$'
        AND right(c.relname, 32)::uuid NOT IN (SELECT id FROM alive)
"""
STATES: Final = """
    SELECT state, survey || ' ' || number AS wave,
        closing_since < now() - interval '25 hours' AS late FROM surveys.wave WHERE state NOT IN ('open', 'destroyed')
"""
OPEN: Final = "EXISTS (SELECT FROM surveys.wave WHERE state IN ('open', 'closing')) AS open"
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


CHECKS: Final = (
    Check(4, "rows of closed waves", LEFT, none_of("nothing is left in any table", "there is still")),
    Check(4, "state of closed waves", STATES, states),
    Check(4, "write-ahead log", LOG, log),
)
