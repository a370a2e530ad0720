"""Who took part in the waves of a simulation, from the truth file that it left: counts alone, never an answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from analytics.audit.figures import Participation
from analytics.audit.releases import Known
from surveys.errors import InputError
from surveys.model import NodeId

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
    people: Sequence[Mapping[str, Any]] = wave["people"]
    asked, answered = Counter[NodeId](), Counter[NodeId]()
    by_item: dict[str, Counter[NodeId]] = {item: Counter() for item in wave["items"]}
    for person in people:
        cohort = person["cohort"]
        asked[cohort] += bool(person["delivered"])
        answered[cohort] += bool(person["answers"])
        for item in person["answers"]:
            by_item[item][cohort] += 1
    return Participation(asked, answered, by_item)
