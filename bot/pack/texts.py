"""The long texts of the pack: one Markdown file for each part, in each language, with the facts filled in.

`SECTIONS` is the skeleton that both languages share. What is filled in is never Markdown: every sign of it is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from jinja2 import Environment, StrictUndefined, TemplateError

from surveys.errors import InputError
from surveys.model import Language

SECTIONS: Final = (
    *("cover", "asked", "flow", "retention", "promises", "dpia", "letter", "register", "psa", "leaflet"),
    *("counsel", "open", "sources", "attestation"),
)
"""The parts, in order; the place of a part is its number."""
ON_A_PAGE_OF_ITS_OWN: Final = frozenset(
    {"asked", "dpia", "letter", "register", "psa", "leaflet", "counsel", "attestation"}
)
MEANING: Final = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~&:])")
"""Signs that mean something in Markdown."""


def written(name: str, language: Language) -> str:
    """Return the text of a part as it is in its file."""
    return (files("bot") / "pack" / "texts" / language / f"{name}.md.j2").read_text(encoding="utf-8")


def filled(name: str, language: Language, values: Mapping[str, object]) -> str:
    """Return the Markdown of a part with the facts filled in. Raises InputError naming a fact that there is not."""
    try:
        return environment().from_string(written(name, language)).render(values)
    except TemplateError as error:
        raise InputError(f"part {name} ({language}) of the pack cannot be filled in: {error.message}") from None


@cache
def environment() -> Environment:
    """Return how the facts are filled in."""
    return Environment(undefined=StrictUndefined, finalize=escaped, trim_blocks=True, autoescape=False)  # noqa: S701 — `escaped` is for Markdown; what becomes HTML is escaped when it is drawn


def escaped(value: object) -> object:
    """Return text from elsewhere as Markdown that says the same and does nothing."""
    return MEANING.sub(r"\\\1", " ".join(value.split())) if isinstance(value, str) else value
