"""What a platform is handed: who answers it, whose a button is, which language somebody speaks, and what it keeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from adapters.port import Belongs, Board, Changed, Command, Keep, Locale, Receive, Reply, Speaks, Submission
from bot.addressbook import AddressBook
from bot.board import SharedBoard
from bot.inbox import Inbox
from bot.records import SealedRecords
from surveys.service import Service
from surveys.store.database import Database
from surveys.tickets import Entropy, KeyRing

Now = Callable[[], datetime]
RENEWING: Final = frozenset({"settings_save", "erase_now"})
"""Commands after which somebody is spoken to otherwise. They write rows of their own, so a look-up tells no more."""


@dataclass(frozen=True, slots=True)
class Hands:
    """What a platform is handed."""

    receive: Receive
    belongs: Belongs
    speaks: Speaks
    changed: Changed
    keep: Keep
    board: Board


class Handing:
    """Makes the hands. Platforms need the inbox and the inbox needs the platforms: `inbox` is set when it is there."""

    def __init__(
        self,
        database: Database,
        service: Service,
        book: AddressBook,
        keys: KeyRing,
        *,
        entropy: Entropy,
        now: Now,
        changed: Callable[[str], Changed],
    ) -> None:
        self._database = database
        self._service = service
        self._book = book
        self._keys = keys
        self._entropy = entropy
        self._now = now
        self._changed = changed
        self.inbox: Inbox | None = None

    def __call__(self, platform: str) -> Hands:
        """Return the hands for a platform."""
        keep = SealedRecords(self._database, platform, self._keys.platform_key(platform), self._entropy)
        board = SharedBoard(self._database.shown, platform, self._now)
        return Hands(
            receive=self._receive,
            belongs=self._belongs(platform),
            speaks=self._speaks(platform),
            changed=self._changed(platform),
            keep=keep,
            board=board,
        )

    async def _receive(self, incoming: Submission | Command) -> Reply:
        assert self.inbox is not None
        reply = await self.inbox.receive(incoming)
        if isinstance(incoming, Command) and incoming.name in RENEWING:
            await self._book.renew()
        return reply

    def _belongs(self, platform: str) -> Belongs:
        async def belongs(token: str, sender: str) -> bool:
            person = await self._book.person_at(platform, sender)
            return person is not None and await self._service.belongs(token, person)

        return belongs

    def _speaks(self, platform: str) -> Speaks:
        async def speaks(address: str) -> Locale | None:
            person = await self._book.person_at(platform, address)
            found = await self._book.spoken_to(person, platform) if person else None
            return found[0] if found else None

        return speaks
