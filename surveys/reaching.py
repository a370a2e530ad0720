"""What a platform's list of members changes about the roster. Pure.

The people file says who works here, and a platform adds where it reaches them. Beside that it brings people of its own:
the members of chosen groups whom nobody else's line is about.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from surveys.cohorts import Tree
from surveys.errors import BadSync, NotFound
from surveys.grouped import Listed, rows_of, without_new_leaders
from surveys.model import Language, NodeId, Person
from surveys.roster import Change, SyncPlan, plan_sync
from surveys.sources import source_of

__all__ = ["LARGE_LOSS", "Listed", "Reached", "check_reach", "check_told", "reach"]

LARGE_LOSS: Final = 0.2
"""Share of the people whom a platform reaches now that it may reach no more after one import."""


@dataclass(frozen=True, slots=True)
class Reached:
    """What changes because of a platform.

    `unknown` counts active members who are not in the roster afterwards, `waiting` people who are to lead a team that
    they do not lead yet, and do not in this plan either.
    """

    platform: str
    plan: SyncPlan
    unknown: int
    waiting: int = 0

    @property
    def gained(self) -> int:
        """People reached there from now on."""
        found = [change for change in self._changes if self.platform not in change.before.addresses]
        return self._at(self.plan.new) + self._at(change.after for change in found)

    @property
    def lost(self) -> int:
        """People reached there no more, or no more in the roster."""
        return self._at(self.plan.left) + len(self._unreached)

    @property
    def without(self) -> int:
        """People of the roster with no address there afterwards."""
        stay = [*(change.after for change in self._changes), *self.plan.unchanged, *self.plan.new]
        return len(stay) - self._at(stay)

    @property
    def brings(self) -> bool:
        """Whether the platform brings people of its own, or did."""
        plan = self.plan
        before = (*plan.new, *plan.left, *plan.unchanged, *(change.before for change in self._changes))
        return any(source_of(person) == self.platform for person in before)

    @property
    def loss(self) -> tuple[int, int]:
        """Of whom others brought: how many are reached there no more, and how many were."""
        before = (*(change.before for change in self._changes), *self.plan.unchanged)
        had = self._at(person for person in before if source_of(person) != self.platform)
        return sum(source_of(person) != self.platform for person in self._unreached), had

    @property
    def going(self) -> int:
        """How many leave or move; only whom the platform brought can."""
        return len(self.plan.left) + len(self.plan.moved)

    @property
    def afterwards(self) -> tuple[int, int]:
        """How many there are afterwards whom the platform brought, and how many it reaches of whom others brought."""
        stay = (*(change.after for change in self._changes), *self.plan.unchanged, *self.plan.new)
        others = [person for person in stay if source_of(person) != self.platform]
        return len(stay) - len(others), self._at(others)

    @property
    def _changes(self) -> tuple[Change, ...]:
        return (*self.plan.moved, *self.plan.changed)

    @property
    def _unreached(self) -> list[Person]:
        had = [change for change in self._changes if self.platform in change.before.addresses]
        return [change.before for change in had if self.platform not in change.after.addresses]

    def _at(self, people: Iterable[Person]) -> int:
        return sum(self.platform in person.addresses for person in people)


def reach(
    people: Sequence[Person],
    tree: Tree | None,
    listed: Sequence[Listed],
    platform: str,
    *,
    organisation: str,
    new_person: Callable[[], UUID],
    new_node: Callable[[], NodeId],
    language: Language = "nl",
    timezone: str = "Europe/Amsterdam",
    whole: bool = True,
    new_leaders: bool = True,
) -> Reached:
    """Return the roster with the addresses of a platform, and with the people of its groups.

    A member is who has that address already, else who has that e-mail address, whatever its capitals. Somebody whom
    the platform does not list, or lists as gone, is reached there no more. Only whom it brought itself can leave.
    Unless the list is `whole`, somebody whom it does not name may be there all the same, and stays as others say.
    Without `new_leaders` nobody comes to lead a team: that decides who reads its figures.
    Raises NotFound when there is no roster and no group either.
    """
    listed = _once(listed)
    theirs = [person for person in people if source_of(person) == platform]
    others = [person for person in people if source_of(person) != platform]
    found = _found(others, [one for one in listed if one.active], platform)
    found |= {} if whole else _unlisted(others, found, listed, platform)
    claimed = set(found.values())
    unclaimed = [one for one in listed if one.address not in claimed]
    emails = {person.email for person in others if person.email}
    filed = {tree.path(team) for person in others for team in (person.team, *person.manages)} if tree else ()
    wanted = rows_of(unclaimed, platform, theirs=theirs, emails=emails, filed=filed)
    rows = wanted if new_leaders else without_new_leaders(wanted, _led(theirs, tree))
    if tree is None and not rows:
        raise NotFound("there is no roster yet: run `adempauze roster import people.csv`")
    own = plan_sync(
        theirs,
        tree,
        rows,
        organisation=tree.root.name if tree else organisation,
        new_person=new_person,
        new_node=new_node,
        language=language,
        timezone=timezone,
        source=platform,
    )
    changes = [Change(person, _at(person, platform, found.get(person.id, ""))) for person in others]
    plan = replace(
        own,
        changed=(*(change for change in changes if change.what), *own.changed),
        unchanged=(*(change.before for change in changes if not change.what), *own.unchanged),
    )
    there = {*claimed, *(row.addresses[platform] for row in rows)}
    unknown = sum(one.active and one.address not in there for one in listed)
    waiting = sum(row.manages != other.manages for row, other in zip(rows, wanted, strict=True))
    return Reached(platform, plan, unknown, waiting)


def check_told(people: Sequence[Person], listed: Sequence[Listed], platform: str) -> None:
    """Raises BadSync when a list tells nobody's e-mail address, and somebody of the roster has one.

    People are matched by it: without, whoever is new there would be in the roster twice.
    """
    if any(person.email for person in people) and listed and not any(one.email for one in listed):
        raise BadSync(
            f"{platform} told no e-mail addresses, by which people are matched. Nothing was changed. Let the app read "
            "them (in Slack the scope users:read.email, and install it again; in Teams the permission User.Read.All "
            "of Microsoft Graph), and then run this again"
        )


def check_reach(reached: Reached, limit: float = LARGE_LOSS) -> None:
    """Raises BadSync when more than the share `limit` of the people reached now would be reached no more.

    It is about people whom the platform did not bring; one of them is never too many.
    """
    lost, had = reached.loss
    if lost > max(limit * had, 1):
        raise BadSync(
            f"{lost} of {had} people would no longer be reached there, more than {limit:.0%}. Nothing was "
            "changed. Check the connection and what it may read; if it is right, run again with --accept-large-change"
        )


def _led(people: Iterable[Person], tree: Tree | None) -> Mapping[str, frozenset[str]]:
    """The paths of the teams that somebody leads, by roster id."""
    return {person.external_id: frozenset(map(tree.path, person.manages)) for person in people} if tree else {}


def _once(listed: Sequence[Listed]) -> list[Listed]:
    """Each address once: as active before not, and then as in a group before in none."""
    best: dict[str, Listed] = {}
    for one in listed:
        best[one.address] = max(best.get(one.address, one), one, key=lambda each: (each.active, bool(each.group)))
    return list(best.values())


def _found(people: Sequence[Person], listed: Sequence[Listed], platform: str) -> dict[UUID, str]:
    """Who is reached where, by person id; each address for one person, the one who has it already first."""
    addresses = {one.address for one in listed}
    found = {p.id: p.addresses[platform] for p in people if p.addresses.get(platform) in addresses}
    taken = set(found.values())
    by_email = {one.email.casefold(): one.address for one in listed if one.email and one.address not in taken}
    for person in people:
        if person.id not in found and person.email and (address := by_email.pop(person.email.casefold(), "")):
            found[person.id] = address
    return found


def _unlisted(
    people: Sequence[Person], found: Collection[UUID], listed: Sequence[Listed], platform: str
) -> Mapping[UUID, str]:
    """Who was not found, and has an address that is not listed, not even as gone: they keep it."""
    named = {one.address for one in listed}
    there = {person.id: person.addresses.get(platform, "") for person in people if person.id not in found}
    return {person: address for person, address in there.items() if address and address not in named}


def _at(person: Person, platform: str, address: str) -> Person:
    others = {name: at for name, at in person.addresses.items() if name != platform}
    return replace(person, addresses=others | ({platform: address} if address else {}))
