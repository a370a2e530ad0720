"""Importing the roster and the planning: one transaction each, nothing half applied, one import at a time.

Whoever left mid-wave takes their answer with them: the own sealed row is emptied in the same transaction.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.port import workspace_of
from bot.kudos.parting import Parting
from bot.leaving import withdraw_everywhere
from bot.reading import subject_for
from bot.regrouping import note_groups
from bot.taken import Taken, begin_reading, last_taken, note_taken
from surveys.errors import Outdated
from surveys.losses import check_losses, none_after, with_those_of
from surveys.model import Language, Person
from surveys.reaching import LARGE_LOSS, Listed, Reached, check_reach, check_told, reach
from surveys.regrouping import regrouped
from surveys.roster import Change, RosterRow, SyncPlan, check_sync, parse_shifts_csv, parse_shifts_ics, plan_sync
from surveys.service import Service
from surveys.shift_rows import PersonShift
from surveys.sources import source_of
from surveys.store import people as store
from surveys.store.database import Database
from surveys.store.own import forget_own, forget_records_at, forward_cards, hold_people

WEB: Final = "web"
Show = Callable[[SyncPlan], None]
ShowReached = Callable[[Reached], None]
Read = Callable[[], Awaitable[Sequence[Listed]]]
"""Reads the members that a platform lists now."""


@dataclass(frozen=True)
class Rostering:
    """The use cases of the roster. `new_id` gives random ids; `language` and `timezone` are for new people."""

    database: Database
    service: Service
    parting: Parting
    organisation: str
    language: Language
    timezone: str
    new_id: Callable[[], UUID]
    now: Callable[[], datetime]

    async def import_people(self, rows: list[RosterRow], show: Show, *, limit: float, dry_run: bool = False) -> None:
        """Show the plan, then carry it out. Raises BadSync when more than the share `limit` would leave or move."""
        async with self.database.begin() as connection:
            await store.lock_roster(connection)
            plan = await self._plan(connection, rows)
            show(plan)
            check_sync(plan, limit)
            if not dry_run:
                await self._apply(connection, plan)

    async def import_members(
        self, platform: str, read: Read, show: ShowReached, *, limit: float, dry_run: bool = False, whole: bool = True
    ) -> None:
        """Take over where a platform reaches people, and the people of its groups; from then on it may be followed.

        Without `whole`, somebody who is not listed may be there all the same, and stays as others say.

        Raises NotFound without a roster, Outdated when members that were read later were taken over meanwhile, and
        BadSync when more than the share `limit` would leave, move, or be reached no more, or when no e-mail addresses
        are told.
        """
        began = await self._begin(platform)
        listed = await read()
        async with self._next(platform, began) as (connection, _):
            reached = await self._believable(connection, platform, listed, show, limit, whole=whole)
            if not dry_run:
                await self._apply(connection, reached.plan)
                await note_taken(connection, platform, Taken(began, none_after(reached)))

    async def follow_members(self, platform: str, read: Read, show: ShowReached, *, whole: bool = True) -> None:
        """Do the same unasked, within the usual limits, which hold for all that was lost since the last command too.

        Nobody comes to lead a team unseen, since that decides who reads its figures. Does not even read before there
        was a command.
        """
        if not await self.follows(platform):
            return
        began = await self._begin(platform)
        listed = await read()
        async with self._next(platform, began) as (connection, before):
            if before is None:
                return
            reached = await self._believable(
                connection, platform, listed, show, LARGE_LOSS, whole=whole, new_leaders=False
            )
            losses = with_those_of(reached, before.losses)
            check_losses(losses)
            await self._apply(connection, reached.plan)
            await note_taken(connection, platform, Taken(began, losses))

    async def follows(self, platform: str) -> bool:
        """Return whether somebody has taken over a platform's members by command, and so seen what that does."""
        async with self.database.begin() as connection:
            return await last_taken(connection, platform) is not None

    async def _begin(self, platform: str) -> int:
        async with self.database.begin() as connection:
            await store.lock_roster(connection)
            return await begin_reading(connection, platform)

    @asynccontextmanager
    async def _next(self, platform: str, began: int) -> AsyncIterator[tuple[AsyncConnection, Taken | None]]:
        """Hold the roster for what was read, with what was taken over before. Raises Outdated when that is newer."""
        async with self.database.begin() as connection:
            await store.lock_roster(connection)
            before = await last_taken(connection, platform)
            if before is not None and began < before.reading:
                raise Outdated
            yield connection, before

    async def _believable(
        self,
        connection: AsyncConnection,
        platform: str,
        listed: Sequence[Listed],
        show: ShowReached,
        limit: float,
        *,
        whole: bool,
        new_leaders: bool = True,
    ) -> Reached:
        reached = await self._reached(connection, platform, listed, whole=whole, new_leaders=new_leaders)
        show(reached)
        check_sync(reached.plan, limit, platform)
        check_reach(reached, limit)
        return reached

    async def import_shifts(self, text: str, *, calendar: bool, dry_run: bool = False) -> list[PersonShift]:
        """Take over a planning and return its shifts. Raises BadRows, InputError.

        Cards that wait are looked at again when they are due, so nothing else has to change.
        """
        async with self.database.begin() as connection:
            await store.lock_roster(connection)
            people = await store.load_roster(connection)
            shifts = (parse_shifts_ics if calendar else parse_shifts_csv)(text, people)
            if not dry_run:
                await store.replace_shifts(connection, shifts)
        return shifts

    async def _plan(self, connection: AsyncConnection, rows: list[RosterRow]) -> SyncPlan:
        plan = plan_sync(
            await store.load_roster(connection),
            await store.load_tree(connection),
            rows,
            organisation=self.organisation,
            new_person=self.new_id,
            new_node=lambda: self.new_id().hex,
            language=self.language,
            timezone=self.timezone,
        )
        return reached_on_the_web(plan)

    async def _reached(
        self, connection: AsyncConnection, platform: str, listed: Sequence[Listed], *, whole: bool, new_leaders: bool
    ) -> Reached:
        people = spoken_of(await store.load_roster(connection), platform, listed)
        check_told(people, listed, platform)
        reached = reach(
            people,
            await store.load_tree(connection),
            listed,
            platform,
            organisation=self.organisation,
            new_person=self.new_id,
            new_node=lambda: self.new_id().hex,
            language=self.language,
            timezone=self.timezone,
            whole=whole,
            new_leaders=new_leaders,
        )
        return replace(reached, plan=replace(reached.plan, new=tuple(map(with_web, reached.plan.new))))

    async def _apply(self, connection: AsyncConnection, plan: SyncPlan) -> None:
        changes = (*plan.moved, *plan.changed)
        await hold_people(connection, [person.id for person in (*plan.left, *(change.before for change in changes))])
        await leave(connection, self.service, self.parting, plan.left)
        await _forget_old_addresses(connection, changes)
        await store.apply_plan(connection, plan)
        await note_groups(connection, regrouped(plan), self.now())


def spoken_of(people: Sequence[Person], platform: str, listed: Sequence[Listed]) -> list[Person]:
    """Return the people of whom a list of members says anything. Pure.

    A workspace of which nobody is listed is not connected now. That says nothing of its people: they stay as they are,
    until it is connected again or they are found in another. Whom a group brought, only a group finds.
    """
    heard = {"", *(workspace_of(one.address) for one in listed)}
    active = [one for one in listed if one.active and one.email]
    found = {one.email.casefold() for one in active}
    grouped = {one.email.casefold() for one in active if one.group}
    return [
        person
        for person in people
        if workspace_of(person.addresses.get(platform, "")) in heard
        or person.email.casefold() in (grouped if source_of(person) == platform else found)
    ]


async def leave(connection: AsyncConnection, service: Service, parting: Parting, people: Collection[Person]) -> None:
    """Withdraw what they answered in open waves, and forget their cards, choices, links, records and kudos.

    The lines of the roster go with the plan.
    """
    if people:
        await withdraw_everywhere(connection, service, [person.id for person in people])
    for person in people:
        await forget_own(connection, person, (subject_for(person),))
    await parting(connection, [person.id for person in people])


async def _forget_old_addresses(connection: AsyncConnection, changes: Iterable[Change]) -> None:
    """What waits at an address is not for whoever has it from now on; cards go on to the new one."""
    for change in changes:
        kept = change.after.addresses.items()
        old = {at: address for at, address in change.before.addresses.items() if (at, address) not in kept}
        if old:
            await forget_records_at(connection, old)
            await forward_cards(connection, change.after)


def reached_on_the_web(plan: SyncPlan) -> SyncPlan:
    """Give everybody whom the file gives no other web address their own id as one: the web chat reaches everybody."""
    changes = [_change(change) for change in plan.changed] + [Change(p, with_web(p)) for p in plan.unchanged]
    return replace(
        plan,
        new=tuple(map(with_web, plan.new)),
        moved=tuple(map(_change, plan.moved)),
        changed=tuple(change for change in changes if change.what),
        unchanged=tuple(change.before for change in changes if not change.what),
    )


def with_web(person: Person) -> Person:
    """Return the person with an address on the web chat."""
    return replace(person, addresses={WEB: str(person.id), **person.addresses})


def _change(change: Change) -> Change:
    return Change(change.before, with_web(change.after))
