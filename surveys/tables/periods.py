"""Schema `surveys`: reporting periods of small teams. **No column names a person.**"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Column, Index, Integer, text
from sqlmodel import Field, SQLModel


class PeriodTable(SQLModel, table=True):
    """A reporting period: at most one of each length is open in a survey.

    `waves` are the numbers of its waves so far; none that closes after `ends` is taken in. `closing_since` and
    `next_try` mean what they mean of a wave.
    """

    __tablename__ = "period"
    __table_args__ = (
        Index("period_open", "survey", "every", unique=True, postgresql_where=text("state = 'open'")),
        {"schema": "surveys"},
    )

    id: UUID = Field(primary_key=True)
    survey: str = Field(foreign_key="surveys.survey.id")
    every: int
    waves: list[int] = Field(sa_column=Column(ARRAY(Integer), nullable=False))
    opens: datetime
    ends: datetime
    state: str
    key_id: str
    closing_since: datetime | None = None
    next_try: datetime | None = None


class PeriodNodeTable(SQLModel, table=True):
    """The organisation tree as it was when a period opened; `withheld` says that a node publishes nothing in it."""

    __tablename__ = "period_node"
    __table_args__ = {"schema": "surveys"}

    period_id: UUID = Field(primary_key=True)
    node: str = Field(primary_key=True)
    parent: str | None = None
    name: str
    head_count: int
    every: int
    withheld: bool


class PeriodSaltTable(SQLModel, table=True):
    """The salt of an open period; a partition of its own, dropped at its close."""

    __tablename__ = "period_salt"
    __table_args__ = {"schema": "surveys", "postgresql_partition_by": "LIST (period_id)"}

    period_id: UUID = Field(primary_key=True)
    salt: bytes


class PeriodRowTable(SQLModel, table=True):
    """One sealed row of one person under its slot; a partition per period, written anew whenever a wave closes."""

    __tablename__ = "period_row"
    __table_args__ = {"schema": "surveys", "postgresql_partition_by": "LIST (period_id)"}

    period_id: UUID = Field(primary_key=True)
    slot: bytes = Field(primary_key=True)
    sealed: bytes
