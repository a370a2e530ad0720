"""People who thank each other in the fake Slack."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.acceptance.storm_claims import Landed, Meant, Where
from tests.acceptance.thanking import JAR, PATIENT, TWICE, appears, arrives, insist, taken_back
from tests.slack.fake import FakeSlack
from tests.slack.model import Json, Message, Screen, View
from tests.slack.person import Person
from tests.slack.state import elements
from tests.slack.workspace import Workspace

FORM = "nl/kudos_preview/form"


@dataclass
class SlackCrowd:
    """Everybody in one workspace. `mark_in` finds the mark in a text, "" where there is none."""

    slack: FakeSlack
    team: Workspace
    mark_in: Callable[[str], str]
    places: Mapping[str, str]
    """What the form calls each channel, by its address."""

    async def gives(self, meant: Meant) -> str:
        """Fill in the form, look, and send, until it says that it was sent; return the id of the form."""
        giver = self.team.users[meant.giver]
        await insist(lambda: self._fills_in(giver, meant), lambda: button(top(giver), "kudos_send"), 0)
        preview = top(giver)
        pressed = button(preview, "kudos_send")
        assert isinstance(preview, View)
        assert pressed is not None

        async def sends() -> None:
            await asyncio.gather(*[giver.taps("nl/kudos_send", on=preview) for _ in range(1 + meant.twice)])

        await insist(sends, lambda: button(top(giver), "kudos_withdraw") or TWICE in words(top(giver)))
        return str(json.loads(pressed["value"])["id"])

    async def takes_back(self, meant: Meant, kudos: str) -> None:
        """Take it back, until it says so."""
        giver = self.team.users[meant.giver]

        async def presses() -> None:
            if not button(top(giver), "kudos_withdraw", kudos):
                self.team.views.clear(giver.id)
                await giver.writes("/adempauze", "kudos_jar")
                await appears(lambda: JAR in words(top(giver)), PATIENT)
            found = button(top(giver), "kudos_withdraw", kudos)
            if (screen := top(giver)) and found:
                await giver.taps(found["action_id"], on=screen, value=found["value"])

        def done() -> bool:
            return taken_back(words(top(giver)), listed=button(top(giver), "kudos_withdraw", kudos))

        await insist(presses, done)

    async def thanks_back(self, meant: Meant, who: str) -> None:
        """Say thanks back on the card, until the card says so."""
        receiver = self.team.users[who]
        await arrives(lambda: self._cards(receiver, meant))

        async def presses() -> None:
            for card in self._cards(receiver, meant)[:1]:
                await receiver.taps("nl/kudos_back", on=card)

        before = len(self._cards(receiver, meant))
        await insist(presses, lambda: len(self._cards(receiver, meant)) < before)

    def landed(self) -> list[Landed]:
        """Return every new message in which words stood."""
        posts = [call for call in self.slack.calls if call.method == "chat.postMessage" and call.ok]
        found = [(call, self.mark_in(str(call.arguments))) for call in posts]
        return [Landed(mark, str(call.arguments["channel"]), call.status == 200) for call, mark in found if mark]

    def standing(self) -> list[Where]:
        """Return where words stand now, once for each message."""
        found = []
        for name, channel in self._channels():
            marks = [self.mark_in(str(message.body)) for message in self.team.messages.standing(channel)]
            found += [(mark, name) for mark in marks if mark]
        return found

    def calls(self) -> tuple[int, int]:
        """Return how many calls there were, and how many were refused as too soon."""
        sent = [call for call in self.slack.calls if call.method.startswith("chat.")]
        return len(sent), sum(call.outcome == "ratelimited" for call in sent)

    def _channels(self) -> list[tuple[str, str]]:
        people = [(user, person.dm) for user, person in self.team.users.items() if not person.is_bot]
        return [*people, *((channel, channel) for channel in self.places)]

    async def _fills_in(self, giver: Person, meant: Meant) -> None:
        """Begin anew: open the form, fill it in, and wait for how it looks."""
        self.team.views.clear(giver.id)
        await giver.writes("/kudos")
        if not await appears(lambda: callback(top(giver)) == FORM, PATIENT):
            return
        form = giver.views[-1]
        place = self.places.get(meant.place, "")
        if place not in words(form):  # a channel is offered some seconds after it was opened
            return
        where = {"where": f"={place}"} if place else {}
        await giver.submits(form, {"people": list(meant.to), "text": meant.words, **where})
        await appears(lambda: button(top(giver), "kudos_send"), PATIENT)

    def _cards(self, receiver: Person, meant: Meant) -> list[Message]:
        return [card for card in receiver.messages() if meant.mark in words(card) and button(card, "kudos_back")]


def top(person: Person) -> View | None:
    """Return what somebody has open."""
    views = person.views
    return views[-1] if views else None


def callback(view: View | None) -> str:
    return view.callback_id if view else ""


def words(screen: Screen | None) -> str:
    return str(screen.blocks) if screen else ""


def button(screen: Screen | None, action: str, keeping: str = "") -> Json | None:
    """Return a button of this action, which keeps this."""
    parts = [part for _, part in elements(screen.blocks)] if screen else []
    named = [part for part in parts if part.get("action_id", "").startswith(f"nl/{action}")]
    return next((part for part in named if keeping in part.get("value", "")), None)
