"""What becomes of kudos when people leave or are erased: in the same transaction as everything else about them.

What they got is forgotten, and so are what is kept of them as givers and what was to be sent to them. What they gave is
taken back everywhere, or stays without their name where the organisation chose that. What came without a name stays in
any case: that it goes on the day on which a certain colleague goes would say whose it was. What stands in channels and
in other people's chats is replaced by the outbox afterwards, so a row without their name, and without words where it
was taken back, stays until that is done; then `bot.kudos.forgetting` forgets it.

Words that name them within somebody else's kudos stay: nobody but a reader can find those.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.kudos.terms import Terms
from surveys.store import givers as giver_store
from surveys.store import kudos as store
from surveys.store import own as own_store
from surveys.store import postings as posting_store


@dataclass(frozen=True)
class Parting:
    """Lets people go from kudos, as these terms say."""

    terms: Terms

    async def __call__(self, connection: AsyncConnection, persons: Collection[UUID]) -> None:
        """Let these people go.

        Whoever is thanking them at this moment is waited for, and so is whoever does something with one of their kudos:
        everybody else takes a person before a kudos, and a kudos before its rows.
        """
        if not persons:
            return
        await own_store.hold_leavers(connection, persons)
        await store.hold_between(connection, persons)
        named = await store.part(connection, persons)
        got = await store.empty_jars(connection, persons)
        taken_back = await store.left_without(connection, got)
        if not self.terms.words_stay:
            taken_back += named
        await store.withdraw(connection, taken_back, self.terms.now())
        await giver_store.forget(connection, persons)
        await posting_store.forget_to(connection, persons)
        await posting_store.want(connection, {*got, *named}, self.terms.now())
