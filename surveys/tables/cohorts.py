"""The organisation tree in schema `surveys`: names of groups, never of persons."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel


class CohortRow(SQLModel, table=True):
    """One node. It stays when nobody is left in it, because Releases name it."""

    __tablename__ = "cohort"
    __table_args__ = (UniqueConstraint("parent", "name", name="cohort_name"), {"schema": "surveys"})

    id: str = Field(primary_key=True)
    parent: str | None = Field(default=None, foreign_key="surveys.cohort.id")
    name: str
