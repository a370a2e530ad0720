"""The button "later today": it moves the own card, and that is all it leaves behind; gone at close."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from adapters.port import ChatPlatform, Choice, Command, DeliveryError, Message, MessageRef, Reply
from bot.reach import load_reach
from bot.texts import Texts
from surveys.errors import TokenError, WaveClosed
from surveys.model import Person, WaveState
from surveys.sending import later_today
from surveys.store import people as people_store
from surveys.store import platform as store
from surveys.store import surveys as surveys_store
from surveys.store.database import Database
from surveys.tickets import KeyRing, read_token


@dataclass(frozen=True)
class Later:
    """Moves a card to later on the same working day."""

    database: Database
    keys: KeyRing
    platforms: Mapping[str, ChatPlatform]
    now: Callable[[], datetime]

    async def __call__(self, command: Command) -> Reply:
        """Move the sender's own card. Raises TokenError, WaveClosed; then nothing has changed."""
        body, texts = read_token(command.token or "", self.keys), Texts(command.locale)
        async with self.database.begin() as connection:
            person = await people_store.person_by_address(connection, command.platform, command.sender)
            delivery = await store.delivery(connection, body.wave, person.id) if person else None
            if person is None or delivery is None:
                raise TokenError
            wave = await surveys_store.wave(connection, body.wave)
            if wave.state is not WaveState.OPEN:
                raise WaveClosed
            survey = await surveys_store.survey(connection, wave.survey)
            reach = (await load_reach(connection, survey, [person.id], wave.opens, wave.closes))[person.id]
            due = later_today(self.now(), wave.closes, reach.own)
            if due is None:
                return Reply(notice=texts("checkin.later.too_late"), failed=True)
            again = {"state": "waiting", "due": due, "sent": True, "message": None, "remind_due": None}
            await store.set_delivery(connection, wave.id, person.id, **again)
        moved = _moved(texts, person, due)
        await self._replace(command, delivery.message, moved)
        return Reply(message=moved)

    async def _replace(self, command: Command, message: str | None, moved: Message) -> None:
        """Replace the card where it lies, so that a page that is opened again shows the same."""
        if message is not None:
            with suppress(DeliveryError):
                await self.platforms[command.platform].update(
                    MessageRef(command.platform, command.sender, message), moved
                )


def _moved(texts: Texts, person: Person, due: datetime) -> Message:
    clock = due.astimezone(ZoneInfo(person.timezone)).strftime("%H:%M")
    return Message(
        title=texts("checkin.later.title"),
        locale=texts.language,
        paragraphs=(texts("checkin.later.body", time=clock),),
        choices=(Choice("help", texts("safety.help.button")),),
    )
