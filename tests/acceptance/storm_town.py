"""An organisation whose people thank each other in Slack and in Teams, and what they mean to thank each other for."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import NAMESPACE_OID, uuid5

import httpx
import psycopg

from bot.server import Server, find_server
from bot.settings import load_settings
from tests.acceptance.doors import Doors, carrier
from tests.acceptance.installation import HEADER, House
from tests.acceptance.servers import several
from tests.acceptance.slack_wave import InSlack
from tests.acceptance.storm import Scene
from tests.acceptance.storm_claims import IN_FLIGHT, Meant
from tests.acceptance.storm_slack import SlackCrowd
from tests.acceptance.storm_teams import TeamsCrowd
from tests.acceptance.teams_wave import ALLOWED, InTeams, settings_for
from tests.acceptance.thanking import Crowd
from tests.ceremony import in_house
from tests.slack.fake import FakeSlack, fake_slack
from tests.slack.limits import Limits
from tests.teams.fake import FakeTeams, fake_teams
from tests.teams.person import Person
from tests.teams.rooms import Team
from tests.teams.served import Json

CHANNELS = 4
"""In which thanks may be shown, on each platform."""
PROCESSES = 2
FASTER = 10
"""How many times faster than in an hour people thank; Slack allows so much more in a minute, and we take it."""
LIMITS = Limits(messages_a_minute=300 * FASTER, messages_a_second=FASTER)
SLACK_PER_MINUTE, TEAMS_PER_SECOND = 240 * FASTER, 25
"""Ten times our usual pace in Slack, which its limit is above; in Teams our usual one."""
AGAIN = {"slack": 0, "teams": 2}
"""How often a platform brings the same once more, when it heard no answer. In Slack people press again."""
LOST = 2.0
"""Of a hundred answers to people, how many they never hear."""
LETTERS = "bcdfghklmnprstvwxz"
MARK = re.compile(f"vrk[{LETTERS}]{{4}}")
ADD_PLACE = """
    INSERT INTO kudos.place (id, platform, address, name, language, gone, roundup)
    VALUES (%s, %s, %s, %s, 'nl', false, %s)
"""


def spelled(number: int) -> str:
    """Return a number in four letters, since numbers in thanks may be those of a customer."""
    digits = []
    for _ in range(4):
        number, digit = divmod(number, len(LETTERS))
        digits.append(LETTERS[digit])
    return "".join(reversed(digits))


def mark_in(text: str) -> str:
    """Return the mark that stands in a text, "" for none."""
    found = MARK.search(text)
    return found[0] if found else ""


def addresses(platform: str, people: int) -> list[str]:
    """Return where so many people are on a platform."""
    kinds = {"slack": "U0STORM{:05d}", "teams": "5a5a5a5a-0000-0000-0000-{:012d}"}
    return [kinds[platform].format(number) for number in range(people)]


def places(platform: str) -> dict[str, str]:
    """Return the channels by their address, with the ids by which a form knows them."""
    kinds = {"slack": "C0DANK{}", "teams": "19:dank{}@thread.tacv2"}
    found = [kinds[platform].format(number) for number in range(CHANNELS)]
    return {address: str(uuid5(NAMESPACE_OID, address)) for address in found}


def plan(people: Mapping[str, int], each: int, *, longest: float = 20.0) -> list[Meant]:
    """Return what people of each platform mean to thank each other for, so often, in turn."""
    sides = [meant(one, many, each, each * number, longest) for number, (one, many) in enumerate(people.items())]
    return [one for together in zip(*sides, strict=True) for one in together]


def meant(platform: str, people: int, kudos: int, first: int, longest: float) -> list[Meant]:
    """Return what people of one platform mean: for one to three of them, some in a channel, some taken back within
    so many seconds, some answered; always the same."""
    chance, all_, rooms = random.Random(first + kudos), addresses(platform, people), list(places(platform))
    found = []
    for number in range(kudos):
        giver = all_[number % people]
        to = tuple(chance.sample([one for one in all_ if one != giver], chance.randint(1, 3)))
        back = chance.random() < 0.1
        found.append(
            Meant(
                mark=f"vrk{spelled(first + number)}",
                platform=platform,
                giver=giver,
                to=to,
                place=chance.choice(rooms) if chance.random() < 0.4 else "",
                backs=() if back else tuple(one for one in to if chance.random() < 0.15),
                taken_back=chance.random() ** 2 * longest if back else None,
                twice=chance.random() < 0.2,
            )
        )
    return found


def roster(people: Mapping[str, int], zone: str) -> str:
    """Return a list of everybody on these platforms. No two are named by a word that any log holds."""
    rows = [HEADER.strip() + "".join(f",address:{platform}" for platform in people)]
    everybody = [(platform, one) for platform, many in people.items() for one in addresses(platform, many)]
    for number, (platform, one) in enumerate(everybody):
        own, name = ",".join(one if other == platform else "" for other in people), name_of(number)
        rows.append(f"{number},{name},{name}@lente.example,Noord/Team {number // 12},,agent,nl,{zone},{own}")
    return "\n".join(rows) + "\n"


def secrets(people: Mapping[str, int]) -> frozenset[str]:
    """Return what names anybody."""
    named = [name_of(number) for number in range(sum(people.values()))]
    return frozenset([*named, *(one for platform, many in people.items() for one in addresses(platform, many))])


def name_of(number: int) -> str:
    return f"Naam{spelled(number)}"


def zone_of_noon(now: datetime) -> str:
    """Return a time zone in which it is day: nobody is thanked at night."""
    return f"Etc/GMT{now.hour - 12:+d}"


@asynccontextmanager
async def storm_town(directory: Path, people: Mapping[str, int], *, speed: float) -> AsyncIterator[Scene]:
    """Everything that is needed for kudos of so many people on each platform, with processes that serve."""
    house, chance = House(directory), random.Random(6)
    house.variables |= {"ADEMPAUZE_TICK_SECONDS": "0.5", "ADEMPAUZE_RESCUE_SECONDS": "5"}
    house.variables["ADEMPAUZE_IN_FLIGHT"] = house.variables["ADEMPAUZE_TEAMS_IN_FLIGHT"] = str(IN_FLIGHT)
    doors = {name: Doors(chance, lost=LOST, again=AGAIN[name]) for name in people}
    async with AsyncExitStack() as stack:
        carriers = {name: await stack.enter_async_context(carrier(door)) for name, door in doors.items()}
        slack = await stack.enter_async_context(fake_slack(limits=LIMITS))
        teams = await stack.enter_async_context(fake_teams(directory))
        crowds: dict[str, Crowd] = {}
        if "slack" in people:
            crowds["slack"] = in_slack(slack, house, people["slack"], carriers["slack"])
        if "teams" in people:
            crowds["teams"] = in_teams(teams, house, carriers["teams"])
        await asyncio.to_thread(settle, house, people)
        server = await asyncio.to_thread(find_server, load_settings(house.variables))
        stack.callback(server.stop)
        servers = await stack.enter_async_context(several(house, PROCESSES))
        for door in doors.values():
            door.ports = servers.ports
        if "teams" in people:
            await into_a_team(teams, carriers["teams"])
        await asyncio.to_thread(add_places, server, people)
        yield Scene(server, servers, crowds, {"slack": InSlack(slack), "teams": InTeams(teams)}, doors, speed)


def in_slack(slack: FakeSlack, house: House, people: int, way: httpx.AsyncClient) -> SlackCrowd:
    """A workspace with its members and channels."""
    team = slack.workspace("T1", name="Lente")
    for number, user in enumerate(addresses("slack", people)):
        team.user(user, name=name_of(number))
    for number, channel in enumerate(places("slack")):
        team.channel(channel, name=f"dank-{number}")
    slack.connect(way)
    given = {"BOT_TOKEN": team.bot_token, "API": slack.api_base, "PER_MINUTE": str(SLACK_PER_MINUTE)}
    given |= {"SIGNING_SECRET": slack.signing_secret}
    house.variables |= {f"ADEMPAUZE_SLACK_{name}": value for name, value in given.items()}
    return SlackCrowd(slack, team, mark_in, places("slack"))


def in_teams(teams: FakeTeams, house: House, way: httpx.AsyncClient) -> TeamsCrowd:
    """A tenant, whose connector allows what Microsoft allows."""
    teams.connector.a_second = ALLOWED
    given = settings_for(teams) | {"teams_per_second": TEAMS_PER_SECOND}
    house.variables |= {f"ADEMPAUZE_{name.upper()}": str(value) for name, value in given.items()}
    return TeamsCrowd(teams, way, mark_in, places("teams"))


async def into_a_team(teams: FakeTeams, way: httpx.AsyncClient) -> None:
    """Put the app into a team with channels."""
    first, *others = places("teams")
    somebody = Person(teams, way, addresses("teams", 1)[0])
    channels = {channel: f"Dank {number}" for number, channel in enumerate(others)}

    async def tell(activity: Json) -> None:
        await somebody.posts(**activity)

    await teams.stands_in(Team(first, "Dank", channels), tell)


def settle(house: House, people: Mapping[str, int]) -> None:
    """Import everybody, and let them have been introduced long ago."""
    house.told("roster", "import", house.write("people.csv", roster(people, zone_of_noon(datetime.now(UTC)))))
    in_house(house.variables)


def add_places(server: Server, platforms: Iterable[str]) -> None:
    """Let thanks be shown in every channel; the round-ups of the week are not due."""
    url = server.login.set(drivername="postgresql").render_as_string(hide_password=False)
    far = datetime.now(UTC) + timedelta(days=7)
    with psycopg.connect(url) as connection:
        for platform in platforms:
            for number, (address, place) in enumerate(places(platform).items()):
                connection.execute(ADD_PLACE, (place, platform, address, f"#dank-{number}", far))
