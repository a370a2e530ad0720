"""Where a platform reaches people: what its list of members changes about the roster, and nothing else. Pure.

The roster says who works here; a platform adds an address. So nobody is new and nobody leaves because of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from surveys.cohorts import Tree
from surveys.errors import BadSync
from surveys.model import Person
from surveys.roster import Change, SyncPlan

LARGE_LOSS: Final = 0.2
"""Share of the people whom a platform reaches now that it may reach no more after one import."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A member as a platform lists them; `email` is empty where it does not tell."""

    address: str
    email: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class Reached:
    """What changes. `unknown` counts members whom the roster does not know, `without` people with no such address."""

    plan: SyncPlan
    gained: int
    lost: int
    unknown: int
    without: int


def reach(people: Sequence[Person], tree: Tree, listed: Sequence[Listed], platform: str) -> Reached:
    """Return the roster with the addresses of a platform.

    A member is who has that address already, else who has that e-mail address, whatever its capitals. Somebody whom
    the platform does not list, or lists as gone, is reached there no more.
    """
    found = _found(people, [one for one in listed if one.active], platform)
    changes = [Change(person, _at(person, platform, found.get(person.id, ""))) for person in people]
    had = [change for change in changes if platform in change.before.addresses]
    has = [change for change in changes if platform in change.after.addresses]
    return Reached(
        SyncPlan(
            tree=tree,
            new_nodes=(),
            renamed_nodes=(),
            new=(),
            moved=(),
            left=(),
            changed=tuple(change for change in changes if change.what),
            unchanged=tuple(change.before for change in changes if not change.what),
        ),
        gained=sum(platform not in change.before.addresses for change in has),
        lost=sum(platform not in change.after.addresses for change in had),
        unknown=len({one.address for one in listed if one.active} - set(found.values())),
        without=len(changes) - len(has),
    )


def check_reach(reached: Reached, had: int, limit: float = LARGE_LOSS) -> None:
    """Raises BadSync when more than the share `limit` of the `had` people reached now would be reached no more."""
    if reached.lost > limit * had:
        raise BadSync(
            f"{reached.lost} of {had} people would no longer be reached there, more than {limit:.0%}. Nothing was "
            "changed. Check the connection and what it may read; if it is right, run again with --accept-large-change"
        )


def _found(people: Sequence[Person], listed: Sequence[Listed], platform: str) -> Mapping[UUID, str]:
    """Who is reached where, by person id; each address for one person, the one who has it already first."""
    addresses = {one.address for one in listed}
    found = {p.id: p.addresses[platform] for p in people if p.addresses.get(platform) in addresses}
    taken = set(found.values())
    by_email = {one.email.casefold(): one.address for one in listed if one.email and one.address not in taken}
    for person in people:
        if person.id not in found and person.email and (address := by_email.pop(person.email.casefold(), "")):
            found[person.id] = address
    return found


def _at(person: Person, platform: str, address: str) -> Person:
    others = {name: at for name, at in person.addresses.items() if name != platform}
    return replace(person, addresses=others | ({platform: address} if address else {}))
