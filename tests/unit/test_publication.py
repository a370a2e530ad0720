from __future__ import annotations

import json
from dataclasses import replace

from bot.publication import export_of, history_of
from surveys.model import SUPPRESSED
from surveys.release import canonical, digest_of, envelope, to_document, verify_export
from tests.unit.agreements import full
from tests.unit.test_report import wave


def chain(*figures: float) -> list[bytes]:
    found: list[bytes] = []
    previous = ""
    for number, figure in enumerate(figures, 1):
        document = to_document(replace(wave(number, figure), previous=previous))
        previous = digest_of(document)
        found.append(canonical(document))
    return found


def head(documents: list[bytes]) -> str:
    return digest_of(json.loads(documents[-1]))


def test_a_whole_chain_is_summed_up_newest_first() -> None:
    documents = chain(3.0, 3.1, 3.2)
    history = history_of(documents, head(documents))
    assert (history.broken, history.count, history.head) == ("", 3, head(documents))
    assert [row.number for row in history.rows] == [3, 2, 1]
    assert [item.id for item in history.items] == ["C1", "roster_1"]
    assert history.policy is not None
    assert history.policy.k == 5


def test_suppressed_cells_are_counted() -> None:
    document = to_document(wave(1, SUPPRESSED))
    history = history_of([canonical(document)], digest_of(document))
    assert (history.rows[0].suppressed, history.rows[0].cells) == (2, 4)


def test_a_changed_release_breaks_the_chain_and_everything_is_still_listed() -> None:
    documents = chain(3.0, 3.1, 3.2)
    documents[0] = documents[0].replace(b"3.0", b"2.0", 1)
    history = history_of(documents, head(documents))
    assert "pulse/2" in history.broken
    assert len(history.rows) == 3


def test_a_left_out_release_breaks_the_chain() -> None:
    documents = chain(3.0, 3.1, 3.2)
    assert history_of([documents[0], documents[2]], head(documents)).broken


def test_a_change_to_the_newest_release_is_seen_by_the_hash_that_was_kept() -> None:
    documents = chain(3.0, 3.1)
    kept = head(documents)
    documents[1] = documents[1].replace(b"3.1", b"2.1", 1)
    assert history_of(documents, kept).broken


def test_nothing_published_is_nothing_broken() -> None:
    history = history_of([], "")
    assert (history.count, history.head, history.broken, history.rows) == (0, "", "", ())


def test_an_export_holds_the_bytes_that_were_hashed() -> None:
    documents = chain(3.0, 3.1)
    exported = b"".join(export_of(documents))
    assert all(document in exported for document in documents)
    assert verify_export(json.loads(exported)) == [json.loads(document) for document in documents]
    assert json.loads(b"".join(export_of([])))["releases"] == []
    log = full()
    told = json.loads(b"".join(export_of(documents, [canonical(entry) for entry in log.documents])))
    assert told == envelope([json.loads(document) for document in documents], log.documents)
