"""The attack of tests/privacy/test_kudos_linkage.py with four times as many who thank, and the store that writes every
answer into its own row at once, in which the same attack finds them.

`uv run pytest tests/soak/test_kudos_linkage.py -s` prints what the highest mark reached. With eighty givers on either
side a mark is found, most times, that puts three in four pairs of them in the right order (who answered, who did not);
with 24, as there, it takes nineteen in twenty.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.server import Server
from bot.settings import Settings
from tests.linkage.direct import DirectService
from tests.linkage.shared import of_answers, of_kudos, standing_in, written_together
from tests.linkage.town import Pace
from tests.linkage.witness import (
    rows_guessed,
    what_they_answered,
    whether_they_answered,
    which_row_is_whose,
    witnessed,
)
from tests.privacy.test_kudos_linkage import ANSWERS
from tests.privacy.wave import House
from tests.stage import embedded_server

SECONDS = float(os.environ.get("ADEMPAUZE_KUDOS_LINKAGE_SECONDS", "120"))
LONG = Pace(lasts=SECONDS, copy=max(1.0, SECONDS / 30), mix=SECONDS / 6)
PEOPLE, EACH = 280, 20


@pytest.fixture(scope="module")
def own_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Settings]]:
    yield from embedded_server(tmp_path_factory.mktemp("kudos"))


async def test_a_hundred_and_sixty_kudos_tell_nothing_of_any_answer(own_house: House, tmp_path: Path) -> None:
    server, settings = own_house
    seen = await witnessed(server, settings, tmp_path, LONG, people=PEOPLE, each=EACH)
    verdicts = [whether_they_answered(seen), which_row_is_whose(seen)]
    verdicts += [what_they_answered(seen, item) for item in (0, 1)]
    guessed = rows_guessed(seen)
    print(f"{len(seen.givers)} givers, {len(seen.wholes)} readings", *verdicts, guessed, sep="\n")
    assert len(seen.givers) == 8 * EACH
    assert [verdict for verdict in verdicts if not verdict.within_chance] == []
    assert guessed.within_chance
    assert written_together(seen.wholes) == set()
    assert standing_in(seen.wholes[-2:], of_kudos(seen.wholes[-1:]), *ANSWERS) == set()
    assert standing_in(seen.wholes[-1:], of_answers(seen.secrets), "kudos.") == set()


async def test_the_same_attack_finds_them_where_answers_are_written_at_once(
    own_house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, settings = own_house
    monkeypatch.setattr("bot.wiring.Service", DirectService)
    seen = await witnessed(server, settings, tmp_path, LONG, people=PEOPLE, each=EACH, mixing=False)
    verdicts = [whether_they_answered(seen), which_row_is_whose(seen)]
    print(f"{len(seen.givers)} givers, {len(seen.wholes)} readings", *verdicts, rows_guessed(seen), sep="\n")
    assert [verdict for verdict in verdicts if verdict.within_chance] == []
    assert not rows_guessed(seen).within_chance
