"""What somebody does with a kudos: its receiver thanks back, hides or reports it, its giver takes it back.

A card in a chat may be old, and a button copied: each time it is asked anew whose kudos it is, and whether it stands.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from adapters.port import IN_PLACE, Choice, Command, Message, Reply
from bot.home import help_choice
from bot.kudos import cards
from bot.kudos.composing import tell
from bot.kudos.draft import id_in
from bot.kudos.outgoing import Outgoing
from bot.kudos.terms import Terms
from bot.own import Asker, Own
from surveys.kudos.model import Kind, Kudos, Receiver, State
from surveys.kudos.rules import Shown, may_withdraw
from surveys.model import Role
from surveys.store import kudos as store
from surveys.store import people as people_store
from surveys.store import postings as posting_store


@dataclass(frozen=True, slots=True)
class Mine:
    """A kudos with somebody who got it."""

    me: Asker
    kudos: Kudos
    receiver: Receiver


@dataclass(frozen=True)
class Receiving:
    """The commands `kudos_back`, `kudos_hide`, `kudos_report`, `kudos_report_send` and `kudos_withdraw`."""

    own: Own
    terms: Terms
    outgoing: Outgoing

    async def back(self, command: Command) -> Reply:
        """Say thanks back, in one tap; the giver hears it. Raises NotKnown."""
        return await self._got(command, self._back)

    async def hide(self, command: Command) -> Reply:
        """Take it off the wall and out of the channel. Raises NotKnown."""
        return await self._got(command, self._hide)

    async def report(self, command: Command) -> Reply:
        """Say what reporting does. Raises NotKnown."""
        return await self._got(command, _question)

    async def report_now(self, command: Command) -> Reply:
        """Take it off the wall, and show it to the administrators. Raises NotKnown."""
        return await self._got(command, self._report)

    async def withdraw(self, command: Command) -> Reply:
        """Take it back everywhere, within a quarter of an hour. Raises NotKnown."""
        async with self.own.asker(command, changing=True) as me:
            kudos = await self._of(me, command)
            if kudos is None or kudos.giver != me.person.id:
                return Reply(notice=me.texts("kudos.not_yours"), failed=True)
            if kudos.state is State.STANDING:
                if not may_withdraw(kudos.at, me.now):
                    return Reply(notice=me.texts("kudos.withdraw.late"), failed=True)
                await store.withdraw(me.connection, [kudos.id], me.now)
                await posting_store.want(me.connection, [kudos.id], me.now)
            return Reply(dialog=_withdrawn(me), changed=True)

    async def _got(self, command: Command, act: Callable[[Mine], Awaitable[Reply]]) -> Reply:
        """Let who got the kudos of a button act while it is held; anybody else hears what is so."""
        async with self.own.asker(command) as me:
            kudos = await self._of(me, command)
            receiver = kudos.of(me.person.id) if kudos else None
            if kudos is None or receiver is None:
                return Reply(notice=me.texts("kudos.closed" if kudos is None else "kudos.not_yours"), failed=True)
            if kudos.state is not State.STANDING:
                gone = cards.taken_from(kudos.state, me.texts)
                return Reply(message=gone) if command.name in IN_PLACE else Reply(dialog=gone)
            return await act(Mine(me, kudos, receiver))

    async def _back(self, mine: Mine) -> Reply:
        connection, kudos = mine.me.connection, mine.kudos
        if await store.mark(connection, kudos.id, mine.me.person.id, "thanked"):
            await self._tell_giver(mine)
            await posting_store.want(connection, [kudos.id], mine.me.now, person=mine.me.person.id)
        return await self._as_it_is(mine)

    async def _tell_giver(self, mine: Mine) -> None:
        """Let the giver hear it: of several who thank back before that is sent, in one message."""
        connection, kudos = mine.me.connection, mine.kudos
        if kudos.giver is not None and not await posting_store.tells_too(connection, Kind.BACK, kudos.id):
            await self.outgoing.tell(connection, Kind.BACK, [kudos.giver], kudos.id)

    async def _hide(self, mine: Mine) -> Reply:
        await self._take_off(mine)
        return await self._as_it_is(mine)

    async def _report(self, mine: Mine) -> Reply:
        connection, kudos = mine.me.connection, mine.kudos
        if await store.mark(connection, kudos.id, mine.me.person.id, "reported"):
            await self._take_off(mine)
            roster = await people_store.load_roster(connection)
            admins = [one.id for one in roster if Role.ADMIN in one.roles and one.id != kudos.giver]
            await self.outgoing.tell(connection, Kind.REPORT, admins, kudos.id)
        return Reply(dialog=_reported(mine.me))

    async def _take_off(self, mine: Mine) -> None:
        public = mine.kudos.shown is Shown.PUBLIC
        if public and await store.mark(mine.me.connection, mine.kudos.id, mine.me.person.id, "hidden"):
            await posting_store.want(mine.me.connection, [mine.kudos.id], mine.me.now)

    async def _of(self, me: Asker, command: Command) -> Kudos | None:
        kudos = id_in(command.fields.get("kudos", ""))
        return await store.one(me.connection, kudos, hold=True) if kudos else None

    async def _as_it_is(self, mine: Mine) -> Reply:
        """Return the card as it is now, in the place of the one that was pressed."""
        kudos = await store.one(mine.me.connection, mine.kudos.id) or mine.kudos
        receiver = kudos.of(mine.me.person.id) or mine.receiver
        told = await tell(mine.me.connection, kudos, self.terms)
        return Reply(message=cards.card(told, receiver, mine.me.texts))


async def _question(mine: Mine) -> Reply:
    t = mine.me.texts
    asked = Message(
        title=t("kudos.report.title"),
        locale=t.language,
        paragraphs=(t("kudos.report.body"),),
        choices=(
            Choice("kudos_report_send", t("kudos.report.send"), kept={"kudos": str(mine.kudos.id)}),
            help_choice(mine.me),
        ),
        notes=(t("kudos.report.told"),),
    )
    return Reply(dialog=asked)


def _reported(me: Asker) -> Message:
    return Message(
        title=me.texts("kudos.reported.title"),
        locale=me.texts.language,
        paragraphs=(me.texts("kudos.reported.body"),),
        choices=(help_choice(me),),
    )


def _withdrawn(me: Asker) -> Message:
    return Message(
        title=me.texts("kudos.withdrawn.title"),
        locale=me.texts.language,
        paragraphs=(me.texts("kudos.withdrawn.body"),),
        choices=(Choice("kudos", me.texts("home.to.kudos")), help_choice(me)),
    )
