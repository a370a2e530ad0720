"""The numbers on the help cards, per country: `data/helplines.toml`, each with the day it was last checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from adapters.port import Link
from surveys.datafile import Entry, read_data_file
from surveys.model import Words

FRESH: Final = timedelta(days=180)
ELSEWHERE: Final = "other"
SAME: Final = {"UK": "GB"}


@dataclass(frozen=True, slots=True)
class Helplines:
    """Who to call in one country. `emergency` is a number; `crisis` and `violence` are full sentences."""

    emergency: Words
    crisis: Words
    violence: Words
    link: Link
    last_checked: date


def helplines(country: str) -> Helplines:
    """The lines of an ISO country code, in any case; for a country we do not know, how to find one. Never fails."""
    code = country.strip().upper()
    known = shipped_helplines()
    return known.get(SAME.get(code, code), known[ELSEWHERE])


def stale_helplines(today: date, known: Mapping[str, Helplines] | None = None) -> str | None:
    """The warning for start-up and `doctor`: which countries were not checked for more than 180 days, or None."""
    lines = shipped_helplines() if known is None else known
    stale = sorted(code for code, one in lines.items() if today - one.last_checked > FRESH)
    if not stale:
        return None
    where = ", ".join(stale)
    return f"help numbers not checked for {FRESH.days} days ({where}): call them and set last_checked in helplines.toml"


@cache
def shipped_helplines() -> Mapping[str, Helplines]:
    """Read once, when first asked for."""
    return read_helplines(files("bot") / "data" / "helplines.toml")


def read_helplines(file: Traversable) -> Mapping[str, Helplines]:
    """Lines by country code. Raises InputError, naming file, country and mend."""
    head = read_data_file(file)
    countries = {code: Entry(f"{head.where}, {code}", values, {}) for code, values in head.values.items()}
    if ELSEWHERE not in countries:
        raise head.fault(f"[{ELSEWHERE}] is missing: somebody in a country without numbers needs a card too")
    return {code: _helplines(entry) for code, entry in countries.items()}


def _helplines(entry: Entry) -> Helplines:
    last_checked = entry.values.get("last_checked")
    if not isinstance(last_checked, date):
        raise entry.fault(f"last_checked is {last_checked!r}: write the day as 2026-11-22")
    link = Entry(f"{entry.where}, link", entry.values.get("link", {}), {})
    button = Link(link.text("label"), link.text("url"))
    return Helplines(
        emergency=entry.words("emergency"),
        crisis=entry.words("crisis"),
        violence=entry.words("violence"),
        link=button,
        last_checked=last_checked,
    )
