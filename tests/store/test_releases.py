from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncConnection

from surveys.errors import NotFound
from surveys.store import releases as store
from tests.published import publish
from tests.stage import OCHTEND, Stage

MANY = """
    INSERT INTO surveys.{table} (seq, node{more}) SELECT wave, 'other' || node{values}
    FROM generate_series(1000, 1099) wave, generate_series(1, 300) node
"""


@asynccontextmanager
async def plans(connection: AsyncConnection) -> AsyncIterator[list[str]]:
    """Collect how the database goes about each query that is run meanwhile."""
    asked: list[tuple[str, Any]] = []

    def note(_: object, __: object, statement: str, parameters: Any, *___: object) -> None:
        asked.append((statement, parameters))

    engine = connection.sync_connection
    found: list[str] = []
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)
    for statement, parameters in asked:
        lines = await connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
        found.append("\n".join(line for (line,) in lines))


async def crowd(stage: Stage) -> None:
    """Fill the tables with Releases of many other nodes, so that the planner has something to avoid."""
    async with stage.app.database.begin() as connection:
        await connection.execute(text(MANY.format(table="release_node", more=", content", values=", '{}'::jsonb")))
        values = ", 'C1', '{}'::jsonb"
        await connection.execute(text(MANY.format(table="release_cell", more=", item, content", values=values)))
        await connection.execute(text("ANALYZE surveys.release_node, surveys.release_cell"))


async def test_a_digest_is_found_by_index_however_long_the_history(stage: Stage) -> None:
    await publish(stage, 3)
    await crowd(stage)
    nodes = [stage.nodes[OCHTEND], stage.nodes["/"]]
    async with stage.app.database.reading(nodes) as connection:
        async with plans(connection) as narrow:
            await store.history(connection, "pulse", nodes=nodes)
            await store.nodes_of(connection, 3, nodes)
    big = [plan for plan in narrow if "release_cell" in plan or "release_node" in plan]
    assert len(big) == 3
    assert not any("Seq Scan" in plan for plan in big)


async def test_a_query_without_an_index_would_be_seen(stage: Stage) -> None:
    await publish(stage, 1)
    await crowd(stage)
    async with stage.app.database.reading(["*"]) as connection:
        async with plans(connection) as wide:
            await connection.execute(text("SELECT content FROM surveys.release_cell WHERE item = 'C1'"))
    assert "Seq Scan" in wide[0]


async def test_a_history_ends_where_it_is_asked_to(stage: Stage) -> None:
    await publish(stage, 4)
    async with stage.app.database.reading(["*"]) as connection:
        assert [release.number for release in await store.history(connection, "pulse", last=2, until=3)] == [2, 3]
        assert await store.history(connection, "pulse", until=0) == []
        assert await store.history(connection, "another") == []


async def test_the_nodes_of_a_release_that_is_not_there(stage: Stage) -> None:
    async with stage.app.database.reading(["*"]) as connection:
        assert await store.head(connection) == ""
        with pytest.raises(NotFound, match="no Release 7"):
            await store.nodes_of(connection, 7)
