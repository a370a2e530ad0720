"""PRIVACY 13 and 14: what weakens protection needs two keys, and no real wave opens before both have signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import timedelta

import pytest

from bot.doctor_keys import finding
from bot.logbook import follow
from surveys.errors import NotAgreed
from surveys.model import STANDARD, STRICT, Survey, Wave
from surveys.people_file import parse_people
from surveys.policy import Agreement
from surveys.regrouping import What
from surveys.seats import Seat
from surveys.store import releases
from surveys.store import seats as seat_store
from surveys.store import surveys as store
from surveys.store.database import WHOLE
from surveys.store.terms import terms_of
from tests.ceremony import agree, go_live
from tests.everything import everything, logged
from tests.keys import CHEAP, SECRETS
from tests.privacy.wave import House, found_in, names_of
from tests.stage import PULSE, Stage, roster_csv, staged
from tests.truths import open_wave

WEEK = timedelta(weeks=1)


async def waves(stage: Stage) -> Sequence[Wave]:
    async with stage.app.database.begin() as connection:
        return await store.waves(connection)


async def agreement_of(stage: Stage) -> Agreement:
    agreement = (await stage.app.seats.standing()).agreement
    assert agreement is not None
    return agreement


async def test_before_both_seats_have_signed_no_wave_opens_by_the_clock_or_by_hand(house: House) -> None:
    """No real wave opens before both seats are filled and have signed purpose, questions, readers and retention."""
    async with staged(*house, live=False) as stage:
        with logged() as lines:
            await stage.app.tick(stage.clock())
            await stage.app.tick(stage.clock())
        with pytest.raises(NotAgreed, match="adempauze seat fill works-council"):
            await stage.app.opening.open_now("pulse", None, stage.clock())
        assert await waves(stage) == []
        assert lines.getvalue().count("wave left out") == 1


async def test_a_wave_that_was_left_out_is_not_made_up_for(house: House) -> None:
    """Signing holds from the next wave on."""
    async with staged(*house, live=False) as stage:
        await stage.app.tick(stage.clock())
        await go_live(stage.app, stage.clock())
        await stage.app.tick(stage.clock())
        assert await waves(stage) == []
        stage.clock.time += WEEK
        await stage.app.tick(stage.clock())
        assert len(await waves(stage)) == 1


async def test_a_simulation_needs_no_signature_and_is_marked(house: House) -> None:
    async with staged(*house, survey=replace(PULSE, simulated=True), live=False) as stage:
        await stage.app.tick(stage.clock())
        await stage.app.closing.close((await open_wave(stage)).id)
        async with stage.app.database.reading([WHOLE]) as connection:
            (release,) = await releases.history(connection)
        assert release.simulated


@pytest.mark.parametrize(
    "survey", [replace(PULSE, id="unsigned"), replace(PULSE, window=timedelta(days=90), cron="0 9 1 1 *")]
)
async def test_a_survey_that_was_not_signed_does_not_open(house: House, survey: Survey) -> None:
    """Opening checks that a wave's survey and retention are covered by what both seats signed."""
    async with staged(*house, survey=None) as stage:
        async with stage.app.database.begin() as connection:
            await store.add_survey(connection, survey, stage.clock())
        with pytest.raises(NotAgreed, match="does not cover survey"):
            await stage.app.opening.open_now(survey.id, None, stage.clock())


async def test_a_wave_opened_by_hand_stays_open_no_longer_than_was_signed(house: House) -> None:
    async with staged(*house, survey=replace(PULSE, cron="0 9 1 1 *")) as stage:
        long = stage.clock() + timedelta(days=61)
        with pytest.raises(NotAgreed, match="retention_days"):
            await stage.app.opening.open_now("pulse", long, stage.clock())
        await stage.app.opening.open_now("pulse", None, stage.clock())


async def test_a_question_that_was_not_signed_is_not_asked(house: House) -> None:
    """A new question, or an old one in other words, waits for both keys; the others go on."""
    async with staged(*house) as stage:
        instrument = stage.app.instrument
        unsigned = next(item for item in instrument.items if item.driver)
        items = [asdict(one) for one in sorted((await agreement_of(stage)).items) if one.id != unsigned.id]
        await agree(stage.app, stage.clock(), items=items)
        await stage.app.tick(stage.clock())
        (first,) = await waves(stage)
        assert unsigned.id not in first.items
        assert len(first.items) == 2


async def test_what_is_agreed_protects_whatever_the_settings_ask_for(house: House) -> None:
    """After go-live the protection comes from the signed log: a setting changes nothing, and doctor says so."""
    server, settings = house
    asking = settings.model_copy(update={"preset": "standard"})
    async with staged(server, settings.model_copy(update={"preset": "strict"})) as stage:
        lenient = replace(stage.app.opening, policy=STANDARD)
        await lenient.open_due(stage.clock())
        async with stage.app.database.begin() as connection:
            assert (await terms_of(connection, (await open_wave(stage)).id)).policy == STRICT
        found = finding(await agreement_of(stage), [PULSE], asking, stage.app.instrument)
        assert "ADEMPAUZE_PRESET asks for standard" in found.what


async def test_a_weakening_that_only_one_seat_signed_changes_no_wave(house: House) -> None:
    server, settings = house
    async with staged(server, settings.model_copy(update={"preset": "strict"})) as stage:
        agreeing = replace(stage.app.agreeing, seats=replace(stage.app.seats, cost=CHEAP))
        weaker = {"protection": asdict(STANDARD)}
        await agreeing.propose(Seat.ADMINISTRATOR, SECRETS[Seat.ADMINISTRATOR], weaker, "Quicker.")
        await stage.app.tick(stage.clock())
        async with stage.app.database.begin() as connection:
            assert (await terms_of(connection, (await open_wave(stage)).id)).policy == STRICT


async def test_a_log_that_was_changed_behind_the_product_opens_no_wave(house: House) -> None:
    async with staged(*house) as stage:
        change = "replace(convert_from(document, 'UTF8'), '\"k\":5', '\"k\":4')"
        change = f"UPDATE surveys.log SET document = convert_to({change}, 'UTF8')"
        await stage.run(f"SET session_replication_role = replica; {change}")
        await stage.app.tick(stage.clock())
        assert await waves(stage) == []


async def test_the_works_council_is_told_which_groups_the_roster_changed_and_never_who(house: House) -> None:
    """A roster change that creates, merges or largely changes a cohort is logged: counts, no names."""
    async with staged(*house) as stage:
        line = "o1,Agent o1,o1@lente.example,Noord/Service/"
        moved = roster_csv().replace(f"{line}Ochtend", f"{line}Nieuw")
        rows = parse_people(moved, platforms=("web", "recording"))
        await stage.app.rostering.import_people(rows, lambda _: None, limit=0.2)
        async with stage.app.database.begin() as connection:
            documents = await seat_store.documents(connection)
            changed = await seat_store.regrouped_since(connection)
        (change,) = documents[-1]["content"]["changes"]
        assert (change["what"], change["before"], change["after"]) == (What.CREATED, 0, 1)
        assert changed == {change["cohort"]: stage.clock()}
        assert follow(documents).broken == ""
        names = {name for person in stage.people.values() for name in names_of(person)}
        assert found_in(everything(stage.server), names, schema="surveys.log") == []


async def test_before_there_is_an_agreement_the_first_roster_is_no_news(house: House) -> None:
    async with staged(*house, roster="id,name,email,team\n1,A,a@b.nl,Noord\n", live=False) as stage:
        rows = parse_people(roster_csv(), platforms=("web", "recording"))
        await stage.app.rostering.import_people(rows, lambda _: None, limit=1)
        assert (await stage.app.seats.standing()).head[0] == 0
