"""One person before the emulator's page: what they see, press and type."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, Locator, expect

from tests.acceptance.installation import PATIENCE
from tests.acceptance.running_demo import DESKTOP, Visit, visit
from tests.acceptance.serving import until
from tests.emulator.local_slack import LocalSlack

SHOWN = 15_000
"""Milliseconds within which whatever somebody did shows on a busy machine."""


@dataclass
class Seat:
    """A browser in which somebody is agent `number` of a Slack."""

    visit: Visit
    slack: LocalSlack
    number: int

    @property
    def user(self) -> str:
        """Their id in Slack."""
        return f"U{self.number}"

    @property
    def card(self) -> Locator:
        """The last message in the direct message, or in the channel, that is open."""
        return self.visit.page.locator(".msg").last

    @property
    def dialog(self) -> Locator:
        return self.visit.page.locator(".modal")

    @property
    def home(self) -> Locator:
        return self.visit.page.locator(".home")

    def go_to_messages(self) -> None:
        """Open the direct message with the bot."""
        self.visit.page.get_by_role("button", name=f"Agent {self.number}", exact=True).click()

    def go_to_channel(self) -> None:
        """Open the channel in which everybody is."""
        self.visit.page.locator(".sidebar-item", has_text="algemeen").click()

    def go_home(self) -> None:
        """Open the Home tab of the bot."""
        self.visit.page.locator(".sidebar-item", has_text="Adempauze").last.click()

    def press(self, label: str, *, on: Locator) -> None:
        on.get_by_role("button", name=label, exact=True).click()

    def type(self, command: str) -> None:
        """Type a command where messages are typed."""
        self.visit.page.locator(".composer-input").fill(command)
        self.visit.page.keyboard.press("Enter")

    def thank(self, number: int, words: str) -> None:
        """Type the command with somebody whom the page proposes, and send it with them as Slack does."""
        composer = self.visit.page.locator(".composer-input")
        composer.press_sequentially(f"/kudos @agent{number}")
        self.visit.page.locator(".mention-option", has_text=f"Agent {number}").first.click()
        expect(composer).to_have_value(f"/kudos @Agent {number} ")
        composer.fill(f"/kudos @Agent {number} {words}")  # typed, the first letter may come before the page moves on
        composer.press("Enter")

    def press_there(self, label: str) -> None:
        """Press the button with this in its label in the dialog, which the page draws and does not bind."""
        button = self.dialog.locator(".bk-button", has_text=label).last
        expect(button).to_be_visible(timeout=SHOWN)
        self.slack.press_in_dialog(self.user, button.inner_text())

    def choose(self, label: str, choice: str) -> None:
        """Choose from a list in the dialog. Labels stand beside their fields and are not bound to them."""
        self._field(label).locator("select").select_option(label=choice)

    def fill(self, label: str, text: str) -> None:
        self._field(label).locator("input").fill(text)

    def sees(self, text: str, *, on: Locator, picture: str = "") -> None:
        """Wait until a text shows, and keep a picture."""
        expect(on).to_contain_text(text, timeout=SHOWN)
        if picture:
            self.visit.shot(picture)

    def closes(self, label: str) -> None:
        """Close the dialog by its own button."""
        self.press(label, on=self.dialog)
        expect(self.dialog).to_have_count(0)

    def _field(self, label: str) -> Locator:
        return self.dialog.locator(".bk-input").filter(has_text=label)


@contextmanager
def seated(browser: Browser, slack: LocalSlack, number: int, name: str) -> Iterator[Seat]:
    """Sit down as agent `number`, whose card has come. Afterwards everything that was done is acknowledged.

    How soon is not asked: here a browser and two servers share a machine with whatever else runs on it.
    """
    missing, refused = slack.unacknowledged(), slack.refusals()
    with visit(browser, name, DESKTOP) as visiting:
        visiting.page.goto(slack.address)
        visiting.page.locator(".actas select").select_option(f"U{number}", timeout=SHOWN)
        seat = Seat(visiting, slack, number)
        seat.go_to_messages()
        expect(seat.card).to_be_visible(timeout=PATIENCE * 1000)
        yield seat
        assert visiting.complaints == []
        assert visiting.hosts == {slack.address.removeprefix("http://")}
    assert slack.refusals() == refused
    until(lambda: slack.unacknowledged() == missing, "something was not acknowledged")
