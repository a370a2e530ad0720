"""Who took part in the waves of a simulation, from the truth file that it left: counts alone, never an answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from analytics.audit.figures import Participation
from analytics.audit.releases import Known
from surveys.errors import InputError

FORMAT = 1


def known_from(truth: Mapping[str, Any]) -> Known:
    """Return who took part, by survey and wave (docs/simulation-format.md). Raises InputError."""
    if truth.get("format") != FORMAT or truth.get("simulated") is not True:
        raise InputError("this is no truth file of a simulation: give the truth.json that `adempauze simulate` wrote")
    try:
        return {(wave["survey"], wave["number"]): _participation(wave) for wave in truth["waves"]}
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(f"the truth file lacks something ({error}): let the simulation write it anew") from None


def _participation(wave: Mapping[str, Any]) -> Participation:
    facet = wave.get("facet", "")
    whole = _counted(wave, lambda person: person["cohort"])
    if not facet:
        return whole
    return replace(whole, parts=_counted(wave, lambda person: (person["cohort"], person["facets"].get(facet, ""))))


def _counted(wave: Mapping[str, Any], member: Callable[[Mapping[str, Any]], Hashable]) -> Participation:
    people: Sequence[Mapping[str, Any]] = wave["people"]
    asked, answered = Counter[Hashable](), Counter[Hashable]()
    by_item: dict[str, Counter[Hashable]] = {item: Counter() for item in wave["items"]}
    for person in people:
        one = member(person)
        asked[one] += bool(person["delivered"])
        answered[one] += bool(person["answers"])
        for item in person["answers"]:
            by_item[item][one] += 1
    return Participation(asked, answered, by_item)
