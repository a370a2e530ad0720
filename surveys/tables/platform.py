"""Schema `platform`: what was sent where, and sealed platform records. Never whether anybody answered."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class DeliveryRow(SQLModel, table=True):
    """One card for one person in one wave; gone at close.

    `state` tells how far *sending* got: waiting, calling (a platform call is in flight), done, failed. `reminder` is
    waiting or done; the step leaves the same trace whether or not a message went out.
    """

    __tablename__ = "delivery"
    __table_args__ = (Index("delivery_due", "state", "due"), {"schema": "platform"})

    wave_id: UUID = Field(primary_key=True)
    person_id: UUID = Field(primary_key=True)
    cohort: str
    platform: str
    address: str
    chunk: int
    due: datetime
    state: str = "waiting"
    attempts: int = 0
    sent: bool = False
    """Whether a card ever went out; "later" makes a sent card wait again."""
    message: str | None = None
    remind_due: datetime | None = None
    reminder: str = "waiting"
    facet: str = ""
    """What the person was at opening in the facet of the wave, as the roster had it."""


class DigestDueRow(SQLModel, table=True):
    """When the digest of a Release goes out to managers: an hour after their teams may read it."""

    __tablename__ = "digest_due"
    __table_args__ = {"schema": "platform"}

    seq: int = Field(primary_key=True)
    due: datetime


class DigestDeliveryRow(SQLModel, table=True):
    """One digest for one manager; deleted when sent, or when it could not be sent for a day."""

    __tablename__ = "digest_delivery"
    __table_args__ = {"schema": "platform"}

    seq: int = Field(primary_key=True)
    person_id: UUID = Field(primary_key=True)
    due: datetime
    attempts: int = 0


class RecordRow(SQLModel, table=True):
    """A sealed platform record: an installation, a conversation reference, a mailbox."""

    __tablename__ = "record"
    __table_args__ = {"schema": "platform"}

    platform: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    sealed: bytes


class MarkRow(SQLModel, table=True):
    """A fact about this installation, such as that it is a simulation."""

    __tablename__ = "mark"
    __table_args__ = {"schema": "platform"}

    name: str = Field(primary_key=True)
    value: str
