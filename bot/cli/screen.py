"""Printing: text from files is never markup, and what is piped is plain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

PLAIN: Final = {"markup": False, "highlight": False, "emoji": False, "soft_wrap": True}


def say(text: str = "") -> None:
    """Print a line on stdout."""
    Console().print(text, **PLAIN)  # type: ignore[arg-type]


def remark(text: str) -> None:
    """Print what somebody should know, but need not do anything about at once, on stderr."""
    Console(stderr=True).print(text, **PLAIN)  # type: ignore[arg-type]


def complain(sentence: str) -> None:
    """Print what is wrong, with its mend, on stderr."""
    remark(f"adempauze: {sentence}")


def show_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table on a terminal, and tab-separated lines with a header anywhere else."""
    console = Console()
    if not console.is_terminal:
        for line in (columns, *rows):
            console.print("\t".join(map(str, line)), **PLAIN)  # type: ignore[arg-type]
        return
    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*(Text(str(cell), overflow="fold") for cell in row))
    console.print(table)


@contextmanager
def counting(what: str, total: int) -> Iterator[Callable[[int, int], None]]:
    """Show a progress bar on stderr; what is given out is called with (done, all)."""
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=total)
        yield lambda done, all_: progress.update(task, completed=done, total=all_)
