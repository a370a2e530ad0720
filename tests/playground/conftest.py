"""One installation in Teams, and one browser before it, for everything that is looked at there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from playwright.sync_api import Browser

from tests.acceptance.running_demo import chromium
from tests.playground.office import Office, office_in_teams
from tests.playground.seat import Seat

Sit = Callable[[str, str], AbstractContextManager[Seat]]


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office_in_teams(tmp_path_factory.mktemp("office")) as ready:
        yield ready


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def sit(office: Office, browser: Browser) -> Sit:
    """Sit down as somebody of the cast, with a name for the pictures."""
    return lambda key, name: office.seat(browser, key, name)
