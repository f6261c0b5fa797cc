"""Conversations, and what became of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from inbox.tables.base import Row

#: What somebody has outside any queue. Asked for ``status = 'open'`` alone, SQLite would go through
#: everything that is open.
ASIDE = (
    "assignee_id IS NOT NULL",
    "queue_id IS NULL",
    "status NOT IN ('pending','snoozed','resolved')",
)


class ConversationRow(Row):
    __tablename__ = "conversation"
    __table_args__ = (
        UniqueConstraint("thread_account_id", "thread"),
        Index("ix_conversation_status", "status", "active_at", "id"),
        Index(
            "ix_conversation_assignee",
            "assignee_id",
            "status",
            "active_at",
            "id",
            sqlite_where=text("assignee_id IS NOT NULL"),
            postgresql_where=text("assignee_id IS NOT NULL"),
        ),
        Index(
            "ix_conversation_aside",
            "assignee_id",
            sqlite_where=text(" AND ".join(ASIDE)),
            postgresql_where=text(" AND ".join(ASIDE)),
        ),
        Index("ix_conversation_customer", "customer_id", "active_at", "id"),
        Index(
            "ix_conversation_queue",
            "queue_id",
            sqlite_where=text("queue_id IS NOT NULL"),
            postgresql_where=text("queue_id IS NOT NULL"),
        ),
        Index(  # PostgreSQL takes no order from the index above for those with no assignee
            "ix_conversation_unassigned",
            "status",
            "active_at",
            "id",
            sqlite_where=text("assignee_id IS NULL"),
            postgresql_where=text("assignee_id IS NULL"),
        ),
        CheckConstraint("status IN ('pending','open','snoozed','resolved')", name="status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    status: Mapped[str]
    created_at: Mapped[datetime]
    active_at: Mapped[datetime]
    subject: Mapped[str | None]
    thread: Mapped[str | None]
    thread_account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    queue_id: Mapped[int | None] = mapped_column(ForeignKey("queue.id"))
    waiting_since: Mapped[datetime | None]
    last_message_id: Mapped[int | None]  # no key: it would have to be written before its target
    last_heard_id: Mapped[int | None]  # of the customer's newest message
    preview: Mapped[str]
    spam: Mapped[bool]


class TagRow(Row):
    """A word that a conversation is filed under."""

    __tablename__ = "tag"

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True, index=True)


class RatingRow(Row):
    """What a customer said of how they were served. Asked once for each time it was resolved."""

    __tablename__ = "rating"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), index=True)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    queue_id: Mapped[int | None] = mapped_column(ForeignKey("queue.id"))
    asked_at: Mapped[datetime]
    message_id: Mapped[int | None]  # the question
    answered_at: Mapped[datetime | None]
    score: Mapped[int | None]  # 1 to 5
    words: Mapped[str | None]


class ReadMarkRow(Row):
    """How far an agent has read a conversation."""

    __tablename__ = "read_mark"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), primary_key=True)
    message_id: Mapped[int]


class DraftRow(Row):
    """What an agent has begun to write."""

    __tablename__ = "draft"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), primary_key=True)
    note: Mapped[bool]
    text: Mapped[str]
    updated_at: Mapped[datetime]


class EventRow(Row):
    """Append-only: who did what, when, and what it was before. The id is the sequence number."""

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_conversation", "conversation_id", "id"),
        Index("ix_event_customer", "customer_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    verb: Mapped[str]
    agent_id: Mapped[int | None]  # who did it; none when the desk itself or the customer did
    conversation_id: Mapped[int | None]
    customer_id: Mapped[int | None]
    message_id: Mapped[int | None]
    journal_id: Mapped[int | None]
    for_agent_id: Mapped[int | None]  # whom it concerns, when that is an agent
    change: Mapped[dict[str, Any] | None]  # {"field": [before, after]} and the reason
