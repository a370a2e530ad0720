"""Schema `platform`: signed links. Without the platform key a row yields no working link."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel


class LinkRow(SQLModel, table=True):
    """A one-time or personal link; deleted some time after it expired."""

    __tablename__ = "link"
    __table_args__ = {"schema": "platform"}

    id: bytes = Field(primary_key=True)
    subject: str = Field(index=True)
    purpose: str
    expires: datetime
    once: bool
    spent: bool = False
    revoked: bool = False
