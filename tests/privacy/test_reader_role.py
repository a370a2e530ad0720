"""What renders pages can read Releases, and nothing else of the database."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from bot.reading import EVERYTHING, Scope, read
from bot.texts import Texts
from bot.web.chrome import Chrome
from bot.web.council import PLACE
from bot.web.dashboard import page
from surveys.store import releases as release_store
from surveys.store.database import WHOLE
from tests.published import browsing, publish
from tests.stage import OCHTEND, Stage

OPEN = {
    "surveys.release",
    "surveys.release_node",
    "surveys.release_cell",
    "surveys.release_document",
    "surveys.cohort",
    "surveys.log",
}
"""The whole of what the reader role may select from."""
OTHERS = ("Avond", "Post", "Service", "Noord", "Zuid", "Schrift")
"""Every name that the leader of Ochtend has no business with."""

RELATIONS = """
    SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
      AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_toast%'
"""


async def relations(stage: Stage) -> set[str]:
    """Every table, partition, view and sequence of every schema, those of the job queue included."""
    return {str(name) for (name,) in await stage.rows(RELATIONS)}


async def allowed(stage: Stage, statement: str, names: Iterable[str]) -> set[str]:
    """Which of these relations the reader role may run this statement on, found by running it."""
    found = set()
    for name in sorted(names):
        try:
            async with stage.app.database.reading([WHOLE]) as connection:
                await connection.execute(text(statement.format(name)))
        except ProgrammingError as error:
            if "permission denied" not in str(error):
                raise
        else:
            found.add(name)
    return found


def names_in(page: str, names: Iterable[str] = OTHERS) -> set[str]:
    return {name for name in names if re.search(rf"\b{name}\b", page)}


async def test_the_reader_role_may_select_releases_and_cohort_names_alone(stage: Stage) -> None:
    """Every page is rendered on a database role that can read nothing but Releases."""
    await stage.deliver()
    everything = await relations(stage)
    assert {"kudos.kudos", "kudos.receiver", "kudos.posting", "kudos.giver", "kudos.place"} <= everything
    assert {"people.person", "surveys.wave_salt", "platform.procrastinate_jobs", "platform.link"} <= everything
    assert any(re.fullmatch(r"surveys\.response_?.+", name) for name in everything), "an open wave has a partition"
    assert await allowed(stage, "SELECT * FROM {} LIMIT 1", everything) == OPEN


async def test_a_grant_too_many_is_found(stage: Stage) -> None:
    async with stage.app.database.begin() as connection:
        await connection.execute(text("GRANT USAGE ON SCHEMA people TO adempauze_reader"))
        await connection.execute(text("GRANT SELECT ON people.shift TO adempauze_reader"))
    found = await allowed(stage, "SELECT * FROM {} LIMIT 1", await relations(stage))
    async with stage.app.database.begin() as connection:  # the tests after this one share the tables
        await connection.execute(text("REVOKE USAGE ON SCHEMA people FROM adempauze_reader"))
        await connection.execute(text("REVOKE SELECT ON people.shift FROM adempauze_reader"))
    assert found == OPEN | {"people.shift"}


async def test_the_reader_role_changes_nothing(stage: Stage) -> None:
    """What renders pages can write nowhere: it has no right to, and its transactions are read-only besides."""
    may_write = (
        "has_table_privilege('adempauze_reader', c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')"
    )
    assert await stage.rows(f"{RELATIONS} AND c.relkind <> 'S' AND {may_write}") == []
    for name in sorted(OPEN):
        with pytest.raises(DBAPIError, match=r"permission denied|read-only transaction"):
            async with stage.app.database.reading([WHOLE]) as connection:
                await connection.execute(text(f"DELETE FROM {name}"))


async def test_a_scope_sees_its_own_nodes_alone(stage: Stage) -> None:
    """Row-level security narrows what the reader role sees to the scope that the application decided."""
    await publish(stage, 2)
    mine = {stage.nodes[OCHTEND], stage.nodes["/"]}
    async with stage.app.database.reading(mine) as connection:
        (release,) = await release_store.history(connection, "pulse", last=1)
        cohorts = set(await connection.scalars(text("SELECT id FROM surveys.cohort")))
        documents = await release_store.documents(connection)
    assert {node.id for node in release.nodes} == {cell.cohort for cell in release.cells} == cohorts == mine
    assert documents == []


async def test_a_wider_question_does_not_widen_the_scope(stage: Stage) -> None:
    await publish(stage, 1)
    async with stage.app.database.reading([stage.nodes[OCHTEND]]) as connection:
        (release,) = await release_store.history(connection, "pulse", nodes=list(stage.nodes.values()))
    assert [node.id for node in release.nodes] == [stage.nodes[OCHTEND]]


async def test_without_a_scope_nothing_is_seen(stage: Stage) -> None:
    await publish(stage, 1)
    async with stage.app.database.reading([WHOLE]) as connection:
        assert (await release_store.history(connection, "pulse"))[0].nodes
    for _ in range(8):  # the pool hands the same connection out again
        async with stage.app.database.reading([]) as connection:
            (release,) = await release_store.history(connection, "pulse")
        assert (release.nodes, release.cells) == ((), ())


async def test_the_page_of_a_leader_never_names_another_team(stage: Stage) -> None:
    """A manager sees the own nodes and the organisation, and of everything else not even the name."""
    await publish(stage, 12)
    async with browsing(stage, "noor") as browser:
        for path in ("/digest", *(f"/digest/{stage.nodes[own]}" for own in (OCHTEND, "/"))):
            found = await browser.get(path)
            assert found.status_code == 200
            assert names_in(found.text) == set()
        drawn = await browser.get(f"/digest/{stage.nodes[OCHTEND]}/wide.svg")
        assert names_in(drawn.text) == set()


async def test_a_scope_too_wide_would_be_seen_on_the_page(stage: Stage) -> None:
    await publish(stage, 2)
    leak = Scope(frozenset(stage.nodes.values()), (stage.nodes[OCHTEND],))
    reading = await read(stage.app.database, leak)
    assert reading is not None
    assert names_in(page(Chrome(), reading, leak, Texts("nl"), PLACE)) == set(OTHERS)


@pytest.mark.parametrize("who", ["noor", "p1", "bram"])
async def test_a_page_outside_the_scope_is_refused(stage: Stage, who: str) -> None:
    await publish(stage, 2)
    own = {"noor": {OCHTEND, "/"}, "p1": {"Zuid/Schrift/Post", "/"}}
    own["bram"] = {"Noord/Service", OCHTEND, "Noord/Service/Avond", "/"}
    async with browsing(stage, who) as browser:
        for path, node in stage.nodes.items():
            status = 200 if path in own[who] else 403
            assert (await browser.get(f"/digest/{node}")).status_code == status, path
            assert (await browser.get(f"/digest/{node}/phone.svg")).status_code == status, path
        for nothing in ("*", "nowhere", "%2A", "a,b"):
            assert (await browser.get(f"/digest/{nothing}")).status_code == 403


async def test_pages_are_shown_to_nobody_without_a_session(stage: Stage) -> None:
    await publish(stage, 1)
    paths = ["/digest", f"/digest/{stage.nodes['/']}", f"/digest/{stage.nodes['/']}/wide.svg", "/council"]
    paths += [
        "/council/export.json",
        f"/council/digest/{stage.nodes['/']}",
        f"/council/digest/{stage.nodes['/']}/wide.svg",
    ]
    async with browsing(stage, None) as browser:
        for path in paths:
            answer = await browser.get(path)
            assert answer.status_code == 403, path
            assert "Lente" not in answer.text


@pytest.mark.parametrize("who", ["o1", "noor", "bram"])
async def test_the_pages_of_the_works_council_open_to_its_seat_alone(stage: Stage, who: str) -> None:
    await publish(stage, 1)
    async with browsing(stage, who) as browser:
        assert (await browser.get("/council")).status_code == 403
        await browser.post(f"/l/{await stage.app.links.one_time(who, 'council')}")
        assert (await browser.get("/council")).status_code == 403
        assert (await browser.get("/council/export.json")).status_code == 403


async def test_the_works_council_reads_every_node(stage: Stage) -> None:
    await publish(stage, 1)
    reading = await read(stage.app.database, EVERYTHING)
    assert reading is not None
    assert set(reading.nodes) == set(stage.nodes.values())
