"""People who thank each other in the fake Teams."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import unquote

import httpx

from tests.acceptance.storm_claims import Landed, Meant, Where
from tests.acceptance.thanking import TWICE, arrives, insist, taken_back
from tests.teams.client import buttons, filled
from tests.teams.fake import CHAT_WITH, FakeTeams
from tests.teams.person import Person
from tests.teams.served import Call, Json


@dataclass
class TeamsCrowd:
    """Everybody in one tenant. `mark_in` finds the mark in a text, "" where there is none."""

    teams: FakeTeams
    carrier: httpx.AsyncClient
    mark_in: Callable[[str], str]
    places: Mapping[str, str]
    """What the form calls each channel, by its address."""
    _open: dict[str, Person] = field(default_factory=dict)
    """Who has a dialog open that says that it was sent."""
    _chats: dict[str, list[str]] = field(default_factory=dict)
    _looked: int = 0

    async def gives(self, meant: Meant) -> str:
        """Fill in the form, look, and send, until it says that it was sent; return the id of the form."""
        giver = Person(self.teams, self.carrier, meant.giver)
        await insist(
            lambda: self._fills_in(giver, meant),
            lambda: pressable(giver.dialog, "kudos_send"),
            0,
            lambda: giver.dialog,
        )
        send = pressable(giver.dialog, "kudos_send")
        assert send is not None
        hands = [giver, *([self._beside(giver)] if meant.twice else [])]

        async def sends() -> None:
            await asyncio.gather(*[tried(hand, "kudos_send") for hand in hands])

        await insist(sends, lambda: any(sent(hand) for hand in hands), 0, lambda: [hand.dialog for hand in hands])
        self._open[meant.giver] = next(hand for hand in hands if sent(hand))
        return str(send["data"]["kept"]["id"])

    async def takes_back(self, meant: Meant, kudos: str) -> None:
        """Take it back, from the jar, until it says so."""
        giver = self._open.pop(meant.giver)

        async def presses() -> None:
            if not pressable(giver.dialog, "kudos_withdraw", kudos):
                with suppress(httpx.TransportError):
                    await giver.types("complimenten")
                    await self._from_the_chat(giver)
            await tried(giver, "kudos_withdraw", kudos)

        def done() -> bool:
            return taken_back(str(giver.dialog), listed=pressable(giver.dialog, "kudos_withdraw", kudos))

        await insist(presses, done, 0, lambda: giver.dialog)

    async def _from_the_chat(self, giver: Person) -> None:
        """Open the jar by the newest card in the chat that leads there."""
        for name, card in reversed(giver.cards):
            if jar := pressable(card, "kudos_jar"):
                await giver.presses(name, jar)
                return

    async def thanks_back(self, meant: Meant, who: str) -> None:
        """Say thanks back on the card, until the card says so."""
        receiver = Person(self.teams, self.carrier, who)
        await arrives(lambda: self._cards(receiver, meant))
        before = len(self._cards(receiver, meant))

        async def presses() -> None:
            for name, button in self._cards(receiver, meant)[:1]:
                with suppress(httpx.TransportError):
                    await receiver.presses(name, button)

        await insist(presses, lambda: len(self._cards(receiver, meant)) < before)

    def landed(self) -> list[Landed]:
        """Return every new message in which words stood."""
        posts = [call for call in self.teams.connector.calls if call.done == 201 and "/activities" in call.path]
        found = [(call, self.mark_in(call.body.decode())) for call in posts]
        return [Landed(mark, _to(call), call.answered == 201) for call, mark in found if mark]

    def standing(self) -> list[Where]:
        """Return where words stand now, once for each message."""
        found = [(self.mark_in(str(message)), key.rpartition("/")[0]) for key, message in self.teams.messages.items()]
        return [(mark, conversation.removeprefix(CHAT_WITH)) for mark, conversation in found if mark]

    def calls(self) -> tuple[int, int]:
        """Return how many calls there were, and how many were refused as too soon."""
        calls = self.teams.connector.calls
        return len(calls), sum(call.answered == 429 for call in calls)

    async def _fills_in(self, giver: Person, meant: Meant) -> None:
        """Begin anew: open the form, fill it in, and look."""
        giver.dialog = None
        with suppress(httpx.TransportError):
            await giver.thanks(where="compose")
        place = self.places.get(meant.place, "")
        if place not in str(giver.dialog):  # a channel is offered some seconds after it was opened
            return
        where = {"where": place} if place else {}
        await tried(giver, "kudos_preview", **{"people": ",".join(meant.to), "text": meant.words, **where})

    def _beside(self, giver: Person) -> Person:
        """Return the same person, who presses once more before there is an answer."""
        return Person(self.teams, self.carrier, giver.entra, dialog=giver.dialog, in_extension=giver.in_extension)

    def _cards(self, receiver: Person, meant: Meant) -> list[tuple[str, Json]]:
        """Return the cards of this kudos that can be answered, by their id, with the button."""
        for key in islice(self.teams.messages, self._looked, None):
            chat, _, name = key.rpartition("/")
            self._chats.setdefault(chat, []).append(name)
            self._looked += 1
        found = []
        for name in self._chats.get(receiver.chat, []):
            for part in self.teams.messages[f"{receiver.chat}/{name}"].get("attachments") or ():
                back = pressable(part["content"], "kudos_back") if meant.mark in str(part) else None
                found += [(name, back)] if back else []
        return found


async def tried(person: Person, action: str, keeping: str = "", **texts: str) -> None:
    """Press a button of the open dialog, if it is there; what does not come through leaves the dialog as it was."""
    button = pressable(person.dialog, action, keeping)
    if button is not None and person.dialog is not None:
        with suppress(httpx.TransportError):
            await person.presses_in_dialog(button, filled(person.dialog, texts))


def sent(person: Person) -> bool:
    """Whether somebody is told that it was sent."""
    return pressable(person.dialog, "kudos_withdraw") is not None or TWICE in f"{person.said}{person.dialog}"


def pressable(card: Json | None, action: str, keeping: str = "") -> Json | None:
    """Return a button of this action, which keeps this."""
    found = [one for one in buttons(card) if "do" in one.get("data", {})] if card else []
    named = [one for one in found if one["data"]["do"].startswith(f"nl/{action}")]
    return next((one for one in named if keeping in str(one["data"])), None)


def _to(call: Call) -> str:
    return unquote(call.path).partition("/conversations/")[2].partition("/")[0].removeprefix(CHAT_WITH)
