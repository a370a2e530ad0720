"""Two processes that tick and work at once on one database."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.acceptance.killing import live_together, settle

PEOPLE = 40


def test_two_processes_open_one_wave_and_send_each_card_once(tmp_path: Path) -> None:
    """Promise: any number of processes may run against one database; nothing is done twice."""
    settle(tmp_path / "settled", PEOPLE)
    ledger = live_together(tmp_path / "settled", tmp_path / "together")
    (documents,), ((left,),) = ledger.of("done"), ledger.of("left")
    cards = Counter(address for address, kind, *_ in ledger.of("landed") if kind == "card")
    reminders = Counter(address for address, kind, *_ in ledger.of("landed") if kind == "reminder")
    ledger.close()
    assert cards == Counter(f"p{number}" for number in range(PEOPLE))
    assert set(reminders.values()) <= {1}
    assert len(documents) == 2, "the wave, and the reporting period of the team of four"
    assert not any(left.values()), left
