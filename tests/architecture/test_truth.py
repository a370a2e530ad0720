"""Only a simulation knows who answered what; nothing that serves real people can reach its truth file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, plant
from tests.architecture.truth import ways_to_truth

GOOD = """
def serve():
    from bot import wiring

def simulate():
    _run()

def demo():
    from bot.simulation import run

def _run():
    from bot.simulation.truth import write
"""


def test_no_path_from_serve_or_worker_can_write_a_truth_file() -> None:
    assert ways_to_truth(ROOT) == []


def test_the_commands_that_simulate_may(tmp_path: Path) -> None:
    plant(tmp_path, "bot/cli/simulation.py", GOOD)
    plant(tmp_path, "bot/cli/commands.py", "from bot.cli import simulation\napp.add_typer(simulation.app)")
    plant(tmp_path, "bot/simulation/run.py", "from bot.simulation.truth import write")
    assert ways_to_truth(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("bot/wiring.py", "from bot.simulation import truth"),
        ("bot/jobs.py", "def job():\n    import bot.simulation.truth"),
        ("bot/web/app.py", "from bot import simulation"),
        ("bot/clock.py", "from .simulation import truth"),
        ("bot/closing.py", "from importlib import import_module\ndef f():\n    import_module('bot.simulation.truth')"),
        ("bot/cli/simulation.py", "from bot.simulation import truth"),
        ("bot/cli/simulation.py", "def serve():\n    from bot.simulation import truth"),
        ("bot/cli/simulation.py", GOOD + "\ndef worker():\n    _run()"),
        ("bot/cli/simulation.py", GOOD + "\ndef _deeper():\n    _run()\n\ndef serve():\n    _deeper()"),
        ("bot/cli/simulation.py", GOOD + "\nCOMMANDS = [_run]"),
        ("bot/cli/simulation.py", GOOD + "\ndef worker():\n    demo()"),
        ("bot/cli/start.py", "def worker():\n    from bot.simulation import truth"),
        ("bot/cli/start.py", "def demo():\n    from bot.simulation import truth"),
        ("bot/cli/start.py", "from bot.cli.simulation import demo"),
        ("bot/cli/start.py", "def serve():\n    from .simulation import simulate as work"),
        ("bot/cli/start.py", "from bot.cli import simulation\ndef serve():\n    simulation.demo()"),
    ],
)
def test_a_planted_way_to_the_truth_is_seen(name: str, code: str, tmp_path: Path) -> None:
    plant(tmp_path, name, code)
    assert ways_to_truth(tmp_path)
