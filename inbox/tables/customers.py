"""Who writes to the desk: customers, their addresses, what they consented to."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from inbox.tables.base import Row


class CustomerRow(Row):
    __tablename__ = "customer"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    created_at: Mapped[datetime]
    attributes: Mapped[dict[str, Any]]
    merged_into_id: Mapped[int | None]  # who they turned out to be; see `MergeRow`


class IdentityRow(Row):
    __tablename__ = "identity"
    __table_args__ = (
        UniqueConstraint("customer_id", "kind", "value"),
        Index(  # anybody may claim an address; only one customer may have it
            "uq_identity_owner",
            "kind",
            "value",
            unique=True,
            sqlite_where=text("proof <> 'claimed'"),
            postgresql_where=text("proof <> 'claimed'"),
        ),
        Index("ix_identity_value", "kind", "value"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    kind: Mapped[str]
    value: Mapped[str]
    proof: Mapped[str]
    created_at: Mapped[datetime]


class ConsentRow(Row):
    """Whether somebody wants to be written to at an address. Append-only: the newest counts."""

    __tablename__ = "consent"
    __table_args__ = (
        Index("ix_consent_address", "kind", "value", "id"),
        Index("ix_consent_customer", "customer_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    kind: Mapped[str]  # of the channel, such as sms
    value: Mapped[str]
    granted: Mapped[bool]
    at: Mapped[datetime]
    source: Mapped[str]  # such as: wrote STOP
    message_id: Mapped[int | None]
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))


class MergeRow(Row):
    """Two customers that turned out to be one, and what is needed to part them again."""

    __tablename__ = "merge"

    id: Mapped[int] = mapped_column(primary_key=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    merged_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    at: Mapped[datetime]
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    evidence: Mapped[str]
    moved: Mapped[dict[str, Any]]
    undone_at: Mapped[datetime | None]
