"""What must be true of a wave that was killed, and of the period of its small team, beside the same undisturbed."""

from __future__ import annotations

import json

from tests.acceptance.killing import Outcome
from tests.acceptance.people import gets_reminder


def check(killed: Outcome, undisturbed: Outcome, people: int) -> None:
    """Assert every claim about one life."""
    everybody = {f"p{number}" for number in range(people)}
    _nobody_lost_and_nobody_asked_twice(killed, everybody)
    _at_most_one_reminder(killed, everybody)
    assert killed.sealed == undisturbed.sealed, "an answer that was confirmed is not in the sealed rows"
    assert killed.documents == undisturbed.documents, "the Release is another one than that of the undisturbed wave"
    assert [json.loads(document)["kind"] for document in killed.documents] == ["wave", "period"]
    assert not any(killed.left.values()), killed.left
    assert not killed.found_on_disk, f"a salt or a slot of the wave is still in {killed.found_on_disk}"


def _nobody_lost_and_nobody_asked_twice(killed: Outcome, everybody: set[str]) -> None:
    cards, in_doubt = killed.landed("card"), killed.in_doubt()
    assert set(cards) == everybody, f"no card for {sorted(everybody - set(cards))[:5]}"
    twice = {who: times for who, times in cards.items() if times > 1 + in_doubt[who]}
    assert not twice, f"asked more often than a call in flight explains: {twice}"


def _at_most_one_reminder(killed: Outcome, everybody: set[str]) -> None:
    """A reminder that a kill cost is not made up for: to know of it would be a trace."""
    reminders = killed.landed("reminder")
    assert set(reminders) <= {who for who in everybody if gets_reminder(who)}
    assert all(times == 1 for times in reminders.values())
