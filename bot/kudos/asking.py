"""The form in which somebody thanks somebody, and how it looks before it goes out. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from adapters.port import Choice, Field, Form, Message
from analytics.scrub import Kind
from bot.home import help_choice
from bot.kudos.draft import ANONYMOUS, CUSTOMER, PRIVATE, WALL, Filled
from bot.kudos.terms import Terms
from bot.own import WEB, Asker
from bot.texts import Texts
from surveys.kudos import naming
from surveys.kudos.model import Place
from surveys.kudos.naming import Known
from surveys.kudos.rules import Hint
from surveys.kudos.wording import LONGEST
from surveys.model import Person

MOST_TYPED: Final = 3000
"""Characters of a text that is too long and stands in the form all the same, to be made shorter: no box takes more."""
NAMES: Final = 1000
"""Characters of names that are typed: room for as many people as one kudos thanks."""


@dataclass(frozen=True, slots=True)
class Around:
    """Who and what there is to choose from, for somebody on a platform."""

    platform: str
    people: Mapping[UUID, Person]
    places: Sequence[Place]
    teams: Mapping[str, str] = field(default_factory=dict)
    """The names of teams by their id."""

    def called(self, person: Person) -> str:
        """Return what to type for somebody: the name, with the team where others are called so too."""
        twins = [one for one in self.people.values() if naming.plain(one.name) == naming.plain(person.name)]
        return person.name if len(twins) < 2 else Known(person.id, person.name, self.teams.get(person.team, "")).full

    def chosen(self, filled: Filled) -> list[Person]:
        """Return who is chosen in the form and is still there."""
        return [self.people[person] for person in filled.people if person in self.people]


def form(t: Texts, around: Around, terms: Terms, filled: Filled) -> Message:
    """Return the form as it is filled in so far."""
    text = _text(around, filled)
    room = max(LONGEST, min(len(text), MOST_TYPED))
    fields = (
        _people(t, around, filled),
        Field("text", t("kudos.give.words"), "text", text, limit=room, hint=t("kudos.give.words.hint")),
        Field("tag", t("kudos.give.tag"), "select", filled.tag, options=_tags(t, terms)),
        Field("where", t("kudos.give.where"), "select", filled.where, options=_where(t, around, terms)),
        Field("said", t("kudos.give.said"), "select", filled.said, options=_said(t)),
    )
    anonymous = (t("kudos.give.anonymous"),) if terms.rules.anonymous else ()
    return Message(
        title=t("kudos.give.title"),
        locale=t.language,
        form=Form("kudos_preview", fields, t("kudos.give.look"), kept={"id": filled.id}),
        choices=(Choice("help", t("safety.help.button")),),
        notes=(t("kudos.give.note"), *anonymous),
    )


@dataclass(frozen=True, slots=True)
class Seen:
    """What its giver is told of a kudos before it goes out, and nobody else ever."""

    masked: bool
    questioned: bool
    hints: Sequence[Hint]


def preview(me: Asker, around: Around, terms: Terms, filled: Filled, seen: Seen) -> Message:
    """Return how it will look, with what only its giver is told."""
    t, kept = me.texts, filled.kept()
    questions = [
        *([t("kudos.preview.masked")] if seen.masked else []),
        *([t("kudos.preview.tone")] if seen.questioned else []),
        *(t(f"kudos.hint.{hint}") for hint in seen.hints),
    ]
    return Message(
        title=t("kudos.preview.title"),
        locale=t.language,
        paragraphs=(
            t("kudos.preview.to", names=names(t, [around.people[person].name for person in filled.people])),
            *([t("kudos.give.said.customer")] if filled.said == CUSTOMER else []),
            filled.text,
            terms.tag_title(filled.tag, t.language),
            t("kudos.preview.seen", where=where_said(t, around, filled.where)),
            *questions,
        ),
        choices=(
            Choice("kudos_send", t("kudos.preview.send"), prominent=True, kept=kept),
            Choice("kudos_change", t("kudos.preview.change"), kept=kept),
            help_choice(me),
        ),
        notes=(
            *([t("kudos.give.anonymous")] if filled.where == ANONYMOUS else []),
            t("kudos.preview.unmasked"),
            *([t("kudos.preview.alone")] if questions else []),
            t("kudos.preview.back"),
        ),
    )


def names(t: Texts, said: Sequence[str]) -> str:
    """Return names as they are said one after another."""
    if len(said) < 2:
        return "".join(said)
    return t("kudos.names.and", first=", ".join(said[:-1]), last=said[-1])


def masks(t: Texts) -> Mapping[Kind, str]:
    """Return the words that stand in the place of what may be about a customer."""
    return {kind: t(f"kudos.mask.{kind}") for kind in Kind}


def where_said(t: Texts, around: Around, where: str) -> str:
    """Return who sees it, in words."""
    return next((label for value, label in _public(t, around) if value == where), t(f"kudos.where.{_closed(where)}"))


def _closed(where: str) -> str:
    return where if where in (ANONYMOUS, PRIVATE) else PRIVATE


def _people(t: Texts, around: Around, filled: Filled) -> Field:
    """Who is chosen stands there by address where people can be pointed at, else by name."""
    chosen = around.chosen(filled)
    on_web = around.platform == WEB
    typed = [(around.called(person), around.called(person)) for person in chosen]
    here = typed if on_web else [(person.addresses.get(around.platform, ""), person.name) for person in chosen]
    pointed = tuple((address, name) for address, name in here if address)
    hint = t("kudos.give.names.hint" if on_web else "kudos.give.people.hint")
    here_now = [address for address, _ in pointed]
    value = ", ".join([*here_now, *filled.unfound]) if on_web else ",".join(here_now)
    return Field("people", t("kudos.give.people"), "people", value, pointed, NAMES, hint)


def _text(around: Around, filled: Filled) -> str:
    """Return the text, with whom nobody can point at here named before it, as people name them who type."""
    elsewhere = [
        one for one in around.chosen(filled) if around.platform != WEB and around.platform not in one.addresses
    ]
    return " ".join([*(f"@{around.called(one)}" for one in elsewhere), filled.text])


def _tags(t: Texts, terms: Terms) -> tuple[tuple[str, str], ...]:
    return tuple((tag.id, tag.title[t.language]) for tag in terms.tags)


def _where(t: Texts, around: Around, terms: Terms) -> tuple[tuple[str, str], ...]:
    anonymous = ((ANONYMOUS, t("kudos.where.anonymous")),) if terms.rules.anonymous else ()
    return ((PRIVATE, t("kudos.where.private")), *_public(t, around), *anonymous)


def _public(t: Texts, around: Around) -> tuple[tuple[str, str], ...]:
    open_places = [place for place in around.places if not place.gone]
    return (
        (WALL, t("kudos.where.wall")),
        *((str(place.id), t("kudos.where.place", place=place.name)) for place in open_places),
    )


def _said(t: Texts) -> tuple[tuple[str, str], ...]:
    return (("", t("kudos.give.said.me")), (CUSTOMER, t("kudos.give.said.customer")))
