"""A workspace of the fake Slack: its people, its groups, its channels, and what the app wrote there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.slack import events
from tests.slack.files import File
from tests.slack.ground import Ground
from tests.slack.messages import Channel, Messages
from tests.slack.model import Ack, Json
from tests.slack.person import Person
from tests.slack.usergroup import Usergroup
from tests.slack.views import Views

SCOPES = frozenset(
    {
        *("chat:write", "commands", "files:write", "im:write", "channels:read", "groups:read"),
        *("users:read", "users:read.email", "usergroups:read"),
    }
)


@dataclass
class Rules:
    """What an administrator, or the age of the clients, decides in a workspace."""

    messages_tab: bool = True
    home_tab: bool = True
    charts: bool = True
    """Whether its clients know the data_visualization block."""
    active: bool = True
    """Whether the workspace itself still exists."""


@dataclass
class Workspace:
    """A workspace in which the app is installed."""

    ground: Ground = field(repr=False)
    id: str
    name: str
    scopes: frozenset[str] = SCOPES
    rules: Rules = field(default_factory=Rules)
    users: dict[str, Person] = field(default_factory=dict)
    usergroups: dict[str, Usergroup] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.domain = self.name.lower().replace(" ", "-")
        self.bot_id, self.bot_user_id = f"B{self.id}", f"U{self.id}BOT"
        self.messages = Messages(self.ground, self.id, self.bot_user_id, self.bot_id, self.rules)
        self.files: dict[str, File] = {}
        self.views = Views(self.ground, self.id, self.bot_id, self.rules)
        self._bot_token = self.ground.tokens.issue_bot(self.id, self.scopes).value
        # Every workspace has these two, and Slackbot says of itself that it is no bot.
        self.user("USLACKBOT", name="Slackbot")
        self.user(self.bot_user_id, name="Adempauze", is_bot=True)

    @property
    def bot_token(self) -> str:
        """A token that works without OAuth."""
        return self._bot_token

    @property
    def app_token(self) -> str:
        """The token for Socket Mode. It is the app's, the same in every workspace."""
        return self.ground.app_token

    def user(
        self,
        id: str,  # noqa: A002  # Slack's own word
        *,
        name: str,
        email: str | None = None,
        locale: str = "nl-NL",
        tz: str = "Europe/Amsterdam",
        deleted: bool = False,
        is_bot: bool = False,
        is_restricted: bool = False,
    ) -> Person:
        """Add somebody; `is_restricted` is a guest."""
        flags = {"deleted": deleted, "is_bot": is_bot, "is_restricted": is_restricted}
        person = Person(self, id, name, email, locale, tz, **flags)
        self.users[id] = person
        return person

    def usergroup(self, id: str, *, handle: str, members: Iterable[str], name: str | None = None) -> Usergroup:  # noqa: A002
        """Add a group of people."""
        group = Usergroup(self.id, id, handle, name or handle.capitalize(), list(members))
        self.usergroups[id] = group
        return group

    def channel(
        self,
        id: str,  # noqa: A002
        *,
        name: str,
        with_bot: bool = True,
        private: bool = False,
        members: Iterable[str] = (),
    ) -> Channel:
        """Add a channel; without the bot in it, the app cannot post there."""
        return self.messages.add(Channel(id, name, with_bot=with_bot, private=private, members=set(members)))

    def said(self, channel: str) -> list[Any]:
        """Return what the app wrote in a channel, oldest first, as it stands now."""
        return self.messages.standing(channel)

    async def event(self, event: Json, *, retries: int = 0, insist: bool = False) -> Ack:
        """Tell the app that something happened; returns the last acknowledgement.

        `retries` says the same again so many times, as after lost answers. `insist` says it again only until the app
        takes it, three times at most, as Slack does (there after a minute and after five).
        """
        payload = events.wrap(self, event)
        ack = await self.ground.deliver("events_api", payload)
        for number in range(1, 1 + (events.RETRIES if insist else retries)):
            if insist and ack.ok:
                break
            ack = await self.ground.deliver("events_api", payload, retry=number, reason=events.reason(ack))
        return ack

    async def joins(self, person: Person) -> Ack:
        """Tell the app about a new colleague."""
        return await self.event(events.of_person("team_join", person))

    async def regroups(self, group: str, *, members: Iterable[str]) -> Ack:
        """Change who is in a group, and tell the app."""
        return await self.event(events.members_changed(self, self.usergroups[group], list(members)))

    async def removes_app(self) -> Ack:
        """An administrator removes the app: its tokens die first, then it hears of it."""
        self.ground.tokens.revoke(self.id)
        await self.event({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [self.bot_user_id]}})
        return await self.event({"type": "app_uninstalled"})
