"""Every dialogue runs on every platform that exists."""

from __future__ import annotations

from pathlib import Path

from tests.dialogues.drivers import DRIVERS


def test_every_platform_that_exists_has_a_driver() -> None:
    assert platforms_under(Path(__file__).resolve().parents[2] / "adapters") == set(DRIVERS)


def test_a_platform_without_a_driver_is_seen(tmp_path: Path) -> None:
    (tmp_path / "pigeon").mkdir()
    (tmp_path / "pigeon" / "platform.py").touch()
    assert platforms_under(tmp_path) - set(DRIVERS) == {"pigeon"}


def platforms_under(adapters: Path) -> set[str]:
    return {path.parent.name for path in adapters.glob("*/platform.py")} - {"port"} | {"recording"}
