"""The product as a tree of files, so that a rule can look at the real one and at a copy with a planted fault."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
PACKAGES: Final = ("surveys", "analytics", "adapters", "bot")


def sources(root: Path) -> Iterator[tuple[str, ast.Module]]:
    """Every Python file of the product under `root`: path from there with forward slashes, and its syntax tree."""
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            yield path.relative_to(root).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def copy_product(target: Path) -> Path:
    """The four packages' Python files and pyproject.toml, copied to `target`."""
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            plant(target, path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
    shutil.copy(ROOT / "pyproject.toml", target)
    return target


def plant(root: Path, name: str, code: str) -> Path:
    """Write `code` at `name` under `root`, with the packages on the way to it. Returns what was written."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    for folder in path.relative_to(root).parents[:-1]:
        (root / folder / "__init__.py").touch()
    path.write_text(code, encoding="utf-8")
    return path
