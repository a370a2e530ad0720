"""PRIVACY 13: a group that the roster made or largely changed publishes nothing in its first Release after that."""

from __future__ import annotations

from datetime import timedelta

from surveys.model import SUPPRESSED, Figure, Release, Suppressed
from surveys.roster import parse_people
from surveys.store import people as people_store
from tests.ceremony import introduce
from tests.privacy.test_close import published
from tests.privacy.wave import House
from tests.stage import OCHTEND, POST, Stage, roster_csv, staged

PEOPLE_OF = {OCHTEND: "o", POST: "p"}


async def import_roster(stage: Stage, roster: str) -> None:
    """Import a people file as the command does, and introduce whoever is new."""
    rows = parse_people(roster, platforms=("web", "recording"))
    await stage.app.rostering.import_people(rows, lambda _: None, limit=1)
    async with stage.app.database.begin() as connection:
        stage.people = {person.external_id: person for person in await people_store.load_roster(connection)}
    await introduce(stage.app, stage.clock())


async def play(stage: Stage) -> Release:
    """Let both large teams answer the coming wave, each person in their own way, and return what is released."""
    await stage.until(stage.clock() + timedelta(days=3, hours=20))
    prefixes = tuple(PEOPLE_OF.values())
    for place, who in enumerate(who for who in stage.people if who.startswith(prefixes) and who[1:].isdigit()):
        await stage.answer(who, 1 + place % 5, 1 + place % 5)
    await stage.close()
    stage.clock.time += timedelta(days=7 - stage.clock().weekday() - 1)
    return next(one for one in reversed(await published(stage)) if one.kind == "wave")


def core(release: Release, node: str) -> Figure | Suppressed:
    return next(cell.figure for cell in release.cells if (cell.cohort, cell.item) == (node, "C1"))


async def test_a_team_of_which_most_were_replaced_is_told_nothing_of_in_its_first_wave(house: House) -> None:
    """From the people file to the Release: the wave after the import holds the team back, the next one tells it."""
    replaced = roster_csv()
    for number in range(1, 8):
        replaced = replaced.replace(f"o{number},Agent o{number},o{number}@", f"o3{number},Agent o3{number},o3{number}@")
        replaced = replaced.replace(f"Europe/Amsterdam,o{number}\n", f"Europe/Amsterdam,o3{number}\n")
    async with staged(*house) as stage:
        before = await play(stage)
        await import_roster(stage, replaced)
        first, second = await play(stage), await play(stage)
        team, other = stage.nodes[OCHTEND], stage.nodes[POST]
        assert [isinstance(core(one, team), Figure) for one in (before, first, second)] == [True, False, True]
        assert core(first, team) == SUPPRESSED
        assert all(isinstance(core(one, other), Figure) for one in (before, first, second))
