"""One wave of people who answer and thank, with everything that a thief got of it, and what an attack finds."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from bot.server import Server
from bot.settings import Settings
from surveys.model import Person
from tests.everything import Rows
from tests.linkage.attacker import guess
from tests.linkage.chance import Success, rows_right, success
from tests.linkage.lots import Verdict, paired, told
from tests.linkage.marks import Columns, Giver, all_marks, stand_of, where_rows_lie
from tests.linkage.thanking import Part, Thanking, parts
from tests.linkage.town import GROUPS, TEAM, Observed, Pace, observed, town
from tests.linkage.whole import Reader, Whole
from tests.stage import Stage
from tests.truths import wave_keys

SEED = 11


@dataclass(frozen=True)
class Witnessed:
    """What was copied and read, and what is true. The last reading is of after the close, unless nothing closed."""

    found: Observed
    wholes: tuple[Whole, ...]
    people: Mapping[str, Person]
    parts: Mapping[str, Part]
    answered: Mapping[str, float]
    thanked: Mapping[str, float]
    secrets: Mapping[str, tuple[bytes, ...]]
    """Ticket and slot of each person, and what their card carried: what nobody but the answer path has."""
    pace: Pace

    @property
    def givers(self) -> list[str]:
        """Everybody of whom there is a kudos, by the name of the roster."""
        given = {row["giver_id"] for row in self.wholes[-1].tables["kudos.kudos"]}
        return [who for who in self.thanked if str(self.people[who].id) in given]

    @cached_property
    def marks(self) -> Columns:
        """Every mark of every giver, in their order."""
        return all_marks(self.wholes, self.found.statements, self.known(self.givers))

    def known(self, givers: list[str]) -> list[Giver]:
        """Return what the thief knows of people: every name of theirs, and their kudos."""
        given = {row["giver_id"]: row for row in self.wholes[-1].tables["kudos.kudos"]}
        return [_giver(self.people[who], given[str(self.people[who].id)], self.thanked[who]) for who in givers]

    def altered(self, change: Callable[[Rows], Rows]) -> Witnessed:
        """Return what would have been read had the tables been otherwise."""
        return replace(self, wholes=tuple(replace(one, tables=change(one.tables)) for one in self.wholes))


def whether_they_answered(seen: Witnessed) -> Verdict:
    """Attack: of whoever thanked, who had answered? Dealt anew among those whose cards came together."""
    order = sorted(seen.people)
    among = [order.index(who) % GROUPS for who in seen.givers]
    return told(seen.marks, [float(who in seen.answered) for who in seen.givers], among, SEED)


def what_they_answered(seen: Witnessed, item: int) -> Verdict:
    """Attack: what had they answered? Dealt anew within teams, of which a Release says the same about everybody."""
    ours = _both(seen)
    team = [int(who[1:]) // TEAM for who in ours]
    places = [place for place, who in enumerate(seen.givers) if who in seen.answered]
    marks = {name: [cells[place] for place in places] for name, cells in seen.marks.items()}
    return told(marks, [float(seen.parts[who].options[item]) for who in ours], team, SEED)


def which_row_is_whose(seen: Witnessed) -> Verdict:
    """Attack: does any order of kudos go with any order of the rows of whoever gave them?"""
    ours = _both(seen)
    slots = [seen.secrets[who][1].hex() for who in ours]
    return paired(stand_of(seen.wholes, seen.known(ours)), where_rows_lie(seen.wholes, slots), SEED)


def rows_guessed(seen: Witnessed) -> Success:
    """Attack with the program that is used where nobody thanks: statements that name somebody, rows that change."""
    mine = guess(seen.found.copies, seen.found.statements, seen.found.people, seen.pace.typical, SEED)
    return success(mine, seen.found.truth, seen.found.people, rows_right, SEED)


def _both(seen: Witnessed) -> list[str]:
    return [who for who in seen.givers if who in seen.answered]


def _giver(person: Person, kudos: Mapping[str, str], at: float) -> Giver:
    plain = {str(person.id), *person.addresses.values(), person.external_id, person.email or "", kudos["id"]}
    names = plain | {name.replace("-", "") for name in (str(person.id), kudos["id"])} - {""}
    return Giver(frozenset(names), at, int(kudos["xmin"]))


async def witnessed(
    server: Server,
    settings: Settings,
    room: Path,
    pace: Pace,
    *,
    people: int,
    each: int,
    mixing: bool = True,
    lots: int = SEED,
) -> Witnessed:
    """Play a wave: in each group of cards `each` people answer and thank, as many thank, as many answer, the others do
    nothing. Without mixing nothing is closed either. Other `lots` are another experiment."""
    async with town(server, settings, people) as stage:
        reader = Reader(server, settings.data_dir / "postgres", room)
        living = Thanking(stage, parts(list(stage.people), pace, each, random.Random(lots)))
        found = await observed(stage, reader, pace, mixing=mixing, living=living)
        secrets = await _secrets(stage)
        await stage.tick()
        reader.read(sampled=True)
        if mixing:
            await stage.close()
            reader.read()
        return Witnessed(
            found,
            tuple(reader.wholes),
            dict(stage.people),
            living.parts,
            living.answered,
            living.thanked,
            secrets,
            pace,
        )


async def _secrets(stage: Stage) -> dict[str, tuple[bytes, ...]]:
    keys, secrets = await wave_keys(stage), dict[str, tuple[bytes, ...]]()
    for who, person in stage.people.items():
        ticket, cards = keys.ticket(person.id), stage.recording.inbox(person.addresses["recording"])
        secrets[who] = (ticket, keys.slot(ticket), *(card.token.encode() for card in cards if card.token))
    return secrets
