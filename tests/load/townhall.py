"""A fake Slack as a process: it takes the cards, makes the taps on them, and notes when each is answered.

    python -m tests.load.townhall PEOPLE

Says first which settings connect it, then answers each line that comes in; everything is one line of JSON.
["cards"] waits until everybody has a card. ["taps", NUMBER, FILE] writes so many taps on them, (name, body) each.
["answered"] tells of every tap that was answered since the last time: when its card was replaced, by its name; how
many were told something else; and for how many seconds this process was busy meanwhile.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.slack import payloads
from tests.slack.delivery import encode
from tests.slack.fake import FakeSlack, fake_slack
from tests.slack.model import Message
from tests.slack.person import Person
from tests.slack.state import elements

PATIENCE = 120.0
"""Seconds until everybody has their card."""
ANSWER = "nl/answer/"


class Hall:
    """The workspace, and what may be asked of it."""

    def __init__(self, slack: FakeSlack, people: int) -> None:
        self._slack, self._chance = slack, random.Random(4)
        self._team = slack.workspace("T1", name="Lente")
        self._people = [self._team.user(f"U{number}", name=f"P {number}") for number in range(people)]
        self._cards: list[tuple[Person, Message]] = []
        self._busy = time.process_time()

    def where(self) -> dict[str, str]:
        """Return the settings that connect this workspace."""
        return {
            "slack_api": self._slack.api_base,
            "slack_bot_token": self._team.bot_token,
            "slack_signing_secret": self._slack.signing_secret,
        }

    async def do(self, asked: str, *arguments: Any) -> Any:
        """Answer one line."""
        if asked == "cards":
            return await self._received()
        return self._taps(*arguments) if asked == "taps" else self._answered()

    async def _received(self) -> int:
        await self._slack.until(lambda: len(self._slack.calls) >= len(self._people), seconds=PATIENCE)
        self._cards = [(person, person.messages()[-1]) for person in self._people]
        return len(self._cards)

    def _taps(self, number: int, file: str) -> int:
        taps = self._in_turn()
        Path(file).write_text(json.dumps([next(taps) for _ in range(number)]))
        self._answered()
        return number

    def _in_turn(self) -> Iterator[tuple[str, str]]:
        """One person after the other, two items each."""
        while True:
            for person, card in self._cards:
                for item in (0, 1):
                    yield self._tap(person, card, item)

    def _tap(self, person: Person, card: Message, item: int) -> tuple[str, str]:
        """A tap on a card as it came; what is answered may be the second item, which the card shows after that."""
        buttons = [str(part.get("action_id")) for _, part in elements(card.blocks)]
        answers = [button for button in buttons if button.startswith(ANSWER)]
        forge = {"action_id": f"{ANSWER}{item}:{self._chance.randint(1, len(answers))}"}
        payload = payloads.block_actions(person, answers[0], card, {}, forge=forge)
        return str(payload["response_url"]).rpartition("/")[2], encode("interactive", payload)[1].decode()

    def _answered(self) -> dict[str, Any]:
        calls, before, self._busy = self._slack.called("response_url"), self._busy, time.process_time()
        replaced = {call.key: call.moment for call in calls if call.ok and call.arguments.get("replace_original")}
        self._slack.calls.clear()
        return {"replaced": replaced, "others": len(calls) - len(replaced), "busy": self._busy - before}


async def main(people: int) -> None:
    """Answer line after line until there are no more."""
    loop = asyncio.get_running_loop()
    async with fake_slack() as slack:
        hall = Hall(slack, people)
        print(json.dumps(hall.where()), flush=True)
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            print(json.dumps(await hall.do(*json.loads(line))), flush=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
