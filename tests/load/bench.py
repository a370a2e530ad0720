"""Measure what is promised about speed: `make bench`, or `uv run python -m tests.load.bench --only answering`.

`--only acknowledging --seconds 10` tries that one out; what is promised is a minute of it.

Every figure stands beside a baseline of the same run on the same machine. Ends with 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from bot import logs
from tests.load import acknowledging, answering, auditing, closing, invoking, reading, sending
from tests.load.table import Finding, show

BENCHMARKS: Mapping[str, Callable[[Path], list[Finding]]] = {
    "sending": sending.measure,
    "answering": answering.measure,
    "acknowledging": acknowledging.measure,
    "invoking": invoking.measure,
    "auditing": auditing.measure,
    "closing": closing.measure,
    "reading": reading.measure,
}


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=sorted(BENCHMARKS), action="append", help="run this one; may be repeated")
    parser.add_argument("--seconds", type=float, default=acknowledging.SECONDS, help="length of the two in chat")
    asked = parser.parse_args()
    wanted, benchmarks = asked.only or list(BENCHMARKS), dict(BENCHMARKS)
    benchmarks["acknowledging"] = partial(acknowledging.measure, seconds=asked.seconds)
    benchmarks["invoking"] = partial(invoking.measure, seconds=asked.seconds)
    logs.configure("ERROR")
    findings: list[Finding] = []
    for name, measure in benchmarks.items():
        if name in wanted:
            print(f"{name} ...", file=sys.stderr, flush=True)
            directory = Path(tempfile.mkdtemp(prefix=f"adempauze-{name}-"))
            try:
                findings += measure(directory)
            finally:
                shutil.rmtree(directory, ignore_errors=True)
    show(findings)
    return int(any(one.met is False for one in findings))


if __name__ == "__main__":
    raise SystemExit(main())
