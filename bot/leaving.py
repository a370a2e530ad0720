"""Stop, and start again: one step, without a reason. What was answered in an open wave is withdrawn with it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.port import ChatPlatform, Choice, Command, DeliveryError, Message, MessageRef, Reply
from bot.home import help_choice, home_choice
from bot.own import Asker, Own
from bot.period_leaving import empty_rows
from bot.texts import Texts
from surveys.model import WaveState
from surveys.service import Service
from surveys.store import own as own_store
from surveys.store import people as people_store
from surveys.store import platform as platform_store
from surveys.store import surveys as store
from surveys.store.platform import Delivery


@dataclass(frozen=True)
class Leaving:
    """The commands `stop`, `stop_now` and `start_again`."""

    own: Own

    async def ask(self, command: Command) -> Reply:
        """Say what stopping does. Raises NotKnown."""
        async with self.own.asker(command) as me:
            return Reply(dialog=_question(me))

    async def stop(self, command: Command) -> Reply:
        """Stop, and withdraw from every open wave, in one transaction. Raises NotKnown."""
        async with self.own.asker(command, changing=True) as me:
            cards = await withdraw_everywhere(me.connection, self.own.service, [me.person.id])
            await people_store.save_preferences(me.connection, me.person.id, replace(me.chosen, stopped=True))
        await take_back(self.own.platforms, me.texts, cards)
        return Reply(dialog=_stopped(me), changed=True)

    async def start_again(self, command: Command) -> Reply:
        """Take part again from the next wave. Raises NotKnown."""
        async with self.own.asker(command, changing=True) as me:
            await people_store.save_preferences(me.connection, me.person.id, replace(me.chosen, stopped=False))
            return Reply(dialog=_started(me), changed=True)


async def withdraw_everywhere(
    connection: AsyncConnection, service: Service, persons: Collection[UUID]
) -> list[Delivery]:
    """Empty their rows of every open wave and reporting period and delete those of their cards; return the cards, to
    take them back.

    A wave that is being closed is left alone: its figures are being computed, and its rows go with it.
    """
    cards: list[Delivery] = []
    for wave in await store.waves(connection, state=WaveState.OPEN):
        if not await service.withdraw_people(connection, wave.id, persons):
            continue
        for person in persons:
            delivery = await platform_store.delivery(connection, wave.id, person)
            await own_store.forget_delivery(connection, wave.id, person)
            cards += [delivery] if delivery else []
    await empty_rows(connection, service.keys, service.entropy, persons)
    return cards


async def take_back(platforms: Mapping[str, ChatPlatform], texts: Texts, cards: Iterable[Delivery]) -> None:
    """Replace cards where they lie by one that says nothing of a reason; what can't be replaced stays."""
    gone = Message(
        title=texts("leaving.card.title"),
        locale=texts.language,
        paragraphs=(texts("leaving.card.body"),),
        choices=(Choice("help", texts("safety.help.button")),),
    )
    for card in cards:
        if card.message is not None and card.platform in platforms:
            with suppress(DeliveryError):
                await platforms[card.platform].update(MessageRef(card.platform, card.address, card.message), gone)


def _question(me: Asker) -> Message:
    return Message(
        title=me.texts("leaving.stop.title"),
        locale=me.texts.language,
        paragraphs=(me.texts("leaving.stop.body"), me.texts("leaving.stop.seen")),
        choices=(
            Choice("stop_now", me.texts("leaving.stop.now")),
            Choice("pause", me.texts("leaving.stop.pause")),
            home_choice(me),
            help_choice(me),
        ),
        notes=(me.texts("leaving.stays"),),
    )


def _stopped(me: Asker) -> Message:
    return Message(
        title=me.texts("leaving.stopped.title"),
        locale=me.texts.language,
        paragraphs=(me.texts("leaving.stopped.body"),),
        choices=(Choice("start_again", me.texts("home.to.start_again")), help_choice(me)),
    )


def _started(me: Asker) -> Message:
    return Message(
        title=me.texts("leaving.started.title"),
        locale=me.texts.language,
        paragraphs=(me.texts("leaving.started.body"),),
        choices=(home_choice(me), help_choice(me)),
    )
