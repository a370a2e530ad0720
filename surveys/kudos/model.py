"""Kudos as they are kept: values alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from surveys.kudos.rules import Shown
from surveys.model import Language


class State(StrEnum):
    """What became of a kudos: it stands, its giver took it back, or the administrator hid it."""

    STANDING = "standing"
    WITHDRAWN = "withdrawn"
    HIDDEN = "hidden"


class Kind(StrEnum):
    """What a message of the outbox is.

    A card for a receiver, what stands in a channel, thanks back for the giver, the reason for the giver why it was
    hidden, that it could not be shown or taken back everywhere, a report for an administrator, a weekly round-up, and
    the question whether there is somebody to thank.
    """

    CARD = "card"
    POST = "post"
    BACK = "back"
    REASON = "reason"
    LOST = "lost"
    REPORT = "report"
    ROUNDUP = "roundup"
    NUDGE = "nudge"


LASTING: Final = frozenset({Kind.CARD, Kind.POST, Kind.ROUNDUP})
"""What may still have to become something else after it stands there; anything else is forgotten then."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """Somebody who was thanked, and what they did with it."""

    person: UUID
    hidden: bool = False
    thanked: bool = False
    reported: bool = False


@dataclass(frozen=True, slots=True)
class Kudos:
    """One kudos. `giver` is None where the giver left and the words were to stay; `place` where it is shown in public.

    A public one without a place stands on the wall alone.
    """

    id: UUID
    giver: UUID | None
    words: str
    tag: str
    shown: Shown
    place: UUID | None
    customer: bool
    language: Language
    at: datetime
    receivers: tuple[Receiver, ...]
    state: State = State.STANDING
    ended: datetime | None = None
    reason: str = ""

    @property
    def public(self) -> bool:
        """Whether everybody may see it now: whoever was thanked may take it off the wall."""
        open_to_all = self.state is State.STANDING and self.shown is Shown.PUBLIC
        return open_to_all and not any(receiver.hidden for receiver in self.receivers)

    @property
    def people(self) -> tuple[UUID, ...]:
        """Who was thanked."""
        return tuple(receiver.person for receiver in self.receivers)

    def of(self, person: UUID) -> Receiver | None:
        """Return what somebody did with it who was thanked; None for anybody else."""
        return next((receiver for receiver in self.receivers if receiver.person == person), None)


@dataclass(frozen=True, slots=True)
class Posting:
    """One message of the outbox, for a person or for a place; the fields are told of in `surveys.tables.kudos`."""

    id: UUID
    kind: Kind
    platform: str
    address: str
    due: datetime
    kudos: UUID | None = None
    person: UUID | None = None
    place: UUID | None = None
    wanted: int = 1
    standing: int = 0
    attempts: int = 0
    calling: bool = False
    doubts: int = 0
    failed: bool = False
    message: str | None = None
    week: datetime | None = None
    """Of a round-up, when its week ends."""


@dataclass(frozen=True, slots=True)
class Place:
    """A channel in which kudos may be shown."""

    id: UUID
    platform: str
    address: str
    name: str
    language: Language
    roundup: datetime
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Giver:
    """What is kept about somebody as a giver. `nudge` is None when they are never to be asked."""

    person: UUID
    nudge: datetime | None = None
    locked: str = ""
