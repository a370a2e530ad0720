"""Who reads logs, traces and error reports learns who answered from none of them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable
from datetime import timedelta

import httpx
import structlog

from adapters.port import Channel, Submission
from adapters.web.platform import WebChat
from bot.texts import Texts
from bot.web.app import create_app
from surveys.model import Person
from tests.dialogues.drivers import subject_at
from tests.dialogues.page import Page
from tests.dialogues.talk import AMSTERDAM
from tests.everything import logged
from tests.kudos.thanks import CHANNEL, PLACE, Floor, floor
from tests.privacy.wave import House, token_of, wave
from tests.stage import PULSE, Stage

PEOPLE = 6


def roster(platform: str) -> str:
    """Return people whose every name is easy to find in a log."""
    lines = [f"id,name,email,team,manages,roles,language,timezone,address:{platform}"]
    for n in range(PEOPLE):
        who = f"personeel-{n},Voornaam{n} Achternaam{n},brievenbus{n}@lente.example"
        lines.append(f"{who},Noord/Lijn,,agent,nl,{AMSTERDAM},adres-{n}")
    lines.append(f"hoofd,Hoofdnaam,hoofd@lente.example,Noord/Lijn,Noord,manager,nl,{AMSTERDAM},adres-hoofd")
    return "\n".join(lines) + "\n"


def told(lines: str, people: Iterable[Person], *others: str) -> list[str]:
    """Return everything in these log lines that would tell about a person."""
    personal = [text for person in people for text in (str(person.id), person.id.hex, person.external_id, person.name)]
    personal += [text for person in people for text in (person.email, *person.addresses.values())]
    return [text for text in (*personal, *others) if text in lines]


async def test_a_whole_wave_logs_events_and_counts_and_nobody(house: House) -> None:
    """From roster to digest no log line holds a person, an address, a token, an answer or what somebody wrote, also
    where something fails."""
    with logged() as lines:
        async with wave(house, survey=PULSE, roster=roster("recording"), settings={"comments": True}) as stage:
            tokens = await live_through_a_wave(stage)
            people, keys = list(stage.people.values()), [*stage.app.keys.epochs.values(), stage.app.keys.platform]
            shown = repr(stage.app.keys) + repr(stage.app.settings) + repr(stage.server)
    text = lines.getvalue()
    assert "wave opened" in text
    assert "wave released" in text
    assert "a request failed" in text
    secret = [*tokens, "geheim", *(key.hex() for key in keys), str(house[1].data_dir)]
    assert told(text, people, *secret) == []
    assert told(shown, [], *(key.hex() for key in keys), *(repr(key)[2:-1] for key in keys)) == []
    assert re.search(r"Traceback|File \"", text) is None
    assert told(text + f"sending to {people[1].email}", people) == [people[1].email]


async def live_through_a_wave(stage: Stage) -> list[str]:
    """Everything that can happen in a wave: answers, a comment, later, a failing platform, a fault, a close."""
    platform = stage.recording
    tokens = [token_of(stage, f"adres-{n}") for n in range(PEOPLE)]
    await stage.answer("adres-0", 4, 2)
    await platform.act("adres-0", "nl", "comment", token=tokens[0], texts={"comment": "geheim verhaal"})
    await platform.act("adres-1", "nl", "comment", token="geheim", texts={"comment": "geheim"})
    await platform.act("adres-1", "nl", "comment", token=tokens[1], texts={"comment": "ik wil dood, geheim"})
    await platform.act("adres-1", "nl", "geheim")
    await platform.act("adres-1", "nl", "answer", token=tokens[1], position=(9, 9))
    await platform.tap("adres-2", "later")
    await platform.act("adres-3", "nl", "home")
    await break_the_conversation(stage, tokens[3])
    platform.fail("adres-3")
    platform.fail("adres-4", permanent=False, retry_after=0.01)
    await stage.until(stage.clock() + timedelta(days=2))
    platform.recover("adres-4")
    await platform.act("adres-4", "nl", "stop_now")
    await stage.close()
    await stage.until(stage.clock() + timedelta(hours=2))
    return tokens


async def break_the_conversation(stage: Stage, token: str) -> None:
    """A fault of ours: an action that no platform lets through, whose name is in the text of the exception."""
    reply = await stage.app.inbox.receive(Submission(token, "geheim", "nl"))
    assert (reply.failed, reply.notice) == (True, Texts("nl")("error.unknown"))


async def test_kudos_are_logged_without_a_word_a_name_or_an_id(house: House) -> None:
    """From the form to the day on which it is forgotten no log line says who thanked whom, where or for what, also
    where something fails."""
    with logged() as lines:
        async with floor(house, roster=roster("recording")) as here:
            ids = await thank_in_every_way(here)
            people = list(here.stage.people.values())
    text = lines.getvalue()
    assert "a delivery failed unforeseen" in text
    assert "channels were not listed" in text
    assert "a request failed" in text
    assert told(text, people, "geheim", CHANNEL, "#bedankt", *ids) == []


async def thank_in_every_way(here: Floor) -> list[str]:
    """Everything that can happen to kudos, with what fails on the way; return the ids that there were."""
    one, two, three = "adres-0", "adres-1", "adres-2"
    sent = await here.gives(one, two, three, text="geheim bedankje", where=str(PLACE))
    await here.gives(two, one, text="geheim compliment", where="wall")
    await here.looks(one, two, text="geheim @everyone")
    await here.looks(one, "geheim", text="@geheim geheim")
    ids = [str(kudos.id) for kudos in await here.all()]
    here.line.during = breaking
    await here.arrives()
    here.chat.fail(three)
    here.chat.fail(CHANNEL)
    await here.stage.until(here.stage.clock() + timedelta(hours=1))
    await here.takes_back(one, sent)
    await here.asks(one, "kudos_report_send", kudos=ids[1])
    await here.asks("ada", "kudos_moderate_send", kudos=ids[1], reason="geheim")
    await here.asks(one, "kudos_withdraw", kudos="geheim")
    await here.stage.app.inbox.receive(Submission("geheim", "geheim", "nl"))
    here.chat.channels = no_channels  # type: ignore[method-assign]
    await here.stage.app.tidy()
    await here.asks(two, "erase_now")
    await here.stage.until(here.stage.clock() + timedelta(days=3))
    await here.stage.app.tidy()
    return ids


async def breaking(*_: object) -> None:
    """A fault of a platform, whose text holds what nobody may read."""
    raise RuntimeError("geheim adres-1")


async def no_channels() -> AsyncIterator[Channel]:
    """A list that cannot be read, with the same in its text."""
    raise RuntimeError("geheim adres-1")
    yield


async def test_the_pages_log_no_path_no_visitor_and_no_text(house: House) -> None:
    """Requests for personal pages are not logged at all, and a fault as its kind and place alone."""
    with logged() as lines:
        async with wave(house, roster=roster("web"), platforms=None) as stage:
            link = await stage.app.links.personal(subject_at(stage, "adres-0"), "chat", timedelta(days=30))
            chat = stage.app.platforms["web"]
            assert isinstance(chat, WebChat)
            log = structlog.get_logger("web")
            app = create_app([stage.app.doors.router(), chat.router], log=log, ticks=lambda: 0.0)
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://localhost", follow_redirects=True
            ) as browser:
                await browser.get(f"/l/{link}")
                page = Page((await browser.post(f"/l/{link}")).text)
                token = page.buttons[0].sends["token"]
                await browser.post("/chat/submit", data={"token": token, "action": "answer", "position": "0:4"})
                await browser.post("/chat/submit", data={"token": token, "action": "geheim"})
                await browser.get("/l/geheim")
                await browser.get("/geheim?geheim")
                await browser.get("/healthz")
            people = list(stage.people.values())
    text = lines.getvalue()
    assert "route=/healthz" in text.replace("'", "")
    assert told(text, people, link, token, "geheim", "/chat", "/l/", "127.0.0.1", "testclient") == []
