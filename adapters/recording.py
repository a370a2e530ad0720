"""A platform in memory: keeps what it was sent, in order, and taps buttons the way a person would.

It ships with the product: the simulation and every dialogue test run on it, and a new bot can be tried without
any chat workspace.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from adapters.port import (
    SUBMISSIONS,
    Belongs,
    Channel,
    Command,
    DeliveryError,
    Locale,
    Member,
    Message,
    MessageRef,
    Receive,
    Reply,
    Submission,
)

NAME: Final = "recording"
Position = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Sent:
    """One message as it was sent. Later updates do not change it."""

    address: str
    message: Message
    ref: MessageRef


class Recording:
    """ChatPlatform in memory. `latency` seconds pass in every call, by way of `sleep`."""

    name = NAME
    waits = False

    def __init__(
        self,
        *,
        receive: Receive,
        belongs: Belongs,
        members: Iterable[Member] = (),
        channels: Iterable[Channel] = (),
        latency: float = 0.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.sent: list[Sent] = []
        """Everything sent, in order."""
        self.updates: list[tuple[MessageRef, Message]] = []
        """Every replacement, in order."""
        self._receive = receive
        self._belongs = belongs
        self._members = tuple(members)
        self.open_channels = {channel.address: channel for channel in channels}
        """The channels in which a message may stand, by address; others refuse it."""
        self._latency = latency
        self._sleep = sleep
        self._numbers: Counter[str] = Counter()
        self._now_shown: dict[MessageRef, Message] = {}
        self._posted: set[MessageRef] = set()
        self._failures: dict[str, DeliveryError] = {}

    async def send(self, address: str, message: Message) -> MessageRef:
        await self._call(address)
        self._numbers[address] += 1  # by themselves: one number for all would tell about other people's messages
        ref = MessageRef(NAME, address, str(self._numbers[address]))
        self.sent.append(Sent(address, message, ref))
        self._now_shown[ref] = message
        return ref

    async def update(self, ref: MessageRef, message: Message) -> None:
        await self._call(ref.address)
        self.shown(ref)
        stands = message.without_buttons() if ref in self._posted else message
        self.updates.append((ref, stands))
        self._now_shown[ref] = stands

    async def members(self) -> AsyncIterator[Member]:
        for member in self._members:
            yield member

    async def channels(self) -> AsyncIterator[Channel]:
        for channel in self.open_channels.values():
            yield channel

    async def post(self, channel: str, message: Message) -> MessageRef:
        if channel not in self.open_channels:
            raise DeliveryError(f"we are not in {channel}", permanent=True)
        ref = await self.send(channel, message.without_buttons())
        self._posted.add(ref)
        return ref

    def fail(self, address: str, *, permanent: bool = True, retry_after: float | None = None) -> None:
        """From now on every call for this address raises DeliveryError."""
        reason = f"told to fail for {address}"
        self._failures[address] = DeliveryError(reason, permanent=permanent, retry_after=retry_after)

    def recover(self, address: str) -> None:
        """Calls for this address succeed again."""
        self._failures.pop(address, None)

    def shown(self, ref: MessageRef) -> Message:
        """What stands there now. Raises DeliveryError when nothing was ever sent under this reference."""
        if ref not in self._now_shown:
            raise DeliveryError(f"there is no message {ref.id} at {ref.address}", permanent=True)
        return self._now_shown[ref]

    def inbox(self, address: str) -> list[Message]:
        """What this person sees, oldest first."""
        return [self._now_shown[sent.ref] for sent in self.sent if sent.address == address]

    def last(self, address: str) -> MessageRef:
        """The reference of the newest message of this address. Raises LookupError when there is none."""
        refs = [sent.ref for sent in self.sent if sent.address == address]
        if not refs:
            raise LookupError(f"nothing was sent to {address}")
        return refs[-1]

    async def tap(
        self,
        where: MessageRef | str,
        action: str,
        position: Position | None = None,
        *,
        on: Message | None = None,
        by: str | None = None,
        texts: Mapping[str, str] | None = None,
    ) -> Reply:
        """Press a button of a message (of the newest one, when `where` is an address) or send its form.

        `on` is the dialog in which the button stands, when it is not on the message itself. `by` is the address of
        the person who taps, when it is not the one the message was sent to. A message in the reply replaces the
        card; a dialog is in the reply alone. Raises LookupError when there is no such button.
        """
        ref = self.last(where) if isinstance(where, str) else where
        card = on or self.shown(ref)
        given = {**_kept(card, action, position), **(texts or {})}
        sender = by or ref.address
        reply = await self.act(sender, card.locale, action, token=card.token, position=position, texts=given)
        if reply.message is not None:
            await self.update(ref, reply.message)
        return reply

    async def act(
        self,
        sender: str,
        locale: Locale,
        action: str,
        *,
        token: str | None = None,
        position: Position | None = None,
        texts: Mapping[str, str] | None = None,
    ) -> Reply:
        """Hand an action to the conversation as any platform does: `belongs` first, then the sender is dropped.

        A token that is not the sender's reaches nobody: the reply is a refusal without words. The position of a
        Command is its field `position`, as `item:option`.
        """
        if token is not None and not await self._belongs(token, sender):
            return Reply(failed=True)
        return await self._receive(
            _asked(sender, locale, action, token=token, position=position, texts=dict(texts or {}))
        )

    async def _call(self, address: str) -> None:
        if self._latency:
            await self._sleep(self._latency)
        if address in self._failures:
            raise self._failures[address]


def _asked(
    sender: str, locale: Locale, action: str, *, token: str | None, position: Position | None, texts: dict[str, str]
) -> Submission | Command:
    if action in SUBMISSIONS and token is not None:
        return Submission(token, action, locale, () if position is None else (position,), texts)
    fields = texts if position is None else {**texts, "position": "{}:{}".format(*position)}
    return Command(action, NAME, sender, locale, fields, token)


def _kept(card: Message, action: str, position: Position | None) -> Mapping[str, str]:
    """Return what the button keeps. Raises LookupError when there is no such button."""
    there = {(choice.action, choice.position): choice.kept for choice in card.choices}
    if card.form is not None:
        there[card.form.action, None] = card.form.kept
    if (action, position) not in there:
        buttons = ", ".join(sorted(f"{name} {place or ''}".strip() for name, place in there))
        raise LookupError(f"{card.title!r} has no button {action!r} at {position}: press one of {buttons or 'none'}")
    return there[action, position]
