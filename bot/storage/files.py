"""Files around the database: the key file, the server's own files, backups, logs, and the page of counts."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from bot.doctor_epochs import LATE
from bot.epochs import is_over
from bot.keyfile import key_path, load, read
from bot.keywriting import DRAFT
from bot.settings import Settings
from bot.storage.verdict import Found, Said, Verdict, broken, kept, limited
from surveys.errors import KeyFileError
from surveys.model import Person
from surveys.tickets import KeyRing

SHORTEST: Final = 6
"""Characters of a name, address or number that are looked for; shorter ones stand in any text."""
PACKED: Final = (b"PGDMP", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"PK\x03\x04", b"\x28\xb5\x2f\xfd")
"""How files begin that are compressed, so that a look at their bytes shows nothing."""
PART: Final = 1 << 22
"""Bytes that are looked through at a time."""
LABEL: Final = re.compile(r"^(?!#)(\w+)(?:\{([^}]*)\})?", re.MULTILINE)
STATES: Final = re.compile(r'(?:state="[a-z_]+")?')


def key_file(settings: Settings, now: datetime) -> Found:
    """Look where the key file lies, who may read it, and whether an epoch serves longer than it should."""
    check = "path and mode of the key file, age of its current epoch, drafts beside it"
    return _found(1, "key file", check, _key_file(settings, now))


def _key_file(settings: Settings, now: datetime) -> Said:
    try:
        path = key_path(settings.config_dir, settings.data_dir)
        load(path)
    except KeyFileError as error:
        return broken(str(error))
    life = timedelta(days=settings.key_epoch_days)
    if is_over(read(path), now, life + LATE):
        return broken(f"the current epoch serves for more than {life.days} days, and copies stay readable as long")
    if drafts := list(path.parent.glob(f"{path.name}{DRAFT}*")):
        return limited(f"{len(drafts)} draft(s) of a killed process lie beside it, and go with the next rotation")
    return kept(f"outside the data directory, for its owner alone, rotated every {life.days} days")


def keys_in(places: Iterable[Path], keys: KeyRing) -> Found:
    """Look for a key in the files of the database and of backups: raw, as text of the key file, or in hexadecimal."""
    known = [*keys.epochs.values(), keys.platform]
    needles = [form for key in known for form in (key, base64.b64encode(key), key.hex().encode())]
    return _searched(1, "keys beside the data", places, needles, "a key lies in", "every key of the key file")


def open_waves_in(places: Iterable[Path], secrets: Iterable[bytes]) -> Found:
    """Look for salts and slots of open waves in backups: raw or in hexadecimal, as a dump writes them."""
    needles = [form for secret in secrets for form in (secret, secret.hex().encode())]
    return _searched(
        4, "backups", places, needles, "rows or salts of an open wave lie in", "salts and slots of open waves"
    )


def people_in(logs: Iterable[Path], people: Iterable[Person]) -> Found:
    """Look for people, and for codes of buttons, in log files."""
    check = "names, addresses and ids of everybody in the roster"
    needles = [text.encode() for person in people for text in _names(person) if len(text) >= SHORTEST]
    return _searched(3, "log files", logs, needles, "a person stands in", check)


def of_no_table(paths: Sequence[Path] | None) -> Found:
    """Judge files of the server that no table owns; None where the server is not our own."""
    return _found(4, "files of a crash", "files in base/ whose number is in no row of pg_class", _of_no_table(paths))


def _of_no_table(paths: Sequence[Path] | None) -> Said:
    if paths is None:
        return limited("not looked at: after a crash of the server its administrator looks, as docs/verify.md says")
    if paths:
        why = "of a statement that is running, or of a crash until the next erasure"
        return limited(f"{len(paths)} file(s) of no table: {why}")
    return kept("every file belongs to a table")


def metrics(page: str) -> Found:
    """Look at the page of counts: no label but a state."""
    wrong = sorted({name for name, labels in LABEL.findall(page) if not STATES.fullmatch(labels)})
    check = "labels of every count on /metrics"
    if wrong:
        return _found(3, "page of counts", check, broken(f"there is another label than a state in {', '.join(wrong)}"))
    return _found(3, "page of counts", check, kept("no count has a label that could be a person or a group"))


def _names(person: Person) -> Iterator[str]:
    yield from (str(person.id), person.id.hex, person.name, person.email, *person.addresses.values())


def _searched(promise: int, subject: str, places: Iterable[Path], needles: Iterable[bytes], *words: str) -> Found:
    """Look for bytes in files; `words` are what is said when they are there, and what was looked for."""
    wrong, what = words
    wanted, files, packed = list(needles), 0, 0
    named = [place for place in places if place.exists()]
    check = f"{what}, as bytes in {', '.join(map(str, named)) or 'nothing'}"
    hit = None
    for path in _files(named):
        files += 1
        holds, closed = _look(path, wanted)
        packed += closed
        hit = hit or (path if holds else None)
    if hit:
        return _found(promise, subject, check, broken(f"{wrong} {hit}"))
    if not named:
        return _found(promise, subject, check, limited("not looked at: no place was named"))
    if packed:
        return _found(promise, subject, check, limited(f"{packed} of {files} file(s) are compressed and tell nothing"))
    return _found(promise, subject, check, kept(f"nothing in {files} file(s)"))


def _files(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
        yield from (path for path in (place.rglob("*") if place.is_dir() else [place]) if path.is_file())


def _look(path: Path, needles: list[bytes]) -> tuple[bool, bool]:
    """Return whether a file holds one of these, and whether it is compressed. A file that went away holds nothing.

    It is read and not mapped into memory: a running server cuts off files, and what was mapped there ends a process.
    """
    overlap = max(map(len, needles), default=1) - 1
    try:
        with path.open("rb") as file:
            part = file.read(PART)
            packed = part.startswith(PACKED)
            while part:
                if any(needle in part for needle in needles):
                    return True, packed
                tail = part[-overlap:] if overlap else b""
                more = file.read(PART)
                part = tail + more if more else b""
            return False, packed
    except OSError:
        return False, False


def _found(promise: int, subject: str, check: str, said: Said) -> Found:
    return Found(promise, subject, Verdict(said.verdict), said.what, check)
