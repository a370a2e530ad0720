"""What several stores ask of a column, and how they read what stands in it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, any_, literal

from surveys.model import LANGUAGES, Language


def among(column: ColumnElement[Any], ids: Collection[UUID]) -> ColumnElement[bool]:
    """One array instead of one parameter per id: a roster may hold more people than a statement parameters."""
    return column == any_(literal(list(ids), ARRAY(Uuid)))


def language_of(stored: str | None) -> Language | None:
    """Return a language as it was stored; None for one that we do not speak."""
    return next((language for language in LANGUAGES if language == stored), None)
