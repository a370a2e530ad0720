"""Erase what the product keeps about somebody. The roster's line stays: the employer's next file would bring it back.

With it stays that this person stopped, or the next wave would invite them again.
"""

from __future__ import annotations

from dataclasses import dataclass

from adapters.port import Choice, Command, Message, Reply
from bot.home import help_choice
from bot.leaving import take_back, withdraw_everywhere
from bot.own import Asker, Own
from surveys.model import Preferences
from surveys.store import own as own_store
from surveys.store import people as people_store


@dataclass(frozen=True)
class Erasure:
    """The commands `erase` and `erase_now`."""

    own: Own

    async def ask(self, command: Command) -> Reply:
        """Say what goes and what stays. Raises NotKnown."""
        async with self.own.asker(command) as me:
            return Reply(dialog=_question(me))

    async def erase(self, command: Command) -> Reply:
        """Withdraw from every open wave and erase, in one transaction. Raises NotKnown."""
        async with self.own.asker(command, changing=True) as me:
            cards = await withdraw_everywhere(me.connection, self.own.service, [me.person.id])
            await own_store.forget_own(me.connection, me.person, me.subjects)
            await people_store.save_preferences(me.connection, me.person.id, Preferences(stopped=True))
        await take_back(self.own, me, cards)
        return Reply(dialog=_erased(me), changed=True)


def _question(me: Asker) -> Message:
    leads = (me.texts("erase.leads"),) if me.person.manages else ()
    return Message(
        title=me.texts("erase.title"),
        locale=me.texts.language,
        paragraphs=(me.texts("erase.goes"), me.texts("erase.stays"), *leads),
        choices=(
            Choice("erase_now", me.texts("erase.now")),
            Choice("privacy", me.texts("erase.back")),
            help_choice(me),
        ),
        notes=(me.texts("leaving.stays"), me.texts("erase.elsewhere"), me.texts("erase.links")),
    )


def _erased(me: Asker) -> Message:
    return Message(
        title=me.texts("erase.done.title"),
        locale=me.texts.language,
        paragraphs=(me.texts("erase.done.body"), me.texts("erase.links")),
        choices=(Choice("start_again", me.texts("home.to.start_again")), help_choice(me)),
    )
