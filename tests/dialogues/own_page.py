"""How a test asks for somebody's own page, and looks behind it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from adapters.port import Locale, Message, Reply
from surveys.kudos.model import Giver, Kind, Kudos, Place, Receiver
from surveys.kudos.rules import Shown
from surveys.model import Preferences, Response, Shift
from surveys.store import givers as giver_store
from surveys.store import kudos as kudos_store
from surveys.store import kudos_places as place_store
from surveys.store import people as people_store
from surveys.store import platform as platform_store
from tests.stage import Stage
from tests.truths import held_now, slot_of

ENGLISH = "o2"


async def ask(stage: Stage, who: str, name: str, **fields: str) -> Reply:
    """Send a command the way a platform does."""
    locale: Locale = "en" if who == ENGLISH else "nl"
    return await stage.recording.act(who, locale, name, texts=fields)


async def dialog(stage: Stage, who: str, name: str, **fields: str) -> Message:
    """Send a command and return what is shown to this person alone."""
    reply = await ask(stage, who, name, **fields)
    assert reply.message is None
    assert reply.dialog is not None, reply
    return reply.dialog


def actions(message: Message) -> list[str]:
    """Return the buttons."""
    return [choice.action for choice in message.choices]


async def chosen(stage: Stage, who: str) -> Preferences:
    """Return what is kept of somebody's choices."""
    person = stage.people[who].id
    async with stage.app.database.begin() as connection:
        return (await people_store.load_preferences(connection, [person]))[person]


async def sent(stage: Stage) -> None:
    """Open the wave and send every card, late on its second day."""
    await stage.app.opening.open_due(stage.clock())
    stage.clock.forward(hours=30)
    await stage.tick()


async def held(stage: Stage, who: str) -> Response | None:
    """Return what somebody's sealed row holds, as only the holder of the keys can see."""
    slot, there = await slot_of(stage, who), await held_now(stage)
    return there.response(slot) if slot in there.rows else None


async def exported(stage: Stage, who: str) -> dict[str, Any]:
    """Return everything that is kept about somebody, as they get it."""
    document: dict[str, Any] = json.loads("\n".join((await dialog(stage, who, "export")).paragraphs))
    return document


async def furnish(stage: Stage, who: str) -> None:
    """Let there be a row of every kind about somebody."""
    await sent(stage)
    person, now = stage.people[who].id, stage.clock()
    async with stage.app.database.begin() as connection:
        await people_store.replace_shifts(connection, [(person, Shift(now, now + timedelta(hours=8)))])
        await platform_store.add_digest_deliveries(connection, 1, [person], now)
        await platform_store.put_record(connection, "recording", f"recording/mailbox/{who}", b"sealed")
        await platform_store.put_record(connection, "recording", "recording/mailbox/other", b"sealed")
    await stage.app.links.one_time(f"person:{person}", "digest")
    await stage.app.links.one_time("person:somebody else", "digest")
    await dialog(stage, who, "settings_save", moment="10:00")
    await thanked(stage, who)


async def thanked(stage: Stage, who: str) -> None:
    """Let there be kudos that somebody gave and got, in a channel, with what is to be sent to them."""
    me = stage.people[who].id
    other = next(person.id for name, person in stage.people.items() if name != who)
    place = Place(UUID(int=11), "recording", "C-own", "#bedankt", "nl", stage.clock() + timedelta(days=7))
    given = _kudos(stage, me, other, place=place.id)
    got = _kudos(stage, other, me, shown=Shown.ANONYMOUS)
    async with stage.app.database.begin() as connection:
        await place_store.add(connection, place)
        for kudos in (given, got):
            await kudos_store.add(connection, kudos)
        await stage.app.recognition.outgoing.tell(connection, Kind.CARD, [me], got.id)
        await giver_store.begin(connection, Giver(me, stage.clock() + timedelta(days=28)))


def _kudos(
    stage: Stage, giver: UUID, receiver: UUID, *, place: UUID | None = None, shown: Shown = Shown.PUBLIC
) -> Kudos:
    new, people = stage.app.world.new_id(), (Receiver(receiver),)
    return Kudos(new, giver, "Dank voor je geduld", "calm", shown, place, False, "nl", stage.clock(), people)
