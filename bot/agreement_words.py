"""An agreement, and a change of one, in the words of a page. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.texts import Texts
from surveys.errors import InputError
from surveys.instrument import Instrument
from surveys.model import Item, Policy
from surveys.policy import FIELDS, AgreedItem, Agreement, agreed
from surveys.signed_log import Entry, Kind
from surveys.standing import Proposal, change_of

SHOWN: Final = tuple(name for name in FIELDS if name != "items")
"""The fields that fit on a line; questions have a list of their own."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of a proposal: the field, what it was and what it would be; `before` is "" in a first agreement."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question of an agreement with its words; `item` is None when this version does not have it in these words."""

    id: str
    version: int
    item: Item | None


def lines(agreement: Agreement, t: Texts) -> list[tuple[str, str]]:
    """Return (label, value) of everything that is agreed but the questions themselves."""
    shown = [(t(f"keys.field.{name}"), value(name, agreement, t)) for name in SHOWN]
    return [*shown, (t("keys.field.items"), t("keys.items", count=len(agreement.items)))]


def value(name: str, agreement: Agreement, t: Texts) -> str:
    """Return one field in words."""
    held: Any = getattr(agreement, name)
    if isinstance(held, bool):
        return t("keys.on") if held else t("keys.off")
    said = SAID.get(name)
    return said(held, t) if said else ", ".join(sorted(held)) or t("keys.none")


def _protection(policy: Policy, t: Texts) -> str:
    known = f"council.policy.preset.{policy.preset}"
    named = t(known) if known in t else policy.preset
    numbers = {"k": policy.k, "guard": policy.guard, "histogram": policy.histogram_n, "bands": policy.bands_n}
    return t("keys.protection", preset=named, **numbers)


SAID: Final[Mapping[str, Callable[[Any, Texts], str]]] = {
    "purpose": lambda purpose, t: str(purpose[t.language]),
    "protection": _protection,
    "readers": lambda readers, t: ", ".join(t(f"keys.reader.{reader}") for reader in sorted(readers)),
    "retention_days": lambda days, t: t("keys.days", days=days),
    "mode": lambda mode, t: t(f"keys.mode.{mode}"),
}


def differences(before: Agreement | None, proposal: Proposal, t: Texts) -> list[Difference]:
    """Return what a proposal would change, field by field, without the questions."""
    try:
        after = change_of(proposal, before)
    except InputError:
        return []
    names = [name for name in SHOWN if name in proposal.changes]
    return [
        Difference(t(f"keys.field.{name}"), value(name, before, t) if before else "", value(name, after, t))
        for name in names
    ]


def told(entry: Entry, t: Texts) -> str:
    """Return in one sentence what an entry of the log says; the whole of it stands in the file."""
    content = entry.content
    if entry.kind is Kind.COHORTS:
        return t("keys.told.cohorts", count=len(content["changes"]))
    fields = ", ".join(t(f"keys.field.{name}") for name in FIELDS if name in content.get("changes", {}))
    seat = t(f"seat.{content['seat']}") if "seat" in content else ""
    values = {"fields": fields, "seat": seat, "reason": content.get("reason", ""), "place": content.get("proposal", "")}
    return t(f"keys.told.{entry.kind}", **values)


def questions(items: Collection[AgreedItem], instrument: Instrument) -> list[Question]:
    """Return the questions in the order of their ids, each with its words where they are the agreed ones."""
    known: Mapping[AgreedItem, Item] = {agreed(item): item for item in instrument.items}
    return [Question(one.id, one.version, known.get(one)) for one in sorted(items)]


def added_and_dropped(
    before: Agreement | None, proposal: Proposal, instrument: Instrument
) -> tuple[list[Question], list[Question]]:
    """Return the questions that a proposal would add, and those it would drop."""
    try:
        after = change_of(proposal, before).items
    except InputError:
        return [], []
    old = before.items if before else frozenset()
    return questions(after - old, instrument), questions(old - after, instrument)
