"""Every dialogue runs on every platform that exists."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.server import Server
from bot.settings import Settings
from tests.dialogues.drivers import DRIVERS
from tests.dialogues.talk import playing


def test_every_platform_that_exists_has_a_driver() -> None:
    assert platforms_under(Path(__file__).resolve().parents[2] / "adapters") == set(DRIVERS)


def test_a_platform_without_a_driver_is_seen(tmp_path: Path) -> None:
    (tmp_path / "pigeon").mkdir()
    (tmp_path / "pigeon" / "platform.py").touch()
    assert platforms_under(tmp_path) - set(DRIVERS) == {"pigeon"}


def platforms_under(adapters: Path) -> set[str]:
    return {path.parent.name for path in adapters.glob("*/platform.py")} - {"port"} | {"recording"}


@pytest.mark.parametrize("platform", sorted(DRIVERS))
async def test_a_form_is_sent_with_what_was_filled_in_and_the_rest_as_it_stood(
    platform: str, house: tuple[Server, Settings]
) -> None:
    async with playing(house, platform, "nl", size=1) as play, play.meet() as agent:
        await agent.driver.ask("settings")
        said = await agent.driver.send(agent.t("settings.save"), moment="10:30", every="2")
        assert agent.t("settings.saved") in said
        await agent.driver.ask("settings")
        said = await agent.driver.send(agent.t("settings.save"), quiet_start="17:00", quiet_end="09:00")
        assert "10:30" in said
