"""The head hashes, sent with every Release to whom the works council chose, on every platform and in both languages."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta

import pytest

from adapters.port import MessageRef
from bot.logbook import follow, knows_head, release_hashes
from bot.seats import PAGES, subject_of
from bot.server import Server
from bot.settings import Settings
from bot.texts import Texts
from surveys.errors import InputError
from surveys.model import LANGUAGES, Language
from surveys.release import envelope
from surveys.seats import Seat
from surveys.store import releases as release_store
from surveys.store import seats as seat_store
from surveys.store.database import WHOLE
from tests.dialogues.drivers import DRIVERS
from tests.dialogues.talk import playing
from tests.keys import SECRETS
from tests.published import browsing, hold_back, publish
from tests.stage import Stage

COUNCIL = Seat.WORKS_COUNCIL
HASH = re.compile(r"\b[0-9a-f]{64}\b")


async def export_of(stage: Stage) -> bytes:
    """The file that anybody can check."""
    async with stage.app.database.reading([WHOLE]) as connection:
        documents = [json.loads(one) for one in await release_store.documents(connection)]
        return json.dumps(envelope(documents, await seat_store.documents(connection))).encode()


async def told(stage: Stage) -> None:
    """Play on until what goes out with a Release has gone out."""
    await stage.close()
    await stage.until(stage.clock() + timedelta(hours=1, minutes=1))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("platform", sorted(DRIVERS))
async def test_the_works_council_gets_both_hashes_in_chat_with_every_release(
    house: tuple[Server, Settings], platform: str, language: Language
) -> None:
    """And they are those of the file that `adempauze audit log` checks."""
    async with playing(house, platform, language, size=7) as play, play.meet() as agent:
        await play.stage.app.heads.choose(f"{agent.who}@lente.example")
        await told(play.stage)
        await agent.sees(agent.t("heads.text"), agent.t("heads.chain"), agent.t("heads.log"), agent.t("heads.why"))
        seen = HASH.findall(await agent.driver.screen())
        content = await export_of(play.stage)
    chain, log = sorted(set(seen), key=seen.index)
    assert chain in release_hashes(content)
    assert knows_head(follow(json.loads(content)["log"]), log)


async def test_nobody_else_gets_them_and_nobody_before_somebody_is_chosen(stage: Stage) -> None:
    await stage.deliver()
    await told(stage)
    assert [one for one in stage.recording.sent if HASH.search(repr(one.message))] == []


async def test_a_message_that_fails_is_sent_again(stage: Stage) -> None:
    await stage.app.heads.choose("noor@lente.example")
    await publish(stage, 1)
    await hold_back(stage, 1, hours=0)
    send, stage.app.platforms["recording"].send = stage.recording.send, broken  # type: ignore[assignment,method-assign]
    await stage.tick()
    stage.app.platforms["recording"].send = send  # type: ignore[method-assign]
    assert stage.recording.inbox("noor") == []
    await stage.until(stage.clock() + timedelta(minutes=6))
    assert any(HASH.search(repr(message)) for message in stage.recording.inbox("noor"))


async def broken(*_: object) -> MessageRef:
    raise RuntimeError("a fault of the platform")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_works_council_chooses_on_its_page_with_its_secret(stage: Stage, language: Language) -> None:
    t = Texts(language)
    async with browsing(stage, None, language) as client:
        await client.post(f"/l/{await stage.app.links.one_time(subject_of(COUNCIL), PAGES[COUNCIL])}")
        page = html.unescape((await client.get("/council/keys")).text)
        assert t("keys.chat.nobody") in page
        form = {"email": " O1@lente.example ", "secret": "not this one at all"}
        assert (await client.post("/council/keys/chat", data=form)).status_code == 422
        assert await stage.app.heads.chosen() is None
        done = await client.post("/council/keys/chat", data=form | {"secret": SECRETS[COUNCIL]})
        assert t("keys.chat.to", name="Agent o1") in html.unescape(done.text)
        await client.post("/council/keys/chat", data={"email": "", "secret": SECRETS[COUNCIL]})
    assert await stage.app.heads.chosen() is None


async def test_the_administrator_chooses_nobody(stage: Stage) -> None:
    seat = Seat.ADMINISTRATOR
    async with browsing(stage, None) as client:
        await client.post(f"/l/{await stage.app.links.one_time(subject_of(seat), PAGES[seat])}")
        form = {"email": "o1@lente.example", "secret": SECRETS[seat]}
        assert (await client.post("/keys/chat", data=form)).status_code != 200
    assert await stage.app.heads.chosen() is None


async def test_whoever_was_chosen_sees_it_among_what_is_kept_and_can_erase_it(stage: Stage) -> None:
    await stage.app.heads.choose("o1@lente.example")
    shown = await stage.recording.act("o1", "nl", "privacy")
    assert shown.dialog is not None
    assert any("1 kB" in line for line in shown.dialog.steps)
    await stage.recording.act("o1", "nl", "erase_now")
    assert await stage.app.heads.chosen() is None


async def test_somebody_who_is_not_in_the_roster_cannot_be_chosen(stage: Stage) -> None:
    with pytest.raises(InputError, match="nobody in the roster"):
        await stage.app.heads.choose("stranger@lente.example")


async def test_a_hash_of_something_else_is_not_found(stage: Stage) -> None:
    await publish(stage, 2)
    content = await export_of(stage)
    assert "0" * 64 not in release_hashes(content)
    cut = json.loads(content)
    cut["releases"] = cut["releases"][:-1]
    with pytest.raises(InputError):
        release_hashes(json.dumps(cut).encode())
