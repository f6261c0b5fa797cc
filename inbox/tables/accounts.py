"""The ways by which the desk is reached, and what was said with their providers."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inbox.tables.base import Row


class AccountRow(Row):
    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str] = mapped_column(unique=True)
    address: Mapped[str | None]
    cursor: Mapped[str | None]
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    address_kind: Mapped[str] = mapped_column(server_default="")
    settings: Mapped[bytes | None]  # encrypted; none when the account stands in a file
    paused_at: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    trouble: Mapped[str | None]  # why it does not work, and since when
    trouble_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(server_default="0")  # grows with every change of it
    compared: Mapped[dict[str, Any] | None]  # what its provider held when it was last asked


class TrafficRow(Row):
    """How much an account heard and sent in an hour. Tidied away after five weeks."""

    __tablename__ = "traffic"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    heard: Mapped[int]
    sent: Mapped[int]


class ExchangeRow(Row):
    """What was said with a provider: requests, answers, secrets covered. Tidied away soon."""

    __tablename__ = "exchange"
    __table_args__ = (Index("ix_exchange_account", "account_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(index=True)
    outward: Mapped[bool]
    method: Mapped[str]
    url: Mapped[str]
    status: Mapped[int | None]
    request: Mapped[str]
    response: Mapped[str]
    took: Mapped[float]  # seconds
    error: Mapped[str | None]


class MirrorRow(Row):
    """A place outside where agents follow conversations, and how far it has been told."""

    __tablename__ = "mirror"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    event_id: Mapped[int]


class MirroredRow(Row):
    """Where a conversation stands in such a place."""

    __tablename__ = "mirrored"
    __table_args__ = (UniqueConstraint("account_id", "place"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("conversation.id"), primary_key=True, index=True
    )
    place: Mapped[str]
    message_id: Mapped[int | None]  # the customer's newest message that can be read there
