"""A Slack that others wrote: local-slack by parvalabs (MIT), pinned in package.json, and one workspace in it.

It listens on every address of the machine and asks nobody who they are, so it may run only where there is nothing but
loopback: `make slack-emulator` gives it a network namespace of its own.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx

from tests.acceptance.installation import free_port
from tests.acceptance.serving import only_loopback, until_it_answers
from tests.architecture.tree import ROOT

PROGRAM: Final = ROOT / ".tools/slack-emulator/node_modules/local-slack-linux-x64/bin/local-slack"
BOT, BOT_TOKEN, APP_TOKEN, SECRET = "U0BOT", "xoxb-emulated", "xapp-emulated", "a secret of the emulator"
CHANNEL: Final = "C1"
WAYS: Final = {"http": "events", "socket": "socket"}
"""How we are reached, and what local-slack calls it."""
ASKING: Final = ("events_api", "interactive", "slash_commands")
"""What Slack sends that has to be acknowledged."""
VIEWS: Final = ("views.open", "views.update")
GOOD: Final = ("HTTP 200", "ack ")
"""How the emulator notes an acknowledgement that Slack would take."""


@dataclass(frozen=True)
class LocalSlack:
    """The running emulator. Its control interface tells what was said, and what went to and fro.

    It differs from Slack, and says so nowhere: a button in a dialog does nothing, a list shows no choice made earlier,
    a field of people is not drawn, what stood in a field is sent only when it was typed anew, there are no shortcuts,
    a press on the Home tab does not say that it came from there, all people see one dialog, any token is good, and no
    limit is kept.
    """

    address: str

    def settings(self, way: str) -> dict[str, str]:
        """What the product is told to be reached this way."""
        known = {"socket": {"APP_TOKEN": APP_TOKEN}, "http": {"SIGNING_SECRET": SECRET}}[way]
        given = {"BOT_TOKEN": BOT_TOKEN, "API": f"{self.address}/api/", "PER_MINUTE": "3000", **known}
        return {f"ADEMPAUZE_SLACK_{name}": value for name, value in given.items()}

    def messages(self, user: str) -> list[dict[str, Any]]:
        """The bot's direct messages to a person, as they are by now."""
        state = self._control("state")
        direct = [one["id"] for one in state["channels"] if one["is_im"] and {user, BOT} == set(one["members"])]
        return [message for channel in direct for message in self._control(f"messages/{channel}")["messages"]]

    def press_in_dialog(self, user: str, label: str) -> None:
        """Do what the last button of this label in the dialog would do: send what the page sends for the Home tab."""
        (*_, pressed) = [one for one in _buttons(self._dialog()) if one["text"]["text"] == label]
        nowhere = {"channel": "none", "messageTs": "none"}
        sent = httpx.post(f"{self.address}/_control/interact", json={"user": user, "action": pressed, **nowhere})
        sent.raise_for_status()

    def _dialog(self) -> dict[str, Any]:
        """The view that the product sent last for a dialog."""
        sent = self._traffic("from_bot", "web_api")
        view: dict[str, Any] = [one for one in sent if one["summary"] in VIEWS][-1]["detail"]["view"]
        return view

    def in_touch(self) -> bool:
        """Whether the bot is connected over Socket Mode."""
        return bool(self._traffic("to_bot", "socket"))

    def unacknowledged(self) -> int:
        """How many of the events, presses, forms and commands were not acknowledged, or not yet."""
        answers = [one for one in self._traffic("from_bot", *ASKING, "ack") if one["summary"].startswith(GOOD)]
        return len(self._traffic("to_bot", *ASKING)) - len(answers)

    def refusals(self) -> list[str]:
        """What came back instead, and what could not be delivered at all."""
        answers = [*self._traffic("from_bot", *ASKING), *self._traffic("internal", *ASKING, "socket")]
        return [one["summary"] for one in answers if not one["summary"].startswith(GOOD)]

    def _traffic(self, direction: str, *kinds: str) -> list[dict[str, Any]]:
        """What went one way between Slack and the bot, oldest first; of all kinds the last thousand are kept."""
        log = self._control("log")["log"]
        return [entry for entry in log if entry["direction"] == direction and entry["kind"] in kinds]

    def _control(self, what: str) -> Any:
        answer = httpx.get(f"{self.address}/_control/{what}", timeout=10)
        answer.raise_for_status()
        return answer.json()


@contextmanager
def local_slack(place: Path, way: str, reached_at: str, people: list[dict[str, str]]) -> Iterator[LocalSlack]:
    """Run a workspace with these people and our app, which is `reached_at` an address when the `way` is http."""
    assert only_loopback(), "this Slack listens on every address: run it with `make slack-emulator`"
    port = free_port()
    (place / "slack.json").write_text(json.dumps(_workspace(way, reached_at, people)), encoding="utf-8")
    options = {"config": place / "slack.json", "files-dir": place / "files", "port": port, "base-host": "127.0.0.1"}
    command = [str(PROGRAM), *(part for name, value in options.items() for part in (f"--{name}", str(value)))]
    with (place / "slack.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    with process:
        try:
            running = LocalSlack(f"http://127.0.0.1:{port}")
            until_it_answers(f"{running.address}/_control/state", process)
            yield running
        finally:
            process.terminate()


def _buttons(view: dict[str, Any]) -> list[dict[str, Any]]:
    rows = [block["elements"] for block in view["blocks"] if block["type"] == "actions"]
    return [element for row in rows for element in row]


def _workspace(way: str, reached_at: str, people: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "workspace": {"name": "Lente", "domain": "lente", "teamId": "T1"},
        "app": {
            "appId": "A1",
            "botUserId": BOT,
            "botName": "Adempauze",
            "botToken": BOT_TOKEN,
            "appToken": APP_TOKEN,
            "signingSecret": SECRET,
            "mode": WAYS[way],
            "requestUrl": reached_at,
        },
        "users": people,
        "channels": [{"id": CHANNEL, "name": "algemeen", "members": [BOT, *(one["id"] for one in people)]}],
    }
