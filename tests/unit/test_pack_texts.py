"""The texts of the works-council pack: both languages alike, every promise in it, nothing said that is not so."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from jinja2 import meta

from bot.pack.document import compose, known_sources
from bot.pack.facts import Facts
from bot.pack.labels import shipped
from bot.pack.live import LIVE
from bot.pack.nodes import Node, plain, walk
from bot.pack.texts import SECTIONS, environment, filled, written
from bot.pack.words import Words, values_of
from surveys.errors import InputError
from surveys.model import LANGUAGES, Language
from tests import documents, wording
from tests.architecture.tree import ROOT
from tests.store.verifying import code_of
from tests.unit.packs import FACTS, UNDECIDED
from tests.unit.test_docs import options_of

CONDITION = re.compile(r"\{%.*?%\}")
DOCS: dict[Language, str] = {"nl": "docs/nl/ondernemingsraad.md", "en": "docs/en/works-council.md"}
PAGES = documents.pages_in(ROOT)
PROMISE = re.compile(r"^#+ (\d+)\. (.+)$", re.MULTILINE)
NOT_YET = {"nl": "*Nog niet.*", "en": "*Not yet.*"}
CHECK = {"nl": "**Kijk na.**", "en": "**Check.**"}


def parts_of(text: str) -> dict[str, str]:
    """`number title` of each promise to its text, up to the next heading."""
    split = PROMISE.split(text)
    found = {f"{split[at]} {split[at + 1]}": split[at + 2] for at in range(1, len(split), 3)}
    return {name: re.split(r"^#", told, maxsplit=1, flags=re.MULTILINE)[0] for name, told in found.items()}


def texts(language: Language) -> Iterator[tuple[str, str]]:
    return ((name, written(name, language)) for name in SECTIONS)


def sentences(facts: Facts, language: Language) -> dict[str, str]:
    """Every block of the pack in plain words, by place, without what is compared sign by sign."""
    document = compose(facts, language)
    return {
        f"{part.name} {place}": plain([block])
        for part in document.sections
        for place, block in enumerate(part.blocks)
        if block["t"] != "code"
    }


@pytest.mark.parametrize("name", SECTIONS)
def test_each_part_is_the_same_in_both_languages(name: str) -> None:
    """Headings, conditions, facts, notes, sources, blanks, places and commands come in the same order."""

    def shape(language: Language) -> list[list[str]]:
        text = written(name, language)
        return [
            re.findall(r"^#+", text, re.MULTILINE),
            CONDITION.findall(text),
            sorted(re.findall(r"\{\{ (\w+) \}\}", text)),
            re.findall(r"\[!\w+\]", text),
            re.findall(r"\[([\w-]+)\]\(src:\)", text),
            re.findall(r"\(fill:\)|\[\[\w+\]\]|\(#\w+\)", text),
            re.findall(r"^```sql\n.*?^```", text, re.MULTILINE | re.DOTALL),
        ]

    assert shape("nl") == shape("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fact_that_is_offered_is_told(language: Language) -> None:
    told = {name for _, text in texts(language) for name in meta.find_undeclared_variables(environment().parse(text))}
    assert told == set(values_of(FACTS, Words(language)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_live_table_has_a_place(language: Language) -> None:
    places = {name for _, text in texts(language) for name in re.findall(r"\[\[(\w+)\]\]", text)}
    assert set(LIVE) <= places


def test_the_short_words_are_the_same_in_both_languages() -> None:
    nl, en = shipped("nl"), shipped("en")
    assert wording.ids_on_one_side(nl, en) == set()
    assert wording.different_placeholders(nl, en) == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("facts", [FACTS, UNDECIDED], ids=["agreed", "undecided"])
def test_nothing_is_exclaimed_and_nothing_called_anonymous(facts: Facts, language: Language) -> None:
    said = sentences(facts, language) | dict(shipped(language))
    assert wording.exclaiming(said) == set()
    assert wording.claiming_anonymity(said) == set()
    assert wording.empty(dict(shipped(language))) == set()


# ---- promises ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_promise_is_left_out_and_each_has_its_number_and_name(language: Language) -> None:
    promised = [" ".join(one) for one in PROMISE.findall(PAGES[DOCS[language]])]
    assert len(promised) == 17
    assert list(parts_of(written("promises", language))) == promised


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_promise_has_its_check_and_its_limit(language: Language) -> None:
    for promise, text in parts_of(written("promises", language)).items():
        assert CHECK[language] in text, promise
        assert "[!limit]" in text, promise


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_promise_does_not_have_yet_is_said_where_the_documents_say_so(language: Language) -> None:
    """When a feature arrives, its `*Not yet.*` goes from the documents and its `[!later]` from the pack together."""
    documented = {name for name, text in parts_of(PAGES[DOCS[language]]).items() if NOT_YET[language] in text}
    assert {name for name, text in parts_of(written("promises", language)).items() if "[!later]" in text} == documented


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_check_in_sql_stands_in_the_documents_that_are_run(language: Language) -> None:
    known = {code for page in ("docs/verify.md", DOCS[language]) for _, code in code_of(PAGES[page])}
    ours = [code for _, text in texts(language) for kind, code in code_of(text) if kind == "sql"]
    assert ours
    assert [code for code in ours if code not in known] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_that_is_named_exists(language: Language) -> None:
    assert documents.unknown_commands(dict(texts(language)), options_of) == set()
    assert documents.unknown_commands({"a": "```sh\nadempauze undo\n```\n"}, options_of) == {"a: undo"}


# ---- law --------------------------------------------------------------------------------------------------------


def test_every_source_that_is_named_is_known_and_every_known_one_is_named() -> None:
    named = {code for name in SECTIONS for code in re.findall(r"\[([\w-]+)\]\(src:\)", written(name, "nl"))}
    assert named == set(known_sources())


def test_every_source_says_where_it_is_and_how_we_know_it() -> None:
    for code, source in known_sources().items():
        assert set(source) == {"nl", "en", "at", "seen"}, code
        assert source["at"].startswith("https://"), code
        assert f"seen.{source['seen']}" in shipped("nl"), code


LAW = re.compile(r"\b(?:artikel|article|Articles?) \d|\b(?:WOR|AVG|UAVG|GDPR)\b")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_paragraph_on_the_law_carries_a_source(language: Language) -> None:
    blocks = [block for part in compose(FACTS, language).sections if part.name != "sources" for block in part.blocks]
    on_law = [block for block in blocks if block["t"] in ("p", "note") and LAW.search(plain([block]))]
    assert len(on_law) > 5
    assert [plain([block]) for block in on_law if not any(map(_is_source, walk([block])))] == []


def _is_source(node: Node) -> bool:
    return node["t"] == "link" and str(node["href"]).startswith("#source-")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reference_to_a_part_gives_its_number(language: Language) -> None:
    for _, text in texts(language):
        for number, name in re.findall(r"\[(?:deel|part|Deel|Part) (\d+)\]\(#(\w+)\)", text):
            assert SECTIONS[int(number) - 1] == name


# ---- how they are filled in -------------------------------------------------------------------------------------


def test_a_fact_that_there_is_not_is_named() -> None:
    with pytest.raises(InputError, match="part cover"):
        filled("cover", "en", {})
