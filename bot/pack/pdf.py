"""Draw the pack as a tagged PDF (PDF/UA-1) with Typst, whose own fonts have every sign. The only file that knows it.

The document goes in as data and not as markup; there is no file, no network and no clock in it.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib.resources import files

import typst

from bot.pack.document import Document


def pdf(document: Document) -> bytes:
    """Return the file; the same document gives the same bytes."""
    source = (files("bot") / "pack" / "drawing" / "pack.typ").read_bytes()
    compiler = typst.Compiler(source, ignore_system_fonts=True, sys_inputs={"document": json.dumps(_data(document))})
    made = datetime.combine(document.day, datetime.min.time(), UTC)
    drawn = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=made)
    assert isinstance(drawn, bytes)
    return drawn


def _data(document: Document) -> dict[str, object]:
    labels, day = document.words.labels, document.day
    kinds = ("counsel", "open", "limit", "later")
    return {
        "lang": document.words.language,
        "title": document.title,
        "organisation": document.organisation,
        "date": document.words.day(day),
        "year": day.year,
        "month": day.month,
        "day": day.day,
        "short_hash": document.short_hash,
        "settings": document.settings.decode(),
        "labels": {
            **{name: labels(name) for name in ("page", "of", "contents", "attached")},
            "note": {kind: labels(f"note.{kind}") for kind in kinds},
        },
        "sections": [
            {"name": part.name, "title": part.title, "own_page": part.own_page, "blocks": part.blocks}
            for part in document.sections
        ],
    }
