"""The use cases of an answer: record, skip, withdraw, look at the own card. Nobody here knows a person.

Every write is one transaction under the lock that closing takes alone; when a method returns, the answer is
durable, and when it raises, nothing changed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from surveys.errors import AnswerOutsideScale, TokenError, WaveClosed
from surveys.instrument import Instrument
from surveys.model import Item, Response
from surveys.store import answering as store
from surveys.store import responses
from surveys.store.database import Database, Driver, driver_of
from surveys.tickets import Entropy, KeyRing, TokenBody, WaveKeys, read_token

SKIPPED = 0
"""The option number of an item that was skipped; it counts nowhere."""
COVER = 100
"""How many other rows of a wave are sealed anew together with those that are emptied; all in a smaller wave."""


@dataclass(frozen=True, slots=True)
class Card:
    """Where somebody is in their own check-in: what their token says, what is asked, and what they answered."""

    body: TokenBody
    items: tuple[Item, ...]
    response: Response

    @property
    def next_item(self) -> int | None:
        """The position of the first item not yet dealt with; None when there is none left."""
        return next((i for i, item in enumerate(self.items) if item.id not in self.response.answers), None)


@dataclass(frozen=True)
class Service:
    """Answers to open waves."""

    database: Database
    keys: KeyRing
    instrument: Instrument
    entropy: Entropy

    async def record(self, token: str, positions: tuple[tuple[int, int], ...], now: datetime) -> Card:
        """Merge answers into the own sealed row: (item position, option from 1; 0 skips).

        Raises TokenError, WaveClosed, AnswerOutsideScale; then nothing is stored.
        """

        def merge(response: Response, items: tuple[Item, ...], body: TokenBody) -> Response:
            chosen = dict(_checked(items, position, option) for position, option in positions)
            answers = {**response.answers, **chosen}
            return replace(response, cohort=body.cohort, answers=answers, withdrawn=False)

        return await self._change(token, now, merge)

    async def comment(self, token: str, text: str, now: datetime) -> Card:
        """Merge a comment, already passed by safety. Raises as `record`, and TextTooLong."""
        return await self._change(
            token, now, lambda response, _, body: replace(response, cohort=body.cohort, comment=text, withdrawn=False)
        )

    async def withdraw(self, token: str, now: datetime) -> Card:
        """Write over the own row a response that holds nothing but that. Raises TokenError, WaveClosed."""
        return await self._change(token, now, lambda *_: Response(withdrawn=True))

    async def look(self, token: str, now: datetime) -> Card:
        """Return the state of the own card; changes nothing. Raises TokenError, WaveClosed."""
        body = read_token(token, self.keys)
        async with self.database.direct() as driver:
            wave = _still_open(await store.open_wave(driver, body.wave), now)
            keys = self._wave_keys(wave)
            slot = keys.slot(body.ticket)
            sealed = await store.sealed_row(driver, wave.id, slot)
        return self._card(body, wave, keys.unseal(slot, _present(sealed)))

    async def withdraw_people(self, connection: AsyncConnection, wave_id: UUID, persons: Collection[UUID]) -> bool:
        """Empty the rows of people who stopped, left or asked for erasure, within the caller's transaction.

        The database keeps with every row which transaction wrote it last, and the same transaction writes the choices
        of these people. So a random set of other rows is sealed anew with theirs, unchanged. Rows whose key has been
        lost can be read and found by nobody and are left alone. Returns False when the wave is not open any more.
        """
        wave = await store.share(await driver_of(connection), wave_id)
        if wave is None:
            return False
        if self.keys.holds(wave.key_id):
            keys = self._wave_keys(wave)
            emptied = {keys.slot(keys.ticket(person)) for person in persons}
            held = await responses.locked_rows(connection, wave.id, emptied, COVER)
            await responses.write_rows(
                connection,
                wave.id,
                [(slot, self._sealed_anew(keys, slot, b"" if slot in emptied else sealed)) for slot, sealed in held],
            )
        return True

    def _sealed_anew(self, keys: WaveKeys, slot: bytes, sealed: bytes) -> bytes:
        """Return an empty row for no bytes, otherwise the same row under a fresh nonce; a damaged one as it was."""
        try:
            return keys.seal(slot, keys.unseal(slot, sealed) if sealed else Response(), self.entropy)
        except TokenError:
            return sealed

    async def belongs(self, driver: Driver, token: str, person: UUID) -> bool:
        """Return whether nobody but this person can store something with a token.

        For a token of a closed wave, a forged one and one whose key has been destroyed: True, because nothing can be
        stored with it by anybody. The conversation then says so in its own words, and the help button on an old card
        goes on to work.
        """
        try:
            body = read_token(token, self.keys)
        except TokenError:
            return True
        wave = await store.open_wave(driver, body.wave)
        return wave is None or self._wave_keys(wave).ticket(person) == body.ticket

    async def _change(
        self,
        token: str,
        now: datetime,
        merge: Callable[[Response, tuple[Item, ...], TokenBody], Response],
    ) -> Card:
        body = read_token(token, self.keys)
        async with self.database.direct() as driver, driver.pipeline(), driver.transaction():
            wave = _still_open(await store.share(driver, body.wave), now)
            keys = self._wave_keys(wave)
            slot = keys.slot(body.ticket)
            held = keys.unseal(slot, _present(await store.locked_row(driver, wave.id, slot)))
            response = merge(held, self._items(wave), body)
            await store.write_row(driver, wave.id, slot, keys.seal(slot, response, self.entropy))
        return self._card(body, wave, response)

    def _wave_keys(self, wave: store.OpenWave) -> WaveKeys:
        return WaveKeys(wave.id, self.keys.epoch(wave.key_id), wave.salt)

    def _items(self, wave: store.OpenWave) -> tuple[Item, ...]:
        return tuple(self.instrument.item(item) for item in wave.items)

    def _card(self, body: TokenBody, wave: store.OpenWave, response: Response) -> Card:
        return Card(body, self._items(wave), response)


def _still_open(wave: store.OpenWave | None, now: datetime) -> store.OpenWave:
    if wave is None or now >= wave.closes:
        raise WaveClosed
    return wave


def _present(sealed: bytes | None) -> bytes:
    if sealed is None:
        raise TokenError
    return sealed


def _checked(items: tuple[Item, ...], position: int, option: int) -> tuple[str, int]:
    if not 0 <= position < len(items) or not SKIPPED <= option <= len(items[position].scale.labels):
        raise AnswerOutsideScale
    return items[position].id, option
