"""The edge of the process: the environment comes in, an exit code goes out, and no traceback is shown unasked.

Exit codes: 0 done, 1 something unexpected or found wrong, 2 bad input, 3 settings or key file, 4 database,
5 a roster import that would change too much, 130 stopped with Ctrl-C.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Final

import typer

from bot.cli.commands import app
from bot.cli.edge import Edge
from bot.cli.screen import complain
from surveys.errors import AdempauzeError

INTERRUPTED: Final = 130

Hook = Callable[[type[BaseException], BaseException, TracebackType | None], object]


def main() -> None:
    """Run one command with the arguments and the environment of this process."""
    edge = Edge(os.environ)
    sys.excepthook = surprised(edge)
    done = run(sys.argv[1:], edge)
    gc.freeze()  # else Python looks through all that was loaded once more: a third of the time of a short command
    sys.exit(done)


def run(arguments: Sequence[str], edge: Edge) -> int:
    """Return the exit code; what is wrong is said in one sentence on stderr."""
    try:
        done = typer.main.get_command(app).main(list(arguments), "adempauze", standalone_mode=False, obj=edge)
    except AdempauzeError as error:
        complain(str(error))
        return error.exit_code
    except typer.TyperException as error:
        if wrong := error.format_message():  # a group without a command has shown its help already
            complain(f"{wrong} See `{_asked(error)} --help`.")
        return error.exit_code
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    return done if isinstance(done, int) else 0


def surprised(edge: Edge) -> Hook:
    """Return what is done with an error that nobody expected: its class is named, its text may hold values."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if edge.verbose:
            sys.__excepthook__(kind, error, trace)
        complain(
            f"something unexpected went wrong ({kind.__name__}): run `adempauze --verbose ...` to see where, and "
            "report that place on the project's page, without names or answers"
        )

    return hook


def _asked(error: typer.TyperException) -> str:
    return str(getattr(getattr(error, "ctx", None), "command_path", "adempauze"))
