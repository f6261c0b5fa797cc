"""What was said: messages, their files, and news that came before them."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from inbox.tables.base import Row


class MessageRow(Row):
    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("account_id", "external_id"),
        UniqueConstraint("conversation_id", "client_id"),
        Index("ix_message_conversation", "conversation_id", "id"),
        Index("ix_message_customer", "customer_id", "id"),
        Index(
            "ix_message_undelivered",
            "id",
            sqlite_where=text("delivery IN ('failed','dead','unknown')"),
            postgresql_where=text("delivery IN ('failed','dead','unknown')"),
        ),
        CheckConstraint("direction IN ('in','out','note')", name="direction"),
        CheckConstraint(  # the outbox is what has a delivery: a note or a question never has one
            "(direction = 'out') = (delivery IS NOT NULL)", name="only_replies_are_delivered"
        ),
        CheckConstraint(
            "direction <> 'note' OR (account_id IS NULL AND external_id IS NULL)",
            name="notes_never_leave",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    direction: Mapped[str]
    kind: Mapped[str]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    text: Mapped[str]
    visible_text: Mapped[str | None]
    html: Mapped[str | None]
    subject: Mapped[str | None]
    sender: Mapped[str | None]
    sender_name: Mapped[str | None]
    reply_to: Mapped[str | None]
    recipients: Mapped[list[str]]
    copied: Mapped[list[str]]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    delivery: Mapped[str | None]
    reason: Mapped[str | None]
    external_id: Mapped[str | None]
    client_id: Mapped[str | None]
    about_id: Mapped[int | None]
    journal_id: Mapped[int | None]
    answers_id: Mapped[int | None]
    content: Mapped[dict[str, Any] | None]
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(server_default="0")


class CallRow(Row):
    """A call that is not over: it runs, or its customer waits to be called back."""

    __tablename__ = "call"

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)


class ReactionRow(Row):
    """An emoji on a message; one that was taken off stays, so that late news is recognised."""

    __tablename__ = "reaction"

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    who: Mapped[str] = mapped_column(primary_key=True)  # an address; empty when it is ours
    emoji: Mapped[str] = mapped_column(primary_key=True)
    active: Mapped[bool]
    revision: Mapped[int]  # the provider's order of its last change
    at: Mapped[datetime]
    name: Mapped[str | None]
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))


class EarlyUpdateRow(Row):
    """An edit, a deletion or an emoji whose message is not here yet; applied when it arrives."""

    __tablename__ = "early_update"
    __table_args__ = (Index("ix_early_update_message", "account_id", "external_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    external_id: Mapped[str]
    heard: Mapped[str]  # as it was understood
    created_at: Mapped[datetime] = mapped_column(index=True)


class ReferenceRow(Row):
    """An external id that an email named without our having it, and where it led."""

    __tablename__ = "reference"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    external_id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), index=True)


class EarlyReceiptRow(Row):
    """News about a message whose id we do not know yet; applied when the id arrives."""

    __tablename__ = "early_receipt"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    external_id: Mapped[str] = mapped_column(primary_key=True)
    delivery: Mapped[str]
    reason: Mapped[str | None]
    through: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(index=True)


class AttachmentRow(Row):
    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    blob: Mapped[str] = mapped_column(index=True)
    content_id: Mapped[str | None]
    inline: Mapped[bool]
    source: Mapped[str | None]
    trouble: Mapped[str | None]
