"""Who is to answer: queues, the place of each conversation, offers and decisions."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from inbox.tables.base import Row


class SetupRow(Row):
    """Queues, hours, skills and rules as they were written down at some time; the newest holds."""

    __tablename__ = "setup"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    note: Mapped[str]
    content: Mapped[dict[str, Any]]


class QueueRow(Row):
    """A queue that the setup names, or once named."""

    __tablename__ = "queue"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    archived_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]  # nothing is offered from it until it goes on


class MemberRow(Row):
    """Who belongs to a queue; somebody lent belongs to it until a time."""

    __tablename__ = "member"

    queue_id: Mapped[int] = mapped_column(ForeignKey("queue.id"), primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True, index=True)
    membership: Mapped[str]
    until: Mapped[datetime | None]


LIVE = "state IN ('offered','accepted')"


class PlacementRow(Row):
    """Where routing has a conversation, and what was promised."""

    __tablename__ = "placement"
    __table_args__ = (
        Index("ix_placement_queue", "queue_id", "stage", "queued_at"),
        Index(  # whose promise comes to be at risk next
            "ix_placement_warn",
            "queue_id",
            "warn_at",
            sqlite_where=text("stage = 'queued'"),
            postgresql_where=text("stage = 'queued'"),
        ),
        Index(
            "ix_placement_open",
            "conversation_id",
            sqlite_where=text("stage IN ('queued','offered','accepted','held')"),
            postgresql_where=text("stage IN ('queued','offered','accepted','held')"),
        ),
        CheckConstraint("stage IN ('queued','offered','accepted','held','resolved')", name="stage"),
    )

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), primary_key=True)
    stage: Mapped[str]
    queue_id: Mapped[int | None] = mapped_column(ForeignKey("queue.id"))
    priority: Mapped[str]
    queued_at: Mapped[datetime | None]
    began_at: Mapped[datetime]
    stepped: Mapped[int]
    relaxed: Mapped[bool]
    needs: Mapped[list[dict[str, Any]]]
    language: Mapped[str | None]
    tier: Mapped[str | None]
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    declined_by: Mapped[list[int]]
    first_response_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    promise: Mapped[str | None]
    due_at: Mapped[datetime | None]
    warn_at: Mapped[datetime | None]
    callback_to: Mapped[str | None]
    callback_at: Mapped[datetime | None]
    callback_heard: Mapped[int | None]  # the customer's message that was taken in last


class AssignmentRow(Row):
    """A conversation that an agent is asked to take, has, or had. Its id is the fence."""

    __tablename__ = "assignment"
    __table_args__ = (
        Index(  # nobody is asked for, or has, what somebody else is asked for or has
            "uq_assignment_live",
            "conversation_id",
            unique=True,
            sqlite_where=text(LIVE),
            postgresql_where=text(LIVE),
        ),
        Index(
            "ix_assignment_agent",
            "agent_id",
            sqlite_where=text(LIVE),
            postgresql_where=text(LIVE),
        ),
        Index("ix_assignment_conversation", "conversation_id", "id"),
        Index("ix_assignment_offered_at", "offered_at"),
        Index(  # who wraps up now
            "ix_assignment_ended_at",
            "ended_at",
            sqlite_where=text("state = 'ended'"),
            postgresql_where=text("state = 'ended'"),
        ),
        CheckConstraint(
            "state IN ('offered','accepted','declined','missed','withdrawn','ended')",
            name="state",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    queue_id: Mapped[int | None] = mapped_column(ForeignKey("queue.id"))
    state: Mapped[str]
    weight: Mapped[float | None]
    offered_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    why: Mapped[str | None]


class MoveRow(Row):
    """What a supervisor moved at once, and what is needed to put it back."""

    __tablename__ = "move"
    __table_args__ = (Index("ix_move_agent", "agent_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    target: Mapped[str]  # where to, in words
    before: Mapped[list[dict[str, Any]]]  # of each conversation
    undone_at: Mapped[datetime | None]


class DecisionRow(Row):
    """What routing decided about a conversation and why. Append-only, like the record."""

    __tablename__ = "decision"
    __table_args__ = (Index("ix_decision_conversation", "conversation_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    conversation_id: Mapped[int]
    kind: Mapped[str]  # rules, offer, nobody, overflow, return
    setup_id: Mapped[int | None]
    version: Mapped[str]  # of the rules
    queue_id: Mapped[int | None]
    agent_id: Mapped[int | None]
    why: Mapped[str]
    detail: Mapped[dict[str, Any]]  # rules tried; candidates, what removed them, scores


OPEN_CONSULT = "ended_at IS NULL"


class ConsultRow(Row):
    """A question to a colleague, or to those of a queue, about a conversation that one keeps."""

    __tablename__ = "consult"
    __table_args__ = (
        Index(
            "ix_consult_open",
            "conversation_id",
            sqlite_where=text(OPEN_CONSULT),
            postgresql_where=text(OPEN_CONSULT),
        ),
        CheckConstraint("how IN ('answered','declined','withdrawn','resolved')", name="how"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    asker_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    queue_id: Mapped[int | None] = mapped_column(ForeignKey("queue.id"))
    message_id: Mapped[int]  # the note that asks
    asked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    how: Mapped[str | None]
