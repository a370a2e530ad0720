"""Home: one card with what comes next, what somebody chose, and the ways on from there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from adapters.port import Choice, Command, Message, Reply
from bot.next_checkin import Here, next_checkin
from bot.own import Asker, Own
from bot.spoken import choice_lines, paused, spoken_day, spoken_moment, state_line
from surveys.cohorts import readable
from surveys.localtime import local_day
from surveys.store import people as people_store


@dataclass(frozen=True)
class Home:
    """The card that everything about oneself can be reached from."""

    own: Own
    thanks: Callable[[Asker], Awaitable[str | None]]
    """The last thanks that somebody got, in one line."""

    async def __call__(self, command: Command) -> Reply:
        """Show the card. Raises NotKnown."""
        async with self.own.asker(command) as me:
            return Reply(dialog=await self._card(me))

    async def _card(self, me: Asker) -> Message:
        thanks = await self.thanks(me)
        return Message(
            title=me.texts("home.title"),
            locale=me.texts.language,
            paragraphs=(*await _what_comes(me), *([thanks] if thanks else []), *choice_lines(me)),
            choices=_choices(me, reads=await _reads(me)),
            notes=(me.texts("home.yours"),),
        )


async def _what_comes(me: Asker) -> tuple[str, ...]:
    """Return what comes next. A check-in that is there is put the same way whatever was done with it."""
    state = state_line(me)
    if me.chosen.stopped and state:
        return (state,)
    return (*((state,) if state else ()), await _next(me))


async def _next(me: Asker) -> str:
    following = await next_checkin(me)
    if following is None:
        return me.texts("home.next.none")
    if isinstance(following, Here):
        return me.texts("home.next.here", closes=spoken_moment(following.closes, me.place, me.texts))
    if following.planned:
        return me.texts("home.next.planned", moment=spoken_moment(following.at, me.place, me.texts))
    return me.texts("home.next.around", day=spoken_day(local_day(following.at, me.place), me.texts.language))


async def _reads(me: Asker) -> bool:
    """Return whether there are released figures that somebody may read."""
    tree = await people_store.load_tree(me.connection)
    return tree is not None and bool(readable(tree, me.person))


def _choices(me: Asker, *, reads: bool) -> tuple[Choice, ...]:
    """Return the ways on; whoever stopped or paused is offered the way back first."""
    names = ["kudos", "kudos_jar", "settings", "privacy", *(["digest"] if reads else []), *_comings_and_goings(me)]
    return (*(Choice(name, me.texts(f"home.to.{name}")) for name in names), help_choice(me))


def _comings_and_goings(me: Asker) -> tuple[str, ...]:
    if me.chosen.stopped:
        return ("start_again",)
    return ("resume", "stop") if paused(me) else ("pause", "stop")


def help_choice(me: Asker) -> Choice:
    """Return the permanent help button."""
    return Choice("help", me.texts("safety.help.button"))


def home_choice(me: Asker) -> Choice:
    """Return the way back home."""
    return Choice("home", me.texts("home.to.home"))
