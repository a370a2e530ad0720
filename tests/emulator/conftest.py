"""A workspace for each file of tests and each way to be reached, and one browser before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from playwright.sync_api import Browser

from tests.acceptance.running_demo import chromium
from tests.emulator.local_slack import WAYS
from tests.emulator.office import Office, language_of, office_in_slack
from tests.emulator.seat import Seat, seated

Sit = Callable[[int, str], AbstractContextManager[Seat]]


@pytest.fixture(scope="module", params=WAYS)
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office_in_slack(tmp_path_factory.mktemp("office"), str(request.param)) as ready:
        yield ready


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def sit(office: Office, browser: Browser) -> Sit:
    """Sit down as an agent, with a name for the pictures."""
    return lambda number, name: seated(browser, office.slack, number, f"{office.way}-{name}-{language_of(number)}")
