"""Where a simulation may play: in a directory and a database that it made itself, never in a real installation."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import embedded
from surveys.errors import InputError
from surveys.store import people as people_store
from surveys.store import platform as platform_store
from surveys.store import surveys as survey_store

MARK: Final = "simulation"
MARK_FILE: Final = "invented-people-only"
SAYS: Final = "Adempauze made this directory for invented people. It may be removed at any time.\n"


def claim_directory(directory: Path) -> None:
    """Make a directory and mark it as a simulation's. Raises InputError for one that holds something else."""
    if directory.exists() and not directory.is_dir():
        raise InputError(f"{directory} is a file: choose a directory that is empty or not there yet")
    if directory.is_dir() and any(directory.iterdir()) and not is_ours(directory):
        raise InputError(
            f"{directory} is not empty and was not made by a simulation: choose one that is empty or not there yet"
        )
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    (directory / MARK_FILE).write_text(SAYS, encoding="ascii")


def is_ours(directory: Path) -> bool:
    """Whether a simulation made this directory."""
    return (directory / MARK_FILE).is_file()


def clear_directory(directory: Path) -> None:
    """Remove what an earlier simulation left here. Raises InputError when it is not a simulation's."""
    claim_directory(directory)
    for left in directory.iterdir():
        if left.name != MARK_FILE:
            shutil.rmtree(left) if left.is_dir() else left.unlink()


def stop_leftover(directory: Path) -> None:
    """Stop the database of a simulation that was killed. Raises InputError when one still runs here."""
    data = directory / "data"
    running = data / "postgres" / "postmaster.pid"
    if is_ours(directory) and running.exists():
        embedded.start(data).stop()
        if running.exists():
            raise InputError(f"a demo runs in {directory} already: stop it first, or choose another --data-dir")


async def claim_database(connection: AsyncConnection) -> None:
    """Mark an empty database as a simulation's. Raises InputError when anything real could be in it."""
    if await platform_store.marked(connection, MARK) is not None:
        return
    if await people_store.load_tree(connection) is not None or await survey_store.surveys(connection):
        raise InputError(
            "this database holds a roster or surveys and was not made by a simulation: nothing was changed; "
            "simulate into a data directory that is empty or not there yet"
        )
    await platform_store.mark(connection, MARK, "invented people only")
