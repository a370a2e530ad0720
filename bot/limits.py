"""What is said where a server may keep copies of a closed wave: why, and until when."""

from __future__ import annotations

from typing import Final

from surveys.store.traces import Kept

WHY: Final = {
    "archive": "the server archives its log (archive_mode)",
    "replicas": "a replica or another reader follows its log (replication)",
    "recycled": "old log files are used again (wal_recycle)",
    "kept": "old log is kept (wal_keep_size)",
    "crash": "the server crashed in that time, and may have left files of no table",
}


def said(kept: Kept, epoch: str) -> str:
    """Return it in one English sentence, for the command line."""
    if kept.traces is None:
        return "its rows are gone; what is left of them on the server is still to be erased"
    why = "; ".join(WHY[name] for name in kept.traces)
    until = f" (on {kept.until:%Y-%m-%d}, or when its last wave has closed)" if kept.until else ""
    return f"kept with a limit: {why}. Copies there can be read until key epoch {epoch} is destroyed{until}"
