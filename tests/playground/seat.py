"""One person before the playground's page: what they see, press and type, and what went to and fro."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
from playwright.sync_api import Browser, Locator, WebSocket, expect

from adapters.teams import cards
from tests.acceptance.running_demo import Visit, visit
from tests.acceptance.serving import until
from tests.playground.playground import BOT, Colleague
from tests.teams.client import COMMAND, Invoke, Json, button, press
from tests.teams.person import words_of

SHOWN: Final = 15_000
"""Milliseconds within which whatever somebody did shows on a busy machine."""
HIGH: Final = (1280, 1500)
"""A screen on which a whole card shows."""
DRAWN: Final = 1_000
"""Milliseconds after which nothing moves any more, a chart least of all."""
WRITING: Final = ("message", "updateMessage")
OURS: Final = {"type": "message", "from": {"id": BOT}}
BROWSER: Final = {"nl": "nl-NL", "en": "en-GB"}
MORE: Final = "Show more information"
AROUND: Final = f"xpath=ancestor::*[.//button[@aria-label='{MORE}']][1]"
"""The message around a text: the innermost part of the page with such a button."""
EXTENSION: Final = "composeExtension/"
ALONE: Final = "Failed to load"
"""Begins what the browser says of decoration that the page wants to fetch from the internet."""


@dataclass
class Seat:
    """A browser in which somebody is `me`, and the log that the page is sent. What is `lent` is not of the product."""

    visit: Visit
    me: Colleague
    address: str
    log: list[Json] = field(default_factory=list)
    lent: list[str] = field(default_factory=list)
    seen: int = 0
    """How many cards came into the dialog of our message extension."""

    @property
    def card(self) -> Locator:
        """The last card of the chat that is open."""
        return self.visit.page.locator(".ac-adaptiveCard").last

    @property
    def messages(self) -> list[Json]:
        """Every message that came, oldest first, and every one that was written anew."""
        theirs = (one for one in self.log if one.get("type") == "bot" and one["activityName"] in WRITING)
        return [one["request"]["body"] for one in theirs if one["messageId"] not in self.lent]

    @property
    def cards(self) -> list[Json]:
        """Every card that came, oldest first, and every card that took the place of another."""
        return list(_cards([entry for entry in self.log if entry.get("messageId") not in self.lent]))

    def told(self, kind: str) -> list[str]:
        """Everything of this kind that was sent to and fro, and answered; of an installation what was done."""
        entries = [entry for entry in self.log if entry.get("activityName") == kind]
        return [entry["request"]["body"].get("action", "") for entry in entries]

    def type(self, text: str) -> None:
        """Type into the chat that is open."""
        self.visit.page.locator("[data-lexical-editor=true]").first.click()
        self.visit.page.keyboard.type(text)
        self.visit.page.keyboard.press("Enter")

    def asks(self, text: str) -> Json:
        """Type something, and return the card that comes of it."""
        before = len(self.cards)
        self.type(text)
        self.waits(lambda: len(self.cards) > before, f"nothing came of {text!r}")
        return self.cards[-1]

    def mention(self, name: str, text: str) -> None:
        """Type into the chat that is open, beginning with a mention of somebody."""
        self.visit.page.locator("[data-lexical-editor=true]").first.click()
        self.visit.page.keyboard.type("@")
        self.visit.page.locator("#typeahead-menu").get_by_role("menuitem", name=name).click()
        self.visit.page.keyboard.type(f" {text}")
        self.visit.page.keyboard.press("Enter")

    def press(self, label: str) -> None:
        """Press a button of the last card."""
        self.card.get_by_role("button", name=label, exact=True).click()

    def sees(self, text: str, picture: str = "") -> None:
        """Wait until a text shows in the last card, and stands in the log as well; keep a picture."""
        expect(self.card).to_contain_text(text, timeout=SHOWN)
        self.waits(lambda: text in words_of(self.cards[-1:]), f"the log does not hold {text!r}")
        if picture:
            self.shot(picture)

    def goes_to(self, chat: str) -> None:
        """Open another chat, or a channel, and let it come up: what is opened before that is emptied when it does."""
        self.visit.page.get_by_role("treeitem", name=chat, exact=True).click()
        self._rest()

    def shot(self, picture: str) -> None:
        """Keep a picture of the page."""
        self._rest()
        self.visit.shot(picture)

    def happens(self, label: str) -> None:
        """Let something happen from the menu of what can happen in Teams."""
        self._choose(label)
        self._send()

    def opens(self, label: str, picture: str = "") -> Json:
        """Open the dialog of a button on the last card, as Teams would. Returns the card in it."""
        return self.dialog(*press(self.cards[-1], button(self.cards[-1], label)), picture)

    def dialog(self, name: Invoke, value: Json, picture: str = "") -> Json:
        """Ask what a button asks that opens a dialog or stands in one. Returns the card that the dialog shows then."""
        shown = dict(self.invokes(name, value)["task"]["value"]["card"]["content"])
        if picture:
            with self.drawn(shown) as drawn:
                self.visit.shot(picture, only=drawn)
        return shown

    def thanks(self, message: str = "", picture: str = "") -> Json:
        """Choose our message extension, at a message that stands in the chat or where one is written.

        That one opens in a dialog that the playground does draw. Returns the card in it.
        """
        page = self.visit.page
        if message:
            page.get_by_text(message, exact=True).last.locator(AROUND).get_by_role("button", name=MORE).last.click()
        else:
            page.get_by_role("button", name="Trigger Message Extension App").first.click()
        page.get_by_role("menuitem").filter(has_text="Action Command").click()
        page.get_by_placeholder("Input command id or leave blanks").fill(COMMAND)
        page.get_by_role("button", name="Create", exact=True).click()
        return self._came_up(picture)

    @property
    def window(self) -> Locator:
        """The dialog of our message extension."""
        return self.visit.page.get_by_role("dialog")

    def presses_there(self, label: str, picture: str = "", **typed: str) -> Json:
        """Press a button in that dialog, with texts by the labels of their inputs. Returns the card that comes."""
        for at, text in typed.items():
            self.window.get_by_label(at).fill(text)
        self.window.get_by_role("button", name=label, exact=True).click()
        return self._came_up(picture)

    def chooses_there(self, label: str, option: str) -> None:
        """Choose from a list in that dialog."""
        self.window.get_by_role("combobox", name=label).click()
        self.visit.page.get_by_role("option", name=option).click()

    def leaves(self) -> None:
        """Close that dialog."""
        self.window.get_by_role("button").first.click()
        expect(self.window).to_have_count(0)

    def _came_up(self, picture: str) -> Json:
        """Return the card that came into the dialog last."""
        self.waits(lambda: len(self._there) > self.seen, "nothing came up in the dialog")
        self.seen = len(self._there)
        card = self._there[-1]
        expect(self.window.locator(".ac-adaptiveCard")).to_have_attribute("aria-label", card["speak"], timeout=SHOWN)
        if picture:
            self.shot(picture)
        return card

    @property
    def _there(self) -> list[Json]:
        """Every card that our message extension was answered with."""
        asked = [
            one for one in self.log if one.get("request", {}).get("body", {}).get("name", "").startswith(EXTENSION)
        ]
        return [one["response"]["body"]["task"]["value"]["card"]["content"] for one in asked if "response" in one]

    @contextmanager
    def drawn(self, card: Json) -> Iterator[Locator]:
        """Let the playground, which has no dialogs, draw the card of one as a message, until the block ends."""
        chat = f"{self.address}/_connector/v3/conversations/{self.me.chat}/activities"
        sent = httpx.post(chat, json=OURS | {"attachments": [cards.attachment(card)]}, timeout=10)
        name = sent.raise_for_status().json()["id"]
        self.lent.append(name)
        expect(self.card).to_have_attribute("aria-label", card["speak"], timeout=SHOWN)
        self._rest()
        yield self.card
        httpx.put(f"{chat}/{name}", json=OURS | {"id": name, "text": "(dialog)"}, timeout=10).raise_for_status()

    def invokes(self, name: Invoke, value: Json) -> Json:
        """Send what Teams sends when something is pressed, as a custom activity. Returns what is answered."""
        page = self.visit.page
        with page.expect_response(lambda answer: "customActivities/template" in answer.url) as template:
            self._choose("Custom activity")
        ident = str(uuid.uuid4())
        activity = template.value.json() | {"id": ident, "type": "invoke", "name": name, "value": value}
        page.locator(".view-lines").click()
        page.keyboard.press("Control+A")
        page.keyboard.press("Delete")
        page.keyboard.insert_text(json.dumps(activity))
        self._send()
        self.waits(lambda: self._answer(ident) is not None, f"{name} was not answered")
        answer = self._answer(ident)
        assert answer is not None
        assert answer["statusCode"] == 200, answer
        return dict(answer["body"])

    def waits(self, happened: Callable[[], bool], otherwise: str) -> None:
        """Wait while the page goes on: what it is sent is noted meanwhile."""
        until(happened, otherwise, sleep=lambda seconds: self.visit.page.wait_for_timeout(seconds * 1000))

    def _rest(self) -> None:
        """Point at nothing, and wait until nothing moves."""
        self.visit.page.mouse.move(0, 0)
        self.visit.page.wait_for_timeout(DRAWN)

    def _choose(self, label: str) -> None:
        self.visit.page.get_by_role("button", name="Mock an Activity", exact=True).click()
        wanted = self.visit.page.get_by_text(label, exact=True)
        self.visit.page.get_by_role("menuitem").filter(has=wanted).click()

    def _send(self) -> None:
        self.visit.page.get_by_role("button", name="Send activity", exact=True).click()

    def _answer(self, ident: str) -> Json | None:
        for entry in self.log:
            body = entry.get("request", {}).get("body")
            if isinstance(body, dict) and body.get("id") == ident:
                return dict(entry["response"])
        return None


@contextmanager
def seated(browser: Browser, address: str, me: Colleague, name: str) -> Iterator[Seat]:
    """Sit down before the page, which installs the app. Whatever was sent was answered well, with no fault in it."""
    with visit(browser, f"{name}-{me.language}", HIGH, BROWSER[me.language]) as visiting:
        seat = Seat(visiting, me, address)

        def listen(socket: WebSocket) -> None:
            socket.on("framereceived", lambda frame: _note(seat.log, json.loads(frame)))

        visiting.page.on("websocket", listen)
        visiting.page.goto(address)
        visiting.page.get_by_role("button", name="Hide log panel", exact=True).click()
        yield seat
        assert [said for said in visiting.complaints if not said.startswith(ALONE)] == []
    assert [entry for entry in seat.log if entry.get("response", {}).get("statusCode", 200) >= 400] == []


def _note(log: list[Json], frame: Any) -> None:
    if frame.get("logAction") == "appendLog":
        log.append(frame["log"])


def _cards(log: list[Json]) -> Iterator[Json]:
    """Every card that a message or the answer to a press holds, in the order of the log."""
    bodies = [entry.get(way, {}).get("body") for entry in log for way in ("request", "response")]
    for body in bodies:
        if isinstance(body, dict):
            yield from (one["content"] for one in body.get("attachments", []) if one["contentType"] == cards.CARD)
            if body.get("type") == cards.CARD:
                yield body["value"]
