"""An outsider with nothing but the export computes what the pages and the digests show."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from typing import Any

import pytest

from analytics.report import Digest, Level, digest
from surveys.model import SUPPRESSED, Figure, Release, Suppressed
from surveys.release import from_document, verify_export
from tests.published import browsing, publish
from tests.stage import OCHTEND, POST, Stage

NOT_ENOUGH = "Te weinig antwoorden om iedereen te beschermen"
RESPONSE = {"<50": "minder dan de helft", "50-75": "de helft tot driekwart", ">75": "meer dan driekwart"}


def restless(number: int, team: str, person: int) -> int:
    """Answers under which some waves of a team are suppressed and some are coded."""
    if team == OCHTEND and number in (3, 9):
        return 3 if person < 4 else 0
    if team == OCHTEND and number == 7:
        return 5 if person else 4
    return 0 if person < 1 else 2 + (person * 5 + number) % 3


def spoken(value: float) -> str:
    return f"{value:.1f}".replace(".", ",")


def said(figure: Figure | Suppressed) -> str:
    """What an outsider expects to read of a figure."""
    if not isinstance(figure, Figure):
        return NOT_ENOUGH
    return spoken(figure.value) + {"mean": "", "at_least": " of hoger", "at_most": " of lager"}[figure.kind]


def standing(level: Level | Suppressed) -> str:
    if not isinstance(level, Level):
        return NOT_ENOUGH
    return f"waarschijnlijk tussen {spoken(level.low)} en {spoken(level.high)} het midden is {spoken(level.value)}"


def expected(report: Digest) -> dict[str, list[str]]:
    """The figures of a page in the order in which it shows them."""
    sides = [report.team] if report.about_organisation else [report.team, report.organisation]
    columns = 1 if report.about_organisation else 2
    return {
        "cells": [said(cell) for at in report.series for cell in (at.figure, at.organisation)[:columns]],
        "terms": [
            *(standing(side.level) for side in sides),
            *(said(side.drivers[at]) for at in range(len(report.drivers)) for side in sides),
            *(NOT_ENOUGH if side.response is SUPPRESSED else RESPONSE[side.response] for side in sides),
        ],
    }


def shown(page: str) -> dict[str, list[str]]:
    reader = _Figures()
    reader.feed(page)
    return {"cells": reader.found["td"], "terms": reader.found["dd"]}


class _Figures(HTMLParser):
    """Reads what stands in the cells of the table and in the lists of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[str]] = {"td": [], "dd": []}
        self._open: str | None = None

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag in self.found:
            self._open = tag
            self.found[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._open:
            self._open = None
            self.found[tag][-1] = " ".join(self.found[tag][-1].split())

    def handle_data(self, data: str) -> None:
        if self._open:
            self.found[self._open][-1] += f" {data}"


def recomputed(export: Mapping[str, Any], node: str) -> Digest:
    """The digest of a node as anybody can compute it from the file: of the Releases in which the node is told."""
    releases: list[Release] = [from_document(document) for document in verify_export(export)]
    newest = next(one for one in reversed(releases) if one.kind == "wave")
    told = next(one.every for one in newest.nodes if one.id == node)
    return digest([one for one in releases if one.every == told][-12:], node)


async def export_of(stage: Stage) -> dict[str, Any]:
    async with browsing(stage, "council") as browser:
        loaded: dict[str, Any] = (await browser.get("/council/export.json")).json()
    return loaded


@pytest.mark.parametrize(
    ("who", "path"), [("o1", OCHTEND), ("noor", OCHTEND), ("p1", POST), ("p1", "/"), ("noor", "/")]
)
async def test_every_figure_of_a_page_follows_from_the_export(stage: Stage, who: str, path: str) -> None:
    """An outsider must be able to recompute everything any page or digest shows from the export file alone."""
    await publish(stage, 14, restless)
    async with browsing(stage, who) as browser:
        page = (await browser.get(f"/digest/{stage.nodes[path]}")).text
    found, wanted = shown(page), expected(recomputed(await export_of(stage), stage.nodes[path]))
    assert len(wanted["cells"]) == (12 if path == "/" else 24)
    assert found == wanted


async def test_every_page_of_the_works_council_follows_from_the_export(stage: Stage) -> None:
    await publish(stage, 14, restless)
    export = await export_of(stage)
    kinds = set()
    async with browsing(stage, "council") as browser:
        for path, node in stage.nodes.items():
            page = (await browser.get(f"/council/digest/{node}")).text
            assert shown(page) == expected(recomputed(export, node)), path
            kinds |= {re.sub(r"\d,\d", "n", cell) for cell in shown(page)["cells"]}
    assert {"n", "n of hoger", NOT_ENOUGH} <= kinds, "the history tries every kind of figure"


async def test_every_figure_of_a_digest_in_chat_follows_from_the_export(stage: Stage) -> None:
    await publish(stage, 14, restless)
    message = await stage.app.digest.message_for(stage.people["noor"], None)
    report = recomputed(await export_of(stage), stage.nodes[OCHTEND])
    assert message is not None
    assert message.image is not None
    for side, name in ((report.team, "Ochtend"), (report.organisation, "Hele organisatie")):
        assert f"{name}: {standing(side.level).replace(' het', ', het')}." in message.paragraphs
        assert f"{name}: {said(side.drivers[0])}." in " ".join(message.paragraphs)
    for at in report.series:
        assert f": {said(at.figure)}, organisatie {said(at.organisation)}." in message.image.alt


async def test_a_figure_that_is_not_in_the_export_is_found(stage: Stage) -> None:
    await publish(stage, 12, restless)
    async with browsing(stage, "o1") as browser:
        page = (await browser.get("/digest")).text
    wanted = expected(recomputed(await export_of(stage), stage.nodes[OCHTEND]))
    assert shown(page) == wanted
    assert shown(page.replace("<td>3,", "<td>2,", 1)) != wanted
