"""Giving thanks: a form, a look at how it arrives, and then it goes out. Nothing of it is kept before it is sent.

Whatever stops it loses no word of it: the form comes back as it was filled in, with the mend. Only crisis language
does not: as everywhere its writer gets help, and the text is dropped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from adapters.port import Choice, Command, Message, Reply
from analytics.scrub import masked
from analytics.tone import Tone, tone_of
from bot.addressbook import AddressBook
from bot.home import help_choice
from bot.kudos import asking
from bot.kudos.asking import Around, Seen, form, preview
from bot.kudos.draft import WALL, Filled, Read, place_of, read
from bot.kudos.outgoing import Outgoing
from bot.kudos.refusing import said_of
from bot.kudos.terms import Terms
from bot.own import Asker, Own
from bot.phrases import LONGEST
from bot.safety import guard
from bot.spoken import clock
from bot.texts import Texts
from surveys.errors import NotKnown
from surveys.kudos import rules, wording
from surveys.kudos.model import Giver, Kudos, Receiver
from surveys.kudos.rules import EIGHT_WEEKS, WITHDRAWABLE, Draft, Given, Refusal
from surveys.store import givers as giver_store
from surveys.store import kudos as store
from surveys.store import kudos_places as place_store
from surveys.store import own as own_store
from surveys.store import people as people_store

RESTORE = "kudos"
"""Opens the form anew behind a help card."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A draft, as it was `typed` and as it goes out, and whether it may. `tone` is for its writer alone."""

    typed: Filled
    filled: Filled
    draft: Draft
    tone: Tone
    refused: Sequence[str]
    given: Sequence[Given]


@dataclass(frozen=True)
class Giving:
    """The commands `kudos`, `kudos_change`, `kudos_preview` and `kudos_send`."""

    own: Own
    terms: Terms
    outgoing: Outgoing
    book: AddressBook

    async def open(self, command: Command) -> Reply:
        """Show the form; what was typed whole already is shown as it arrives. Raises NotKnown."""
        if command.fields.get("text", "").strip():
            return await self.look(command)
        named = command.fields.get("people") or command.fields.get("to")
        return await (self.change if named else self._begin)(command)

    async def _begin(self, command: Command) -> Reply:
        """Show the empty form, from memory: its button stands below an answer, so that a look-up would tell of one."""
        person = await self.book.person_at(command.platform, command.sender)
        spoken = await self.book.spoken_to(person, command.platform) if person else None
        if spoken is None:
            raise NotKnown
        around = Around(command.platform, {}, await self.book.places())
        empty = Filled(str(self.terms.new_id()))
        return Reply(dialog=form(Texts(spoken[0] or command.locale), around, self.terms, empty))

    async def change(self, command: Command) -> Reply:
        """Show the form again as it was. Raises NotKnown."""
        async with self.own.asker(command) as me:
            around, found = await self._read(me, command)
            return Reply(dialog=form(me.texts, around, self.terms, found.filled))

    async def look(self, command: Command) -> Reply:
        """Show how it arrives, or the form with what is to be mended. Raises NotKnown."""
        async with self.own.asker(command) as me:
            if help_card := self._help(me, command):
                return Reply(dialog=help_card)
            around, found = await self._read(me, command)
            looked = await self._look(me, around, found)
            return self._mend(me, around, looked) or Reply(dialog=self._preview(me, around, looked))

    async def send(self, command: Command) -> Reply:
        """Write it and everything that is to be sent, in one transaction. Raises NotKnown."""
        async with self.own.asker(command, changing=True) as me:
            if help_card := self._help(me, command):
                return Reply(dialog=help_card)
            around, found = await self._read_to_send(me, command)
            looked = await self._look(me, around, found)
            if mend := self._mend(me, around, looked):
                return mend
            if looked.filled != looked.typed:  # what goes out is what its giver saw
                return Reply(dialog=self._preview(me, around, looked))
            kudos = self._kudos(me, looked)
            if not await store.add(me.connection, kudos):
                return Reply(notice=me.texts("kudos.sent.twice"))  # a second press, or a platform that asks again
            if self.terms.nudge_every:  # without, nothing is kept that would mean "never" once it is switched on
                await giver_store.begin(me.connection, Giver(me.person.id, me.now + self.terms.nudge_every))
            await self.outgoing.sent(me.connection, kudos, place_of(looked.filled, around.places))
            names = asking.names(me.texts, [around.people[person].name for person in kudos.people])
            where = asking.where_said(me.texts, around, looked.filled.where)
            return Reply(dialog=_sent(me, kudos, names, where), changed=True)

    def _help(self, me: Asker, command: Command) -> Message | None:
        """Return the help card for crisis language: the text is dropped before anything else looks at it."""
        text = command.fields.get("text", "")[:LONGEST]
        return guard(text, me.texts.language, self.terms.country, restore=RESTORE)

    async def _read(self, me: Asker, command: Command) -> tuple[Around, Read]:
        roster = tuple(await people_store.load_roster(me.connection))
        tree = await people_store.load_tree(me.connection)
        teams = {node.id: node.name for node in tree.nodes.values()} if tree else {}
        places = await place_store.places(me.connection)
        around = Around(command.platform, {person.id: person for person in roster}, places, teams)
        return around, read(command, roster, teams, self.terms.new_id())

    async def _read_to_send(self, me: Asker, command: Command) -> tuple[Around, Read]:
        """Read it so that nobody who is thanked leaves before it is written: what they got goes with them."""
        around, found = await self._read(me, command)
        there = await own_store.keep_people(me.connection, found.filled.people)
        left = set(found.filled.people) - there
        people = {person: one for person, one in around.people.items() if person not in left}
        return replace(around, people=people), found

    async def _look(self, me: Asker, around: Around, found: Read) -> Looked:
        """Judge it as it was typed; what is shown and sent is masked, and has to fit as well."""
        filled = replace(found.filled, text=masked(found.filled.text, asking.masks(me.texts)))
        draft = found.filled.draft(me.person.id)
        given = await store.given_since(me.connection, me.person.id, me.now - EIGHT_WEEKS)
        locked = await giver_store.locked(me.connection)
        there = rules.Around(
            people=around.people.keys(),
            tags=[tag.id for tag in self.terms.tags],
            places=[WALL, *(str(place.id) for place in around.places if not place.gone)],
            locked=locked.keys(),
        )
        refused = rules.refusals(draft, there, given, self.terms.rules, me.now)
        if len(filled.text) > wording.LONGEST and Refusal.TOO_LONG not in refused:
            refused = [*refused, Refusal.TOO_LONG]
        tone = await asyncio.to_thread(tone_of, filled.text, me.texts.language)
        most, reason = self.terms.rules.most_receivers, locked.get(me.person.id, "")
        length = max(len(found.filled.text), len(filled.text))
        sentences = said_of(me.texts, found, refused, tone, most=most, locked=reason, length=length)
        return Looked(found.filled, filled, draft, tone, sentences, given)

    def _mend(self, me: Asker, around: Around, looked: Looked) -> Reply | None:
        """Return the form as it was filled in, with what stops it; None when nothing does."""
        if not looked.refused:
            return None
        again = form(me.texts, around, self.terms, looked.typed)
        return Reply(dialog=again, notice=" ".join(looked.refused), failed=True)

    def _preview(self, me: Asker, around: Around, looked: Looked) -> Message:
        hints = rules.hints(looked.draft, looked.given, self.terms.rules, me.now)
        seen = Seen(looked.filled != looked.typed, looked.tone is Tone.ASK, hints)
        return preview(me, around, self.terms, looked.filled, seen)

    def _kudos(self, me: Asker, looked: Looked) -> Kudos:
        filled, draft = looked.filled, looked.draft
        place = UUID(draft.place) if draft.place != WALL else None
        return Kudos(
            id=UUID(filled.id),
            giver=me.person.id,
            words=filled.text,
            tag=filled.tag,
            shown=draft.shown,
            place=place,
            customer=draft.customer,
            language=me.texts.language,
            at=me.now,
            receivers=tuple(Receiver(person) for person in filled.people),
        )


def _sent(me: Asker, kudos: Kudos, names: str, where: str) -> Message:
    t = me.texts
    until = clock((kudos.at + WITHDRAWABLE).astimezone(me.place).time())
    return Message(
        title=t("kudos.sent.title"),
        locale=t.language,
        paragraphs=(
            t("kudos.sent.body", names=names),
            t("kudos.preview.seen", where=where),
            t("kudos.sent.until", time=until),
        ),
        choices=(
            Choice("kudos_withdraw", t("kudos.sent.withdraw"), kept={"kudos": str(kudos.id)}),
            Choice("kudos", t("home.to.kudos")),
            help_choice(me),
        ),
    )
