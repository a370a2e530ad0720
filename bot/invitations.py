"""The card of one person in one wave, with the token that makes its buttons theirs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.port import Message
from surveys.model import Language, Survey, Wave, WaveState
from surveys.store import surveys as store
from surveys.store.platform import Delivery
from surveys.tickets import Entropy, KeyRing, TokenBody, WaveKeys, mint

Invitation = Callable[[TokenBody, str, bool], Awaitable[Message]]
"""(what the token says, the token, is it the reminder) -> the card."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What a sending job needs to know about its wave."""

    wave: Wave
    survey: Survey
    keys: WaveKeys


@dataclass(frozen=True)
class Invitations:
    """Makes cards."""

    keys: KeyRing
    invitation: Invitation
    entropy: Entropy

    async def batch(self, connection: AsyncConnection, wave_id: UUID) -> Batch | None:
        """Return what the cards of a wave have in common; None when it is not open any more."""
        wave = await store.wave(connection, wave_id)
        if wave.state is not WaveState.OPEN:
            return None
        survey = await store.survey(connection, wave.survey)
        salt = await store.salt_of(connection, wave.id)
        return Batch(wave, survey, WaveKeys(wave.id, self.keys.epoch(wave.key_id), salt))

    async def card(self, batch: Batch, delivery: Delivery, language: Language, *, reminder: bool) -> Message:
        """Return the card of this delivery with a token of its own."""
        body = TokenBody(batch.wave.id, delivery.cohort, batch.keys.ticket(delivery.person), language, delivery.facet)
        token = mint(batch.wave.key_id, self.keys.epoch(batch.wave.key_id), body, self.entropy)
        return await self.invitation(body, token, reminder)
