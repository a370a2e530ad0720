"""A wave into the fake Bot Framework: to people who have the app, who never wrote, and who cannot be reached."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from adapters.teams.activity import Place
from adapters.teams.platform import Teams
from bot.app import App
from tests.acceptance.observed import Break, Seen
from tests.acceptance.rapid_worker import Given, time_in
from tests.acceptance.wave import Town, town
from tests.acceptance.wave_claims import Held
from tests.teams.fake import APP, BOT, CHAT_WITH, TENANT, FakeTeams, fake_teams
from tests.teams.served import Call

PER_SECOND = 25.0
ALLOWED = 50
"""Calls a second into one tenant: the limit of Microsoft, which was thirty once; our pace is below both."""
LATENCY = 0.15
"""Seconds that a call is under way."""
IN_FLIGHT = 8
HELD = Held(60 * PER_SECOND, (10.0, 60.0), under_way=LATENCY + 0.35, in_flight=IN_FLIGHT)
"""Thirty times faster than the wall a second is thirty milliseconds, for which a busy machine has no measure."""
HAVE_IT, MOVED, BLOCKED = range(0, 40, 2), (4, 24), (7, 18)
"""Of forty people, who has the app by an install before, whose conversation is no more, and who blocked it."""


@dataclass
class InTeams:
    """The fake Bot Framework, as a wave sees it."""

    teams: FakeTeams
    _seen: list[tuple[Call, str]] = field(default_factory=list)
    """Calls that begin a conversation or send into one, with the object id of the person."""

    def count(self) -> int:
        """Return how many calls there were."""
        calls = self.teams.connector.calls
        self._seen += [(call, _to(call)) for call in calls[len(self._seen) :]]
        return len(self._seen)

    def seen(self, first: int = 0) -> list[Seen]:
        """Return the calls from this one on; who gets a conversation got no message yet."""
        self.count()
        return [_seen(call, who) for call, who in self._seen[first:]]

    def break_down(self, one: Break) -> None:
        """Answer the next calls so; of what is carried out all the same, the next messages."""
        if one.slow:
            self.teams.connector.seconds = one.slow
            asyncio.get_running_loop().call_later(one.seconds, setattr, self.teams.connector, "seconds", 0.0)
            return
        asked = {"Retry-After": "5"} if one.status == 429 else {}
        only = "/activities" if one.after else ""
        self.teams.script(*[one.status] * (one.times or 1), after=one.after, headers=asked, only=only)

    def allow(self, messages_a_minute: int | None) -> None:
        """Allow so many calls from now on; None is the usual."""
        self.teams.connector.a_second = messages_a_minute // 60 if messages_a_minute else ALLOWED


def _seen(call: Call, who: str) -> Seen:
    landed = call.done == 201 and "/activities" in call.path
    return Seen(who, call.moment, landed, call.answered == 201, call.answered == 429)


def _to(call: Call) -> str:
    conversation = unquote(call.path).partition("/conversations/")[2].partition("/")[0]
    return conversation.removeprefix(CHAT_WITH) if conversation else str(call.json["members"][0]["id"])


@asynccontextmanager
async def teams_town(
    directory: Path, people: Sequence[str], *, speed: float, rescue_seconds: float, reminding: bool = False
) -> AsyncIterator[Town]:
    """Everything that is needed for waves of these people, with workers at work."""
    rapid = time_in(directory, speed)
    async with rapid.running(), fake_teams(directory, rapid.seconds) as teams:
        settings = settings_for(teams) | {"teams_per_second": PER_SECOND}
        given = Given("teams", speed, rescue_seconds, settings, LATENCY, IN_FLIGHT)

        async def prepare(app: App) -> None:
            await _install(app, teams, people)

        async with town(given, InTeams(teams), directory, rapid, people, prepare, reminding=reminding) as built:
            yield built


def settings_for(teams: FakeTeams) -> dict[str, object]:
    """Return the settings that connect the fake."""
    told = {"app_id": APP, "app_secret": "secret-of-a-fake", "tenant": TENANT, "metadata": teams.metadata_url}
    told |= {"login": teams.entra.base, "ca": teams.certificate, "service": teams.service_url}
    return {f"teams_{name}": value for name, value in told.items()}


async def _install(app: App, teams: FakeTeams, people: Sequence[str]) -> None:
    """Write, as an installation does, where those are reached who have the app; let some things be wrong with it."""
    (platform,) = app.platforms.values()
    assert isinstance(platform, Teams)
    for number, who in enumerate(people):
        moved = number % 40 in MOVED
        conversation = f"a:gone-{number}" if moved else f"{CHAT_WITH}{who}"
        if moved:
            teams.gone.add(conversation)
        if number % 40 in HAVE_IT:
            await platform._references.meet(who, Place(teams.service_url, conversation, TENANT, BOT))
    teams.blocked.update(unreachable(people))


def unreachable(people: Sequence[str]) -> list[str]:
    """Return who blocked the app."""
    return [who for number, who in enumerate(people) if number % 40 in BLOCKED]


def names(people: int) -> list[str]:
    """Return the object ids of so many people."""
    return [f"aaaaaaaa-0000-0000-0000-{number:012d}" for number in range(people)]
