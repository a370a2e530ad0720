"""The jar: the thanks that somebody got, for them alone, and what they gave as long as it can be taken back."""

from __future__ import annotations

from dataclasses import dataclass, replace

from adapters.port import Choice, Command, Link, Message, Reply
from bot.home import help_choice, home_choice
from bot.kudos.cards import Told
from bot.kudos.composing import tell_all
from bot.kudos.terms import Terms
from bot.own import Asker, Own
from bot.spoken import clock, spoken_day
from surveys.kudos.model import Kudos, State
from surveys.kudos.rules import Shown, may_withdraw
from surveys.localtime import local_day
from surveys.store import givers as giver_store
from surveys.store import kudos as store
from surveys.store import postings as posting_store

A_PAGE = 10
GIVEN = 5
"""Of what was given just now, how much can be taken back from here."""


@dataclass(frozen=True)
class Jar:
    """The commands `kudos_jar`, `kudos_empty`, `kudos_empty_now`, `kudos_nudge_off` and `wall`."""

    own: Own
    terms: Terms

    async def show(self, command: Command) -> Reply:
        """Show a page of it, newest first. Raises NotKnown."""
        skip = command.fields.get("skip", "0")
        at = int(skip) if skip.isdecimal() and len(skip) < 6 else 0
        async with self.own.asker(command) as me:
            found = await store.received(me.connection, me.person.id, me.now, most=A_PAGE + 1, skip=at)
            got = await tell_all(me.connection, found[:A_PAGE], self.terms)
            given = [one for one in await store.given(me.connection, me.person.id, most=GIVEN) if self._fresh(one, me)]
            asked = await giver_store.one(me.connection, me.person.id)
            return Reply(
                dialog=Message(
                    title=me.texts("kudos.jar.title"),
                    locale=me.texts.language,
                    paragraphs=tuple(_line(me, told) for told in got) or (me.texts("kudos.jar.empty"),),
                    choices=(
                        *_withdrawals(me, await tell_all(me.connection, given, self.terms)),
                        Choice("kudos", me.texts("home.to.kudos"), prominent=True),
                        *([_older(me, at)] if len(found) > A_PAGE else []),
                        *([Choice("kudos_empty", me.texts("kudos.jar.empty_it"), quiet=True)] if got else []),
                        *([_no_nudge(me)] if asked and asked.nudge else []),
                        home_choice(me),
                        help_choice(me),
                    ),
                    links=(Link(me.texts("kudos.wall.open"), await self.own.page(me, "wall", on=command.platform)),),
                    notes=(
                        me.texts("kudos.jar.note"),
                        *([me.texts("kudos.jar.note.nudge")] if asked and asked.nudge else []),
                    ),
                )
            )

    async def newest(self, me: Asker) -> str | None:
        """Return the last thanks that somebody got, in one line; None where there are none."""
        got = await store.received(me.connection, me.person.id, me.now, most=1)
        found = await tell_all(me.connection, got, self.terms)
        return me.texts("kudos.jar.newest", line=_line(me, found[0])) if found else None

    async def ask(self, command: Command) -> Reply:
        """Say what throwing away does. Raises NotKnown."""
        async with self.own.asker(command) as me:
            return Reply(
                dialog=Message(
                    title=me.texts("kudos.jar.sure.title"),
                    locale=me.texts.language,
                    paragraphs=(me.texts("kudos.jar.sure.body"),),
                    choices=(
                        Choice("kudos_empty_now", me.texts("kudos.jar.sure.now")),
                        Choice("kudos_jar", me.texts("home.to.kudos_jar")),
                        help_choice(me),
                    ),
                )
            )

    async def empty(self, command: Command) -> Reply:
        """Forget which thanks somebody got; what nobody else got is taken off the wall with it. Raises NotKnown."""
        async with self.own.asker(command, changing=True) as me:
            await empty_jar(me, self.terms)
            return Reply(notice=me.texts("kudos.jar.emptied"), changed=True)

    async def no_nudge(self, command: Command) -> Reply:
        """Never ask this person again whether there is somebody to thank. Raises NotKnown."""
        async with self.own.asker(command, changing=True) as me:
            if (kept := await giver_store.one(me.connection, me.person.id)) is not None:
                await giver_store.save(me.connection, replace(kept, nudge=None))
            return Reply(notice=me.texts("kudos.jar.nudge_off"))

    async def wall(self, command: Command) -> Reply:
        """Show the way to the wall. Raises NotKnown."""
        async with self.own.asker(command) as me:
            link = await self.own.page(me, "wall", on=command.platform)
            return Reply(
                dialog=Message(
                    title=me.texts("kudos.wall.title"),
                    locale=me.texts.language,
                    paragraphs=(me.texts("kudos.wall.body"),),
                    links=(Link(me.texts("kudos.wall.open"), link),),
                    choices=(Choice("kudos", me.texts("home.to.kudos")), home_choice(me), help_choice(me)),
                )
            )

    def _fresh(self, kudos: Kudos, me: Asker) -> bool:
        return kudos.state is State.STANDING and may_withdraw(kudos.at, me.now)


async def empty_jar(me: Asker, terms: Terms) -> None:
    """Forget which thanks somebody got. What nobody else got stands nowhere any more; of the rest they are no part."""
    await store.hold_between(me.connection, [me.person.id])
    got = await store.empty_jars(me.connection, [me.person.id])
    await store.withdraw(me.connection, await store.left_without(me.connection, got), terms.now())
    await posting_store.forget_to(me.connection, [me.person.id], kudos=got)
    await posting_store.want(me.connection, got, terms.now())


def _line(me: Asker, told: Told) -> str:
    hidden = told.kudos.shown is Shown.ANONYMOUS
    giver = me.texts("kudos.jar.anonymous") if hidden else told.giver(me.texts)
    day = spoken_day(local_day(told.kudos.at, me.place), me.texts.language)
    tag = told.tag(me.texts.language)
    return me.texts("kudos.jar.line", giver=giver, day=day, words=told.kudos.words, tag=tag)


def _withdrawals(me: Asker, given: list[Told]) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            "kudos_withdraw",
            me.texts("kudos.jar.withdraw", names=told.receivers(me.texts), time=_clock(me, told.kudos)),
            (0, number),
            quiet=True,
            kept={"kudos": str(told.kudos.id)},
        )
        for number, told in enumerate(given, 1)
    )


def _clock(me: Asker, kudos: Kudos) -> str:
    """Return when it was given, on the giver's own clock: two to one person are told apart by it."""
    return clock(kudos.at.astimezone(me.place).time())


def _older(me: Asker, at: int) -> Choice:
    return Choice("kudos_jar", me.texts("kudos.jar.older"), kept={"skip": str(at + A_PAGE)})


def _no_nudge(me: Asker) -> Choice:
    return Choice("kudos_nudge_off", me.texts("kudos.jar.no_nudge"), quiet=True)
