"""A person in a workspace: what they see, and what they do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.slack import answers, events, payloads
from tests.slack.escaping import marked, signs
from tests.slack.model import Ack, Json, Message, Screen, ScreenError, View
from tests.slack.profile import as_json
from tests.slack.state import missing

if TYPE_CHECKING:
    from tests.slack.workspace import Workspace


@dataclass
class Person:
    """A member, a guest (`is_restricted`), a bot, or somebody who has left (`deleted`)."""

    team: Workspace = field(repr=False)
    id: str
    name: str
    email: str | None
    locale: str
    tz: str
    deleted: bool = False
    is_bot: bool = False
    is_restricted: bool = False

    @property
    def username(self) -> str:
        """The short name."""
        return self.name.lower().replace(" ", ".")

    @property
    def dm(self) -> str:
        """The id of their conversation with the bot."""
        return self.team.messages.dm(self.id).id

    @property
    def views(self) -> list[View]:
        """The modals that they have open; the last one is on top."""
        return self.team.views.stack(self.id)

    @property
    def home(self) -> View | None:
        """What the app published on their Home tab."""
        return self.team.views.home(self.id)

    def messages(self) -> list[Message]:
        """What the bot wrote to them, oldest first, as it stands now."""
        return self.team.messages.standing(self.dm)

    def ephemeral(self) -> list[Message]:
        """What they alone see in their conversation with the bot, oldest first."""
        return [m for m in self.team.messages.dm(self.id).ephemeral if m.ephemeral_for == self.id]

    def deletes(self, message: Message) -> None:
        """Make a message disappear."""
        self.team.messages.delete(self.team.messages.find(message.channel), message.ts)

    def closes_dm(self) -> None:
        """Close the conversation with the bot: its id no longer counts until the bot writes to the person again."""
        self.team.messages.dm(self.id).closed = True

    async def taps(
        self,
        action_id: str,
        *,
        on: Screen,
        values: Mapping[str, Any] | None = None,
        value: str | None = None,
        forge: Mapping[str, Any] | None = None,
    ) -> Ack:
        """Tap a button, or pick something: what is picked stands in `values` under the action_id.

        `value` tells two buttons of one action_id apart. `on` may be what the screen showed a while ago.
        """
        payload = payloads.block_actions(self, action_id, on, values or {}, value=value, forge=forge)
        return await self.team.ground.deliver("interactive", payload)

    async def submits(
        self, view: View, values: Mapping[str, Any] | None = None, *, forge: Mapping[str, Any] | None = None
    ) -> Ack:
        """Press the submit button of a modal, and see what the app makes of it."""
        payload = payloads.view_submission(self, view, values or {}, forge)
        empty = missing(view.blocks, payload["view"]["state"]["values"])
        if empty:
            raise ScreenError(f"Slack asks to fill in {empty} properly first")
        ack = await self.team.ground.deliver("interactive", payload)
        return answers.to_submission(self, view, ack)

    async def closes(self, view: View, *, everything: bool = False) -> Ack | None:
        """Close a modal with its cross; the app hears of it if it wanted to."""
        if everything:
            self.team.views.clear(self.id)
        else:
            self.team.views.close(self.id, view.id)
        if not view.body["notify_on_close"]:
            return None
        return await self.team.ground.deliver("interactive", payloads.view_closed(self, view, is_cleared=everything))

    async def writes(self, command: str, text: str = "", *, channel: str | None = None, labels: bool = True) -> Ack:
        """Use a slash command, in the conversation with the bot or elsewhere.

        Where the command asks for it, Slack says whom and what is mentioned; `labels` says whether with names.
        """
        where = self.team.messages.find(channel or self.dm)
        marks = command in self.team.ground.app.escaped
        said = marked(self.team, text, labels=labels) if marks else signs(text)
        payload = payloads.slash_command(self, command, said, where.id, where.name)
        ack = await self.team.ground.deliver("slash_commands", payload)
        return answers.to_command(self, where, ack)

    def reads(self, channel: str) -> list[Message]:
        """Return what the app wrote in a channel of which they are a member, as it stands now."""
        if self.id not in self.team.messages.find(channel).members:
            raise ScreenError(f"{self.name} is not in {channel}")
        return self.team.messages.standing(channel)

    def says(self, text: str, channel: str) -> Message:
        """Write something in a channel; the app hears nothing of it."""
        ts = self.team.ground.numbers.ts()
        body = {"type": "message", "user": self.id, "ts": ts, "team": self.team.id, "text": text}
        return Message(self.team.id, channel, ts, text, [], body)

    async def calls(self, callback_id: str) -> Ack:
        """Use a shortcut of the app from anywhere."""
        return await self.team.ground.deliver("interactive", payloads.shortcut(self, callback_id))

    async def calls_on(self, message: Message, callback_id: str) -> Ack:
        """Use a shortcut of the app with a message."""
        return await self.team.ground.deliver("interactive", payloads.message_action(self, callback_id, message))

    async def opens_home(self, tab: str = "home", *, retries: int = 0) -> Ack:
        """Open the app."""
        return await self.team.event(events.home_opened(self, self.dm, tab), retries=retries)

    async def changes(self, **fields: Any) -> Ack:
        """Change something about this person (`email`, `tz`, `locale`, `deleted`...), and tell the app."""
        for name, value in fields.items():
            getattr(self, name)  # a misspelt field is an error
            setattr(self, name, value)
        return await self.team.event(events.of_person("user_change", self))

    def as_json(self, *, locale: bool = False, email: bool = True) -> Json:
        """Return them in Slack's words."""
        return as_json(self, locale=locale, email=email)
