"""The sealed rows themselves: their number, their sizes, and what the order in which they lie tells."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from bot.storage.verdict import Check, Rows, Said, broken, kept, limited, none_of
from surveys.tickets import NONCE_SIZE, PADDED_SIZE, TICKET_SIZE

TAG: Final = 16
"""Bytes that AES-GCM adds."""
SIZES: Final = (TICKET_SIZE, NONCE_SIZE + PADDED_SIZE + TAG)
NO_WAVE: Final = "no wave is open"

SIZE: Final = """
    SELECT octet_length(slot) AS slot, octet_length(sealed) AS sealed, count(*) AS total
    FROM surveys.response GROUP BY 1, 2
"""
STORED: Final = """
    SELECT attrelid::regclass || '.' || attname FROM pg_attribute WHERE attname IN ('slot', 'sealed')
    AND attstorage <> 'p' AND attrelid IN (SELECT relid FROM pg_partition_tree('surveys.response') WHERE isleaf)
"""
EVERYBODY: Final = """
    SELECT w.survey || ' ' || w.number FROM surveys.wave w WHERE w.state = 'open'
    AND (SELECT count(*) FROM surveys.response r WHERE r.wave_id = w.id)
      < (SELECT count(*) FROM platform.delivery d WHERE d.wave_id = w.id)
"""
ORDER: Final = """
    SELECT wave, writer, age, count(*) AS total, bool_and(slot > before) AS in_order FROM (
        SELECT wave_id::text AS wave, xmin::text AS writer, age(xmin) AS age, slot,
            lag(slot, 1, ''::bytea) OVER (PARTITION BY wave_id, xmin::text ORDER BY ctid) AS before
        FROM surveys.response) placed
    GROUP BY 1, 2, 3
"""


def one_size(rows: Rows) -> Said:
    """Judge the sizes of all sealed rows."""
    if not rows:
        return kept(NO_WAVE)
    other = [row for row in rows if (row.slot, row.sealed) != SIZES]
    if other:
        return broken(f"{sum(row.total for row in other)} row(s) are of another size than {SIZES[1]} bytes")
    return kept(f"{rows[0].total} rows, each of {SIZES[1]} bytes")


def order(rows: Rows) -> Said:
    """Judge which transaction wrote which row, and in which order the rows of the opening lie.

    Rows that were written again carry a later transaction and lie behind the others. So whoever sees the database at
    several moments sees that a slot was used, and about when. To whom a slot belongs takes the key.
    """
    waves = defaultdict(list)
    for row in rows:
        waves[row.wave].append(row)
    later = 0
    for written in waves.values():
        opening = max(written, key=lambda row: row.age)
        if not opening.in_order:
            return broken("rows of an opening don't lie in the order of their slots, so their place may say whose")
        later += sum(row.total for row in written if row is not opening)
    if later:
        return limited(
            f"{later} of {sum(row.total for row in rows)} rows were written after the opening, and their place and "
            "transaction tell it: of slots, not of people; until mixing"
        )
    return kept("all rows of a wave come from one transaction and lie in the order of their slots" if rows else NO_WAVE)


CHECKS: Final = (
    Check(2, "one size", SIZE, one_size),
    Check(2, "kept in one place", STORED, none_of("no row is compressed or moved aside", "these may be")),
    Check(2, "a row for everybody", EVERYBODY, none_of("whoever got a card has a row", "rows are missing in")),
    Check(3, "order of rows (ctid, xmin)", ORDER, order),
)
