"""What `doctor` looks at in waves and reporting periods: whether each can be closed, and is destroyed in the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.doctor import Finding
from surveys.model import Wave, WaveState
from surveys.periods import Period
from surveys.tickets import KeyRing

ANSWERING: Final = (WaveState.OPEN, WaveState.CLOSING)


@dataclass(frozen=True, slots=True)
class _Kept:
    """Sealed rows under one key, by the name that the administrator knows them by."""

    name: str
    state: WaveState
    key_id: str


def check_waves(waves: Iterable[Wave], keys: KeyRing) -> list[Finding]:
    """Look for waves that the key file cannot close, and for released ones that are not yet destroyed."""
    kept = [_Kept(f"wave {wave.number} of {wave.survey}", wave.state, wave.key_id) for wave in waves]
    return _faults("waves", kept, keys) or [Finding("waves", _in_order(kept))]


def check_periods(periods: Iterable[Period], keys: KeyRing) -> list[Finding]:
    """The same of the reporting periods of small teams; the last to end says how long its key epoch is needed."""
    found = list(periods)
    kept = [_Kept(_named(period), period.state, period.key_id) for period in found]
    until = max((period.ends for period in found if period.state in ANSWERING), default=None)
    last = f"; the last ends by {until:%Y-%m-%d}" if until else ""
    return _faults("periods", kept, keys) or [Finding("periods", _in_order(kept) + last)]


def _named(period: Period) -> str:
    return f"the period of {period.every} waves of {period.survey} that opened on {period.opens:%Y-%m-%d}"


def _faults(subject: str, kept: Sequence[_Kept], keys: KeyRing) -> list[Finding]:
    kind = subject.removesuffix("s")
    lost = [one for one in kept if one.state in ANSWERING and one.key_id not in keys.epochs]
    waiting = [one for one in kept if one.state is WaveState.RELEASED]
    return [
        Finding(
            subject,
            f"{one.name} was opened with key epoch {one.key_id}, which this key file lacks",
            f"put back the key file of that time; without it the {kind} is published wholly suppressed",
        )
        for one in lost
    ] + [
        Finding(
            subject,
            f"{one.name} is released and not yet destroyed",
            "let `adempauze serve` or `worker` run; if this stays, see 'erasure' here",
        )
        for one in waiting
    ]


def _in_order(kept: Sequence[_Kept]) -> str:
    answering = sum(one.state in ANSWERING for one in kept)
    limited = sum(one.state is WaveState.LIMITED for one in kept)
    others = f"{limited} kept with a limit, the others destroyed" if limited else "all others destroyed"
    return f"{answering} open or closing, each with its key; {others}"
