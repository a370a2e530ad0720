"""What is stored about me now: answered from the rows that exist, with the promises and their honest limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from adapters.port import Choice, Command, Message, Reply
from bot.export import export_lines
from bot.home import help_choice, home_choice
from bot.own import Asker, Own
from bot.spoken import channel_name, choice_lines, spoken_day, spoken_moment, state_line
from surveys.cohorts import Tree
from surveys.localtime import local_day
from surveys.model import NodeId, Survey, Wave
from surveys.store import own as own_store
from surveys.store import people as people_store
from surveys.store import surveys as store
from surveys.store.own import Kept
from surveys.store.platform import PENDING, Delivery

LIMITS = ("chat", "operator", "pooling")

Path = Callable[[NodeId], str]


@dataclass(frozen=True, slots=True)
class Shown:
    """What is kept about somebody, with the names that its rows refer to."""

    kept: Kept
    path: Path
    waves: dict[UUID, Wave]
    surveys: dict[str, Survey]


@dataclass(frozen=True)
class Privacy:
    """The commands `privacy` and `export`."""

    own: Own

    async def show(self, command: Command) -> Reply:
        """Say in plain words what is stored. Raises NotKnown."""
        async with self.own.asker(command) as me:
            return Reply(dialog=_card(me, await load(me)))

    async def export(self, command: Command) -> Reply:
        """Show the same as one JSON document. Raises NotKnown."""
        async with self.own.asker(command) as me:
            shown = await load(me)
        return Reply(
            dialog=Message(
                title=me.texts("export.title"),
                locale=me.texts.language,
                paragraphs=export_lines(shown.kept, shown.path, shown.waves, me.now),
                choices=(Choice("privacy", me.texts("home.to.privacy")), help_choice(me)),
                notes=(me.texts("export.note"), me.texts("privacy.no_list")),
            )
        )


async def load(me: Asker) -> Shown:
    """Read every row about the asker."""
    kept = await own_store.kept_about(me.connection, me.person, me.subjects)
    tree = await people_store.load_tree(me.connection)
    waves = {wave.id: wave for wave in [await store.wave(me.connection, card.wave) for card in kept.deliveries]}
    surveys = {survey.id: survey for survey, _ in await store.surveys(me.connection)}
    return Shown(kept, _path(tree), waves, surveys)


def _path(tree: Tree | None) -> Path:
    return lambda node: tree.path(node) if tree and node in tree.nodes else node


def _card(me: Asker, shown: Shown) -> Message:
    texts = me.texts
    return Message(
        title=texts("privacy.title"),
        locale=texts.language,
        paragraphs=(texts("privacy.intro"), texts("privacy.no_list")),
        steps=tuple(_lines(me, shown)),
        choices=(
            Choice("export", texts("privacy.export")),
            Choice("erase", texts("privacy.erase")),
            home_choice(me),
            help_choice(me),
        ),
        notes=tuple(texts(f"privacy.limit.{limit}") for limit in LIMITS),
    )


def _lines(me: Asker, shown: Shown) -> Iterator[str]:
    yield from _from_the_employer(me, shown)
    if shown.kept.chosen is None:
        yield me.texts("privacy.has.no_choices")
    else:
        state = state_line(me)
        yield me.texts("privacy.has.choices", choices=" · ".join((*choice_lines(me), *((state,) if state else ()))))
    for card in shown.kept.deliveries:
        yield _delivery(me, shown, card)
    yield me.texts("privacy.has.sealed" if shown.kept.deliveries else "privacy.has.no_delivery")
    yield from _on_platforms(me, shown)


def _from_the_employer(me: Asker, shown: Shown) -> Iterator[str]:
    person, texts = shown.kept.person, me.texts
    yield texts(
        "privacy.has.person",
        name=person.name,
        email=person.email or "-",
        number=person.external_id,
        team=shown.path(person.team),
        roles=", ".join(texts(f"privacy.role.{role}") for role in sorted(person.roles)) or "-",
        language=texts(f"own.language.{person.language}"),
        timezone=person.timezone,
    )
    if person.facets:
        yield texts("privacy.has.facets", facets=", ".join(f"{k}: {v}" for k, v in sorted(person.facets.items())))
    reached = (f"{channel_name(at, texts)}: {address}" for at, address in sorted(person.addresses.items()))
    yield texts("privacy.has.addresses", addresses=", ".join(reached))
    if person.manages:
        yield texts("privacy.has.manages", nodes=", ".join(sorted(map(shown.path, person.manages))))
    if shifts := shown.kept.shifts:
        first, last = (spoken_day(local_day(at, me.place), texts.language) for at in (shifts[0].start, shifts[-1].end))
        yield texts("privacy.has.shifts", count=len(shifts), first=first, last=last)


def _delivery(me: Asker, shown: Shown, card: Delivery) -> str:
    """Say how far sending one card got; nothing here depends on an answer."""
    wave = shown.waves[card.wave]
    moved = card.sent and card.state in PENDING
    state = "later" if moved else "planned" if card.state in PENDING else "sent" if card.state == "done" else "failed"
    return me.texts(
        f"privacy.has.card.{state}",
        title=shown.surveys[wave.survey].title[me.texts.language],
        closes=spoken_moment(wave.closes, me.place, me.texts),
        due=spoken_moment(card.due, me.place, me.texts),
        channel=channel_name(card.platform, me.texts),
        cohort=shown.path(card.cohort),
        reminder=me.texts(f"privacy.reminder.{'done' if card.reminder == 'done' else 'waiting'}"),
    )


def _on_platforms(me: Asker, shown: Shown) -> Iterator[str]:
    kept, texts = shown.kept, me.texts
    if kept.links:
        last = spoken_moment(max(link.expires for link in kept.links), me.place, texts)
        yield texts("privacy.has.links", count=len(kept.links), last=last)
    for record in kept.records:
        yield texts("privacy.has.record", channel=channel_name(record.platform, texts), kb=-(-record.size // 1024))
    if kept.digests:
        yield texts("privacy.has.digests", count=len(kept.digests))
