"""What the app wrote: channels, direct messages, and messages that one person sees."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.slack.blockcheck import check_message
from tests.slack.ground import Ground
from tests.slack.model import Json, Message, SlackError

if TYPE_CHECKING:
    from tests.slack.workspace import Rules

KEPT = ("text", "blocks", "attachments", "files", "metadata", "thread_ts")

TYPED = ("text", "blocks")
"""What is held to Slack's own types."""


@dataclass
class Channel:
    """A channel, or (with a user) the conversation of one person with the bot."""

    id: str
    name: str
    user: str | None = None
    closed: bool = False
    with_bot: bool = True
    private: bool = False
    archived: bool = False
    members: set[str] = field(default_factory=set)
    messages: dict[str, Message] = field(default_factory=dict)
    ephemeral: list[Message] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """What Slack calls such a conversation."""
        return "im" if self.user else "private_channel" if self.private else "public_channel"

    def renames(self, name: str) -> None:
        """Call it something else."""
        self.name = name

    def archives(self) -> None:
        """Close it for good: what stands there stays, and nobody writes any more."""
        self.archived = True

    def removes_app(self) -> None:
        """Take the app out."""
        self.with_bot = False


class Messages:
    """All channels of a workspace, with what the app wrote in them."""

    def __init__(self, ground: Ground, team: str, bot_user: str, bot: str, rules: Rules) -> None:
        self._ground, self._team, self._bot_user, self._bot, self._rules = ground, team, bot_user, bot, rules
        self._channels: dict[str, Channel] = {}
        self._dms: dict[str, Channel] = {}

    def add(self, channel: Channel) -> Channel:
        """Add a channel."""
        self._channels[channel.id] = channel
        return channel

    def dm(self, user: str) -> Channel:
        """Return the conversation of this person with the bot; it exists from when somebody first needs it."""
        if user not in self._dms:
            self._dms[user] = self.add(Channel(self._ground.numbers.id("D"), "directmessage", user))
        return self._dms[user]

    def find(self, channel: str) -> Channel:
        """Return a channel by its id."""
        if channel not in self._channels:
            raise SlackError("channel_not_found")
        return self._channels[channel]

    def channels(self) -> list[Channel]:
        """Return every channel and conversation."""
        return list(self._channels.values())

    def standing(self, channel: str) -> list[Message]:
        """Return the messages of a channel, oldest first, as they stand now."""
        return list(self._channels[channel].messages.values())

    def post(self, channel: Channel, content: Json, *, ephemeral_for: str | None = None) -> Message:
        """Write a message, for everybody in the channel or for one person."""
        message = self._make(channel, self._ground.numbers.ts(), content, ephemeral_for)
        if ephemeral_for is None:
            channel.messages[message.ts] = message
        else:
            channel.ephemeral.append(message)
        return message

    def update(self, channel: Channel, ts: str, content: Json) -> Message:
        """Change a message that everybody sees. What the content does not name stays as it was."""
        old = channel.messages.get(ts)
        if old is None:
            raise SlackError("message_not_found")
        edited = {"edited": {"user": self._bot_user, "ts": self._ground.numbers.ts()}}
        kept = {name: old.body[name] for name in KEPT if name in old.body}
        channel.messages[ts] = self._make(channel, ts, {**kept, **content}, None, edited)
        return channel.messages[ts]

    def replace_ephemeral(self, channel: Channel, ts: str, content: Json) -> None:
        """Change a message that one person sees; only a response_url can."""
        for place, old in enumerate(channel.ephemeral):
            if old.ts == ts:
                channel.ephemeral[place] = self._make(channel, ts, content, old.ephemeral_for)

    def delete(self, channel: Channel, ts: str) -> None:
        """Remove a message."""
        if channel.messages.pop(ts, None) is None:
            raise SlackError("message_not_found")

    def delete_ephemeral(self, channel: Channel, ts: str) -> None:
        """Remove a message that one person sees."""
        channel.ephemeral[:] = [message for message in channel.ephemeral if message.ts != ts]

    def _make(self, channel: Channel, ts: str, content: Json, only: str | None, more: Json | None = None) -> Message:
        check_message(content, charts=self._rules.charts)
        self._ground.hold_to_types("Message", {name: content[name] for name in TYPED if content.get(name) is not None})
        said = {name: copy.deepcopy(content[name]) for name in KEPT if content.get(name) is not None}
        blocks = self._with_ids(said.pop("blocks", []))
        head = {"type": "message", "user": self._bot_user, "ts": ts, "bot_id": self._bot}
        body = {**head, "app_id": self._ground.app.id, "team": self._team, "text": "", **said, **(more or {})}
        if blocks:
            body["blocks"] = blocks
        return Message(self._team, channel.id, ts, body["text"], blocks, body, only)

    def _with_ids(self, blocks: list[Json]) -> list[Json]:
        return [{"block_id": self._ground.numbers.id("b"), **block} for block in blocks]
