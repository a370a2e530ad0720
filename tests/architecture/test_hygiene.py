"""What may stand in no file that we publish. The patterns are spelled apart, so that this file passes its own test."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pytest

from tests.architecture.tree import ROOT


def _words(*parts: tuple[str, str]) -> str:
    return r"\b(?:" + "|".join(first + second for first, second in parts) + r")\b"


REFUSED: Final = {
    "a path on somebody's machine": re.compile(
        r"(?<![\w.}>/-])/(?:wo" + r"rk|ro" + r"ot|ho" + r"me|Us" + r"ers)/[\w.]"
    ),
    "a word about how the product is made": re.compile(
        _words(
            *(("clau", "de"), ("anthro", "pic"), ("open", "ai"), ("chat", "gpt"), ("co", "pilot"), ("ll", "ms?")),
            *(
                ("large language ", "model"),
                ("coding ", "agent"),
                ("ai ", "agent"),
                ("sub", "agents?"),
                ("pro", "mpted by"),
            ),
            *(("ai-gene", "rated"), ("generated ", "(?:by|with) ai"), ("co-authored", "-by"), ("iss", r"ue #?\d+")),
        ),
        re.IGNORECASE,
    ),
    "a host of a package registry": re.compile(
        r"\b(?:py" + r"pi\.org|pythonhost" + r"ed\.org|registry\.npm" + r"js\.org|deb\.deb" + r"ian\.org)"
    ),
    "a private key": re.compile(r"-----BEG" + r"IN (?:[A-Z]+ )*PRIV" + r"ATE KEY-----"),
}
MAY_NAME_REGISTRIES: Final = {"uv.lock"}


def offences(root: Path, names: Iterable[str]) -> list[str]:
    """`path:line: what` for each refused thing in the text files of these names under `root`."""
    found = []
    for name in names:
        for number, line in enumerate(_text(root / name).splitlines(), 1):
            found += [
                f"{name}:{number}: {what}"
                for what, pattern in REFUSED.items()
                if pattern.search(line) and not ("registry" in what and name in MAY_NAME_REGISTRIES)
            ]
    return found


def published() -> list[str]:
    """Every file that git knows or would take."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def _text(path: Path) -> str:
    """The text of a file; nothing for a binary one."""
    raw = path.read_bytes()
    return "" if b"\0" in raw[:8000] else raw.decode("utf-8", errors="ignore")


def test_no_file_says_what_does_not_belong_in_it() -> None:
    names = published()
    assert "pyproject.toml" in names
    assert offences(ROOT, names) == []


@pytest.mark.parametrize(
    "fault",
    [
        'DATA = "/ro' + 'ot/data"',
        "see /wo" + "rk/main/README.md",
        "cd /ho" + "me/noor/adempauze",
        "Written by Clau" + "de.",
        "an AI " + "agent did this",
        "Co-Authored" + "-By: somebody",
        "see iss" + "ue 12",
        "index-url = https://py" + "pi.org/simple",
        "-----BEG" + "IN RSA PRIV" + "ATE KEY-----",
        "-----BEG" + "IN PRIV" + "ATE KEY-----",
    ],
)
def test_a_planted_fault_is_seen(fault: str, tmp_path: Path) -> None:
    (tmp_path / "planted.md").write_text(f"A line.\n{fault}\n", encoding="utf-8")
    assert [place.rpartition(":")[0] for place in offences(tmp_path, ["planted.md"])] == ["planted.md:2"]


@pytest.mark.parametrize(
    "line",
    [
        "site or home, work/home balance",
        "https://example.org/home/settings",
        "Ik begrijp waarvoor wij AI gebruiken.",
        "agents answer; managers read",
        "AI training for agents",
        "issued 12 tokens",
    ],
)
def test_what_the_product_really_says_is_fine(line: str, tmp_path: Path) -> None:
    (tmp_path / "fine.md").write_text(line, encoding="utf-8")
    assert offences(tmp_path, ["fine.md"]) == []
