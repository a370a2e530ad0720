"""What must hold of every wave, whatever broke down or was killed on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.traffic.pace import SLOWED
from tests.acceptance.observed import Wave

MOST_REFUSED = 0.01
SLACK_TIME = 0.10


@dataclass(frozen=True, slots=True)
class Held:
    """To which pace a wave is held, in spans of so many seconds each.

    `made_up` are calls more than that in a span: a moment that was lost may be made up for, also by whoever follows a
    killed worker. `under_way` are the seconds in which other calls may have been on their way when one was refused.
    `in_flight` is how many calls a worker makes at once.
    """

    per_minute: float
    spans: Sequence[float] = (60.0,)
    made_up: int = 10
    under_way: float = 0.05
    in_flight: int = 1


def check(wave: Wave, held: Held) -> None:
    """Assert what holds of every wave."""
    nobody_lost(wave)
    nobody_asked_twice(wave, held)
    one_pace(wave, held)
    no_storm(wave)


def nobody_lost(wave: Wave) -> None:
    """Everybody has a card, and every row says so; but for whom nobody can reach, of whom every row says that."""
    gone = len(wave.gone & wave.people)
    rows = {("done", True): len(wave.people) - gone} | ({("failed", False): gone} if gone else {})
    assert {(state, sent): count for state, sent, count in wave.states} == rows, wave.states
    assert set(wave.copies) == wave.people - wave.gone


def nobody_asked_twice(wave: Wave, held: Held) -> None:
    """One card each; one more for each call that a kill cut off, or that was carried out and answered as if it was not.

    Of both the product cannot know whether it was carried out, and it rather asks twice than not at all.
    """
    assert all(len(kill.who) <= held.in_flight for kill in wave.kills)
    explained = wave.cut_off + wave.lost_answers
    copies = wave.copies + wave.reminders
    twice = {who: number for who, number in copies.items() if number > 1 + explained[who]}
    assert not twice, f"more messages than cut-off calls and lost answers explain: {twice}"


def no_storm(wave: Wave) -> None:
    """Of a hundred calls at most one is refused for being too soon."""
    assert len(wave.refusals) <= MOST_REFUSED * len(wave.calls), (len(wave.refusals), len(wave.calls))


def one_pace(wave: Wave, held: Held) -> None:
    """All workers together keep one pace; asked to wait, all of them stand still, and then go at half of it."""
    moments = [call.moment for call in wave.calls]
    a_second = held.per_minute / 60
    for span in held.spans:
        assert (most := most_within(moments, span)) <= a_second * span + held.made_up, f"{most} calls in {span} s"
    for refused in wave.refusals:
        soon = [moment for moment in moments if refused + held.under_way < moment < refused + 1]
        assert not soon, f"{len(soon)} calls within a second after a refusal"
        after = [moment for moment in moments if refused + held.under_way < moment <= refused + SLOWED]
        for span in (*held.spans, SLOWED):
            most = most_within(after, span)
            assert most <= a_second * span / 2 + held.made_up, f"{most} calls in {span} s after a refusal"


def in_time(wave: Wave, held: Held) -> None:
    """It took at most a tenth longer than the pace allows; on top comes how long the platform was broken down.

    A killed worker keeps its job until it counts as killed, and the workspace waits for it: that is in the tenth.
    """
    assert wave.seconds <= (1 + SLACK_TIME) * at_the_pace(wave, held) + wave.broken, told(wave, held)


def at_the_pace(wave: Wave, held: Held) -> float:
    """Return how many seconds one card each takes at the pace."""
    return 60 * len(wave.people) / held.per_minute


def told(wave: Wave, held: Held) -> str:
    """Return the figures of a wave in one line."""
    twice = sum(copies - 1 for copies in wave.copies.values())
    moments = [call.moment for call in wave.calls]
    busiest = ", ".join(f"{most_within(moments, span)} in {span:.0f} s" for span in held.spans)
    return (
        f"{len(wave.people)} people and {len(wave.reminders)} reminders, {len(wave.calls)} calls, "
        f"{len(wave.refusals)} refused; "
        f"{twice} cards too many ({wave.lost_answers.total()} answers lost, "
        f"{wave.cut_off.total()} calls left open by {len(wave.kills)} kills); "
        f"{wave.seconds:.0f} s, of which {at_the_pace(wave, held):.0f} s at the pace, "
        f"{wave.broken:.0f} s broken down, {sum(wave.stalls):.0f} s after kills; "
        f"most calls {busiest}"
    )


def most_within(moments: list[float], seconds: float) -> int:
    """Return the most of these ascending moments that fall into any span of so many seconds."""
    most = start = 0
    for end, moment in enumerate(moments):
        while moments[start] <= moment - seconds:
            start += 1
        most = max(most, end - start + 1)
    return most
