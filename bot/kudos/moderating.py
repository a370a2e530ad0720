"""What the administrator does: remove a kudos, with a reason that its giver reads."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.port import Choice, Command, Field, Form, Message, Reply
from bot.home import help_choice
from bot.kudos.cards import Told
from bot.kudos.composing import tell
from bot.kudos.draft import id_in
from bot.kudos.hours import Reached
from bot.kudos.outgoing import Outgoing
from bot.kudos.terms import Terms
from bot.own import Asker, Own
from bot.safety import guard
from surveys.errors import NotFound
from surveys.kudos.model import Kind, Posting, State
from surveys.kudos.rules import Shown
from surveys.model import Role
from surveys.store import kudos as store
from surveys.store import postings as posting_store

REASON = 280
"""Characters of a reason."""


@dataclass(frozen=True)
class Moderating:
    """The commands `kudos_moderate` and `kudos_moderate_send`, and what the command line does with the same."""

    own: Own
    terms: Terms
    outgoing: Outgoing

    async def ask(self, command: Command) -> Reply:
        """Ask an administrator for the reason. Raises NotKnown."""
        async with self.own.asker(command) as me:
            if Role.ADMIN not in me.person.roles:
                return Reply(notice=me.texts("kudos.moderate.not_allowed"), failed=True)
            return Reply(dialog=_form(me, command.fields.get("kudos", "")))

    async def remove(self, command: Command) -> Reply:
        """Remove it at an administrator's word. Raises NotKnown."""
        async with self.own.asker(command) as me:
            if Role.ADMIN not in me.person.roles:
                return Reply(notice=me.texts("kudos.moderate.not_allowed"), failed=True)
            kudos, reason = id_in(command.fields.get("kudos", "")), command.fields.get("reason", "").strip()[:REASON]
            if not reason:
                return Reply(notice=me.texts("kudos.moderate.empty"), failed=True)
            if help_card := guard(reason, me.texts.language, self.terms.country, restore=None):
                return Reply(dialog=help_card)
            try:
                await self.hide(me.connection, kudos, reason)
            except NotFound:
                return Reply(notice=me.texts("kudos.closed"), failed=True)
            return Reply(notice=me.texts("kudos.moderate.done"))

    async def hide(self, connection: AsyncConnection, kudos: UUID | None, reason: str) -> None:
        """Remove a kudos from everywhere, and tell its giver why. Raises NotFound for one that does not stand."""
        found = await store.one(connection, kudos, hold=True) if kudos else None
        if found is None or found.state is not State.STANDING:
            raise NotFound(f"there is no kudos {kudos} that stands: `adempauze kudos list` shows those that do")
        await store.hide(connection, found.id, reason, self.terms.now())
        await posting_store.want(connection, [found.id], self.terms.now())
        to = [found.giver] if found.giver else []
        await self.outgoing.tell(connection, Kind.REASON, to, found.id)

    async def report(self, connection: AsyncConnection, posting: Posting, reader: Reached | None) -> Message | None:
        """Return what an administrator reads of a kudos that was reported."""
        kudos = await store.one(connection, posting.kudos) if posting.kudos else None
        if kudos is None or reader is None or kudos.state is not State.STANDING:
            return None
        return _report(await tell(connection, kudos, self.terms), reader)


def _form(me: Asker, kudos: str) -> Message:
    t = me.texts
    reason = Field("reason", t("kudos.moderate.reason"), "text", limit=REASON, hint=t("kudos.moderate.hint"))
    return Message(
        title=t("kudos.moderate.title"),
        locale=t.language,
        form=Form("kudos_moderate_send", (reason,), t("kudos.moderate.send"), kept={"kudos": kudos}),
        choices=(help_choice(me),),
    )


def _report(told: Told, reader: Reached) -> Message:
    """An administrator who got it without a name reads none here either."""
    t, kudos = reader.texts, told.kudos
    nameless = kudos.shown is Shown.ANONYMOUS and reader.person.id in kudos.people
    giver = t("kudos.jar.anonymous") if nameless else told.giver(t)
    return Message(
        title=t("kudos.told.title"),
        locale=t.language,
        paragraphs=(
            t("kudos.told.body", giver=giver, names=told.receivers(t), words=told.kudos.words),
            t("kudos.told.why"),
        ),
        choices=(Choice("kudos_moderate", t("kudos.told.hide"), kept={"kudos": str(told.kudos.id)}),),
    )
