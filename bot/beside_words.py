"""Means by facet, and how answers are spread, in the words of a digest's page. Pure.

Every line has its number in words; the bar beside it shows the same, so that nothing hangs on the picture or on colour.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from babel.numbers import format_decimal

from analytics.report import Beside
from bot.texts import Texts
from surveys.model import FacetFigure, Suppressed

FULL: Final = 100


@dataclass(frozen=True, slots=True)
class Bar:
    """A line: what it is about, its number in words, and how long its bar is, 0 to 100; None for none."""

    label: str
    said: str
    length: int | None


@dataclass(frozen=True, slots=True)
class Bars:
    """A table with bars. `column` is what the first column holds, `last` what the second does."""

    title: str
    question: str
    note: str
    column: str
    last: str
    bars: tuple[Bar, ...]


def bars(beside: Beside | None, t: Texts) -> Bars | None:
    """Return what is told beside the figure of a group, if anything."""
    if beside is None:
        return None
    return _shape(beside, t) if beside.shape else _by_facet(beside, t)


def _by_facet(beside: Beside, t: Texts) -> Bars:
    lowest, highest = (beside.item.labels[end][t.language] for end in (0, -1))
    return Bars(
        title=t("digest.facets.title", facet=_named("digest.facet", beside.facet, t)),
        question=beside.item.wording[t.language],
        note=f"{t('digest.facets.text')} {t('digest.scale', lowest=lowest, highest=highest)}",
        column=t("digest.facets.value"),
        last=t("digest.facets.mean"),
        bars=tuple(_mean(one, t) for one in beside.by_facet),
    )


def _mean(one: FacetFigure, t: Texts) -> Bar:
    label = _named("digest.value", one.value, t)
    if isinstance(one.mean, Suppressed):
        return Bar(label, t("digest.suppressed"), None)
    return Bar(label, format_decimal(one.mean, format="0.0", locale=t.language), round(25 * (one.mean - 1)))


def _shape(beside: Beside, t: Texts) -> Bars:
    shape = beside.shape
    assert shape is not None
    names = [label[t.language] for label in beside.item.labels]
    labels = [f"{at} {name}" for at, name in enumerate(names, 1)]
    if shape.kind == "bands":
        labels = [f"1-2 {names[0]}, {names[1]}", f"3 {names[2]}", f"4-5 {names[3]}, {names[4]}"]
    return Bars(
        title=t("digest.shape.title"),
        question=beside.item.wording[t.language],
        note=t(f"digest.shape.{shape.kind}"),
        column=t("digest.shape.answer"),
        last=t("digest.shape.share"),
        bars=tuple(
            Bar(label, t("digest.shape.percent", share=share), min(share, FULL))
            for label, share in zip(labels, shape.shares, strict=True)
        ),
    )


def _named(kind: str, name: str, t: Texts) -> str:
    """A value of a roster of an older version has no name of its own."""
    return t(f"{kind}.{name}") if f"{kind}.{name}" in t else name
