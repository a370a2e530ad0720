"""How long our files and functions are, as a table. A mirror, not a gate: `make comfort`."""

from __future__ import annotations

import ast
import statistics
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from tests.architecture.tree import ROOT, sources

LONG_FUNCTION = 40


def files() -> list[tuple[int, str]]:
    return [(len((ROOT / path).read_text(encoding="utf-8").splitlines()), path) for path, _ in sources(ROOT)]


def functions() -> list[tuple[int, str]]:
    return [
        (_length(node), f"{path}:{node.lineno} {node.name}")
        for path, tree in sources(ROOT)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring."""
    whole = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    spoken = ast.get_docstring(function) is not None
    return whole - ((first.end_lineno or first.lineno) - first.lineno + 1 if spoken else 0)


def _row(name: str, measured: Sequence[tuple[int, str]], wish: str) -> tuple[str, ...]:
    lengths = [length for length, _ in measured]
    nine_tenths = statistics.quantiles(lengths, n=10)[-1]
    return name, str(len(lengths)), f"{statistics.median(lengths):g}", f"{nine_tenths:.0f}", str(max(lengths)), wish


def main() -> None:
    table = Table("", "count", "median", "p90", "longest", "wish")
    table.add_row(*_row("files", files(), "median 60, none over 300"))
    table.add_row(*_row("functions", functions(), f"median 8, none over {LONG_FUNCTION}"))
    console = Console()
    console.print(table)
    for length, place in sorted(functions(), reverse=True):
        if length > LONG_FUNCTION:
            console.print(f"{length} lines: {place}", highlight=False)


if __name__ == "__main__":
    main()
