"""How anonymity failed elsewhere: one test for each way, on every platform where it could happen here."""

from __future__ import annotations

import base64
import re
from collections.abc import Collection, Mapping
from datetime import timedelta

import pytest

from bot.kudos.settings import KudosSettings
from bot.settings import Settings
from surveys.model import WaveState
from surveys.release import to_document
from surveys.store import releases as release_store
from surveys.store import surveys as store
from surveys.store.database import WHOLE
from surveys.tickets import WaveKeys
from tests.ceremony import agree
from tests.dialogues.drivers import DRIVERS
from tests.dialogues.talk import playing
from tests.everything import everything
from tests.privacy.test_nobody_is_shown import pages
from tests.privacy.wave import House, found_in, names_of, wave
from tests.published import publish
from tests.stage import OCHTEND, Stage, staged

MANY = tuple(f"o{number}" for number in range(1, 11))
DATES = re.compile(r"\d{4}-\d\d-\d\d")


@pytest.mark.parametrize("platform", sorted(DRIVERS))
async def test_an_answer_is_told_to_nobody(house: House, platform: str) -> None:
    """When somebody answers, nothing is sent to anybody: not to those who made the survey, lead, or take part."""
    async with playing(house, platform, "nl", size=3) as play, play.meet() as agent, play.meet() as other:
        before, screen = everything(play.stage.server), await other.driver.screen()
        await agent.answers(5, 1)
        await play.stage.tick()
        after = everything(play.stage.server)
        assert await other.driver.screen() == screen
        for table in ("platform.delivery", "platform.digest_delivery", "platform.record"):
            assert len(after[table]) == len(before[table])
        assert after["platform.procrastinate_jobs"] == before["platform.procrastinate_jobs"]


@pytest.mark.parametrize("platform", sorted(DRIVERS))
async def test_a_button_carries_nothing_that_names_its_holder(house: House, platform: str) -> None:
    """What travels with every press is sealed: no id, address or e-mail stands in it, in clear or encoded."""
    async with playing(house, platform, "nl", size=3) as play, play.meet() as agent:
        token = await agent.driver.token()
        carried = {token, base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).hex()}
        person = play.stage.people[agent.who]
        needles = names_of(person) - {person.external_id, *person.addresses.values()}
        assert [needle for needle in needles for text in carried if needle in text] == []
        planted = {f"{token}{person.email}"}
        assert [needle for needle in needles for text in planted if needle in text] != []


async def released(stage: Stage, *, hours: float) -> dict[str, object]:
    """Let ten people answer so long after each other, and return what is published."""
    for number, who in enumerate(MANY):
        await stage.answer(who, 1 + number % 5, 3)
        stage.clock.forward(hours=hours)
    await stage.close()
    async with stage.app.database.reading([WHOLE]) as connection:
        return to_document((await release_store.history(connection, "pulse"))[-1])


async def test_what_is_published_holds_no_date_of_an_answer(house: House) -> None:
    """A Release says when the wave opened and closed, and is the same whenever people answered in between."""
    documents = []
    for hours in (0, 3):
        async with wave(house) as stage:
            documents.append(await released(stage, hours=hours))
    assert documents[0] == documents[1]
    assert len(set(DATES.findall(repr(documents[0])))) == 2


async def test_however_a_wave_is_opened_it_is_opened_in_the_same_way(house: House) -> None:
    """By the clock and by hand: the same protection, and a sealed row for everybody from the start."""
    opened = []
    for by_hand in (False, True):
        async with staged(*house) as stage:
            if by_hand:
                await stage.app.opening.open_now("pulse", None, stage.clock())
            else:
                await stage.app.opening.open_due(stage.clock())
            rows = everything(stage.server)
            (kept,) = rows["surveys.wave"]
            sealed = [row for table, found in rows.items() if table.startswith("surveys.response_") for row in found]
            assert len({len(row["sealed"]) for row in sealed}) == 1
            assert (
                found_in(rows, {name for one in stage.people.values() for name in names_of(one)}, schema="surveys")
                == []
            )
            opened.append((kept["policy"], kept["asked"], kept["closes"], len(sealed), len(rows["platform.delivery"])))
    assert opened[0] == opened[1]
    assert opened[0][3] == opened[0][4]


async def test_there_is_no_option_that_could_be_taken_back(house: House) -> None:
    """Nothing switches the anonymity of answers on or off: no setting, no column and no field of what is agreed.

    Kudos have names; one setting says whether they may come without one, and no answer is touched by it.
    """
    async with wave(house) as stage:
        columns = await stage.rows(
            "SELECT table_name || '.' || column_name FROM information_schema.columns"
            " WHERE table_schema IN ('surveys', 'kudos', 'people', 'platform')"
        )
        agreement = (await stage.app.seats.standing()).agreement
    settings = set(Settings.model_fields) - set(KudosSettings.model_fields)
    names = {str(name) for (name,) in columns} | settings | set(repr(agreement).split("("))
    switching = re.compile("anonym|identif|reveal|confidential|pseudonym", re.IGNORECASE)
    assert [name for name in names if switching.search(name)] == []
    assert switching.search("is_anonymous")


async def slots_of(stage: Stage, people: Collection[str]) -> dict[str, bytes]:
    """Under which pseudonym each of them answers in the open wave, as only the holder of the keys can tell."""
    async with stage.app.database.begin() as connection:
        (there,) = await store.waves(connection, state=WaveState.OPEN)
        keys = WaveKeys(there.id, stage.app.keys.epoch(there.key_id), await store.salt_of(connection, there.id))
    return {who: keys.slot(keys.ticket(stage.people[who].id)) for who in people}


async def test_nobody_has_the_same_pseudonym_twice(house: House) -> None:
    """In two waves everybody has two, and neither their order nor one of them tells the others."""
    async with wave(house) as stage:
        first = await slots_of(stage, MANY)
        await stage.close()
        await stage.until(stage.clock() + timedelta(days=6))
        second = await slots_of(stage, MANY)
    assert not set(first.values()) & set(second.values())
    assert len({*first.values(), *second.values()}) == 2 * len(MANY)
    orders = [sorted(MANY, key=one.__getitem__) for one in (first, second)]
    assert orders[0] != orders[1]
    assert all(order != sorted(MANY) for order in orders)


async def test_no_page_and_no_export_holds_an_id_of_anybody_else(house: House) -> None:
    """Whatever a page or the export shows, no id, address or e-mail of another person stands in it."""
    async with wave(house) as stage:
        await publish(stage, 2)
        shown = await pages(stage)
        assert of_others(stage, shown) == []
        export = shown["works-council /council/export.json"]
        assert str(stage.nodes[OCHTEND]) in export
        planted = {"works-council /council/export.json": f"{export}{stage.people['noor'].id}"}
        assert of_others(stage, planted) != []


def of_others(stage: Stage, shown: Mapping[str, str]) -> list[str]:
    """Ids and e-mail addresses on pages whose readers they do not belong to."""
    return [
        f"{page}: {needle}"
        for page, text in shown.items()
        for external, person in stage.people.items()
        if not page.startswith(f"{external} ")
        for needle in (str(person.id), person.id.hex, person.email)
        if needle in text
    ]


async def test_a_digest_names_groups_and_never_a_person(house: House) -> None:
    """What leaders are sent and can open names no person, whoever answered what."""
    async with wave(house) as stage:
        for number, who in enumerate(MANY):
            await stage.answer(who, 1 + number % 2, 5)
        await stage.close()
        await stage.until(stage.clock() + timedelta(minutes=90))
        digest = repr(stage.card("noor"))
        assert "Ochtend" in digest
        people = {name for one in stage.people.values() for name in (one.name, one.email, str(one.id))} - {
            "Noor",
            "Bram",
        }
        assert [name for name in people if re.search(rf"\b{re.escape(name)}\b", digest)] == []


async def test_nobody_is_named_to_the_works_council_but_whom_it_chose(house: House) -> None:
    """The signed log and the pages of the seats name nobody, also after the roster and the agreement changed."""
    async with wave(house) as stage:
        await agree(stage.app, stage.clock(), retention_days=70)
        shown = {page: text for page, text in (await pages(stage)).items() if page.split()[0] in ("works-council",)}
        names = {one.name for one in stage.people.values()} - {"Noor"}
        assert [(page, name) for page, text in shown.items() for name in names if re.search(rf"\b{name}\b", text)] == []
