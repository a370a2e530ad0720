"""What `audit storage` says of a sound database, and that a planted violation makes each of its checks say *broken*."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.storage import closed, rows, server, shape, traces
from bot.storage.audit import CHECKS, Audit
from bot.storage.verdict import Check, Found, Rows, Verdict
from surveys.store.traces import TRACES
from tests.privacy.wave import House, wave
from tests.stage import Stage

PART = "surveys.response_{wave}"
PLANTED: dict[str, str] = {
    "columns of the sealed row": "ALTER TABLE surveys.response ADD COLUMN at timestamptz DEFAULT now()",
    "indexes of the sealed row": f"CREATE INDEX ON {PART} (sealed)",
    "columns of all tables": "ALTER TABLE platform.delivery ADD COLUMN answered boolean",
    "counters": "CREATE SEQUENCE surveys.answers",
    "triggers, rules and publications": f"""
        CREATE TRIGGER noted BEFORE UPDATE ON {PART} FOR EACH ROW
        EXECUTE FUNCTION suppress_redundant_updates_trigger()""",
    "copies of sealed columns": "CREATE TABLE public.copy AS SELECT * FROM surveys.response",
    "schemas apart": """
        ALTER TABLE platform.delivery ADD FOREIGN KEY (person_id) REFERENCES people.person (id)""",
    "one size": f"UPDATE {PART} SET sealed = sealed || '\\x00'::bytea WHERE slot = (SELECT min(slot) FROM {PART})",
    "kept in one place": f"ALTER TABLE {PART} ALTER sealed SET STORAGE EXTENDED",
    "a row for everybody": f"DELETE FROM {PART} WHERE slot = (SELECT min(slot) FROM {PART})",
    "order of rows (ctid, xmin)": f"""
        CREATE TEMP TABLE kept AS SELECT * FROM {PART}; DELETE FROM {PART};
        INSERT INTO {PART} SELECT * FROM kept ORDER BY slot DESC""",
    "blobs of the pool": "INSERT INTO surveys.pool (key_id, sealed) VALUES ('k', '\\x00')",
    "statistics of the planner": f"ALTER TABLE {PART} ALTER slot SET STATISTICS 100",
    "arguments of jobs": """
        SET LOCAL search_path TO platform; INSERT INTO platform.procrastinate_jobs (queue_name, task_name, args)
        VALUES ('default', 'send', '{{"answered": 1}}')""",
    "people in jobs": """
        SET LOCAL search_path TO platform; INSERT INTO platform.procrastinate_jobs (queue_name, task_name, args)
        SELECT 'default', 'send', jsonb_build_object('wave', id) FROM people.person LIMIT 1""",
    "rows of closed waves": "CREATE TABLE surveys.response_00000000000000000000000000000001 ()",
    "reporting periods": "UPDATE surveys.period SET ends = ends + interval '1 week'",
    "state of closed waves": "UPDATE surveys.wave SET state = 'closing', closing_since = now() - interval '2 days'",
    "write-ahead log": "REVOKE pg_checkpoint FROM adempauze_app",
    "introduction before the card": "UPDATE people.introduction SET sent = NULL",
    "statements in the server's log": "ALTER ROLE adempauze_app SET log_statement = 'all'",
}
"""Subject of a check: what an administrator could do that breaks it."""
BY_ROWS = {"counters and moments of the server", "extensions that watch"}
"""What needs a restart or a package of the server to plant: the judge is handed what the server would say."""
NEVER_BROKEN = {"tables beside ours"}
"""Others may keep tables in the same database: that is a limit, and named."""


@pytest.fixture
async def stage(house: House) -> AsyncIterator[Stage]:
    async with wave(house, seed="the audit of storage") as playing:
        yield playing


async def looked(stage: Stage, checks: Iterable[Check], fault: str = "") -> dict[str, Found]:
    """What checks say as the application role, after an administrator's fault; all of it is rolled back."""
    ((found,),) = await stage.rows("SELECT id FROM surveys.wave ORDER BY opens DESC LIMIT 1")
    engine = create_async_engine(stage.server.login)
    async with engine.connect() as connection:
        for statement in fault.format(wave=cast(Any, found).hex).split("; ") if fault else ():
            await connection.exec_driver_sql(statement)
        await connection.execute(text(f'SET LOCAL ROLE "{stage.server.roles.app}"'))
        said = {check.subject: await check.run(connection) for check in checks}
        await connection.rollback()
    await engine.dispose()
    return said


def test_every_check_is_planted_against() -> None:
    assert {check.subject for check in CHECKS} == {*PLANTED, *BY_ROWS, *NEVER_BROKEN}


async def test_a_sound_database_keeps_every_promise(stage: Stage) -> None:
    """Nothing is broken; before anybody has answered, nothing has a limit but the log of an open wave and the time for
    which the answers of small teams stay sealed."""
    said = await looked(stage, CHECKS)
    assert [subject for subject, one in said.items() if one.verdict is not Verdict.KEPT] == [
        "reporting periods",
        "write-ahead log",
    ]
    assert "it goes at close" in said["write-ahead log"].what


@pytest.mark.parametrize("mixed", [False, True])
async def test_an_answer_adds_no_limit_before_and_after_a_mix(stage: Stage, mixed: bool) -> None:
    await stage.answer("o1", 4, 2)
    if mixed:
        await stage.app.mixing.at_once()
    said = await looked(stage, CHECKS)
    assert [subject for subject, one in said.items() if one.verdict is not Verdict.KEPT] == [
        "reporting periods",
        "write-ahead log",
    ]
    assert said["blobs of the pool"].what.startswith("0 blobs" if mixed else "2 blobs")


async def test_a_row_that_was_written_by_itself_is_broken(stage: Stage) -> None:
    """It can be told from the others, and about when it was written."""
    (check,) = [one for one in CHECKS if one.subject == "order of rows (ctid, xmin)"]
    fault = f"UPDATE {PART} SET sealed = sealed WHERE slot = (SELECT max(slot) FROM {PART})"
    assert (await looked(stage, [check], fault))[check.subject].verdict is Verdict.BROKEN


@pytest.mark.parametrize("subject", sorted(PLANTED))
async def test_a_planted_violation_is_broken(stage: Stage, subject: str) -> None:
    (check,) = [one for one in CHECKS if one.subject == subject]
    found = (await looked(stage, [check], PLANTED[subject]))[subject]
    assert found.verdict is Verdict.BROKEN, found
    assert found.check


async def test_a_dropped_column_is_broken_too(stage: Stage) -> None:
    """Its values still lie in the rows."""
    (check,) = [one for one in CHECKS if one.subject == "columns of the sealed row"]
    fault = "ALTER TABLE surveys.response ADD COLUMN at int; ALTER TABLE surveys.response DROP COLUMN at"
    assert (await looked(stage, [check], fault))[check.subject].verdict is Verdict.BROKEN


async def test_a_table_of_somebody_else_is_a_limit(stage: Stage) -> None:
    (check,) = [one for one in CHECKS if one.subject == "tables beside ours"]
    found = (await looked(stage, [check], "CREATE TABLE public.notes (line text)"))[check.subject]
    assert found.verdict is Verdict.LIMITED


async def test_what_may_not_be_looked_at_is_not_called_kept(stage: Stage) -> None:
    (check,) = [one for one in CHECKS if one.subject == "one size"]
    found = (await looked(stage, [check], "REVOKE SELECT ON surveys.response FROM adempauze_app"))[check.subject]
    assert found.verdict is Verdict.LIMITED
    assert "could not look" in found.what


def row(**values: object) -> Rows:
    return cast(Rows, [SimpleNamespace(**values)])


def test_a_server_that_stamps_transactions_is_broken() -> None:
    assert traces.moments(row(stamped="on", changed=0, dead=0)).verdict is Verdict.BROKEN
    assert traces.moments(row(stamped="off", changed=3, dead=1)).verdict is Verdict.LIMITED
    assert traces.moments(row(stamped="off", changed=0, dead=0)).verdict is Verdict.KEPT


def test_an_extension_that_watches_is_broken() -> None:
    (check,) = [one for one in server.CHECKS if one.subject == "extensions that watch"]
    assert check.judge(cast(Rows, [("pgaudit",)])).verdict is Verdict.BROKEN


@pytest.mark.parametrize(
    ("name", "setting", "verdict"),
    [
        ("log_statement", "mod", Verdict.BROKEN),
        ("log_min_duration_statement", "0", Verdict.BROKEN),
        ("log_parameter_max_length_on_error", "-1", Verdict.BROKEN),
        ("log_min_error_statement", "error", Verdict.LIMITED),
        ("log_statement", "none", Verdict.KEPT),
    ],
)
def test_what_the_server_logs_is_judged(name: str, setting: str, verdict: Verdict) -> None:
    assert server.logging(row(name=name, setting=setting)).verdict is verdict


@pytest.mark.parametrize("trace", sorted(TRACES))
def test_a_server_that_keeps_its_log_is_a_limit(trace: str) -> None:
    said = closed.log(row(erases=True, open=False, **{name: name == trace for name in TRACES}))
    assert said.verdict is Verdict.LIMITED


async def test_a_column_that_this_version_lacks_is_named(stage: Stage) -> None:
    (check,) = [one for one in shape.CHECKS if one.subject == "columns of all tables"]
    found = (await looked(stage, [check], PLANTED[check.subject]))[check.subject]
    assert "platform.delivery.answered" in found.what


async def test_the_whole_audit_of_a_sound_installation_breaks_nothing(stage: Stage) -> None:
    app = stage.app
    audit = Audit(app.database, app.settings, stage.server.roles, app.keys)
    found = await audit(stage.clock())
    assert [one for one in found if one.verdict is Verdict.BROKEN] == []
    assert {one.promise for one in found} == {1, 2, 3, 4, 5, 7, 12, 14}
    assert rows.SIZES == (16, 1428)


@pytest.mark.parametrize(
    "fault", ["GRANT SELECT ON people.person TO adempauze_reader", "ALTER ROLE adempauze_reader BYPASSRLS"]
)
async def test_a_reader_that_reaches_more_is_broken(stage: Stage, fault: str) -> None:
    engine = create_async_engine(stage.server.login)
    async with engine.connect() as connection:
        await connection.exec_driver_sql(fault)
        found = await server.reader(connection, stage.server.roles)
        await connection.rollback()
    await engine.dispose()
    assert [one.verdict for one in found].count(Verdict.BROKEN) == 1
