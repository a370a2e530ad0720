"""The page of promises and tests, held against the tests that there are."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PAGE = HERE / "README.md"
PROMISES = tuple(map(str, range(1, 18)))
RIGHTS = (
    *("see", "export", "erase", "pause", "stop", "invisible to the manager", "not counted as non-response"),
    *("language", "moment and channel", "the same digest an hour earlier"),
)
FAILURES = (
    *("openpollslack 45", "Nextcloud polls 871", "Nextcloud polls 100, 1221", "LimeSurvey 5071", "LimeSurvey 4389"),
    *("EUSurvey 324", "TEAMMATES 4597", "Rallly 2301", "Moodle questionnaire 221", "Rootly", "gib-potato"),
)
ROW = re.compile(r"^\| (?P<what>[^|]+?) \|(?:.*\|)? `(?P<file>[\w/]+\.py)::(?P<test>\w+)` \|$", re.MULTILINE)


def docstrings(file: Path) -> dict[str, str]:
    """What each test of a file says of itself."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    tests = (node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return {test.name: ast.get_docstring(test) or "" for test in tests if test.name.startswith("test_")}


def faults(page: str) -> Iterator[str]:
    """Everything that is missing on the page, or that it names and is not there."""
    rows = [match.groupdict() for match in ROW.finditer(page)]
    named = {row["what"] for row in rows}
    yield from (f"nothing tests {what}" for what in (*PROMISES, *RIGHTS, *FAILURES) if what not in named)
    for row in rows:
        file = HERE.parent / row["file"]
        found = docstrings(file) if file.exists() else {}
        if row["test"] not in found:
            yield f"{row['file']} has no {row['test']}"
        elif not found[row["test"]]:
            yield f"{row['test']} does not say what it promises"


def test_every_promise_right_and_known_failure_has_a_test_that_says_what_it_promises() -> None:
    assert list(faults(PAGE.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("what", [*PROMISES, *RIGHTS, *FAILURES])
def test_a_gap_on_the_page_is_found(what: str) -> None:
    rows = PAGE.read_text(encoding="utf-8").splitlines()
    page = "\n".join(row for row in rows if not row.startswith(f"| {what} |"))
    assert f"nothing tests {what}" in list(faults(page))


def test_a_test_that_went_away_is_found() -> None:
    page = PAGE.read_text(encoding="utf-8").replace("::test_an_answer_has_no_sender", "::test_that_went_away")
    assert list(faults(page)) == ["privacy/test_ticket_and_token.py has no test_that_went_away"]


def test_a_test_that_does_not_say_what_it_promises_is_found() -> None:
    silent = "privacy/test_every_promise_is_tested.py::test_a_test_that_went_away_is_found"
    page = PAGE.read_text(encoding="utf-8") + f"| 1 | | `{silent}` |\n"
    assert list(faults(page)) == ["test_a_test_that_went_away_is_found does not say what it promises"]
