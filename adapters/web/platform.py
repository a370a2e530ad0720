"""The web chat as a platform: a delivery waits on the person's page until they come and look."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Final

from fastapi import APIRouter

from adapters.port import Belongs, DeliveryError, Keep, Locale, Member, Message, MessageRef, Receive
from adapters.web.mailbox import Mailbox, Waiting, pack, unpack, with_sent, with_update
from adapters.web.pages import ChatPages
from adapters.web.words import Frame, Identify, WebWords

NAME: Final = "web"


class WebChat:
    """ChatPlatform over pages. `new_id` names a message; `keep` seals what it is given."""

    name = NAME
    waits = True

    def __init__(
        self,
        *,
        receive: Receive,
        belongs: Belongs,
        keep: Keep,
        identify: Identify,
        frame: Frame,
        words: Mapping[Locale, WebWords],
        new_id: Callable[[], str],
    ) -> None:
        self._keep = keep
        self._new_id = new_id
        pages = ChatPages(NAME, receive, belongs, identify, frame, words, self.waiting)
        self.router: APIRouter = pages.router()

    async def send(self, address: str, message: Message) -> MessageRef:
        """Put a message on the page of this address."""
        waiting = Waiting(self._new_id(), message)
        await self._keep.change(_key(address), lambda record: pack(with_sent(unpack(record), waiting)))
        return MessageRef(NAME, address, waiting.id)

    async def update(self, ref: MessageRef, message: Message) -> None:
        """Replace a message. Raises DeliveryError when newer ones have pushed it off the page."""
        await self._keep.change(_key(ref.address), lambda record: _updated(record, Waiting(ref.id, message)))

    async def members(self) -> AsyncIterator[Member]:
        """Nobody: the web chat knows only whom the roster gave a link."""
        return
        yield

    async def waiting(self, address: str) -> Mailbox:
        """Return what waits for this address, oldest first."""
        return unpack(await self._keep.get(_key(address)))


def _updated(record: bytes | None, waiting: Waiting) -> bytes:
    changed = with_update(unpack(record), waiting)
    if changed is None:
        raise DeliveryError("the message is no longer on the page: send it anew", permanent=True)
    return pack(changed)


def _key(address: str) -> str:
    return f"web/mailbox/{address}"
