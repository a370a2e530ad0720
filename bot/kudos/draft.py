"""What somebody fills in to thank somebody, as far as it got: it travels with the buttons and is kept nowhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from adapters.port import Command
from bot.own import WEB
from surveys.kudos import naming, wording
from surveys.kudos.model import Place
from surveys.kudos.naming import Found, Known
from surveys.kudos.rules import Draft, Shown
from surveys.model import Person

PRIVATE, WALL, ANONYMOUS = "private", "wall", "anonymous"
"""Who sees it, as the form says it; anything else is the id of a place."""
CUSTOMER: Final = "customer"
SIMPLY: Final = "thanks"
"""The tag where somebody chose none."""
QUOTING: Final = ("een klant zei", "een klant zegt", "klant zei", "a customer said", "a customer says", "customer said")
"""Beginnings of a text that passes on what a customer said."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in the form. `people` are chosen; `text` may begin with more of them, behind an @."""

    id: str
    people: tuple[UUID, ...] = ()
    text: str = ""
    tag: str = SIMPLY
    where: str = PRIVATE
    said: str = ""
    unfound: tuple[str, ...] = ()
    """Names that were typed and mean nobody, or several."""

    def draft(self, giver: UUID) -> Draft:
        """Return it as the rules judge it."""
        place = "" if self.where in (PRIVATE, WALL, ANONYMOUS) else self.where
        shown = {PRIVATE: Shown.PRIVATE, ANONYMOUS: Shown.ANONYMOUS}.get(self.where, Shown.PUBLIC)
        customer = self.said == CUSTOMER
        return Draft(giver, self.people, self.text, self.tag, shown, place or WALL, customer)

    def kept(self) -> Mapping[str, str]:
        """Return it as the buttons of the preview keep it."""
        people = ",".join(map(str, self.people))
        return {"id": self.id, "to": people, "text": self.text, "tag": self.tag, "where": self.where, "said": self.said}


@dataclass(frozen=True, slots=True)
class Read:
    """What was filled in, and whom of those meant we did not find; `strangers` were pointed at and are no members."""

    filled: Filled
    found: Found
    strangers: bool


def read(command: Command, roster: tuple[Person, ...], teams: Mapping[str, str], new_id: UUID) -> Read:
    """Return what a form, a button or a typed command says. `teams` are the names of teams by their id."""
    fields = command.fields
    known = known_people(roster, teams)
    chosen = filter(None, map(id_in, fields.get("to", "").split(",")))  # who left meanwhile is refused later
    at = {person.addresses[command.platform]: person.id for person in roster if command.platform in person.addresses}
    pointed, names = _pointed(fields.get("people", ""), at)
    typed, (mentioned, text) = naming.find(names, known), _mentioned(fields.get("text", ""), known)
    found = _joined([typed, mentioned])
    strangers = command.platform != WEB and bool(typed.unknown)
    filled = Filled(
        id=str(id_in(fields.get("id", "")) or new_id),
        people=tuple(dict.fromkeys([*chosen, *pointed, *found.people])),
        text=wording.tidy(text),
        tag=fields.get("tag") or SIMPLY,
        where=fields.get("where") or PRIVATE,
        said=fields.get("said", ""),
        unfound=(*typed.unknown, *(name for name, _ in typed.unclear)) if command.platform == WEB else (),
    )
    if filled.text.casefold().startswith(QUOTING):
        filled = replace(filled, said=CUSTOMER)
    unknown = mentioned.unknown if strangers else found.unknown
    return Read(filled, Found(found.people, unknown, found.unclear), strangers)


def _mentioned(text: str, known: Sequence[Known]) -> tuple[Found, str]:
    """Return who is meant by the names behind an @ at the beginning of a text, and the text after them.

    Where one of them means nobody, or several, all of them stay in the text: nothing that was typed is lost.
    """
    if wording.reaches_everyone(text):
        return Found(), text
    names, after = naming.leading(text, known)
    found = naming.among(names, known)
    return (replace(found, people=()), text) if found.unknown or found.unclear else (found, after)


def known_people(roster: tuple[Person, ...], teams: Mapping[str, str]) -> tuple[Known, ...]:
    """Return everybody as they can be found by name."""
    return tuple(
        Known(one.id, one.name, teams.get(one.team, ""), tuple(filter(None, (one.email, one.external_id))))
        for one in roster
    )


def place_of(filled: Filled, places: Sequence[Place]) -> Place | None:
    """Return the place that was chosen, None where none was."""
    return next((place for place in places if str(place.id) == filled.where), None)


def _pointed(people: str, at: Mapping[str, UUID]) -> tuple[list[UUID], str]:
    """Return who was pointed at by an address, and what is left, which may be names."""
    parts = [part.strip() for part in people.split(",") if part.strip()]
    return [at[part] for part in parts if part in at], ", ".join(part for part in parts if part not in at)


def id_in(text: str) -> UUID | None:
    """Return the id that a button keeps; None for what is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _joined(parts: list[Found]) -> Found:
    return Found(
        tuple(person for part in parts for person in part.people),
        tuple(name for part in parts for name in part.unknown),
        tuple(name for part in parts for name in part.unclear),
    )
