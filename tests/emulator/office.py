"""Our product in the emulated Slack: twelve agents, and a wave whose cards go out at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.acceptance.installation import HEADER, House, database_of, opened_in_slack
from tests.acceptance.serving import serving, until
from tests.emulator.local_slack import CHANNEL, LocalSlack, local_slack

AGENTS: Final = range(1, 13)
LANGUAGES: Final = ("nl", "en")
"""Agents with an odd number are spoken to in Dutch, the others in English."""
AWAKE: Final = """
    INSERT INTO people.preference (person_id, quiet_start, quiet_end, every, stopped)
    SELECT id, '03:00', '03:01', 1, false FROM people.person
"""
"""Colleagues are thanked at any hour at which this runs."""


@dataclass(frozen=True)
class Office:
    """The emulator with our product in it, reached one `way`: http or socket."""

    slack: LocalSlack
    way: str


@contextmanager
def office_in_slack(place: Path, way: str) -> Iterator[Office]:
    """Bring the product into a fresh workspace, and serve until the block ends."""
    house = House(place)
    ours = f"http://127.0.0.1:{house.variables['ADEMPAUZE_PORT']}"
    with local_slack(place, way, f"{ours}/slack/events", [_account(number) for number in AGENTS]) as slack:
        house.variables |= slack.settings(way)
        opened_in_slack(house, HEADER + "".join(_row(number) for number in AGENTS))
        house.told("kudos", "open", "slack", CHANNEL, "--language", "nl")
        with database_of(house) as connection:
            connection.execute(AWAKE)
        with serving(house):
            if way == "socket":
                until(slack.in_touch, "the bot did not connect")
            yield Office(slack, way)


def language_of(number: int) -> str:
    """Return the language of an agent."""
    return LANGUAGES[(number + 1) % 2]


def _account(number: int) -> dict[str, str]:
    known = {"id": f"U{number}", "name": f"agent{number}", "real_name": f"Agent {number}", "tz": "Europe/Amsterdam"}
    return known | {"email": f"a{number}@lente.example"}


def _row(number: int) -> str:
    """A line of the roster."""
    team = "Noord/Service/Ochtend"
    return f"{number},Agent {number},a{number}@lente.example,{team},,agent,{language_of(number)},Europe/Amsterdam\n"
