"""Schema `surveys`: what is asked, sealed and released. **No column of this schema names a person.**"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Column, Identity, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel


class SurveyRow(SQLModel, table=True):
    """A pulse and the next moment at which it opens a wave."""

    __tablename__ = "survey"
    __table_args__ = {"schema": "surveys"}

    id: str = Field(primary_key=True)
    title_nl: str
    title_en: str
    cron: str
    timezone: str
    window_length: timedelta
    remind_after: timedelta | None = None
    quiet_start: time
    quiet_end: time
    holidays: str | None = None
    paused: bool = False
    simulated: bool = False
    next_fire: datetime


class WaveRow(SQLModel, table=True):
    """One execution of a survey: at most one of it is open, and each has a number of its own.

    `asked`, `policy` and `facet` are what it was opened under. `closing_since` starts the 24 hours in which it must be
    released; after a failure, that is tried again at `next_try`.
    """

    __tablename__ = "wave"
    __table_args__ = (
        UniqueConstraint("survey", "number", name="wave_number"),
        Index("wave_open", "survey", unique=True, postgresql_where=text("state = 'open'")),
        {"schema": "surveys"},
    )

    id: UUID = Field(primary_key=True)
    survey: str = Field(foreign_key="surveys.survey.id")
    number: int
    items: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    asked: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    policy: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    facet: str = ""
    opens: datetime
    closes: datetime
    state: str
    key_id: str
    closing_since: datetime | None = None
    next_try: datetime | None = None


class WaveSaltRow(SQLModel, table=True):
    """The salt of an open wave; without it no ticket, slot or seal of that wave can be derived.

    A partition per wave, dropped at close: a deleted row would stay in the file while any snapshot may still see it.
    """

    __tablename__ = "wave_salt"
    __table_args__ = {"schema": "surveys", "postgresql_partition_by": "LIST (wave_id)"}

    wave_id: UUID = Field(primary_key=True)
    salt: bytes


class WaveNodeRow(SQLModel, table=True):
    """The organisation tree as it was when a wave opened: the cohort snapshot.

    The own people of a node count in the Release of this wave when `every` is 1, else in that of their reporting
    period. A node that is `withheld` publishes nothing.
    """

    __tablename__ = "wave_node"
    __table_args__ = {"schema": "surveys"}

    wave_id: UUID = Field(primary_key=True)
    node: str = Field(primary_key=True)
    parent: str | None = None
    name: str
    head_count: int
    every: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    withheld: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})


class ResponseRow(SQLModel, table=True):
    """One sealed row under its slot; a partition per wave, dropped at close."""

    __tablename__ = "response"
    __table_args__ = {"schema": "surveys", "postgresql_partition_by": "LIST (wave_id)"}

    wave_id: UUID = Field(primary_key=True)
    slot: bytes = Field(primary_key=True)
    sealed: bytes


class PoolRow(SQLModel, table=True):
    """A blob: what was answered since the last mix, or nothing. All are of one size, written at a constant rhythm.

    The id gives the order and no moment. Of which wave there is something in it, stands in no column.
    """

    __tablename__ = "pool"
    __table_args__ = {"schema": "surveys"}

    id: int = Field(sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    key_id: str
    sealed: bytes


class MixingRow(SQLModel, table=True):
    """The one row that says how often was mixed, and when it is due again."""

    __tablename__ = "mixing"
    __table_args__ = (CheckConstraint("lone"), {"schema": "surveys"})

    lone: bool = Field(default=True, primary_key=True)
    generation: int = Field(sa_column=Column(BigInteger, nullable=False))
    due: datetime


class ReleaseRow(SQLModel, table=True):
    """The head of one Release: what may be read by everybody who may read anything.

    `every` is 1 for a wave and more for a reporting period. `traces` and `traces_until` are no part of the Release:
    they say what the server still keeps of its rows and until when. NULL before they have been erased, nothing once
    they are destroyed.
    """

    __tablename__ = "release"
    __table_args__ = {"schema": "surveys"}

    seq: int = Field(primary_key=True)
    survey: str
    number: int
    head: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    hash: str
    traces: list[str] | None = Field(default=None, sa_column=Column(ARRAY(Text)))
    traces_until: datetime | None = None
    every: int = Field(default=1, sa_column_kwargs={"server_default": "1"})


class ReleaseNodeRow(SQLModel, table=True):
    """One node of a Release's tree; row-level security shows a reader only those in scope."""

    __tablename__ = "release_node"
    __table_args__ = {"schema": "surveys"}

    seq: int = Field(primary_key=True)
    node: str = Field(primary_key=True)
    content: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))


class ReleaseCellRow(SQLModel, table=True):
    """One cell of a Release; row-level security shows a reader only those in scope."""

    __tablename__ = "release_cell"
    __table_args__ = {"schema": "surveys"}

    node: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    item: str = Field(primary_key=True)
    content: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))


class ReleaseDocumentRow(SQLModel, table=True):
    """The canonical document, byte for byte as hashed; readable only with the scope of the whole organisation."""

    __tablename__ = "release_document"
    __table_args__ = {"schema": "surveys"}

    seq: int = Field(primary_key=True)
    document: bytes
