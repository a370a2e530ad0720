"""Releases: written once by the application, read on the reader role within a scope."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from sqlalchemy import ARRAY, Text, any_, func, insert, literal, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from surveys import release as format_
from surveys.errors import NotFound
from surveys.model import Every, NodeId, Release, ReleasedNode
from surveys.tables.surveys import ReleaseCellRow, ReleaseDocumentRow, ReleaseNodeRow, ReleaseRow

RELEASE = ReleaseRow.__table__  # type: ignore[attr-defined]
NODE = ReleaseNodeRow.__table__  # type: ignore[attr-defined]
CELL = ReleaseCellRow.__table__  # type: ignore[attr-defined]
DOCUMENT = ReleaseDocumentRow.__table__  # type: ignore[attr-defined]

CHAIN_LOCK = text("SELECT pg_advisory_xact_lock(7012001)")


async def publish(connection: AsyncConnection, release: Release) -> tuple[int, Release]:
    """Chain a Release to its predecessor and write it; returns its place in the chain and what was written.

    Waits for a Release that another process is writing, so that the chain never forks.
    """
    await connection.execute(CHAIN_LOCK)
    last = (
        await connection.execute(select(RELEASE.c.seq, RELEASE.c.hash).order_by(RELEASE.c.seq.desc()).limit(1))
    ).first()
    seq, chained = (last.seq + 1 if last else 1), replace(release, previous=last.hash if last else "")
    document = format_.to_document(chained)
    await _write(connection, seq, document)
    return seq, chained


async def _write(connection: AsyncConnection, seq: int, document: dict[str, Any]) -> None:
    canonical = format_.canonical(document)
    head = {key: value for key, value in document.items() if key not in ("nodes", "cells")}
    values = {name: document[name] for name in ("survey", "number", "every")}
    values["hash"] = hashlib.sha256(canonical).hexdigest()
    await connection.execute(insert(RELEASE).values(seq=seq, head=head, **values))
    await connection.execute(insert(DOCUMENT).values(seq=seq, document=canonical))
    nodes = [{"seq": seq, "node": node["id"], "content": node} for node in document["nodes"]]
    cells = [{"seq": seq, "node": c["cohort"], "item": c["item"], "content": c} for c in document["cells"]]
    for table, rows in ((NODE, nodes), (CELL, cells)):
        if rows:  # a wave that lost its snapshot has none
            await connection.execute(insert(table), rows)


async def history(
    connection: AsyncConnection,
    survey: str | None = None,
    *,
    last: int = 12,
    until: int | None = None,
    nodes: Collection[NodeId] | None = None,
    every: Every | None = None,
) -> list[Release]:
    """Return the last Releases of a survey (all surveys when None), oldest first, as far as the scope reaches.

    With `every` only those of waves (1) or of periods of so many waves. `until` leaves out what came later in the
    chain. With `nodes` the Releases hold these nodes only, found by index: then the work does not grow with the length
    of the history.
    """
    query = select(RELEASE.c.seq, RELEASE.c.head).order_by(RELEASE.c.seq.desc()).limit(last)
    query = query.where(RELEASE.c.survey == survey) if survey else query
    query = query.where(RELEASE.c.seq <= until) if until is not None else query
    query = query.where(RELEASE.c.every == every) if every is not None else query
    heads = {row.seq: row.head for row in await connection.execute(query)}
    outlines = await _contents(connection, NODE, list(heads), nodes)
    cells = await _contents(connection, CELL, list(heads), nodes)
    return [
        format_.from_document({**heads[seq], "nodes": outlines.get(seq, []), "cells": cells.get(seq, [])})
        for seq in sorted(heads)
    ]


async def nodes_of(
    connection: AsyncConnection, seq: int, nodes: Collection[NodeId] | None = None
) -> tuple[ReleasedNode, ...]:
    """Return the nodes of one Release (with `nodes` these only, found by index), without their cells.

    Raises NotFound.
    """
    head = await connection.scalar(select(RELEASE.c.head).where(RELEASE.c.seq == seq))
    if head is None:
        raise NotFound(f"there is no Release {seq} in the chain: `adempauze release list` names those there are")
    outlines = await _contents(connection, NODE, [seq], nodes)
    return format_.from_document({**head, "nodes": outlines.get(seq, []), "cells": []}).nodes


async def _contents(
    connection: AsyncConnection, table: Any, seqs: list[int], nodes: Collection[NodeId] | None = None
) -> dict[int, list[Any]]:
    query = select(table.c.seq, table.c.content).where(table.c.seq.in_(seqs))
    if nodes is not None:
        query = query.where(table.c.node == any_(literal(sorted(nodes), ARRAY(Text))))
    found: dict[int, list[Any]] = {}
    for row in await connection.execute(query):
        found.setdefault(row.seq, []).append(row.content)
    return found


async def documents(connection: AsyncConnection) -> list[bytes]:
    """Return every canonical document, oldest first; empty unless the scope is the whole organisation."""
    rows = await connection.execute(select(DOCUMENT.c.document).order_by(DOCUMENT.c.seq))
    return [bytes(row.document) for row in rows]


async def latest(connection: AsyncConnection, *, until_seq: int | None = None) -> tuple[int, str, int]:
    """Return (place in the chain, survey, wave number) of the newest Release of a wave. Raises NotFound for none."""
    query = select(RELEASE.c.seq, RELEASE.c.survey, RELEASE.c.number).where(RELEASE.c.every == 1)
    query = query.order_by(RELEASE.c.seq.desc()).limit(1)
    query = query.where(RELEASE.c.seq <= until_seq) if until_seq is not None else query
    row = (await connection.execute(query)).first()
    if row is None:
        raise NotFound("nothing has been released yet: the first Release comes when the first wave closes")
    return row.seq, row.survey, row.number


async def kind_of(connection: AsyncConnection, seq: int) -> tuple[str, Every] | None:
    """Return the survey of a Release, and in how many waves what it tells is told once."""
    row = (
        await connection.execute(select(RELEASE.c.survey, RELEASE.c.every).where(RELEASE.c.seq == seq))
    ).one_or_none()
    return None if row is None else (row.survey, row.every)


async def lengths(connection: AsyncConnection, survey: str, node: NodeId, until: int | None = None) -> list[Every]:
    """Return in Releases of which lengths people of this node count now: in the newest of each, shortest first."""
    newest = select(RELEASE.c.every, func.max(RELEASE.c.seq).label("seq")).where(RELEASE.c.survey == survey)
    newest = newest.where(RELEASE.c.seq <= until) if until is not None else newest
    last = newest.group_by(RELEASE.c.every).subquery()
    query = select(last.c.every).join(NODE, (NODE.c.seq == last.c.seq) & (NODE.c.node == node))
    query = query.where(NODE.c.content["head_count"].as_integer() > 0).order_by(last.c.every)
    return [row.every for row in await connection.execute(query)]


async def listed(connection: AsyncConnection) -> list[tuple[int, str, str, str, str]]:
    """Return (place in the chain, survey, wave or period as `Release.place`, closed, hash) of each, oldest first."""
    closed = RELEASE.c.head["closed"].astext
    columns = (RELEASE.c.seq, RELEASE.c.survey, RELEASE.c.number, RELEASE.c.every, closed, RELEASE.c.hash)
    found = await connection.execute(select(*columns).order_by(RELEASE.c.seq))
    return [(row[0], row[1], str(row[2]) + (f"x{row[3]}" if row[3] > 1 else ""), row[4], row[5]) for row in found]


async def head(connection: AsyncConnection) -> str:
    """Return the hash kept of the newest Release, "" when there is none."""
    return await connection.scalar(select(RELEASE.c.hash).order_by(RELEASE.c.seq.desc()).limit(1)) or ""


async def count(connection: AsyncConnection) -> int:
    """Return how many Releases there are."""
    return await connection.scalar(select(func.count()).select_from(RELEASE)) or 0
