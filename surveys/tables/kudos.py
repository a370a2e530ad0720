"""Schema `kudos`: thanks by name, where they stand, and nothing of any survey. Every table of it is on this page.

People are named by the random id of the roster, without a foreign key. Kudos are meant to be read, and so have a
moment; no column, key, sequence or job of theirs is shared with `surveys`.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel


class KudosRow(SQLModel, table=True):
    """One kudos. `id` is made when its form opens, so that sent twice it is one.

    `giver_id` is empty where the giver left; `words` where it was taken back. `state` is standing, withdrawn or hidden,
    `ended` when it ceased to stand; `reason` is what the giver reads of why it was hidden.
    """

    __tablename__ = "kudos"
    __table_args__ = (
        Index("kudos_given", "giver_id", "at"),
        Index("kudos_at", "at"),
        Index("kudos_ended", "ended", postgresql_where=text("ended IS NOT NULL")),
        {"schema": "kudos"},
    )

    id: UUID = Field(primary_key=True)
    giver_id: UUID | None = None
    words: str
    tag: str
    shown: str
    place_id: UUID | None = None
    customer: bool
    language: str
    at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    state: str = "standing"
    ended: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    reason: str = ""


class ReceiverRow(SQLModel, table=True):
    """Somebody who was thanked, and what they did with it."""

    __tablename__ = "receiver"
    __table_args__ = (Index("receiver_person", "person_id"), {"schema": "kudos"})

    kudos_id: UUID = Field(primary_key=True)
    person_id: UUID = Field(primary_key=True)
    hidden: bool = False
    """Whether they took it off the wall and out of the channel."""
    thanked: bool = False
    """Whether they said thanks back."""
    reported: bool = False


class PostingRow(SQLModel, table=True):
    """One message that stands, or is to stand, somewhere: the outbox.

    `wanted` counts how often it was to become something else, `standing` which of those stands there, 0 for nothing
    yet. `calling` says that a call may be under way until `due`; `message` is where it lies, in the platform's terms.
    `doubts` counts calls of which nobody knows what came, so that one more may stand there than we can name.
    """

    __tablename__ = "posting"
    __table_args__ = (
        Index("posting_due", "due", postgresql_where=text("wanted <> standing AND NOT failed")),
        Index("posting_kudos", "kudos_id"),
        {"schema": "kudos"},
    )

    id: UUID = Field(primary_key=True)
    kudos_id: UUID | None = None
    person_id: UUID | None = None
    place_id: UUID | None = None
    kind: str
    platform: str
    address: str
    due: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    wanted: int = 1
    standing: int = 0
    attempts: int = 0
    calling: bool = False
    doubts: int = 0
    failed: bool = False
    message: str | None = None
    week: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    """Of a round-up, when its week ends: what is taken off the wall later is taken out of it."""


class PlaceRow(SQLModel, table=True):
    """A channel in which kudos may be shown: chosen by the administrator, `gone` once the app is not there any more."""

    __tablename__ = "place"
    __table_args__ = (UniqueConstraint("platform", "address", name="place_once"), {"schema": "kudos"})

    id: UUID = Field(primary_key=True)
    platform: str
    address: str
    name: str
    language: str
    gone: bool = False
    roundup: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    """When the next weekly round-up is due."""


class GiverRow(SQLModel, table=True):
    """What is kept about somebody as a giver: when to ask them again, and whether the administrator locked them."""

    __tablename__ = "giver"
    __table_args__ = {"schema": "kudos"}

    person_id: UUID = Field(primary_key=True)
    nudge: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    """When to ask them about colleagues of their shift; None for never again."""
    locked: str = ""
    """Why they can give nothing now, in words that they read; empty for nothing."""
