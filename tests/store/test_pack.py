"""The works-council pack from a running installation: its facts are live, and nobody is in it."""

from __future__ import annotations

import io
import re
from dataclasses import asdict, replace

import pytest
from pypdf import PdfReader

from bot.pack.document import compose
from bot.pack.facts import Facts, fingerprint
from bot.pack.facts import Stage as Decided
from bot.pack.gather import Gathering
from bot.pack.html import html
from bot.pack.pdf import pdf
from bot.server import Server
from bot.settings import Settings
from surveys.errors import LogBroken
from surveys.model import LANGUAGES, STRICT, Language
from surveys.seats import Seat
from surveys.signed_log import Kind
from tests.ceremony import agree
from tests.keys import CHEAP, SECRETS
from tests.stage import POST, PULSE, Stage, add_survey, enrol, roster_csv, staged

NEW = f"x1,Agent x1,x1@lente.example,{POST},,agent,nl,Europe/Amsterdam,x1\n"
House = tuple[Server, Settings]


async def facts_of(stage: Stage) -> Facts:
    """The stage has a platform in memory; the pack tells of the web page in its place."""
    app = stage.app
    return await Gathering(
        app.database, app.agreeing, app.instrument, app.settings, stage.server, ("web",), app.world.now
    )()


def drawn(facts: Facts, language: Language) -> str:
    """Everything that both files say."""
    document = compose(facts, language)
    pages = PdfReader(io.BytesIO(pdf(document))).pages
    return html(document).decode() + "".join(page.extract_text() for page in pages)


async def test_the_facts_are_those_of_the_installation(stage: Stage) -> None:
    facts = await facts_of(stage)
    assert facts.terms.stage is Decided.AGREED
    assert [survey.id for survey in facts.surveys] == ["pulse"]
    assert facts.headcount.people == 31
    assert facts.headcount.teams == (1, 6, 11, 13)
    assert facts.headcount.groups == 8
    assert set(facts.seats) == set(Seat)
    assert facts.store.embedded
    assert facts.store.keeps == ()
    assert (facts.log.entries, len(facts.log.head)) == (4, 64)
    assert facts.releases == 0
    assert not facts.invented


@pytest.mark.parametrize("language", LANGUAGES)
async def test_nobody_is_in_the_pack(stage: Stage, language: Language) -> None:
    """PRIVACY: no name, address, roster id or person id of anybody; a seat is a role and a key."""
    await stage.deliver()
    said = drawn(await facts_of(stage), language)
    for person in stage.people.values():
        for trace in (person.name, person.email, str(person.id), *person.addresses.values()):
            assert not re.search(rf"(?<![\w]){re.escape(trace)}(?![\w])", said), trace


async def test_an_agreed_change_changes_facts_and_hash(stage: Stage) -> None:
    before = await facts_of(stage)
    await agree(stage.app, stage.clock(), protection=asdict(STRICT))
    after = await facts_of(stage)
    assert "at least 8 answers" in drawn(after, "en")
    assert "at least 8 answers" not in drawn(before, "en")
    assert fingerprint(after) != fingerprint(before)
    assert after.log.entries == before.log.entries + 1


async def test_the_hash_is_the_same_after_a_wave_and_a_new_roster(stage: Stage) -> None:
    before = await facts_of(stage)
    await stage.deliver()
    await stage.close()
    await enrol(stage, roster_csv() + NEW)
    after = await facts_of(stage)
    assert (after.releases, after.headcount.people) == (1, before.headcount.people + 1)
    assert after.today > before.today
    assert fingerprint(after) == fingerprint(before)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_on_the_first_day_the_pack_is_made_and_says_what_is_missing(house: House, language: Language) -> None:
    async with staged(*house, live=False, survey=None) as stage:
        await stage.run("DELETE FROM people.person; DELETE FROM surveys.cohort")
        facts = await facts_of(stage)
        assert facts.terms.stage is Decided.DRAFT
        assert (facts.surveys, facts.seats, facts.headcount.people) == ((), {}, 0)
        assert {"nl": "Nog niet besloten", "en": "Not decided yet"}[language] in drawn(facts, language)


async def test_a_first_agreement_that_waits_is_shown_as_proposed(house: House) -> None:
    async with staged(*house, live=False) as stage:
        seats = replace(stage.app.seats, cost=CHEAP)
        agreeing = replace(stage.app.agreeing, seats=seats)
        for seat in Seat:
            await seats.take(seat, SECRETS[seat])
        assert (await facts_of(stage)).terms.stage is Decided.DRAFT
        secret = SECRETS[Seat.ADMINISTRATOR]
        standing = await agreeing.propose(Seat.ADMINISTRATOR, secret, {"retention_days": 17}, "Begin.")
        facts = await facts_of(stage)
        assert facts.terms.stage is Decided.PROPOSED
        assert "17 days" in drawn(facts, "en")
        (waiting,) = standing.open_proposals(stage.clock())
        await agreeing.decide(Seat.WORKS_COUNCIL, SECRETS[Seat.WORKS_COUNCIL], waiting.seq, Kind.ACCEPTED)
        assert (await facts_of(stage)).terms.stage is Decided.AGREED


async def test_a_weakening_that_waits_is_not_in_force(stage: Stage) -> None:
    before = await facts_of(stage)
    agreeing = replace(stage.app.agreeing, seats=replace(stage.app.seats, cost=CHEAP))
    await agreeing.propose(Seat.ADMINISTRATOR, SECRETS[Seat.ADMINISTRATOR], {"retention_days": 300}, "Longer.")
    facts = await facts_of(stage)
    assert facts.terms == before.terms
    assert "at most 300 days" in drawn(facts, "en")
    assert fingerprint(facts) == fingerprint(before)


async def test_surveys_of_invented_people_are_left_out_and_said(stage: Stage) -> None:
    await add_survey(stage, replace(PULSE, id="demo", simulated=True))
    facts = await facts_of(stage)
    assert [survey.id for survey in facts.surveys] == ["pulse"]
    assert facts.invented


async def test_a_log_that_does_not_hold_gives_no_pack(stage: Stage) -> None:
    await stage.run("ALTER TABLE surveys.log DISABLE TRIGGER ALL; UPDATE surveys.log SET hash = repeat('0', 64)")
    try:
        with pytest.raises(LogBroken):
            await facts_of(stage)
    finally:
        await stage.run("ALTER TABLE surveys.log ENABLE TRIGGER ALL")
