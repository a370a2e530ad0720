"""The signed log in schema `surveys`, and the sealed keys of the seats in schema `platform`. No person is named."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class LogRow(SQLModel, table=True):
    """One entry of the signed log, byte for byte as hashed. Rows are added, never changed and never removed."""

    __tablename__ = "log"
    __table_args__ = {"schema": "surveys"}

    seq: int = Field(primary_key=True)
    document: bytes
    hash: str


class SeatRow(SQLModel, table=True):
    """The signing key of a seat, sealed under a secret and a recovery code that are kept nowhere."""

    __tablename__ = "seat"
    __table_args__ = {"schema": "platform"}

    seat: str = Field(primary_key=True)
    public: bytes
    cost: int
    salt: bytes
    by_secret: bytes
    by_recovery: bytes
