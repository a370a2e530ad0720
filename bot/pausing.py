"""Pause for a while, and come back. A pause withdraws nothing; a card that is not sent yet stays unsent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from adapters.port import Choice, Command, Field, Form, Message, Reply
from bot.home import help_choice, home_choice
from bot.own import Asker, Own
from bot.preferences import Refused
from bot.spoken import paused, spoken_day, state_line
from surveys.model import Preferences
from surveys.store import people as people_store

WEEKS: Final = (2, 4)
LONGEST: Final = timedelta(days=366)


@dataclass(frozen=True)
class Pausing:
    """The commands `pause`, `pause_save` and `resume`."""

    own: Own

    async def show(self, command: Command) -> Reply:
        """Ask for how long. Raises NotKnown."""
        async with self.own.asker(command) as me:
            return Reply(dialog=_form(me))

    async def save(self, command: Command) -> Reply:
        """Pause. Raises NotKnown."""
        async with self.own.asker(command, changing=True) as me:
            try:
                until = read_pause(command.fields, me.today)
            except Refused as refused:
                return Reply(notice=me.texts(refused.msgid), failed=True)
            await _keep(me, replace(me.chosen, paused_until=until))
            return Reply(dialog=_paused(me, until), changed=True)

    async def resume(self, command: Command) -> Reply:
        """End the pause. Raises NotKnown."""
        async with self.own.asker(command, changing=True) as me:
            await _keep(me, replace(me.chosen, paused_until=None))
            return Reply(dialog=_resumed(me), changed=True)


def read_pause(fields: Mapping[str, str], today: date) -> date:
    """Return the first day with check-ins again. Raises Refused. A day that was filled in prevails."""
    value, length = fields.get("until", "").strip(), fields.get("length", "")
    if not value and length in map(str, WEEKS):
        return today + timedelta(weeks=int(length))
    try:
        until = date.fromisoformat(value)
    except ValueError:
        raise Refused("pause.bad.length" if not value else "pause.bad.until") from None
    if not today < until <= today + LONGEST:
        raise Refused("pause.bad.past" if until <= today else "pause.bad.too_far")
    return until


async def _keep(me: Asker, chosen: Preferences) -> None:
    await people_store.save_preferences(me.connection, me.person.id, chosen)


def _form(me: Asker) -> Message:
    lengths = tuple((str(weeks), me.texts("pause.weeks", weeks=weeks)) for weeks in WEEKS)
    length = Field(
        "length", me.texts("pause.length"), "select", str(WEEKS[0]), (*lengths, ("until", me.texts("pause.date")))
    )
    until = Field("until", me.texts("pause.until"), "date", hint=me.texts("pause.until.hint"))
    state = state_line(me)
    back = (Choice("resume", me.texts("home.to.resume")),) if paused(me) else ()
    return Message(
        title=me.texts("pause.title"),
        locale=me.texts.language,
        paragraphs=(*((state,) if state else ()), me.texts("pause.body")),
        form=Form("pause_save", (length, until), me.texts("pause.save")),
        choices=(*back, home_choice(me), help_choice(me)),
    )


def _paused(me: Asker, until: date) -> Message:
    return Message(
        title=me.texts("pause.saved.title"),
        locale=me.texts.language,
        paragraphs=(me.texts("pause.saved.body", day=spoken_day(until, me.texts.language)),),
        choices=(Choice("resume", me.texts("home.to.resume")), home_choice(me), help_choice(me)),
    )


def _resumed(me: Asker) -> Message:
    stopped = me.texts("own.state.stopped") if me.chosen.stopped else me.texts("pause.resumed.body")
    return Message(
        title=me.texts("pause.resumed.title"),
        locale=me.texts.language,
        paragraphs=(stopped,),
        choices=(home_choice(me), help_choice(me)),
    )
