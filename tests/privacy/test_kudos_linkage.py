"""PRIVACY 12 for a kudos that is given right after the answer: nothing leads from it to the answer, or to whether there
was one.

One wave is played with lots (`tests/linkage/thanking.py`): who thanks, and when, is drawn first, and then whether they
had answered a moment before. A thief reads every table with its system columns, indexes, sequences, counters, samples
and sizes again and again, has the files, the write-ahead log and every statement, knows each kudos with its giver, its
moment and its transaction, and makes marks of all of it (`tests/linkage/marks.py`).

*No better than by chance* is a permutation test over all marks together: some 700 marks that differ at all, each taken
both ways and folded; 4,000 deals of the truth; the highest mark of all is compared with the highest of each deal, so no
further correction is due (`tests/linkage/lots.py`). One innocent run in 800 is called guilty. With 24 givers on
either side a mark is found, most times, that puts nineteen in twenty pairs of them in the right order;
`tests/soak/test_kudos_linkage.py` has more people, and finds fainter ones.

What people do is no mark of a table: that whoever thanks just after the cards came has likelier answered than not is
for anybody to think, and docs/privacy.md says so. Here as many thank who had not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from bot.loop import new_loop
from tests.everything import Rows
from tests.linkage.chance import Success
from tests.linkage.lots import Verdict
from tests.linkage.shared import of_answers, of_kudos, standing_in, written_together
from tests.linkage.town import Pace
from tests.linkage.witness import (
    Witnessed,
    rows_guessed,
    what_they_answered,
    whether_they_answered,
    which_row_is_whose,
    witnessed,
)
from tests.privacy.wave import House
from tests.stage import embedded_server

QUICK = Pace(lasts=3.0, copy=0.6, mix=1.2)
ANSWERS = ("surveys.", "platform.procrastinate")


@dataclass(frozen=True)
class Town:
    """A server of its own, and a wave that was played on it."""

    play: Callable[[int], Witnessed]
    """With these lots."""
    seen: Witnessed

    def cleared(self, attack: Callable[[Witnessed], Verdict | Success]) -> bool:
        """Whether an attack gets no further than chance. What it finds counts when it finds it in a new wave too: one
        innocent run in 800 is called guilty, and there are many runs."""
        return attack(self.seen).within_chance or attack(self.play(2)).within_chance


def played(house: House, room: Path, lots: int) -> Witnessed:
    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(witnessed(*house, room, QUICK, people=80, each=6, lots=lots))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Forty-eight people who thanked, half of whom had answered a moment before."""
    room = tmp_path_factory.mktemp("kudos")
    for house in embedded_server(room):
        yield Town(partial(played, house, room), played(house, room, 1))


@pytest.fixture(scope="module")
def seen(place: Town) -> Witnessed:
    return place.seen


def test_nothing_tells_whether_somebody_who_thanked_had_answered(place: Town) -> None:
    """Whoever thanks right after the answer cannot be told from whoever thanks without one, by no column, system
    column, order, neighbour, counter or statement of any table at any moment, nor after the close."""
    assert len(place.seen.givers) == 48
    assert whether_they_answered(place.seen).marks >= 300
    assert place.cleared(whether_they_answered)


@pytest.mark.parametrize("item", [0, 1])
def test_nothing_tells_what_somebody_who_thanked_had_answered(place: Town, item: int) -> None:
    """Of whoever thanked after an answer nothing tells which it was, the Release included, which says the same of all
    in a team."""
    assert place.cleared(partial(what_they_answered, item=item))


@pytest.mark.parametrize("attack", [which_row_is_whose, rows_guessed])
def test_nothing_tells_which_sealed_row_belongs_to_somebody_who_thanked(
    place: Town, attack: Callable[[Witnessed], Verdict | Success]
) -> None:
    """No order of kudos goes with any order of sealed rows, and the program that looks who is named or changed
    together finds no row."""
    assert place.cleared(attack)


Plant = Callable[[Witnessed, str, str, Mapping[str, str]], Mapping[str, str]]
"""(all, table, whose row it is, row) -> the row as it is planted."""


def a_flag(seen: Witnessed, table: str, who: str, row: Mapping[str, str]) -> Mapping[str, str]:
    """A kudos says from which button it came."""
    return {**row, "from": "thanks" if who in seen.answered else "home"} if table == "kudos.kudos" else row


def a_moment(seen: Witnessed, table: str, who: str, row: Mapping[str, str]) -> Mapping[str, str]:
    """A sealed row says when it was answered."""
    return {**row, "at": str(seen.answered.get(who, 0.0))} if table.startswith("surveys.response_") else row


def what_fits(seen: Witnessed, table: str, who: str, row: Mapping[str, str]) -> Mapping[str, str]:
    """The tag of a kudos is proposed after how somebody feels."""
    return {**row, "tag": f"{seen.parts[who].options[0]}"} if table == "kudos.kudos" else row


def with_it(seen: Witnessed, plant: Plant) -> Witnessed:
    """Return everything as it would be with something planted in the rows of whoever gave, or whose row it is."""
    whose = {str(seen.people[who].id): who for who in seen.people} | {
        slot.hex(): who for who, (_, slot, *_) in seen.secrets.items()
    }

    def change(tables: Rows) -> Rows:
        return {
            table: [
                plant(seen, table, owner, row) if (owner := _owner(row, whose)) is not None else row for row in rows
            ]
            for table, rows in tables.items()
        }

    return seen.altered(change)


def _owner(row: Mapping[str, str], whose: Mapping[str, str]) -> str | None:
    return whose.get(row.get("giver_id", "")) or whose.get(row.get("slot", ""))


def test_the_same_attack_finds_a_kudos_that_says_where_it_came_from(seen: Witnessed) -> None:
    found = whether_they_answered(with_it(seen, a_flag))
    assert not found.within_chance
    assert "kudos.kudos.from" in found.best


def in_one_transaction(seen: Witnessed) -> Witnessed:
    """Return everything as it would be if a kudos were written together with the blob in which the answer waits."""
    answered = {str(seen.people[who].id) for who in seen.answered}
    given = [row["xmin"] for row in seen.wholes[-1].tables["kudos.kudos"] if row["giver_id"] in answered]
    blob = next(row for whole in seen.wholes for row in whole.tables["surveys.pool"])
    blobs = [{**blob, "xmin": xmin} for xmin in given]
    return seen.altered(lambda tables: {**tables, "surveys.pool": [*tables["surveys.pool"], *blobs]})


def test_the_same_attack_finds_a_kudos_that_is_written_together_with_the_answer(seen: Witnessed) -> None:
    found = whether_they_answered(in_one_transaction(seen))
    assert not found.within_chance
    assert "surveys.pool" in found.best


def test_the_same_attack_finds_a_moment_that_is_kept_beside_an_answer(seen: Witnessed) -> None:
    found = which_row_is_whose(with_it(seen, a_moment))
    assert not found.within_chance
    assert found.best.endswith(", at")


def test_the_same_attack_finds_a_tag_that_was_chosen_after_the_answer(seen: Witnessed) -> None:
    found = what_they_answered(with_it(seen, what_fits), 0)
    assert not found.within_chance
    assert "kudos.kudos.tag" in found.best


def test_no_transaction_writes_a_kudos_and_anything_of_a_survey(seen: Witnessed) -> None:
    """The number of a transaction never stands both at a kudos and at a row of surveys."""
    assert written_together(seen.wholes) == set()
    assert written_together(in_one_transaction(seen).wholes) != set()


def test_no_value_of_a_kudos_stands_with_the_answers(seen: Witnessed) -> None:
    """No id, key, moment, word or address of a kudos stands in a table of surveys, a job, a sample or a sequence,
    however it is written; and no ticket, slot or token stands with the kudos."""
    assert standing_in(seen.wholes[-2:], of_kudos(seen.wholes[-1:]), *ANSWERS) == set()
    assert standing_in(seen.wholes, of_answers(seen.secrets), "kudos.") == set()


def test_a_value_that_stands_in_both_is_found(seen: Witnessed) -> None:
    def slot(seen: Witnessed, table: str, who: str, row: Mapping[str, str]) -> Mapping[str, str]:
        return {**row, "reason": seen.secrets[who][1].hex()} if table == "kudos.kudos" else row

    def giver(seen: Witnessed, table: str, who: str, row: Mapping[str, str]) -> Mapping[str, str]:
        return {**row, "about": seen.people[who].id.hex} if table.startswith("surveys.response_") else row

    assert standing_in(with_it(seen, slot).wholes[-2:], of_answers(seen.secrets), "kudos.") != set()
    assert standing_in(with_it(seen, giver).wholes[-2:-1], of_kudos(seen.wholes[-1:]), *ANSWERS) != set()
