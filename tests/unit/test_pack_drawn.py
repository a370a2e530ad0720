"""The works-council pack as files: a tagged PDF, and a page that needs nothing from elsewhere."""

from __future__ import annotations

import base64
import io
import re
from collections import Counter
from dataclasses import replace
from functools import cache
from html import unescape
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise

import pytest
from pypdf import PdfReader

from bot.pack.document import compose
from bot.pack.facts import Facts, document_of, fingerprint
from bot.pack.html import html
from bot.pack.nodes import walk
from bot.pack.pdf import pdf
from surveys.model import LANGUAGES, Language
from tests.unit.packs import FACTS, UNDECIDED
from tests.unit.test_web_app import contrast

BOTH = pytest.mark.parametrize("facts", [FACTS, UNDECIDED], ids=["agreed", "undecided"])
EACH = pytest.mark.parametrize("language", LANGUAGES)
ODD = "Café Zoë’s “Één” — €5 ≥ 3 · ﬁets ĳs"


FOOT = re.compile(r"LenteKlantcontact·2(?:maart|March)2026·[0-9a-f]{12}(?:bladzijde|page)\d+(?:van|of)\d+")


@cache
def paper(undecided: bool, language: Language) -> bytes:
    return pdf(compose(UNDECIDED if undecided else FACTS, language))


def reader(facts: Facts, language: Language) -> PdfReader:
    return PdfReader(io.BytesIO(paper(facts is UNDECIDED, language)))


def squeezed(text: str) -> str:
    """Text without white space, zero-width spaces and hyphens, as far as a line break can put them there."""
    return re.sub(r"[\s\u200b\u00ad-]+", "", text)


@cache
def pages(undecided: bool, language: Language) -> list[str]:
    """The text of each page of the paper, squeezed."""
    return [squeezed(page.extract_text()) for page in reader(UNDECIDED if undecided else FACTS, language).pages]


class Page(HTMLParser):
    """What a test wants to know of a page."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def named(self, *tags: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.tags if tag in tags]


# ---- paper ------------------------------------------------------------------------------------------------------


@BOTH
@EACH
def test_the_text_of_the_paper_can_be_taken_out(facts: Facts, language: Language) -> None:
    whole = "".join(pages(facts is UNDECIDED, language))
    for part in compose(facts, language).sections:
        assert squeezed(part.title) in whole
    assert fingerprint(facts) in whole


@EACH
def test_the_paper_is_tagged_and_says_its_language_and_title(language: Language) -> None:
    found = reader(FACTS, language)
    catalogue = found.root_object
    assert str(catalogue["/Lang"]) == language
    assert "/Marked': True" in str(catalogue["/MarkInfo"].get_object())
    assert "/StructTreeRoot" in catalogue
    assert found.metadata is not None
    assert found.metadata.title == compose(FACTS, language).title


@EACH
def test_the_leaflet_takes_one_page(language: Language) -> None:
    for facts in (FACTS, UNDECIDED):
        said = pages(facts is UNDECIDED, language)
        titles = {part.name: squeezed(part.title) for part in compose(facts, language).sections}
        (leaflet,) = [place for place, text in enumerate(said[1:], 1) if text.startswith(f"10{titles['leaflet']}")]
        assert said[leaflet + 1].startswith(f"11{titles['counsel']}")


@EACH
def test_the_cover_takes_one_page(language: Language) -> None:
    for facts in (FACTS, UNDECIDED):
        second = pages(facts is UNDECIDED, language)[1]
        assert second.startswith(f"2{squeezed(compose(facts, language).sections[1].title)}")


@EACH
def test_the_same_facts_give_the_same_paper_byte_for_byte(language: Language) -> None:
    assert pdf(compose(FACTS, language)) == paper(False, language)


def test_every_sign_that_people_write_is_on_paper() -> None:
    drawn = PdfReader(io.BytesIO(pdf(compose(replace(FACTS, organisation=ODD), "nl"))))
    assert squeezed(ODD) in squeezed(drawn.pages[0].extract_text())


def test_the_settings_lie_inside_as_they_were_hashed() -> None:
    assert reader(FACTS, "en").attachments["settings.json"] == [document_of(FACTS)]


# ---- page -------------------------------------------------------------------------------------------------------


@BOTH
@EACH
def test_the_page_has_landmarks_and_headings_without_a_gap(facts: Facts, language: Language) -> None:
    page = Page(html(compose(facts, language)))
    assert page.named("html")[0]["lang"] == language
    landmarks = Counter(tag for tag, _ in page.tags if tag in ("header", "nav", "main", "footer", "h1", "title"))
    assert landmarks == {"header": 1, "nav": 1, "main": 1, "footer": 1, "h1": 1, "title": 1}
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels))


@BOTH
@EACH
def test_every_link_inside_the_page_leads_somewhere(facts: Facts, language: Language) -> None:
    page = Page(html(compose(facts, language)))
    ids = [attributes["id"] for _, attributes in page.tags if attributes.get("id")]
    assert [one for one, times in Counter(ids).items() if times > 1] == []
    inside = {one["href"].removeprefix("#") for one in page.named("a") if one["href"].startswith("#")}
    assert inside - set(ids) == set()


@EACH
def test_the_page_fetches_nothing(language: Language) -> None:
    page = Page(html(compose(FACTS, language)))
    assert page.named("link", "script", "img", "iframe", "object", "base") == []
    assert "url(" not in html(compose(FACTS, language)).decode().replace('marker-end="url(#tip)"', "")


@EACH
def test_tables_say_what_their_heads_are_and_the_figure_what_it_shows(language: Language) -> None:
    page = Page(html(compose(FACTS, language)))
    assert {one.get("scope") for one in page.named("th")} == {"col", "row"}
    (figure,) = page.named("figure")
    assert figure["role"] == "img"
    assert len(figure["aria-label"]) > 100


def test_the_settings_come_with_the_page_as_they_were_hashed() -> None:
    (saved,) = [one for one in Page(html(compose(FACTS, "nl"))).named("a") if "download" in one]
    assert base64.b64decode(saved["href"].partition("base64,")[2]) == document_of(FACTS)


def test_what_looks_like_markup_is_only_words() -> None:
    page = html(compose(replace(FACTS, organisation="<script>alert(1)</script>"), "en")).decode()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


@BOTH
@EACH
def test_all_words_of_the_figure_stay_inside_its_boxes(facts: Facts, language: Language) -> None:
    svg = next(block["svg"] for part in compose(facts, language).sections for block in part.blocks if "svg" in block)
    numbers = r'x="(\d+)" y="(\d+)"'
    boxes = [tuple(map(int, one)) for one in re.findall(rf'<rect {numbers} width="(\d+)" height="(\d+)"', svg)]
    words = [tuple(map(int, one)) for one in re.findall(rf"<text {numbers}(?![^>]*text-anchor)", svg)]
    assert len(boxes) == 8
    lost = [(x, y) for x, y in words if not any(a < x < a + w and b < y < b + h - 8 for a, b, w, h in boxes)]
    assert lost == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_of_the_figure_is_longer_than_its_box(language: Language) -> None:
    (svg,) = (block["svg"] for part in compose(FACTS, language).sections for block in part.blocks if "svg" in block)
    lines = re.findall(r'<text x="(\d+)"(?![^>]*text-anchor)[^>]* font-size="(\d+)"[^>]*>([^<]+)<', svg)
    assert max(len(said) for x, size, said in lines if size == "14") <= 24
    assert max(len(said) for x, size, said in lines if size == "12" and int(x) > 250) <= 30


@pytest.mark.parametrize("theme", [0, 1, 2], ids=["light", "dark", "print"])
@pytest.mark.parametrize("text", ["ink", "soft", "accent"])
@pytest.mark.parametrize("ground", ["paper", "card", "counsel", "open"])
def test_every_text_can_be_read_on_its_ground(theme: int, text: str, ground: str) -> None:
    css = (files("bot") / "pack" / "drawing" / "pack.css").read_text(encoding="utf-8")
    colours = dict(re.findall(r"--([a-z]+): (#[0-9A-F]{6});", re.findall(r":root \{(.*?)\}", css)[theme]))
    assert contrast(colours[text], colours[ground]) >= 4.5


@BOTH
@EACH
def test_every_word_of_the_document_is_on_paper_and_on_the_page(facts: Facts, language: Language) -> None:
    made = compose(facts, language)
    paper_text = "".join(FOOT.sub("", text) for text in pages(facts is UNDECIDED, language))
    page_text = squeezed(unescape(re.sub(r"<[^>]+>", "", html(made).decode())))
    runs = [squeezed(run["s"]) for part in made.sections for run in walk(part.blocks) if "s" in run]
    assert len(runs) > 500
    assert [run for run in runs if run not in paper_text] == []
    assert [run for run in runs if run not in page_text] == []
