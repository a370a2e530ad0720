"""Reading the data files that ship with the product: every fault names the file, the entry and the mend."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any

from surveys.errors import InputError
from surveys.model import LANGUAGES, Words


@dataclass(frozen=True, slots=True)
class Entry:
    """One table of a data file. Every reading method raises InputError when the value is missing or wrong."""

    where: str
    """What a person would look for: `core.toml, item C4`."""
    values: Mapping[str, Any]
    defaults: Mapping[str, Any]
    """What the head of the file says for entries that do not say it themselves."""

    def fault(self, what: str) -> InputError:
        return InputError(f"{self.where}: {what}")

    def text(self, key: str) -> str:
        value = self._value(key)
        if not isinstance(value, str) or not value.strip():
            raise self.fault(f'{key} is {value!r}: write it as {key} = "..."')
        return value

    def number(self, key: str) -> int:
        value = self._value(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise self.fault(f"{key} is {value!r}: write a whole number from 1 up")
        return value

    def optional_number(self, key: str) -> int | None:
        return self.number(key) if key in self.values else None

    def flag(self, key: str) -> bool:
        value = self._value(key)
        if not isinstance(value, bool):
            raise self.fault(f"{key} is {value!r}: write true or false")
        return value

    def one_of(self, key: str, allowed: Sequence[Any]) -> Any:
        value = self._value(key)
        if value not in allowed:
            raise self.fault(f"{key} is {value!r}: choose one of {', '.join(map(str, allowed))}")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._value(key)
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise self.fault(f'{key} is {value!r}: write a list, as {key} = ["...", "..."]')
        return tuple(value)

    def words(self, key: str) -> Words:
        return {language: entry.text(language) for language, entry in self._per_language(key)}

    def lines(self, key: str) -> Mapping[str, tuple[str, ...]]:
        """Several sentences per language."""
        return {language: entry.texts(language) for language, entry in self._per_language(key)}

    def optional_words(self, key: str) -> Words | None:
        return self.words(key) if key in self.values else None

    def entries(self, key: str) -> tuple[Entry, ...]:
        """The tables below this one. Each is named by its `id`, or by its place, counted from 1."""
        below = self.values.get(key, [])
        if not isinstance(below, list) or not all(isinstance(one, Mapping) for one in below):
            raise self.fault(f"{key} is not a list of tables: write [[{key}]] above each")
        return tuple(self._below(key, place, one) for place, one in enumerate(below, start=1))

    def _below(self, key: str, place: int, values: Mapping[str, Any]) -> Entry:
        return Entry(f"{self.where}, {key} {values.get('id', place)}", values, self.defaults)

    def _value(self, key: str) -> Any:
        value = self.values.get(key, self.defaults.get(key))
        if value is None:
            raise self.fault(f"{key} is missing: add {key} = ...")
        return value

    def _per_language(self, key: str) -> list[tuple[Any, Entry]]:
        table = self._value(key)
        if not isinstance(table, Mapping):
            raise self.fault(f"{key} is {table!r}: write {key}.nl = ... and {key}.en = ...")
        if strange := sorted(set(table) - set(LANGUAGES)):
            raise self.fault(f"{key} has the unknown language {strange[0]!r}: use {' and '.join(LANGUAGES)}")
        return [(language, Entry(f"{self.where}, {key}", table, {})) for language in LANGUAGES]


def read_data_file(file: Traversable) -> Entry:
    """The head of a TOML file as an entry. Raises InputError when it is missing, not UTF-8 or not TOML."""
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError:
        raise InputError(f"{file.name} is missing from the library: put it back") from None
    except ValueError as fault:
        raise InputError(f"{file.name} cannot be read: {fault}") from None
    head = {key: value for key, value in values.items() if not isinstance(value, list)}
    return Entry(file.name, values, head)


def refuse_twins(entries: Sequence[Entry]) -> None:
    """Raises InputError when two entries have one id."""
    seen = Counter(entry.text("id") for entry in entries)
    for entry in entries:
        if seen[entry.text("id")] > 1:
            raise entry.fault("this id stands here twice: give each its own")
