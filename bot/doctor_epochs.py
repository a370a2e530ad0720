"""What `doctor` looks at in key epochs: whether they rotate, and why not."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.doctor import Finding
from bot.epochs import GONE, PLACE, SERVING, is_over, others, refuse_older, serving_of
from bot.keyfile import read
from bot.keywriting import place_of
from surveys.errors import KeyFileError
from surveys.store import platform
from surveys.store.marks import marks

LATE: Final = timedelta(days=1)
"""A rotation may wait so long: for a process that ticks, or for an opening that is under way."""


async def check_epochs(connection: AsyncConnection, path: Path, now: datetime, life: timedelta) -> Finding:
    """Look whether the current epoch is one of this database, and how long it has served."""
    content = read(path)
    try:
        refuse_older(content, serving_of(await platform.marked(connection, SERVING)))
    except KeyFileError as error:
        what, _, mend = str(error).rpartition(": ")
        return Finding("epochs", what, mend)
    elsewhere = others(await marks(connection, PLACE), place_of(path), now, GONE)
    overdue = is_over(content, now, life + LATE)
    if overdue and elsewhere:
        what = f"the epoch is over and does not rotate itself: the key file lies in {len(elsewhere)} other place(s) too"
        return Finding("epochs", what, "rotate by hand, as docs/keys.md says under 'Several machines'")
    if overdue or not os.access(path.parent, os.W_OK):
        what = "the epoch is over and was not rotated" if overdue else f"{path.parent} can't be written to"
        mend = f"let `adempauze serve` or `worker` run as a user who may write in {path.parent}"
        return Finding("epochs", what, mend)
    note = f"; {len(elsewhere)} other place(s) hold a copy, so they are rotated by hand" if elsewhere else ""
    return Finding("epochs", f"{content['current']} serves for {life.days} days{note}")
