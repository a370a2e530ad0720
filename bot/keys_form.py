"""From the form of a seat's page to the change it asks for. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from surveys.errors import InputError
from surveys.instrument import Instrument
from surveys.model import Mode
from surveys.people_file import FACETS
from surveys.policy import ALWAYS, EMPLOYER, PRESETS, SWITCHES, Agreement, agreed, to_content

LONGEST_LIST: Final = 2000
SWITCHED: Final = {"on": True, "off": False}


def changes_of(fields: Mapping[str, str], before: Agreement, instrument: Instrument) -> dict[str, Any]:
    """Return the fields that differ from `before`, as plain JSON values. Raises InputError naming a wrong one."""
    old = to_content(before)
    asked = {
        "purpose": {
            language: _text(fields.get(f"purpose_{language}", ""), old["purpose"][language])
            for language in ("nl", "en")
        },
        "protection": _protection(fields.get("preset", ""), old["protection"]),
        "retention_days": _days(fields.get("retention_days", ""), old["retention_days"]),
        "surveys": sorted(_names(fields["surveys"])) if "surveys" in fields else old["surveys"],
        "items": _items(fields, before, instrument),
        "readers": sorted({*ALWAYS, *(one for one in EMPLOYER if _on(fields.get(one, ""), one in before.readers))}),
        "mode": _mode(fields.get("mode", ""), old["mode"]),
        **{name: _on(fields.get(name, ""), old[name]) for name in SWITCHES},
        "facets": _facets(fields["facets"]) if "facets" in fields else old["facets"],
    }
    return {name: value for name, value in asked.items() if value != old[name]}


def _text(given: str, old: str) -> str:
    return " ".join(given.split()) or old


def _protection(preset: str, old: Mapping[str, Any]) -> Mapping[str, Any]:
    if preset in ("", old["preset"]):
        return old
    if preset not in PRESETS:
        raise InputError(f"there is no preset {preset[:40]!r}: choose {' or '.join(sorted(PRESETS))}")
    policy = PRESETS[preset]
    return {name: getattr(policy, name) for name in old}


def _on(given: str, old: bool) -> bool:
    if given not in ("", *SWITCHED):
        raise InputError(f"{given[:40]!r} is neither on nor off: choose one of them")
    return SWITCHED.get(given, old)


def _mode(given: str, old: str) -> str:
    if given not in ("", *Mode):
        raise InputError(f"there is no mode {given[:40]!r}: choose {', '.join(Mode)}")
    return given or old


def _days(given: str, old: int) -> int:
    if not given.strip():
        return old
    if not given.strip().isdecimal() or len(given) > 4:
        raise InputError(f"{given[:40]!r} is no number of days: give a whole number")
    return int(given)


def _items(fields: Mapping[str, str], before: Agreement, instrument: Instrument) -> list[dict[str, Any]]:
    """Keep the questions, or take those of this version; without those that are to be left out."""
    new = frozenset(map(agreed, instrument.items)) if fields.get("items") == "version" else before.items
    dropped = _names(fields.get("without", ""))
    if unknown := sorted(dropped - {item.id for item in new}):
        raise InputError(f"there is no question {unknown[0][:40]!r} here: give ids as they stand in the list")
    return [{"id": one.id, "version": one.version, "hash": one.hash} for one in sorted(new) if one.id not in dropped]


def _facets(text: str) -> list[str]:
    """Only columns of the roster with a closed list of values."""
    named = _names(text)
    if unknown := sorted(named - FACETS.keys()):
        raise InputError(f"there is no facet {unknown[0][:40]!r}: choose from {', '.join(FACETS)}")
    return sorted(named)


def _names(text: str) -> set[str]:
    if len(text) > LONGEST_LIST:
        raise InputError("this list is too long: change less at once")
    return {name for part in text.split(",") for name in part.split()}
