"""What may be about a customer in a text that thanks colleagues: found by its form, and masked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.scrub import Kind, masked, spans

DATA: Final = Path(__file__).parents[1] / "data"
WORDS: Final = {kind: f"[{kind.value}]" for kind in Kind}
MARK: Final = re.compile(r"\[\[(\w+)\|(.*?)\]\]")
NOT_LOOKED_FOR: Final = {"NAME", "QUASI", "PLATE", "DOB", "HANDLE"}
"""What colleagues are called, and what no form tells."""


def labelled() -> Iterator[tuple[str, list[tuple[str, int, int]]]]:
    """Yield each labelled text, with what is marked in it and where."""
    for name in ("pii.tsv", "pii_2.tsv"):
        for line in (DATA / name).read_text(encoding="utf-8").splitlines()[1:]:
            plain, marks, at = "", list[tuple[str, int, int]](), 0
            written = line.split("\t")[1]
            for mark in MARK.finditer(written):
                plain += written[at : mark.start()]
                marks.append((mark[1], len(plain), len(plain) + len(mark[2])))
                plain, at = plain + mark[2], mark.end()
            yield plain + written[at:], marks


def test_of_the_labelled_numbers_and_addresses_nine_in_ten_are_found() -> None:
    found = looked_for = 0
    for text, marks in labelled():
        for kind, start, end in marks:
            if kind not in NOT_LOOKED_FOR:
                covered = sum(max(0, min(end, one.end) - max(start, one.start)) for one in spans(text))
                looked_for, found = looked_for + 1, found + (covered >= 0.8 * (end - start))
    assert (found / looked_for >= 0.9, looked_for) == (True, 32)


def test_nothing_that_is_not_labelled_is_masked() -> None:
    wrong = [
        (text[one.start : one.end], text)
        for text, marks in labelled()
        for one in spans(text)
        if not any(one.start < end and start < one.end for _, start, end in marks)
    ]
    assert wrong == []


def test_plain_thanks_are_left_alone() -> None:
    lines = (DATA / "kudos.tsv").read_text(encoding="utf-8").splitlines()[1:]
    assert [line for line in lines if spans(line.split("\t")[2])] == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Dank Sanne, je hielp mevrouw van den Berg zo goed", "Dank Sanne, je hielp mevrouw [name] zo goed"),
        ("Klant Jansen was blij met Bilal", "Klant [name] was blij met Bilal"),
        ("Mrs. O'Neill says thanks to Sanne", "Mrs. [name] says thanks to Sanne"),
        ("De klant zei dank je wel", "De klant zei dank je wel"),
        ("Top hoe je order 4482913 oploste", "Top hoe je order [number] oploste"),
        ("Bel 06-12345678 of mail a@b.example", "Bel [phone] of mail [email]"),
        ("Dank voor gisteren, 74 gesprekken om 14:30!", "Dank voor gisteren, 74 gesprekken om 14:30!"),
    ],
)
def test_colleagues_stay_named_and_customers_do_not(text: str, shown: str) -> None:
    assert masked(text, WORDS) == shown


@given(st.text(max_size=300))
def test_what_is_found_lies_in_the_text_and_not_within_another(text: str) -> None:
    found = spans(text)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(before.end <= after.start for before, after in pairwise(found))


@given(st.text(st.characters(exclude_characters="\0"), max_size=300))
def test_nothing_beside_what_is_found_changes(text: str) -> None:
    found, rest, at = spans(text), "", 0
    for one in found:
        rest, at = rest + text[at : one.start], one.end
    assert masked(text, dict.fromkeys(Kind, "\0")).replace("\0", "") == rest + text[at:]


@given(st.text(alphabet="0123456789 +-", max_size=2000))
def test_an_endless_row_of_figures_takes_no_time(text: str) -> None:
    spans(text * 3)
