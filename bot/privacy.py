"""What is stored about me now: answered from the rows that exist, with the promises and their honest limits."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.port import Choice, Command, Link, Message, Reply
from bot.export import export_lines
from bot.home import help_choice, home_choice
from bot.introduction_words import limits
from bot.own import Asker, Own
from bot.period_leaving import periods_with
from bot.reading import subject_for
from bot.told import Path, Shown, told
from surveys.cohorts import Tree
from surveys.model import Person
from surveys.store import own as own_store
from surveys.store import people as people_store
from surveys.store import surveys as store
from surveys.tickets import KeyRing


@dataclass(frozen=True)
class Privacy:
    """The commands `privacy` and `export`."""

    own: Own

    async def show(self, command: Command) -> Reply:
        """Say in plain words what is stored. Raises NotKnown."""
        async with self.own.asker(command) as me:
            return Reply(dialog=_card(me, await load(me.connection, me.person, self.own.service.keys)))

    async def export(self, command: Command) -> Reply:
        """Show the same as one JSON document, with a way to it as a file. Raises NotKnown."""
        async with self.own.asker(command) as me:
            link = await self.own.page(me, "export", on=command.platform)  # a row of its own, so before they are read
            shown = await load(me.connection, me.person, self.own.service.keys)
        return Reply(
            dialog=Message(
                title=me.texts("export.title"),
                locale=me.texts.language,
                paragraphs=export_lines(shown.kept, shown.path, shown.waves, me.now, shown.periods),
                choices=(Choice("privacy", me.texts("home.to.privacy")), help_choice(me)),
                links=(Link(me.texts("export.file"), link),),
                notes=(me.texts("export.note"), me.texts("privacy.no_list")),
            )
        )


async def load(connection: AsyncConnection, person: Person, keys: KeyRing) -> Shown:
    """Read every row about somebody; the keys find theirs in reporting periods."""
    kept = await own_store.kept_about(connection, person, (subject_for(person),))
    tree = await people_store.load_tree(connection)
    waves = {wave.id: wave for wave in [await store.wave(connection, card.wave) for card in kept.deliveries]}
    surveys = {survey.id: survey for survey, _ in await store.surveys(connection)}
    periods = await periods_with(connection, keys, person.id)
    return Shown(kept, _path(tree), waves, surveys, tuple(periods))


def _path(tree: Tree | None) -> Path:
    return lambda node: tree.path(node) if tree and node in tree.nodes else node


def _card(me: Asker, shown: Shown) -> Message:
    texts = me.texts
    return Message(
        title=texts("privacy.title"),
        locale=texts.language,
        paragraphs=(texts("privacy.intro"), texts("privacy.no_list")),
        steps=tuple(told(me, shown)),
        choices=(
            Choice("export", texts("privacy.export")),
            Choice("erase", texts("privacy.erase")),
            Choice("introduction", texts("intro.again")),
            home_choice(me),
            help_choice(me),
        ),
        notes=limits(me.channels, texts),
    )
