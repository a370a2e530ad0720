"""A fake Teams as a process: it takes the cards, and makes the invokes with which people answer on them.

    python -m tests.load.teamshall PEOPLE

Says first which settings connect it, then answers each line that comes in; everything is one line of JSON.
["cards"] waits until everybody has a card. ["taps", NUMBER, FILE] writes so many answers on them, (name, body) each.
["bearer"] tells with which header they are signed.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.acceptance.teams_wave import settings_for
from tests.teams.client import buttons, press
from tests.teams.fake import CHAT_WITH, TENANT, FakeTeams, fake_teams
from tests.teams.served import Json

PATIENCE = 120.0
"""Seconds until everybody has their card."""


class Hall:
    """The tenant, and what may be asked of it."""

    def __init__(self, teams: FakeTeams, people: int) -> None:
        self._teams, self._people, self._chance = teams, people, random.Random(4)
        self._cards: list[tuple[str, str, Json]] = []

    async def do(self, asked: str, *arguments: Any) -> Any:
        """Answer one line."""
        if asked == "cards":
            return await self._received()
        return self._taps(*arguments) if asked == "taps" else f"Bearer {self._teams.token()}"

    async def _received(self) -> int:
        async with asyncio.timeout(PATIENCE):
            while len(self._teams.messages) < self._people:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        for key, message in self._teams.messages.items():
            chat, _, name = key.rpartition("/")
            self._cards.append((chat, name, message["attachments"][0]["content"]))
        return len(self._cards)

    def _taps(self, number: int, file: str) -> int:
        Path(file).write_text(json.dumps(list(islice(self._in_turn(), number))))
        return number

    def _in_turn(self) -> Iterator[tuple[str, str]]:
        """One person after the other, two items each."""
        while True:
            for chat, name, card in self._cards:
                for item in (0, 1):
                    yield self._tap(chat, name, card, item)

    def _tap(self, chat: str, name: str, card: Json, item: int) -> tuple[str, str]:
        """An answer on a card as it came; it may be the second item, which the card shows after that."""
        answers = [one for one in buttons(card) if "/answer/" in one.get("data", {}).get("do", "")]
        pressed = self._chance.choice(answers)
        do = pressed["data"]["do"].replace("/0:", f"/{item}:")
        kind, value = press(card, {**pressed, "verb": do, "data": {**pressed["data"], "do": do}})
        conversation = {"id": chat, "conversationType": "personal", "tenantId": TENANT}
        person = chat.removeprefix(CHAT_WITH)
        sender = {"id": f"29:{person}", "aadObjectId": person}
        what = {"name": kind, "value": value, "conversation": conversation, "from": sender, "replyToId": name}
        activity = self._teams.activity(type="invoke", text=None, **what)
        return activity["id"], json.dumps(activity)


async def main(people: int) -> None:
    """Answer line after line until there are no more."""
    loop = asyncio.get_running_loop()
    with TemporaryDirectory() as folder:
        async with fake_teams(Path(folder)) as teams:
            hall = Hall(teams, people)
            print(json.dumps(settings_for(teams)), flush=True)
            while line := await loop.run_in_executor(None, sys.stdin.readline):
                print(json.dumps(await hall.do(*json.loads(line))), flush=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
