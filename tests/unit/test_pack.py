"""The works-council pack as a document: live facts, marks, and the hash of the settings."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.pack.document import compose
from bot.pack.facts import Facts, Headcount, Log, Stage, Terms, document_of, fingerprint
from bot.pack.nodes import Node, plain, walk
from surveys.instrument import shipped_instrument
from surveys.model import LANGUAGES, STRICT, Language, Mode
from surveys.policy import Agreement, agreed, to_content
from surveys.seats import Seat
from surveys.standing import Proposal
from tests.stage import PULSE
from tests.unit.packs import AGREEMENT, FACTS, SIGNED, UNDECIDED


def said(facts: Facts, language: Language = "en") -> str:
    return plain([block for part in compose(facts, language).sections for block in part.blocks])


def part(facts: Facts, name: str, language: Language = "en") -> Sequence[Node]:
    (found,) = [one for one in compose(facts, language).sections if one.name == name]
    return found.blocks


def agreeing_on(**changes: object) -> Facts:
    return replace(FACTS, terms=replace(FACTS.terms, agreement=replace(AGREEMENT, **changes)))  # type: ignore[arg-type]


# ---- live facts -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_changed_policy_changes_what_the_pack_says(language: Language) -> None:
    strict = agreeing_on(protection=STRICT, retention_days=33)
    promise = {"nl": "minstens 8 antwoorden", "en": "at least 8 answers"}
    for facts, holds in ((FACTS, False), (strict, True)):
        whole = said(facts, language)
        assert (promise[language] in whole) is holds
        assert ("33 da" in whole) is holds


def test_only_the_questions_that_are_agreed_are_told() -> None:
    (first, second, *_) = shipped_instrument().items
    facts = agreeing_on(items=frozenset({agreed(first)}))
    assert first.wording["en"] in said(facts)
    assert second.wording["en"] not in said(facts)
    assert second.wording["en"] in said(FACTS)


def test_a_question_in_other_words_than_these_is_not_told_in_these() -> None:
    (first, *_) = shipped_instrument().items
    other = replace(agreed(first), version=9)
    facts = agreeing_on(items=frozenset({other}))
    assert "not in this version in these words" in said(facts)
    assert first.wording["en"] not in said(facts)


def test_the_mode_the_readers_and_the_channels_are_those_of_here() -> None:
    arbo = replace(agreeing_on(mode=Mode.ARBO), platforms=("web",))
    assert "the occupational-health service" in plain(part(arbo, "dpia"))
    assert "Slack" in plain(part(FACTS, "flow"))
    assert "Slack" not in plain(part(arbo, "flow"))


@pytest.mark.parametrize(
    ("cron", "told"),
    [("0 9 * * 1", "every Monday at 9:00"), ("30 13 * * fri", "every Friday at 13:30"), ("0 9 1 * *", "0 9 1 * *")],
)
def test_a_rhythm_is_told_in_words_where_there_are_any(cron: str, told: str) -> None:
    assert told in plain(part(replace(FACTS, surveys=(replace(PULSE, cron=cron),)), "asked"))


@pytest.mark.parametrize(
    ("window", "told"),
    [(timedelta(days=1), "1 day "), (timedelta(days=4), "4 days"), (timedelta(hours=36), "36 hours")],
)
def test_a_length_is_told_in_days_or_hours(window: timedelta, told: str) -> None:
    assert told in plain(part(replace(FACTS, surveys=(replace(PULSE, window=window, remind_after=None),)), "asked"))


def test_text_from_elsewhere_is_told_as_it_is_and_does_nothing() -> None:
    hostile = "Lente *& <b>Zoon</b> [x](https://x.example) #| `y` {{ k }} $z$ \\"
    document = compose(replace(FACTS, organisation=hostile), "en")
    (paragraph,) = [block for block in document.sections[0].blocks if "set up at" in plain([block])]
    assert hostile in plain([paragraph])
    assert not [run for run in walk([paragraph]) if run["t"] == "link"]


# ---- what is not decided ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_before_go_live_the_pack_says_what_is_not_decided(language: Language) -> None:
    told = plain(part(UNDECIDED, "open", language))
    nothing = {
        "nl": ("ondernemingsraad nog", "beheerder nog", "nog geen meting", "ledenlijst is leeg", "niet door beide"),
        "en": ("works council yet", "administrator yet", "no survey yet", "roster is empty", "not been signed by both"),
    }
    assert [one for one in nothing[language] if one not in told] == []


def test_what_one_seat_proposed_is_shown_as_a_proposal() -> None:
    proposed = replace(FACTS, terms=Terms(AGREEMENT, Stage.PROPOSED, SIGNED))
    assert "waits for the other" in plain(part(proposed, "cover"))
    assert "These questions are proposed" in plain(part(proposed, "open"))


def test_a_change_that_waits_is_shown_beside_what_holds() -> None:
    until = SIGNED + timedelta(days=30)
    wish = Proposal(5, "ee", Seat.ADMINISTRATOR, SIGNED, until, {"retention_days": 40}, "Longer.", "")
    told = plain(part(replace(FACTS, waiting=(wish,)), "asked"))
    assert "at most 6 days" in told
    assert "at most 40 days" in told
    assert "31 March 2026" in told


def test_a_demonstration_says_so() -> None:
    assert "invented people" in plain(part(replace(FACTS, invented=True), "cover"))
    assert "invented people" not in plain(part(FACTS, "cover"))


# ---- marks ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["counsel", "open", "later"])
@pytest.mark.parametrize("facts", [FACTS, UNDECIDED], ids=["agreed", "undecided"])
def test_every_mark_is_numbered_where_it_stands_and_listed_with_the_others(
    facts: Facts, kind: str, language: Language
) -> None:
    document = compose(facts, language)
    marks = [block for part in document.sections for block in part.blocks if block.get("kind") == kind]
    assert [block["name"] for block in marks] == [str(number) for number in range(1, len(marks) + 1)]
    listed = "counsel" if kind == "counsel" else "open"
    links = [one["href"] for one in walk(part(facts, listed, language)) if one["t"] == "link"]
    assert [address for address in links if f"-{kind}-" in address] == [f"#{block['id']}" for block in marks]
    assert [plain([block]) for block in marks if plain([block]) not in plain(part(facts, listed, language))] == []


def test_every_blank_is_listed() -> None:
    document = compose(FACTS, "nl")
    listed = plain(part(FACTS, "open", "nl"))
    blanks = {
        run["s"]
        for section in document.sections
        if section.name != "cover"
        for run in walk(section.blocks)
        if run["t"] == "blank"
    }
    assert blanks
    assert [blank for blank in blanks if blank not in listed] == []


# ---- the hash ---------------------------------------------------------------------------------------------------

OTHER_SETTINGS = {
    "organisation": replace(FACTS, organisation="Zomer"),
    "stage": replace(FACTS, terms=replace(FACTS.terms, stage=Stage.PROPOSED)),
    "platforms": replace(FACTS, platforms=("web",)),
    "survey": replace(FACTS, surveys=(replace(PULSE, window=timedelta(days=5)),)),
    "another survey": replace(FACTS, surveys=(PULSE, replace(PULSE, id="other"))),
    "what the server keeps": replace(FACTS, store=replace(FACTS.store, keeps=())),
    "where the database is": replace(FACTS, store=replace(FACTS.store, embedded=True)),
    "comments": replace(FACTS, chosen=replace(FACTS.chosen, comments=True)),
    "key epoch": replace(FACTS, chosen=replace(FACTS.chosen, epoch_days=7)),
    "purpose": agreeing_on(purpose={"nl": "Anders.", "en": "Else."}),
    "protection": agreeing_on(protection=STRICT),
    "retention": agreeing_on(retention_days=7),
    "tone": agreeing_on(tone=True),
}
NO_SETTINGS = {
    "day": replace(FACTS, today=date(2027, 1, 1)),
    "version": replace(FACTS, version="9.9.9"),
    "people": replace(FACTS, headcount=Headcount(1, 1, (1,))),
    "log": replace(FACTS, log=Log(9, "aa" * 32)),
    "releases": replace(FACTS, releases=99),
    "seats": replace(FACTS, seats={}),
    "when it was signed": replace(FACTS, terms=replace(FACTS.terms, since=None)),
    "order": replace(FACTS, platforms=("web", "teams", "slack")),
}


@pytest.mark.parametrize("what", OTHER_SETTINGS)
def test_the_hash_changes_with_a_setting(what: str) -> None:
    assert fingerprint(OTHER_SETTINGS[what]) != fingerprint(FACTS)


@pytest.mark.parametrize("what", NO_SETTINGS)
def test_the_hash_changes_with_nothing_else(what: str) -> None:
    assert fingerprint(NO_SETTINGS[what]) == fingerprint(FACTS)


def test_every_field_of_an_agreement_is_in_the_hash() -> None:
    assert set(to_content(AGREEMENT)) == set(Agreement.__dataclass_fields__)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_attestation_holds_date_hash_and_head(language: Language) -> None:
    told = plain(part(FACTS, "attestation", language))
    assert hashlib.sha256(document_of(FACTS)).hexdigest() in told
    assert FACTS.log.head in told
    assert {"nl": "2 maart 2026", "en": "2 March 2026"}[language] in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_facts_give_the_same_document(language: Language) -> None:
    assert compose(FACTS, language) == compose(FACTS, language)
