"""An invented contact centre: sites, departments, teams, the people in them, and who leads."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.simulation.chance import Chance
from bot.simulation.names import DEPARTMENTS, FLOWERS, SITES, name_of, numbered
from surveys.errors import InputError

ZONE: Final = "Europe/Amsterdam"
SMALLEST, LARGEST = 4, 25
TEAMS_PER_DEPARTMENT: Final = 4
SHIFT_TYPES: Final = (("early", 0.45), ("late", 0.4), ("night", 0.15))
CHANNELS: Final = (("inbound", 0.6), ("blended", 0.25), ("outbound", 0.15))
CONTRACTS: Final = (("fixed", 0.65), ("flex", 0.35))
LOCATIONS: Final = (("site", 0.7), ("home", 0.3))
LANGUAGES: Final = (("nl", 0.85), ("en", 0.15))
COLUMNS: Final = (
    *("id", "name", "email", "team", "manages", "roles", "language", "timezone"),
    *("shift_type", "channel", "contract", "location", "address:recording", "address:web"),
)


@dataclass(frozen=True, slots=True)
class Colleague:
    """One invented person. `team` and `leads` are paths; `web` is their address there when it is not their own id."""

    id: str
    name: str
    team: str
    leads: str
    language: str
    facets: Mapping[str, str]
    answers_here: bool = True
    """False for whoever is played by a real person on the web chat."""
    web: str = ""

    def row(self) -> dict[str, str]:
        """Return the row of a people file."""
        agent = not self.leads or self.leads == self.team
        roles = [*(["agent"] if agent else []), *(["manager"] if self.leads else [])]
        return {
            "id": self.id,
            "name": self.name,
            "email": f"{self.id}@lente.example",
            "team": self.team,
            "manages": self.leads,
            "roles": ";".join(roles),
            "language": self.language,
            "timezone": ZONE,
            **self.facets,
            "address:recording": self.id if self.answers_here else "",
            "address:web": self.web,
        }


@dataclass(frozen=True, slots=True)
class Organisation:
    """Everybody who works here now. `hired` counts all who ever did, so that no roster id comes twice."""

    teams: tuple[str, ...]
    people: tuple[Colleague, ...]
    hired: int

    def csv(self) -> str:
        """Return the people file."""
        out = io.StringIO()
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(colleague.row() for colleague in self.people)
        return out.getvalue()

    def by_id(self) -> dict[str, Colleague]:
        return {colleague.id: colleague for colleague in self.people}

    def with_people(self, people: Sequence[Colleague]) -> Organisation:
        return replace(self, people=tuple(people))


def found(people: int, teams: int, chance: Chance) -> Organisation:
    """Invent an organisation of so many people, leaders included. Raises InputError when that can't be."""
    paths = _paths(teams)
    departments = list(dict.fromkeys(path.rpartition("/")[0] for path in paths))
    sizes = _sizes(people - len(departments), teams, chance)
    places = [(department, department) for department in departments]
    for path, size in zip(paths, sizes, strict=True):
        places += [(path, path if member == 0 else "") for member in range(size)]
    colleagues = [hire(number, team, leads, chance) for number, (team, leads) in enumerate(places)]
    return Organisation(tuple(paths), tuple(colleagues), len(colleagues))


def hire(number: int, team: str, leads: str, chance: Chance) -> Colleague:
    """Invent the n-th person ever hired."""
    drawn = chance.of("person", number)
    facets = {
        "shift_type": _draw(SHIFT_TYPES, drawn.random()),
        "channel": _draw(CHANNELS, drawn.random()),
        "contract": _draw(CONTRACTS, drawn.random()),
        "location": _draw(LOCATIONS, drawn.random()),
    }
    return Colleague(f"s{number + 1:04}", name_of(number), team, leads, _draw(LANGUAGES, drawn.random()), facets)


def _paths(teams: int) -> list[str]:
    """Teams over at least two sites, a handful to a department."""
    if teams < 2:
        raise InputError(f"--teams {teams} is too few: give at least 2, one for each site")
    sites = min(len(SITES), max(2, teams // 10))
    per_site = [teams // sites + (place < teams % sites) for place in range(sites)]
    paths: list[str] = []
    for site, here in enumerate(per_site):
        for team in range(here):
            department = numbered(DEPARTMENTS, team // TEAMS_PER_DEPARTMENT)
            paths.append(f"{SITES[site]}/{department}/{numbered(FLOWERS, len(paths))}")
    return paths


def _sizes(people: int, teams: int, chance: Chance) -> list[int]:
    """Sizes that add up, from small to large, none below four, and none above 25 when that is possible."""
    if people < SMALLEST * teams:
        raise InputError(
            f"{teams} teams need more people: give --people at least {(SMALLEST + 1) * teams}, or fewer --teams"
        )
    largest = max(LARGEST, 2 * people // teams)
    weights = [chance.of("size", team).uniform(0.3, 1.9) for team in range(teams)]
    sizes = [min(largest, max(SMALLEST, round(people * weight / sum(weights)))) for weight in weights]
    for team in _round_and_round(teams):
        missing = people - sum(sizes)
        if not missing:
            break
        sizes[team] = min(largest, max(SMALLEST, sizes[team] + (1 if missing > 0 else -1)))
    return sizes


def _round_and_round(teams: int) -> Iterator[int]:
    while True:
        yield from range(teams)


def _draw(shares: Sequence[tuple[str, float]], fraction: float) -> str:
    for value, share in shares:
        if fraction < share:
            return value
        fraction -= share
    return shares[-1][0]
