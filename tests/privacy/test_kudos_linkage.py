"""PRIVACY 12 for a kudos that is given right after the answer: nothing leads from it to the answer, or to whether there
was one.

One wave is played with lots (`tests/linkage/thanking.py`): who thanks, and when, is drawn first, and then whether they
had answered a moment before. A thief reads every table with its system columns, indexes, sequences, counters, samples
and sizes again and again, has the files, the write-ahead log and every statement, knows each kudos with its giver, its
moment and its transaction, and makes marks of all of it (`tests/linkage/marks.py`).

*No better than by chance* is a permutation test over all marks together: some 700 marks that differ at all, each taken
both ways and folded; 4,000 deals of the truth; the highest mark of all is compared with the highest of each deal, so no
further correction is due (`tests/linkage/lots.py`). One innocent run in 800 is called guilty. With twenty givers on
either side a mark is found, most times, that puts nineteen in twenty pairs of them in the right order;
`tests/soak/test_kudos_linkage.py` has more people, and finds fainter ones.

What people do is no mark of a table: that whoever thanks just after the cards came has likelier answered than not is
for anybody to think, and docs/privacy.md says so. Here as many thank who had not.
"""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from adapters.port import Command, Message, Reply
from bot.loop import new_loop
from surveys.tickets import derive
from tests.architecture.tree import ROOT
from tests.dialogues.drivers import DRIVERS
from tests.dialogues.talk import playing
from tests.everything import Rows, everything
from tests.kudos.thanks import floor
from tests.linkage.shared import of_answers, of_kudos, standing_in, written_together
from tests.linkage.town import Pace
from tests.linkage.witness import (
    Witnessed,
    rows_guessed,
    what_they_answered,
    whether_they_answered,
    which_row_is_whose,
    witnessed,
)
from tests.privacy.wave import House, token_of, wave
from tests.stage import Stage, embedded_server

QUICK = Pace(lasts=3.0, copy=0.6, mix=1.2)
ANSWERS = ("surveys.", "platform.procrastinate")


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Witnessed]:
    """Forty people who thanked, half of whom had answered a moment before, on a server of their own."""
    room = tmp_path_factory.mktemp("kudos")
    for server, settings in embedded_server(room):
        with asyncio.Runner(loop_factory=new_loop) as runner:
            yield runner.run(witnessed(server, settings, room, QUICK, people=80, each=5))


def test_nothing_tells_whether_somebody_who_thanked_had_answered(seen: Witnessed) -> None:
    """Whoever thanks right after the answer cannot be told from whoever thanks without one, by no column, system
    column, order, neighbour, counter or statement of any table at any moment, nor after the close."""
    verdict = whether_they_answered(seen)
    assert len(seen.givers) == 40
    assert verdict.marks >= 300
    assert verdict.within_chance, verdict


@pytest.mark.parametrize("item", [0, 1])
def test_nothing_tells_what_somebody_who_thanked_had_answered(seen: Witnessed, item: int) -> None:
    """Of whoever thanked after an answer nothing tells which it was, the Release included, which says the same of all
    in a team."""
    verdict = what_they_answered(seen, item)
    assert verdict.within_chance, verdict


def test_nothing_tells_which_sealed_row_belongs_to_somebody_who_thanked(seen: Witnessed) -> None:
    """No order of kudos goes with any order of sealed rows, and the program that looks who is named or changed
    together finds no row."""
    verdict, guessed = which_row_is_whose(seen), rows_guessed(seen)
    assert verdict.within_chance, verdict
    assert guessed.within_chance, guessed


Plant = Callable[[Witnessed, str, str, Mapping[str, str]], Mapping[str, str]]
"""(all, table, whose row it is, row) -> the row as it is planted."""


def a_flag(seen: Witnessed, table: str, who: str, row: Mapping[str, str]) -> Mapping[str, str]:
    """A kudos says from which button it came."""
    return {**row, "from": "thanks" if who in seen.answered else "home"} if table == "kudos.kudos" else row


def a_moment(seen: Witnessed, table: str, who: str, row: Mapping[str, str]) -> Mapping[str, str]:
    """A sealed row says when it was answered."""
    return {**row, "at": str(seen.answered.get(who, 0.0))} if table.startswith("surveys.response_") else row


def what_fits(seen: Witnessed, table: str, who: str, row: Mapping[str, str]) -> Mapping[str, str]:
    """The tag of a kudos is proposed after how somebody feels."""
    return {**row, "tag": f"{seen.parts[who].options[0]}"} if table == "kudos.kudos" else row


def with_it(seen: Witnessed, plant: Plant) -> Witnessed:
    """Return everything as it would be with something planted in the rows of whoever gave, or whose row it is."""
    whose = {str(seen.people[who].id): who for who in seen.people} | {
        slot.hex(): who for who, (_, slot, *_) in seen.secrets.items()
    }

    def change(tables: Rows) -> Rows:
        return {
            table: [
                plant(seen, table, owner, row) if (owner := _owner(row, whose)) is not None else row for row in rows
            ]
            for table, rows in tables.items()
        }

    return seen.altered(change)


def _owner(row: Mapping[str, str], whose: Mapping[str, str]) -> str | None:
    return whose.get(row.get("giver_id", "")) or whose.get(row.get("slot", ""))


def test_the_same_attack_finds_a_kudos_that_says_where_it_came_from(seen: Witnessed) -> None:
    found = whether_they_answered(with_it(seen, a_flag))
    assert not found.within_chance
    assert "kudos.kudos.from" in found.best


def in_one_transaction(seen: Witnessed) -> Witnessed:
    """Return everything as it would be if a kudos were written together with the blob in which the answer waits."""
    answered = {str(seen.people[who].id) for who in seen.answered}
    given = [row["xmin"] for row in seen.wholes[-1].tables["kudos.kudos"] if row["giver_id"] in answered]
    blob = next(row for whole in seen.wholes for row in whole.tables["surveys.pool"])
    blobs = [{**blob, "xmin": xmin} for xmin in given]
    return seen.altered(lambda tables: {**tables, "surveys.pool": [*tables["surveys.pool"], *blobs]})


def test_the_same_attack_finds_a_kudos_that_is_written_together_with_the_answer(seen: Witnessed) -> None:
    found = whether_they_answered(in_one_transaction(seen))
    assert not found.within_chance
    assert "surveys.pool" in found.best


def test_the_same_attack_finds_a_moment_that_is_kept_beside_an_answer(seen: Witnessed) -> None:
    found = which_row_is_whose(with_it(seen, a_moment))
    assert not found.within_chance
    assert found.best.endswith(", at")


def test_the_same_attack_finds_a_tag_that_was_chosen_after_the_answer(seen: Witnessed) -> None:
    found = what_they_answered(with_it(seen, what_fits), 0)
    assert not found.within_chance
    assert "kudos.kudos.tag" in found.best


def test_no_transaction_writes_a_kudos_and_anything_of_a_survey(seen: Witnessed) -> None:
    """The number of a transaction never stands both at a kudos and at a row of surveys."""
    assert written_together(seen.wholes) == set()
    assert written_together(in_one_transaction(seen).wholes) != set()


def test_no_value_of_a_kudos_stands_with_the_answers(seen: Witnessed) -> None:
    """No id, key, moment, word or address of a kudos stands in a table of surveys, a job, a sample or a sequence,
    however it is written; and no ticket, slot or token stands with the kudos."""
    assert standing_in(seen.wholes[-3:], of_kudos(seen.wholes), *ANSWERS) == set()
    assert standing_in(seen.wholes, of_answers(seen.secrets), "kudos.") == set()


def test_a_value_that_stands_in_both_is_found(seen: Witnessed) -> None:
    def slot(seen: Witnessed, table: str, who: str, row: Mapping[str, str]) -> Mapping[str, str]:
        return {**row, "reason": seen.secrets[who][1].hex()} if table == "kudos.kudos" else row

    def giver(seen: Witnessed, table: str, who: str, row: Mapping[str, str]) -> Mapping[str, str]:
        return {**row, "about": seen.people[who].id.hex} if table.startswith("surveys.response_") else row

    assert standing_in(with_it(seen, slot).wholes[-2:], of_answers(seen.secrets), "kudos.") != set()
    assert standing_in(with_it(seen, giver).wholes[-2:-1], of_kudos(seen.wholes[-1:]), *ANSWERS) != set()


KEYS = {"surveys.tickets", "surveys.period_keys", "cryptography", "hashlib", "hmac", "secrets"}


def of_kudos_code() -> list[Path]:
    """Return every file about kudos."""
    folders = [ROOT / "bot", ROOT / "surveys", ROOT / "analytics"]
    return [file for folder in folders for file in folder.rglob("*.py") if "kudos" in str(file.relative_to(ROOT))]


def imported(source: str) -> set[str]:
    """Return the modules that a file imports; fresh chance is no key, wherever its type is kept."""
    found = set[str]()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            names = {f"{node.module}.{name.name}" for name in node.names} - {"surveys.tickets.Entropy"}
            found |= names | ({node.module or ""} if names else set())
    return {name if name in KEYS else name.split(".")[0] for name in found}


def test_kudos_use_no_key_at_all() -> None:
    """Nothing about kudos is derived, signed, hashed or sealed under any key, so none is shared with the answers."""
    files = [*of_kudos_code(), ROOT / "surveys/store/postings.py"]
    assert len(files) >= 15
    assert {str(file): used for file in files if (used := imported(file.read_text()) & KEYS)} == {}
    assert imported("from surveys.tickets import Entropy, derive\nimport hmac") & KEYS == {"surveys.tickets", "hmac"}


async def test_thanking_derives_no_key(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """While somebody opens the form, looks, sends, and it arrives, no key is derived and no answer's key is used."""
    async with floor(house) as place:
        used = list[str]()

        def noted(key: bytes, info: str, salt: bytes | None = None) -> bytes:
            used.append(info)
            return derive(key, info, salt)

        monkeypatch.setattr("surveys.tickets.derive", noted)
        await place.gives("o1", "o3")
        await place.arrives()
        assert len(place.chat.inbox("o3")) == 1
        assert used == []


@pytest.mark.parametrize("platform", sorted(DRIVERS))
async def test_pressing_thank_someone_leaves_no_trace(house: House, platform: str) -> None:
    """Pressing *thank someone* under the thanks and looking at the form changes no row, system column, sequence or
    message, and uses no transaction, on any platform."""
    async with playing(house, platform, "nl", size=2) as play, play.meet() as agent:
        await agent.answers(1, 5)
        screen = await agent.driver.screen()
        before = left_behind(play.stage)
        heard = await agent.taps(agent.t("home.to.kudos"))
        assert agent.t("kudos.give.words") in heard
        assert left_behind(play.stage) == before
        assert await agent.driver.screen() == screen


def left_behind(stage: Stage) -> tuple[Rows, object]:
    """Return everything, and which transaction is next."""
    url = stage.server.login.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        following = connection.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text").fetchone()
    return everything(stage.server, system=True), following


async def test_what_a_thanks_message_carries_is_not_looked_at(house: House) -> None:
    """The form that comes up from a thanks message is the one that comes up from anywhere, whatever card its button
    carried, and a kudos that is sent from it holds nothing of it."""
    async with wave(house) as stage:
        await stage.answer("o1", 1, 5)
        receive = stage.app.inbox.receive
        own, other = token_of(stage, "o1"), token_of(stage, "o3")
        forms = [
            plain(await receive(Command("kudos", "recording", "o1", "nl", token=token)))
            for token in (own, other, "no card at all", None)
        ]
        assert forms == [forms[-1]] * len(forms)
        assert forms[0].form is not None
        assert forms[0].token is None


def plain(reply: Reply) -> Message:
    """Return what came up, without the id that is made anew each time."""
    assert reply.dialog is not None
    assert reply.dialog.form is not None
    return replace(reply.dialog, form=replace(reply.dialog.form, kept={}))
