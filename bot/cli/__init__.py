"""The command line: it reads arguments, asks the application, and prints. Nothing is decided here."""

from __future__ import annotations

from bot.cli.entry import main

__all__ = ["main"]
