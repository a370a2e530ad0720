"""Erasing all of somebody: at their own word, or by the administrator at their request.

The line of the roster goes as well. Nothing is left that would know them again: a mark against coming back would itself
be something kept about them. So the employer's next list brings them back as somebody new, whom the introduction comes
before any card.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.port import ChatPlatform
from bot.kudos.parting import Parting
from bot.leaving import take_back, withdraw_everywhere
from bot.reading import subject_for, texts_of
from bot.regrouping import note_groups
from surveys.errors import InputError
from surveys.model import Person
from surveys.regrouping import regrouped
from surveys.roster import SyncPlan
from surveys.service import Service
from surveys.store import own as own_store
from surveys.store import people as people_store
from surveys.store.database import Database
from surveys.store.platform import Delivery


async def erase_person(
    connection: AsyncConnection, service: Service, parting: Parting, person: Person, now: datetime
) -> list[Delivery]:
    """Withdraw from every open wave and erase, line of the roster included; return the cards to take back.

    The roster has to be locked. The works council is told when a group changes much by it, as with any other import.
    """
    cards = await withdraw_everywhere(connection, service, [person.id])
    await own_store.forget_own(connection, person, (subject_for(person),))
    await parting(connection, [person.id])
    tree = await people_store.load_tree(connection)
    if tree is None:
        raise InputError("there is no roster, so there is nobody to erase: run `adempauze roster import people.csv`")
    others = tuple(one for one in await people_store.load_roster(connection) if one.id != person.id)
    plan = SyncPlan(tree, (), (), new=(), moved=(), left=(person,), changed=(), unchanged=others)
    await people_store.apply_plan(connection, plan)
    await note_groups(connection, regrouped(plan), now)
    return cards


@dataclass(frozen=True)
class Erasing:
    """What the administrator does at somebody's request."""

    database: Database
    service: Service
    parting: Parting
    platforms: Mapping[str, ChatPlatform]
    now: Callable[[], datetime]

    async def find(self, who: str) -> Person | None:
        """Return whom a roster id, an e-mail address or an address on a platform means. Raises InputError."""
        async with self.database.begin() as connection:
            return await people_store.person_named(connection, who)

    async def erase(self, person: Person) -> None:
        """Erase somebody of the roster, and take back the cards that lie with them."""
        async with self.database.begin() as connection:
            await people_store.lock_roster(connection)
            await own_store.hold_people(connection, [person.id])
            texts = await texts_of(connection, person)
            cards = await erase_person(connection, self.service, self.parting, person, self.now())
        await take_back(self.platforms, texts, cards)

    async def forget_left(self, address: str) -> int:
        """Forget what is left at an address of somebody who left; return how many records there were."""
        async with self.database.begin() as connection:
            return await own_store.forget_records_at(connection, dict.fromkeys(self.platforms, address))
