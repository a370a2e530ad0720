"""The short words of the pack: heads of tables, marks, the figure. `texts/nl/labels.toml`, `texts/en/labels.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from surveys.model import Language


@dataclass(frozen=True, slots=True)
class Labels:
    """`Labels("nl")("head.survey")` is the word in that language, filled in. Raises KeyError naming what is missing."""

    language: Language

    def __call__(self, name: str, /, **values: object) -> str:
        return shipped(self.language)[name].format(**values)


@cache
def shipped(language: Language) -> Mapping[str, str]:
    """Dotted name to word of one language, read once, when first asked for."""
    file = files("bot") / "pack" / "texts" / language / "labels.toml"
    return dict(_flat("", tomllib.loads(file.read_text(encoding="utf-8"))))


def _flat(before: str, found: Mapping[str, Any]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, value in found.items():
        here = f"{before}{name}"
        pairs += _flat(f"{here}.", value) if isinstance(value, dict) else [(here, value)]
    return pairs
