"""Schema `people`: who there is and what they chose. Never an answer, never whether somebody answered.

Nothing outside this schema refers to it by a foreign key, and everything in it goes with the person.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Column, DateTime, ForeignKey, Index, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel


def _person_key() -> Any:
    """The person it belongs to; erased with them."""
    key = ForeignKey("people.person.id", ondelete="CASCADE")
    return Field(sa_column=Column(Uuid, key, primary_key=True))


class PersonRow(SQLModel, table=True):
    """A member as the roster knows them; `id` is random."""

    __tablename__ = "person"
    __table_args__ = (Index("person_team", "team"), {"schema": "people"})

    id: UUID = Field(primary_key=True)
    external_id: str = Field(unique=True)
    name: str
    email: str | None = Field(default=None, unique=True)
    team: str
    roles: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    language: str
    timezone: str
    facets: dict[str, str] = Field(sa_column=Column(JSONB, nullable=False))


class AddressRow(SQLModel, table=True):
    """Where a platform reaches somebody; one address there belongs to one person."""

    __tablename__ = "address"
    __table_args__ = (UniqueConstraint("platform", "address", name="address_once"), {"schema": "people"})

    person_id: UUID = _person_key()
    platform: str = Field(primary_key=True)
    address: str


class ManagesRow(SQLModel, table=True):
    """A node that somebody leads."""

    __tablename__ = "manages"
    __table_args__ = {"schema": "people"}

    person_id: UUID = _person_key()
    node: str = Field(primary_key=True)


class PreferenceRow(SQLModel, table=True):
    """What somebody chose about their own check-ins; nobody without a row chose anything."""

    __tablename__ = "preference"
    __table_args__ = {"schema": "people"}

    person_id: UUID = _person_key()
    moment: time | None = None
    quiet_start: time | None = None
    quiet_end: time | None = None
    every: int = 1
    channel: str | None = None
    paused_until: date | None = None
    stopped: bool = False
    language: str | None = None


class ShiftRow(SQLModel, table=True):
    """One shift of one person."""

    __tablename__ = "shift"
    __table_args__ = (
        CheckConstraint("starts < ends", name="shift_forward"),
        Index("shift_span", "starts", "ends"),
        {"schema": "people"},
    )

    person_id: UUID = _person_key()
    starts: datetime = Field(sa_column=Column(DateTime(timezone=True), primary_key=True))
    ends: datetime = Field(sa_column=Column(DateTime(timezone=True), primary_key=True))


class IntroductionRow(SQLModel, table=True):
    """The introduction of one person on one platform: when it is due, and when it was sent.

    A thief of the database learns from it who is in the roster, which they have already, and at about which moment
    that person worked. It says nothing of any wave.
    """

    __tablename__ = "introduction"
    __table_args__ = (
        Index("introduction_due", "due", postgresql_where=text("sent IS NULL")),
        {"schema": "people"},
    )

    person_id: UUID = _person_key()
    platform: str = Field(primary_key=True)
    due: datetime
    attempts: int = 0
    sent: datetime | None = None
