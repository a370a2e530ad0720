"""The sealed rows themselves: their number, their sizes, and what the order in which they lie tells."""

from __future__ import annotations

from collections import Counter
from typing import Final

from bot.storage.verdict import Check, Rows, Said, broken, kept, none_of
from surveys.blobs import BLOB_SIZE
from surveys.tickets import NONCE_SIZE, PADDED_SIZE, TICKET_SIZE

TAG: Final = 16
"""Bytes that AES-GCM adds."""
SIZES: Final = (TICKET_SIZE, NONCE_SIZE + PADDED_SIZE + TAG)
NO_WAVE: Final = "no wave is open"

SIZE: Final = """
    SELECT octet_length(slot) AS slot, octet_length(sealed) AS sealed, count(*) AS total
    FROM (SELECT slot, sealed FROM surveys.response UNION ALL SELECT slot, sealed FROM surveys.period_row) rows
    GROUP BY 1, 2
"""
STORED: Final = """
    SELECT attrelid::regclass || '.' || attname FROM pg_attribute WHERE attname IN ('slot', 'sealed')
    AND attstorage <> 'p' AND attrelid IN (SELECT relid FROM pg_partition_tree('surveys.response') WHERE isleaf
        UNION ALL SELECT relid FROM pg_partition_tree('surveys.period_row') WHERE isleaf)
"""
EVERYBODY: Final = """
    SELECT w.survey || ' ' || w.number FROM surveys.wave w WHERE w.state = 'open'
    AND (SELECT count(*) FROM surveys.response r WHERE r.wave_id = w.id)
      < (SELECT count(*) FROM platform.delivery d WHERE d.wave_id = w.id)
"""
ORDER: Final = """
    SELECT wave, writer, bool_and(slot > before) AS in_order FROM (
        SELECT wave_id::text AS wave, xmin::text AS writer, slot,
            lag(slot, 1, ''::bytea) OVER (PARTITION BY wave_id ORDER BY ctid) AS before
        FROM surveys.response) placed
    GROUP BY 1, 2
"""
POOL: Final = "SELECT octet_length(sealed) AS sealed, count(*) AS total FROM surveys.pool GROUP BY 1"


def one_size(rows: Rows) -> Said:
    """Judge the sizes of all sealed rows."""
    if not rows:
        return kept(NO_WAVE)
    other = [row for row in rows if (row.slot, row.sealed) != SIZES]
    if other:
        return broken(f"{sum(row.total for row in other)} row(s) are of another size than {SIZES[1]} bytes")
    return kept(f"{rows[0].total} rows, each of {SIZES[1]} bytes")


def order(rows: Rows) -> Said:
    """Judge which transaction wrote which row, and in which order they lie.

    A mix writes all rows of a wave at once. A row of another transaction was written by itself: that it was, and about
    when, is seen by whoever looks at several moments.
    """
    writers = Counter(row.wave for row in rows)
    for row in rows:
        if writers[row.wave] > 1:
            return broken("rows of a wave were written by different transactions, so some can be told from the others")
        if not row.in_order:
            return broken("rows don't lie in the order of their slots, so their place may say whose")
    return kept("all rows of a wave come from one transaction and lie in the order of their slots" if rows else NO_WAVE)


def pool(rows: Rows) -> Said:
    """Judge the sizes of what waits for the next mix."""
    other = [row for row in rows if row.sealed != BLOB_SIZE]
    if other:
        return broken(f"{sum(row.total for row in other)} blob(s) are of another size than {BLOB_SIZE} bytes")
    many = sum(row.total for row in rows)
    return kept(f"{many} blobs wait for the next mix, each of {BLOB_SIZE} bytes, whether anything is in it or not")


CHECKS: Final = (
    Check(2, "one size", SIZE, one_size),
    Check(2, "kept in one place", STORED, none_of("no row is compressed or moved aside", "these may be")),
    Check(2, "a row for everybody", EVERYBODY, none_of("whoever got a card has a row", "rows are missing in")),
    Check(3, "order of rows (ctid, xmin)", ORDER, order),
    Check(3, "blobs of the pool", POOL, pool),
)
