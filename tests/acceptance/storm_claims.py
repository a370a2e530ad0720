"""What must hold of kudos in great numbers, whatever broke down or was killed on the way.

It is looked at from three sides: what people were told, what the database keeps, and what stands at the platforms.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

MOST_REFUSED: Final = 0.01
IN_FLIGHT: Final = 8
"""Calls that a process has under way at most, to each platform."""
Where = tuple[str, str]
"""The mark of a kudos, and the address at which its words are read."""
EXPECTED: Final = (
    "an answer could not be shown",
    "a request failed",
    "the workspace is not connected",
)
"""Beginnings of what a process may warn of while a platform breaks down; errors beside it are none of these."""
_LEVEL: Final = re.compile(r"level='(error|critical)'|\b(?:ERROR|CRITICAL)\b|Traceback")


@dataclass(frozen=True, slots=True)
class Meant:
    """A kudos as its giver means it. `mark` stands in its words and in nothing else; people are their addresses.

    `place` is the address of a channel, "" for none. `backs` say thanks back. `taken_back` is after how many seconds
    its giver takes it back, None for never. `twice` says that they press twice.
    """

    mark: str
    platform: str
    giver: str
    to: tuple[str, ...]
    place: str = ""
    backs: tuple[str, ...] = ()
    taken_back: float | None = None
    twice: bool = False

    @property
    def words(self) -> str:
        """What they write."""
        return f"Dank voor je hulp bij {self.mark} vandaag"


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody was told of what they meant: that it was sent (`id` is that of its form), and so on."""

    meant: Meant
    id: str
    sent: bool = False
    withdrawn: bool = False
    backed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Kept:
    """A row of a kudos, with the addresses of who got it and of who said thanks back."""

    id: str
    giver: str
    words: str
    state: str
    to: frozenset[str]
    backed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Landed:
    """A message that a platform took, with the words of a kudos; whether it said so."""

    mark: str
    where: str
    told: bool = True


@dataclass(frozen=True)
class Storm:
    """Everything that is left to see of it. `left` counts postings that are not as they are to be, by why."""

    told: tuple[Told, ...]
    kept: tuple[Kept, ...]
    landed: tuple[Landed, ...]
    standing: Counter[Where]
    cut_off: Counter[Where]
    left: Mapping[str, int] = field(default_factory=dict)
    logs: str = ""
    secrets: frozenset[str] = frozenset()
    """Names and addresses, which no log holds; nor does it hold a mark."""
    kills: int = 0
    """How many processes were killed."""
    calls: int = 0
    refused: int = 0
    """How many calls a platform refused as too soon, of its own accord."""

    @property
    def copies(self) -> Counter[Where]:
        """How often the words of each kudos came to each place."""
        return Counter((one.mark, one.where) for one in self.landed)

    @property
    def explained(self) -> Counter[Where]:
        """How often they may have come once more: a call was cut off by a kill, or carried out and not answered so.

        Of both the product cannot know whether it was carried out, and it rather thanks twice than not at all.
        """
        return Counter((one.mark, one.where) for one in self.landed if not one.told) + self.cut_off


def check(storm: Storm) -> None:
    """Assert everything."""
    everybody_was_told(storm)
    each_is_kept_once(storm)
    each_arrives_once(storm)
    nobody_else_reads_it(storm)
    what_was_taken_back_stands_nowhere(storm)
    thanks_back_arrive(storm)
    kills_cut_off_what_was_under_way(storm)
    nothing_is_left(storm)
    no_storm_of_calls(storm)
    logs_name_nobody(storm)
    logs_hold_no_unexplained_error(storm)


def everybody_was_told(storm: Storm) -> None:
    """Whoever pressed until they knew knows by now; and no two were told of the same one."""
    assert all(told.sent for told in storm.told)
    assert all(told.withdrawn == (told.meant.taken_back is not None) for told in storm.told)
    assert all(told.backed == frozenset(told.meant.backs) for told in storm.told)
    assert len({told.id for told in storm.told}) == len(storm.told)


def each_is_kept_once(storm: Storm) -> None:
    """There is one row for each that was told to be sent, as it was meant, and there is no other."""
    rows = Counter(kept.id for kept in storm.kept)
    assert rows == Counter(told.id for told in storm.told), _differing(rows, Counter(told.id for told in storm.told))
    kept = {one.id: one for one in storm.kept}
    wrong = [told.meant.mark for told in storm.told if kept[told.id] != _as_meant(told)]
    assert not wrong, f"kept otherwise than meant: {wrong[:5]}"


def each_arrives_once(storm: Storm) -> None:
    """One card for each who got it, one post where it is shown; more only where a kill or a lost answer explains it.

    What is taken back may have arrived nowhere.
    """
    copies, explained = storm.copies, storm.explained
    for told in storm.told:
        for where in _places(told.meant):
            least = 0 if told.withdrawn else 1
            assert copies[where] >= least, f"{where} never arrived"
            assert copies[where] <= 1 + explained[where], f"{where} arrived {copies[where]} times"
            assert told.withdrawn or storm.standing[where] >= 1, f"{where} is gone"


def nobody_else_reads_it(storm: Storm) -> None:
    """The words come to who got it, to where it is shown, and with thanks back to who gave it."""
    may = {where for told in storm.told for where in (*_places(told.meant), *_backs(told))}
    strange = (set(storm.copies) | set(storm.standing)) - may
    assert not strange, f"came to others: {strange}"


def what_was_taken_back_stands_nowhere(storm: Storm) -> None:
    """But for messages of which the platform never told, or a kill lost what it told: nobody can name those."""
    explained = storm.explained
    back = {told.meant.mark for told in storm.told if told.withdrawn}
    left = {where: count for where, count in storm.standing.items() if where[0] in back and count > explained[where]}
    assert not left, f"taken back, and stands there: {left}"


def thanks_back_arrive(storm: Storm) -> None:
    """Whoever gave it hears of thanks back, and at most once for each who said it."""
    for told in storm.told:
        for where in _backs(told):
            most = len(told.backed) + storm.explained[where]
            assert 1 <= storm.copies[where] <= most, f"thanks back for {where} came {storm.copies[where]} times"


def kills_cut_off_what_was_under_way(storm: Storm) -> None:
    """Only that may be in doubt after a kill."""
    assert storm.cut_off.total() <= 2 * IN_FLIGHT * storm.kills, (storm.cut_off, storm.kills)


def nothing_is_left(storm: Storm) -> None:
    """Every posting is as it is to be, and none was given up."""
    assert not any(storm.left.values()), storm.left


def no_storm_of_calls(storm: Storm) -> None:
    """Of a hundred calls at most one is refused for being too soon."""
    assert storm.refused <= MOST_REFUSED * storm.calls, (storm.refused, storm.calls)


def logs_name_nobody(storm: Storm) -> None:
    """No log holds a word of a kudos, or anybody's name or address."""
    parts = sorted(storm.secrets | {told.meant.mark for told in storm.told})
    found = [part for part in parts if part in storm.logs]
    assert not found, f"logs hold {found[:5]}"


def logs_hold_no_unexplained_error(storm: Storm) -> None:
    """Errors stand there only by the names that belong to a platform that breaks down."""
    lines = [line for line in storm.logs.splitlines() if _LEVEL.search(line)]
    strange = [line for line in lines if not any(name in line for name in EXPECTED)]
    assert not strange, "\n".join(strange[:5])


def figures(storm: Storm, seconds: float) -> str:
    """Return the figures in a few lines."""
    copies = storm.copies
    places = {where for told in storm.told for where in _places(told.meant)}
    again = sum(copies[where] - 1 for where in places if copies[where] > 1)
    back = {told.meant.mark for told in storm.told if told.withdrawn}
    left = sum(count for (mark, _), count in storm.standing.items() if mark in back)
    unheard = sum(not one.told for one in storm.landed)
    public = sum(bool(told.meant.place) for told in storm.told)
    backs = sum(len(told.backed) for told in storm.told)
    return (
        f"{len(storm.told)} kudos in {seconds:.0f} s ({60 * len(storm.told) / seconds:.0f} a minute), "
        f"{public} in channels, {len(back)} taken back, {backs} thanks back; "
        f"{storm.calls} calls, {storm.refused} refused as too soon; {len(storm.landed)} messages with words; "
        f"{again} arrived again ({unheard} answers lost, {storm.cut_off.total()} calls cut off, {storm.kills} kills), "
        f"{left} of those taken back stand where nobody can name them"
    )


def _as_meant(told: Told) -> Kept:
    meant = told.meant
    state, words = ("withdrawn", "") if told.withdrawn else ("standing", meant.words)
    return Kept(told.id, meant.giver, words, state, frozenset(meant.to), told.backed)


def _places(meant: Meant) -> list[Where]:
    return [(meant.mark, one) for one in (*meant.to, *([meant.place] if meant.place else []))]


def _backs(told: Told) -> list[Where]:
    return [(told.meant.mark, told.meant.giver)] if told.backed else []


def _differing(found: Counter[str], expected: Counter[str]) -> str:
    return f"{(expected - found).total()} lost, {(found - expected).total()} too many"
