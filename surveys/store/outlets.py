"""Where messages wait to be sent: each workspace of a platform by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, case, func


@dataclass(frozen=True, slots=True)
class Outlet:
    """A workspace of a platform, "" where there is only one."""

    platform: str
    workspace: str = ""


def workspace_in(address: ColumnElement[str]) -> ColumnElement[Any]:
    """What stands before the first slash of an address: each workspace of a platform is sent to by itself."""
    return case((func.strpos(address, "/") > 0, func.split_part(address, "/", 1)), else_="")
