"""Engines that outlive a stage: SQLAlchemy compiles a statement once for each, and so does not for every test anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from surveys.store import database

_Key = tuple[URL, str]
_free: dict[_Key, list[AsyncEngine]] = defaultdict(list)


class Lent:
    """The engines of one application, from those that nobody uses; a disposed engine begins anew with no connection."""

    def __init__(self) -> None:
        self._lent: list[tuple[_Key, AsyncEngine]] = []

    @contextmanager
    def while_building(self) -> Iterator[None]:
        """Let a database that is built in the block take engines that earlier ones have given back."""
        with patch.object(database, "create_async_engine", self._engine):
            yield

    def give_back(self) -> None:
        """Let others have them: only once they were disposed."""
        for key, engine in self._lent:
            _free[key].append(engine)
        self._lent.clear()

    def _engine(self, url: URL, **options: Any) -> AsyncEngine:
        key = (url, repr(sorted(options.items())))
        engine = _free[key].pop() if _free[key] else create_async_engine(url, **options)
        self._lent.append((key, engine))
        return engine
