"""Erase what the product keeps about oneself: all of it, or all but that one stopped.

Whoever wants to be forgotten wholly comes back with the employer's next list, for nothing is left that would know them.
Whoever wants to be left in peace keeps the line of the roster and the mark of having stopped. Both are said, and chosen
by the person.
"""

from __future__ import annotations

from dataclasses import dataclass

from adapters.port import Choice, Command, Message, Reply
from bot.erasing import erase_person
from bot.home import help_choice
from bot.kudos.parting import Parting
from bot.leaving import take_back, withdraw_everywhere
from bot.own import Asker, Own
from surveys.model import Preferences
from surveys.store import kudos as kudos_store
from surveys.store import own as own_store
from surveys.store import people as people_store


@dataclass(frozen=True)
class Erasure:
    """The commands `erase`, `erase_now` and `erase_stop`."""

    own: Own
    parting: Parting

    async def ask(self, command: Command) -> Reply:
        """Say what goes, what stays and what comes back. Raises NotKnown."""
        async with self.own.asker(command) as me:
            nameless = await kudos_store.gave_without_name(me.connection, me.person.id)
            return Reply(dialog=_question(me, words_stay=self.parting.terms.words_stay, nameless=nameless))

    async def erase(self, command: Command) -> Reply:
        """Withdraw from every open wave and erase, with the line of the roster, in one transaction. Raises NotKnown."""
        async with self.own.asker(command, leaving=True) as me:
            cards = await erase_person(me.connection, self.own.service, self.parting, me.person, me.now)
        await take_back(self.own.platforms, me.texts, cards)
        return Reply(dialog=_erased(me), changed=True)

    async def erase_but_stop(self, command: Command) -> Reply:
        """Do the same, but leave the line of the roster and that this person stopped. Raises NotKnown."""
        async with self.own.asker(command, changing=True) as me:
            cards = await withdraw_everywhere(me.connection, self.own.service, [me.person.id])
            await own_store.forget_own(me.connection, me.person, me.subjects)
            await self.parting(me.connection, [me.person.id])
            await people_store.save_preferences(me.connection, me.person.id, Preferences(stopped=True))
        await take_back(self.own.platforms, me.texts, cards)
        return Reply(dialog=_left_in_peace(me), changed=True)


def _question(me: Asker, *, words_stay: bool, nameless: bool) -> Message:
    leads = (me.texts("erase.leads"),) if me.person.manages else ()
    kudos = me.texts("erase.kudos.stay" if words_stay else "erase.kudos")
    stays = (me.texts("erase.kudos.nameless"),) if nameless else ()
    return Message(
        title=me.texts("erase.title"),
        locale=me.texts.language,
        paragraphs=(me.texts("erase.goes"), kudos, *stays, me.texts("erase.line"), me.texts("erase.stays"), *leads),
        choices=(
            Choice("erase_now", me.texts("erase.now")),
            Choice("erase_stop", me.texts("erase.stop")),
            Choice("privacy", me.texts("erase.back")),
            help_choice(me),
        ),
        notes=tuple(me.texts(f"erase.{note}") for note in ("released", "elsewhere", "links")),
    )


def _erased(me: Asker) -> Message:
    return Message(
        title=me.texts("erase.done.title"),
        locale=me.texts.language,
        paragraphs=(me.texts("erase.done.body"), me.texts("erase.back_again")),
        choices=(help_choice(me),),
    )


def _left_in_peace(me: Asker) -> Message:
    return Message(
        title=me.texts("erase.done.title"),
        locale=me.texts.language,
        paragraphs=(me.texts("erase.stopped.body"), me.texts("erase.links")),
        choices=(Choice("start_again", me.texts("home.to.start_again")), help_choice(me)),
    )
