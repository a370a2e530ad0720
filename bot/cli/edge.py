"""What every command is handed: the environment of the process, and how much it should say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from bot.settings import Settings


@dataclass
class Edge:
    """The environment, read once; `verbose` shows where an unexpected error came from."""

    environ: Mapping[str, str]
    verbose: bool = False

    def settings(self) -> Settings:
        """Return the settings. Raises SettingsError."""
        from bot.settings import load_settings

        return load_settings(self.environ)


def edge_of(context: typer.Context) -> Edge:
    """Return what the process handed to its command."""
    edge = context.obj
    assert isinstance(edge, Edge)
    return edge
