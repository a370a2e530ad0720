"""DESIGN section 3: who may import whom, and which SDK stays behind which wall."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, copy_product, plant

VIOLATIONS = [
    ("surveys-knows-nobody", "surveys/planted.py", "import analytics"),
    ("surveys-knows-nobody", "surveys/planted.py", "from adapters.port import Message"),
    ("surveys-knows-nobody", "surveys/planted.py", "import bot"),
    ("analytics-knows-only-values", "analytics/planted.py", "from surveys.errors import InputError"),
    ("analytics-knows-only-values", "analytics/planted.py", "import surveys"),
    ("analytics-knows-only-values", "analytics/planted.py", "from adapters.port import Message"),
    ("analytics-knows-only-values", "analytics/planted.py", "def late():\n    import bot"),
    ("analytics-is-pure", "analytics/planted.py", "import psycopg"),
    ("analytics-is-pure", "analytics/planted.py", "from urllib.request import urlopen"),
    ("audit-stands-alone", "analytics/audit/planted.py", "from analytics.guarded import kind_of"),
    ("audit-stands-alone", "analytics/audit/planted.py", "def late():\n    from analytics import disclosure"),
    ("only-bot-asks-the-audit", "analytics/disclosure.py", "from analytics.audit import claims"),
    ("adapters-know-no-domain", "adapters/planted.py", "from surveys.model import Wave"),
    ("adapters-know-no-domain", "adapters/planted.py", "import analytics"),
    ("adapters-know-no-domain", "adapters/planted.py", "import bot"),
    ("platforms-are-strangers", "adapters/planted/platform.py", "import adapters.recording"),
    ("platforms-are-strangers", "adapters/recording.py", "import adapters.planted.platform"),
    ("platforms-are-strangers", "adapters/traffic/planted.py", "import adapters.planted.platform"),
    ("nobody-imports-bot", "adapters/planted.py", "from bot import texts"),
    ("one-file-knows-everybody", "bot/planted.py", "import bot.wiring"),
    ("nobody-imports-the-command-line", "bot/planted.py", "from bot import cli"),
    ("nobody-imports-the-command-line", "bot/planted.py", "def late():\n    from bot.cli.web import serve"),
    ("simulation-stands-outside", "bot/planted.py", "def late():\n    from bot.simulation import truth"),
    ("wall-slack", "adapters/slack/parse.py", "import slack_bolt"),
    ("wall-slack", "adapters/slack/render.py", "from slack_sdk.models import blocks"),
    ("wall-teams", "adapters/teams/parse.py", "from botbuilder.core import TurnContext"),
    ("wall-teams", "adapters/teams/render.py", "from botframework.connector import models"),
    ("wall-teams", "adapters/teams/platform.py", "from msrest.exceptions import ClientException"),
    ("wall-clock", "bot/planted.py", "from apscheduler.triggers.cron import CronTrigger"),
    ("wall-jobs", "bot/planted.py", "import procrastinate"),
    ("wall-typst", "bot/planted.py", "import typst"),
    ("wall-tone", "analytics/planted.py", "import textblob"),
    ("wall-tables", "surveys/planted.py", "from sqlmodel import SQLModel"),
    ("wall-tables", "bot/planted.py", "def late():\n    import sqlmodel"),
]

ALLOWED = [
    ("analytics/planted.py", "from surveys.model import Release"),
    ("analytics/audit/planted.py", "from surveys.model import Release"),
    ("bot/planted.py", "from analytics.audit import releases"),
    ("adapters/planted/platform.py", "from adapters.port import Message"),
    ("adapters/planted/platform.py", "from adapters.traffic.patience import Patience"),
    ("bot/cli/serving.py", "def serve():\n    from bot import wiring"),
    ("bot/cli/simulation.py", "def demo():\n    from bot.simulation import truth\n    from bot.cli import serving"),
    ("adapters/slack/platform.py", "import slack_bolt"),
    ("adapters/slack/socket_mode.py", "import slack_bolt"),
    ("adapters/teams/sdk.py", "from botbuilder.core import TurnContext"),
    ("bot/clock.py", "import apscheduler"),
    ("bot/jobs.py", "import procrastinate"),
    ("bot/pack/pdf.py", "import typst"),
    ("analytics/tone.py", "import textblob"),
    ("surveys/tables/planted.py", "import sqlmodel"),
    ("surveys/store/planted.py", "import sqlmodel"),
]

HIDDEN = {  # not there yet, or not to be disturbed: what a planted import needs to find
    "analytics/audit/claims.py": "",
    "analytics/audit/releases.py": "",
    "adapters/recording.py": "",
    "adapters/planted/platform.py": "",
    "bot/wiring.py": "",
    "bot/cli/__init__.py": "",
    "bot/simulation/truth.py": "",
}


def lint(root: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    only = [part for contract in contracts for part in ("--contract", contract)]
    run = "from importlinter.cli import lint_imports_command as lint; lint()"
    return subprocess.run(
        [sys.executable, "-c", run, "--no-cache", "--no-logo", *only],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def contract_names() -> dict[str, str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["id"]: contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]}


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the product in which every place named above exists; sound but for what a test plants."""
    root = copy_product(tmp_path_factory.mktemp("product"))
    for name, code in HIDDEN.items():
        if not (root / name).exists():
            plant(root, name, code)
    return root


@pytest.fixture
def planted(product: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """The copy with one file's code replaced for as long as the test lasts."""
    name, code = request.param
    path = product / name
    before = path.read_text(encoding="utf-8") if path.exists() else None
    plant(product, name, code + "\n")
    yield product
    if before is None:
        path.unlink()
    else:
        path.write_text(before, encoding="utf-8")


def test_the_arrows_and_walls_hold() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_contract_has_a_planted_violation() -> None:
    assert {contract for contract, _, _ in VIOLATIONS} == set(contract_names())


def test_the_audit_may_use_nothing_else_of_analytics() -> None:
    """A module that is new in analytics is forbidden to the audit too."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    (contract,) = [contract for contract in settings["contracts"] if contract["id"] == "audit-stands-alone"]
    rooms = {path.stem for path in (ROOT / "analytics").iterdir() if path.suffix == ".py" or path.is_dir()}
    assert set(contract["forbidden_modules"]) == {
        f"analytics.{room}" for room in rooms - {"__init__", "__pycache__", "audit"}
    }


@pytest.mark.parametrize(
    ("contract", "planted"), [(contract, (name, code)) for contract, name, code in VIOLATIONS], indirect=["planted"]
)
def test_a_planted_violation_is_refused(contract: str, planted: Path) -> None:
    result = lint(planted, contract)
    assert result.returncode == 1
    assert f"{contract_names()[contract]} BROKEN" in result.stdout, result.stdout + result.stderr


def test_what_the_design_allows_is_not_refused(tmp_path: Path) -> None:
    for package in ("surveys", "analytics", "adapters", "bot"):
        plant(tmp_path, f"{package}/__init__.py", "")
    named = {f"analytics/{path.name}": "" for path in (ROOT / "analytics").glob("*.py")}
    for name, code in {
        **named,
        **HIDDEN,
        **dict(ALLOWED),
        "surveys/model.py": "",
        "adapters/port/__init__.py": "",
    }.items():
        plant(tmp_path, name, code + "\n")
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text(encoding="utf-8"), encoding="utf-8")
    result = lint(tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
