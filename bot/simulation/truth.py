"""The truth file of a simulation: who was where, who got a card, what each answered, and what was planted.

It exists for invented people only. `docs/simulation-format.md` explains it, `truth.schema.json` describes it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any, Final

from analytics.facets import turn_of
from bot.opening import SIMULATED_FACETS
from bot.simulation.crowd import Witness
from bot.simulation.people import Planted
from surveys.cohorts import Tree, counting_cohort
from surveys.model import Person, Wave

FORMAT: Final = 1
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class WaveTruth:
    """One wave, with the roster as it was at opening."""

    wave: Wave
    roster: Sequence[Person]
    witness: Witness


def truth(seed: int, planted: Planted, waves: Sequence[WaveTruth], tree: Tree) -> Document:
    """Return the truth in plain JSON values, everything in a fixed order."""
    return {
        "format": FORMAT,
        "simulated": True,
        "seed": seed,
        "organisation": tree.root.name,
        "nodes": [{"id": node.id, "parent": node.parent, "path": tree.path(node.id)} for node in _nodes(tree)],
        "planted": {
            "team": tree.find(planted.team),
            "path": planted.team,
            "from_wave": planted.from_wave,
            "points": planted.points,
        },
        "waves": [_wave(one, tree) for one in waves],
    }


def to_bytes(document: Mapping[str, Any]) -> bytes:
    """Return the file: readable, keys in their order, UTF-8, one newline at the end."""
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def schema() -> Document:
    """Return the JSON Schema (draft 2020-12) that every truth file fits."""
    loaded: Document = json.loads((files("bot.simulation") / "truth.schema.json").read_text("utf-8"))
    return loaded


def _nodes(tree: Tree) -> list[Any]:
    return sorted(tree.nodes.values(), key=lambda node: tree.path(node.id))


def _wave(one: WaveTruth, tree: Tree) -> Document:
    wave = one.wave
    return {
        "survey": wave.survey,
        "number": wave.number,
        "opened": _moment(wave.opens),
        "closed": _moment(wave.closes),
        "items": list(wave.items),
        "facet": turn_of(SIMULATED_FACETS, wave.number),
        "people": [_person(person, one.witness, tree) for person in one.roster],
    }


def _person(person: Person, witness: Witness, tree: Tree) -> Document:
    return {
        "person": person.external_id,
        "team": person.team,
        "cohort": counting_cohort(tree, person.team, person.manages),
        "facets": dict(sorted(person.facets.items())),
        "delivered": person.external_id in witness.delivered,
        "answers": dict(sorted(witness.answers.get(person.external_id, {}).items())),
    }


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
