"""Microsoft's own renderer, for every test that asks it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.teams.peer.running import Checker, installed, running


@pytest.fixture(scope="session")
def checker() -> Iterator[Checker]:
    if not installed():
        pytest.skip("no adaptivecards: npm ci in tests/teams/peer")
    with running() as checker:
        yield checker
