"""Every block of docs/verify.md is run as its reader runs it, and gives what the page says."""

from __future__ import annotations

import base64
import hashlib
import json
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.loop import run as run_to_its_end
from bot.publication import export_of
from bot.server import Server
from bot.settings import Settings
from surveys.store import releases
from surveys.store.database import WHOLE
from tests import documents
from tests.architecture.tree import ROOT
from tests.kudos.thanks import Floor, Line
from tests.privacy.wave import House
from tests.stage import TOGETHER, Stage, staged
from tests.store.verifying import Block, blocks_of, code_of, queried, run

PAGE = (ROOT / "docs/verify.md").read_text(encoding="utf-8")
BLOCKS = blocks_of(PAGE)
TWIN = (ROOT / "docs/nl/nakijken.md").read_text(encoding="utf-8")


def only(section: int, word: str) -> Block:
    (found,) = [block for block in BLOCKS if block.section == section and word in block.code]
    return found


def sql(section: int) -> list[Block]:
    return [block for block in BLOCKS if block.section == section and block.language == "sql"]


@dataclass(frozen=True)
class Played:
    """What a wave that was played to its end left behind, and the salt that it had while it was open."""

    server: Server
    settings: Settings
    salt: str
    export: bytes


@asynccontextmanager
async def demo(house: House, directory: Path) -> AsyncIterator[Stage]:
    """A demo database: one wave was published, the next is open and nobody has answered yet."""
    server, settings = house
    mine = settings.model_copy(update={"config_dir": directory / "config"})
    async with staged(server, mine, seed=str(directory)) as stage:
        await stage.deliver()
        for number in range(1, 13):
            await stage.answer(f"o{number}", 1 + number % 5)
        await Floor(stage, Line()).gives("o1", "o3", where="wall")
        (directory / "salt.txt").write_text(queried(server.login, salts()))
        await stage.close()
        await stage.until(stage.clock() + timedelta(days=4), stride=TOGETHER)
        yield stage


async def _played(house: House, directory: Path) -> Played:
    async with demo(house, directory) as stage, stage.app.database.reading([WHOLE]) as connection:
        export = b"".join(export_of(await releases.documents(connection)))
        return Played(stage.server, stage.app.settings, (directory / "salt.txt").read_text(), export)


def salts() -> str:
    """The query of the block that writes salt.txt."""
    (line,) = [code for _, code in code_of(PAGE) if "salt.txt" in code and "psql" in code]
    return line.split('"')[1]


@pytest.fixture(scope="module")
def played(house: House, tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Played once for all who only look at it, or roll back what they plant."""
    return run_to_its_end(_played(house, tmp_path_factory.mktemp("played")))


def test_what_the_reader_role_is_told_to_run_gives_what_the_page_says(played: Played) -> None:
    assert [queried(played.server.reader, block.code) for block in sql(1)] == [block.printed for block in sql(1)]
    assert len(sql(1)) == 6


def test_what_is_run_beside_the_operator_gives_what_the_page_says(played: Played) -> None:
    assert [queried(played.server.app, block.code) for block in sql(2)] == [block.printed for block in sql(2)]
    assert len(sql(2)) == 18


def test_a_row_that_was_written_by_itself_is_counted(played: Played) -> None:
    row = "surveys.response WHERE slot = (SELECT max(slot) FROM surveys.response)"
    planted = f"UPDATE {row.replace('response WHERE', 'response SET sealed = sealed WHERE', 1)}"
    assert queried(played.server.login, only(2, "age(xmin)").code, planted) != only(2, "age(xmin)").printed


PLANTED = {
    "pg_partition_tree": "CREATE PUBLICATION planted FOR TABLE surveys.response",
    "'surveys.response'::regclass AND attnum": "ALTER TABLE surveys.response ADD COLUMN at timestamptz",
    "traces": "UPDATE surveys.release SET traces = '{archive}'",
    "sha256": "UPDATE surveys.release SET hash = 'another'",
    "4 weeks": "UPDATE surveys.period SET ends = ends + interval '1 day'",
    "string_agg(column_name": "ALTER TABLE kudos.kudos ADD COLUMN wave_id uuid",
    "strpos": "ALTER TABLE surveys.wave ADD COLUMN of uuid; UPDATE surveys.wave SET of = (SELECT id FROM kudos.kudos)",
    "'^period_": "CREATE TABLE surveys.period_row_00000000000000000000000000000001 ()",
    "'^(response|wave_salt)": "CREATE TABLE surveys.response_00000000000000000000000000000001 ()",
}


@pytest.mark.parametrize("word", sorted(PLANTED))
def test_a_planted_violation_gives_something_else(played: Played, word: str) -> None:
    (block,) = [one for one in (*sql(1), *sql(2)) if word in one.code]
    code = f"SET adempauze.scope = '*'; {block.code}"
    assert queried(played.server.login, code, PLANTED[word]) != block.printed
    assert queried(played.server.login, code) == block.printed


def test_the_blocks_on_files_give_what_the_page_says(played: Played, tmp_path: Path) -> None:
    settings = played.settings
    variables = {"ADEMPAUZE_CONFIG_DIR": str(settings.config_dir), "ADEMPAUZE_DATA_DIR": str(settings.data_dir)}
    (tmp_path / "names.txt").write_text("Agent o1\nNoor\n")
    (tmp_path / "adempauze.log").write_text("2026-03-02 info wave opened deliveries=31\n")
    blocks = [block for block in BLOCKS if block.section == 3 and block.language == "sh"]
    assert len(blocks) == 3
    for block in blocks:
        assert run(block, tmp_path, variables).strip() == block.printed.strip()
    (tmp_path / "adempauze.log").write_text("2026-03-02 info an answer of agent o1\n")
    assert run(only(3, "grep"), tmp_path, variables).strip() == "1"


def test_the_salt_of_a_destroyed_wave_is_in_no_file(played: Played, tmp_path: Path) -> None:
    block, data = only(3, "salt.txt"), str(played.settings.data_dir)
    (tmp_path / "salt.txt").write_text(played.salt)
    assert len(played.salt.strip()) == 64
    assert run(block, tmp_path, {}, data) == block.printed
    (tmp_path / "salt.txt").write_text(queried(played.server.login, salts()))
    assert int(run(block, tmp_path, {}, data)) > 0


def test_the_attack_on_the_export_finds_a_rest_and_no_other(played: Played, tmp_path: Path) -> None:
    block = only(4, "leaks")
    (tmp_path / "releases.json").write_bytes(played.export)
    assert run(block, tmp_path, {}) == block.printed
    planted = json.loads(played.export)
    (release,) = [one for one in planted["releases"] if one["kind"] == "wave"]
    (team,) = [node for node in release["nodes"] if node["name"] == "Ochtend"]
    (department,) = [node for node in release["nodes"] if node["id"] == team["parent"]]
    department["head_count"] = team["head_count"] + 3
    for cell in release["cells"]:
        if cell["cohort"] in (team["id"], department["id"]):
            value = 3.0 if cell["cohort"] == team["id"] else 3.4
            cell["figure"] = {"kind": "mean", "value": value, "n_band": "5-9"}
    (tmp_path / "releases.json").write_text(json.dumps(planted))
    assert "leaves 3" in run(block, tmp_path, {})


def installed(directory: Path) -> tuple[Path, Path]:
    """An installation of two of our files, and the wheel it came from."""
    site, wheel = directory / "site", directory / "adempauze-1.0-py3-none-any.whl"
    files = {"bot/__init__.py": b"", "bot/wiring.py": b"print('built')\n"}
    info = "adempauze-1.0.dist-info"
    digests = {
        name: base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        for name, content in files.items()
    }
    record = "".join(f"{name},sha256={digest},1\n" for name, digest in digests.items()) + f"{info}/RECORD,,\n"
    files |= {f"{info}/METADATA": b"Metadata-Version: 2.1\nName: adempauze\nVersion: 1.0\n"}
    files |= {f"{info}/RECORD": record.encode()}
    with zipfile.ZipFile(wheel, "w") as packed:
        for name, content in files.items():
            packed.writestr(name, content)
            (site / name).parent.mkdir(parents=True, exist_ok=True)
            (site / name).write_bytes(content)
    return site, wheel


def test_a_build_is_compared_with_the_published_one(tmp_path: Path) -> None:
    """A file that was changed, one that is missing and one that was added are all named."""
    site, wheel = installed(tmp_path)
    block, path = only(5, "RECORD"), {"PYTHONPATH": str(site)}
    assert run(block, tmp_path, path, str(wheel)) == block.printed
    (site / "bot/wiring.py").write_text("print('changed')\n")
    (site / "bot/listening.py").write_text("")
    (site / "bot/__init__.py").unlink()
    named = run(block, tmp_path, path, str(wheel)).splitlines()
    assert named == ["bot/listening.py", "bot/wiring.py", "files that differ: 2"]


def test_the_dutch_page_has_the_same_blocks() -> None:
    assert code_of(TWIN) == code_of(PAGE)
    assert [block.printed for block in blocks_of(TWIN)] == [block.printed for block in BLOCKS]
    assert len(documents.blocks(PAGE, "python")) == 3


async def test_an_answer_changes_none_of_these_counts(house: House, tmp_path: Path) -> None:
    """The last test, because it begins with an empty database."""
    async with demo(house, tmp_path) as stage:
        await stage.deliver()
        await stage.answer("o1", 4, 2)
        for mix in (False, True):
            if mix:
                await stage.app.mixing.at_once()
            assert [block for block in sql(2) if queried(stage.server.app, block.code) != block.printed] == []
