"""A test that is skipped in CI fails the run: planted skips of every kind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.architecture.tree import ROOT

SKIPS = {
    "inside": "import pytest\n\ndef test_one() -> None:\n    pytest.skip('no browser')\n",
    "marked": "import pytest\n\n@pytest.mark.skip(reason='no browser')\ndef test_one() -> None: ...\n",
    "module": "import pytest\n\npytest.importorskip('there_is_no_such_module')\n",
}
EXPECTED_FAILURE = "import pytest\n\n@pytest.mark.xfail(strict=True)\ndef test_one() -> None:\n    raise ValueError\n"


def run(folder: Path, *codes: str, ci: bool) -> subprocess.CompletedProcess[str]:
    for number, code in enumerate([*codes, "def test_sound() -> None: ...\n"]):
        (folder / f"test_planted_{number}.py").write_text(code, encoding="utf-8")
    env = {name: value for name, value in os.environ.items() if name not in {"CI", "PYTEST_ADDOPTS"}}
    env |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    env |= {"CI": "true"} if ci else {}
    command = [sys.executable, "-m", "pytest", "-p", "tests.ci_rules", "-p", "no:cacheprovider", "--rootdir", "."]
    options = ["--continue-on-collection-errors", "-rfE"]
    return subprocess.run([*command, *options], cwd=folder, env=env, capture_output=True, text=True, check=False)


def test_every_kind_of_skip_fails_in_ci(tmp_path: Path) -> None:
    result = run(tmp_path, *SKIPS.values(), ci=True)
    assert result.returncode == 1
    assert result.stdout.count("A skip counts as failed in CI") >= len(SKIPS)
    assert "1 failed, 1 passed, 2 errors" in result.stdout


def test_a_skip_is_a_skip_elsewhere(tmp_path: Path) -> None:
    result = run(tmp_path, *SKIPS.values(), ci=False)
    assert result.returncode == 0, result.stdout


def test_an_expected_failure_is_no_skip(tmp_path: Path) -> None:
    result = run(tmp_path, EXPECTED_FAILURE, ci=True)
    assert result.returncode == 0, result.stdout
