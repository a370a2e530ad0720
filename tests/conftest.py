"""What every test of the product may rely on."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping

import pytest
from hypothesis import settings

from bot.loop import new_loop
from bot.server import Server
from bot.settings import Settings
from tests.architecture.tree import ROOT
from tests.ci_rules import pytest_make_collect_report, pytest_runtest_makereport
from tests.everything import logging_restored
from tests.stage import Stage, embedded_server, staged

__all__ = ["pytest_make_collect_report", "pytest_runtest_makereport"]

if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
    # Then nothing is written beside the modules, but elsewhere: or all that tests start would compile them anew.
    os.environ["PYTHONPYCACHEPREFIX"] = str(ROOT / "build" / "compiled")

settings.register_profile("unhurried", deadline=None, max_examples=75)  # a busy machine is not a failure
settings.load_profile("unhurried")


def pytest_collection_finish() -> None:
    """Look for garbage among what tests make alone: what is loaded by now stays for good, and there is much of it."""
    gc.collect()
    gc.freeze()


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Run tests on the loop that the product runs on."""
    return {"ours": new_loop}


@pytest.fixture(autouse=True)
def logs_of_its_own() -> Iterator[None]:
    """A command that a test runs logs to what that test captures, which is closed when it is over."""
    with logging_restored():
        yield


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Settings]]:
    """One embedded PostgreSQL for all tests that play on a stage."""
    yield from embedded_server(tmp_path_factory.mktemp("house"))


@pytest.fixture
async def stage(house: tuple[Server, Settings]) -> AsyncIterator[Stage]:
    """The application with its invented cast, on an empty database."""
    async with staged(*house) as playing:
        yield playing
