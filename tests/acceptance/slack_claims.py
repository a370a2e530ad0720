"""What must hold of every wave into Slack, whatever broke down or was killed on the way."""

from __future__ import annotations

from collections import Counter

from adapters.traffic.pace import SLOWED
from tests.acceptance.observed import Wave
from tests.acceptance.slack_wave import PER_MINUTE

MOST_REFUSED = 0.01
SLACK_TIME = 0.10
AT_ONCE = 0.05
"""Seconds in which a call of another process may have been under way when one was refused."""
MADE_UP = 10
"""Calls a minute above the pace: a moment that was lost may be made up for, also by whoever follows a killed worker."""


def check(wave: Wave) -> None:
    """Assert what holds of every wave."""
    nobody_lost(wave)
    nobody_asked_twice(wave)
    one_pace(wave)
    no_storm(wave)


def nobody_lost(wave: Wave) -> None:
    """Everybody has a card, and every row says so."""
    assert wave.states == (("done", True, len(wave.people)),), wave.states
    assert set(wave.copies) == wave.people


def nobody_asked_twice(wave: Wave) -> None:
    """One card each; one more for each call that a kill cut off, or that Slack carried out and said it had not.

    Of both the product cannot know whether it was carried out, and it rather asks twice than not at all.
    """
    explained = Counter(kill.who for kill in wave.kills if kill.who) + wave.lost_answers
    twice = {who: copies for who, copies in wave.copies.items() if copies > 1 + explained[who]}
    assert not twice, f"more cards than cut-off calls and lost answers explain: {twice}"
    assert set(wave.reminders.values()) <= {1}


def no_storm(wave: Wave) -> None:
    """Of a hundred calls at most one is refused for being too soon."""
    assert len(wave.refusals) <= MOST_REFUSED * len(wave.calls), (len(wave.refusals), len(wave.calls))


def one_pace(wave: Wave) -> None:
    """All workers together keep one pace; asked to wait, all of them stand still, and then go at half of it."""
    moments = [call.moment for call in wave.calls]
    assert most_within(moments, 60) <= PER_MINUTE + MADE_UP, most_within(moments, 60)
    for refused in wave.refusals:
        soon = [moment for moment in moments if refused + AT_ONCE < moment < refused + 1]
        assert not soon, f"{len(soon)} calls within a second after a refusal"
        after = [moment for moment in moments if refused < moment <= refused + SLOWED]
        assert len(after) <= SLOWED * PER_MINUTE / 60 / 2 + MADE_UP, f"{len(after)} calls after a refusal"


def in_time(wave: Wave, *, stalls_too: bool) -> None:
    """It took at most a tenth longer than the pace allows; on top comes how long Slack was broken down.

    A killed worker keeps its job until it counts as killed, and the workspace waits for it: `stalls_too` says whether
    that has to fit into the tenth. In a short wave it is more than a tenth by itself.
    """
    left_out = 0.0 if stalls_too else sum(wave.stalls)
    assert wave.seconds - left_out <= (1 + SLACK_TIME) * at_the_pace(wave) + wave.broken, told(wave)


def at_the_pace(wave: Wave) -> float:
    """Return how many seconds one card each takes at the pace."""
    return 60 * len(wave.people) / PER_MINUTE


def told(wave: Wave) -> str:
    """Return the figures of a wave in one line."""
    twice = sum(copies - 1 for copies in wave.copies.values())
    cut_off = sum(kill.who is not None for kill in wave.kills)
    return (
        f"{len(wave.people)} people and {len(wave.reminders)} reminders, {len(wave.calls)} calls, "
        f"{len(wave.refusals)} refused; "
        f"{twice} cards too many ({sum(wave.lost_answers.values())} answers lost, {cut_off} calls cut off by "
        f"{len(wave.kills)} kills); {wave.seconds:.0f} s, of which {at_the_pace(wave):.0f} s at the pace, "
        f"{wave.broken:.0f} s broken down, {sum(wave.stalls):.0f} s after kills; "
        f"busiest minute {most_within([call.moment for call in wave.calls], 60)}"
    )


def most_within(moments: list[float], seconds: float) -> int:
    """Return the most of these ascending moments that fall into any span of so many seconds."""
    most = start = 0
    for end, moment in enumerate(moments):
        while moments[start] <= moment - seconds:
            start += 1
        most = max(most, end - start + 1)
    return most
