"""The schema, on one page. Declared with the ORM, queried without its sessions."""

from datetime import UTC, date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

BigKey = BigInteger().with_variant(Integer, "sqlite")  # only INTEGER is a row id there


class Utc(TypeDecorator[datetime]):
    """An aware UTC datetime, also on SQLite, which keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ARG002  # as SQLAlchemy calls it
        return value.astimezone(UTC) if value else None

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:  # noqa: ARG002  # as SQLAlchemy calls it
        """Read SQLite's text in one step; a list has hundreds of times.

        PostgreSQL's driver returns aware times, in UTC as our connections have it.
        """
        return aware if dialect.name == "sqlite" else None


def aware(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written + "+00:00") if written else None


class Row(DeclarativeBase):
    """Base of every table."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Utc,
        int: BigKey,
        str: Text,
        bytes: LargeBinary,
        dict[str, Any]: JSON,
        list[str]: JSON,
        list[int]: JSON,
        list[dict[str, Any]]: JSON,
    }


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


class AgentRow(Row):
    __tablename__ = "agent"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    role: Mapped[str]
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    phone: Mapped[str | None]  # where they may be rung
    skills: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    languages: Mapped[list[str]] = mapped_column(server_default="[]")
    capacity: Mapped[float] = mapped_column(server_default="6")
    shift: Mapped[str | None]  # the name of the hours in which they work


class DutyRow(Row):
    """What an agent is doing at the desk."""

    __tablename__ = "duty"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    availability: Mapped[str]
    reason: Mapped[str | None]
    since: Mapped[datetime]
    connected_until: Mapped[datetime | None]
    on_call: Mapped[bool]
    misses: Mapped[int]
    idle_since: Mapped[datetime | None]
    offered_at: Mapped[datetime | None]


class SessionRow(Row):
    __tablename__ = "session"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    user_agent: Mapped[str]


class ApiTokenRow(Row):
    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), index=True)
    name: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


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


class TagRow(Row):
    """A word that a conversation is filed under."""

    __tablename__ = "tag"

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True, index=True)


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


class ArticleRow(Row):
    """Something that the desk knows."""

    __tablename__ = "article"
    __table_args__ = (Index("ix_article_updated", "updated_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    audience: Mapped[str]
    human_only: Mapped[bool]
    review_by: Mapped[date | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    updated_by_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    archived_at: Mapped[datetime | None]
    revision: Mapped[int]
    files: Mapped[list[dict[str, Any]]]  # name, media_type, size, blob


class ArticleTextRow(Row):
    """An article in one language."""

    __tablename__ = "article_text"

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int]  # the first is shown where nothing else fits
    title: Mapped[str]
    body: Mapped[str]  # Markdown
    examples: Mapped[list[str]]
    category: Mapped[str]  # under which the help page lists it


class ArticleVoteRow(Row):
    """What readers of the help page said about an article on a day."""

    __tablename__ = "article_vote"

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)  # in UTC
    helpful: Mapped[int]
    unhelpful: Mapped[int]


class ArticleVersionRow(Row):
    """What an article said when somebody had saved it."""

    __tablename__ = "article_version"

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    content: Mapped[dict[str, Any]]


class BotSessionRow(Row):
    """The bot's part in a conversation."""

    __tablename__ = "bot_session"

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), primary_key=True)
    bot: Mapped[str]
    state: Mapped[str]
    opening: Mapped[int]
    version: Mapped[int]
    turns: Mapped[int]
    began_at: Mapped[datetime]
    heard_id: Mapped[int | None]
    deadline_at: Mapped[datetime | None]
    language: Mapped[str | None]
    queue_id: Mapped[int | None] = mapped_column(ForeignKey("queue.id"))
    form: Mapped[dict[str, Any] | None]
    notes: Mapped[dict[str, Any]]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str | None]


class BotTurnRow(Row):
    """What the bot did about a message, and why. Append-only but for the words on it."""

    __tablename__ = "bot_turn"
    __table_args__ = (Index("ix_bot_turn_conversation", "conversation_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    conversation_id: Mapped[int]
    opening: Mapped[int]
    kind: Mapped[str]
    why: Mapped[str]
    message_id: Mapped[int | None]
    answer_id: Mapped[int | None]
    language: Mapped[str | None]
    article_id: Mapped[int | None]
    flow: Mapped[str | None]
    brain_id: Mapped[int | None]
    probability: Mapped[float | None]
    ambiguity: Mapped[float | None]
    novelty: Mapped[float | None]
    helpful: Mapped[bool | None]
    wrong_at: Mapped[datetime | None]
    wrong_by_id: Mapped[int | None]


class SuggestionRow(Row):
    """An answer of the bot's that a colleague is asked about; one waits at most."""

    __tablename__ = "suggestion"
    __table_args__ = (
        Index(
            "ix_suggestion_waiting",
            "conversation_id",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), index=True)
    message_id: Mapped[int]
    article_id: Mapped[int | None]
    language: Mapped[str | None]
    text: Mapped[str]
    state: Mapped[str]
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    answer: Mapped[str | None]


class BrainRow(Row):
    """A version of what the bot understands; its model lies in a blob."""

    __tablename__ = "brain"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    digest: Mapped[str]
    examples: Mapped[int]
    blob: Mapped[str]
    figures: Mapped[dict[str, Any]]
    live_at: Mapped[datetime | None] = mapped_column(index=True)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    reason: Mapped[str | None]


class ProposalRow(Row):
    """Something the bot could be taught."""

    __tablename__ = "proposal"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime]
    fingerprint: Mapped[str] = mapped_column(unique=True)
    language: Mapped[str | None]
    article_id: Mapped[int | None] = mapped_column(ForeignKey("article.id"))
    title: Mapped[str]
    questions: Mapped[list[str]]
    answer: Mapped[str]
    sources: Mapped[list[int]]
    weight: Mapped[int]
    revision: Mapped[int | None]  # of the article, that the decision made
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))


class JournalRow(Row):
    """What the channels handed over, before anybody understood it."""

    __tablename__ = "journal"
    __table_args__ = (
        UniqueConstraint("account_id", "key"),
        Index(
            "ix_journal_waiting",
            "id",
            sqlite_where=text("state = 'received'"),
            postgresql_where=text("state = 'received'"),
        ),
        Index(
            "ix_journal_quarantined",
            "id",
            sqlite_where=text("state = 'quarantined'"),
            postgresql_where=text("state = 'quarantined'"),
        ),
        Index(
            "ix_journal_blob",
            "blob",
            sqlite_where=text("blob IS NOT NULL"),
            postgresql_where=text("blob IS NOT NULL"),
        ),
        CheckConstraint(
            "state IN ('received','message','update','duplicate','quarantined','discarded')",
            name="state",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    key: Mapped[str | None]
    received_at: Mapped[datetime]
    headers: Mapped[dict[str, Any]]
    payload: Mapped[bytes | None]  # none when it lies in a blob, or was tidied away
    blob: Mapped[str | None]
    size: Mapped[int]
    state: Mapped[str]
    reason: Mapped[str | None]
    claimed_until: Mapped[datetime | None]  # another process is understanding it


class JournalCountRow(Row):
    """How many payloads an account ever had in each state but `received`; kept on write."""

    __tablename__ = "journal_count"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    state: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]


class JobRow(Row):
    __tablename__ = "job"
    __table_args__ = (
        Index(
            "ix_job_due",
            "run_at",
            "id",
            sqlite_where=text("dead_at IS NULL"),
            postgresql_where=text("dead_at IS NULL"),
        ),
        Index(
            "ix_job_lane",
            "lane",
            "id",
            sqlite_where=text("lane IS NOT NULL AND dead_at IS NULL"),
            postgresql_where=text("lane IS NOT NULL AND dead_at IS NULL"),
        ),
        Index(
            "ix_job_dead",
            "id",
            sqlite_where=text("dead_at IS NOT NULL"),
            postgresql_where=text("dead_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lane: Mapped[str | None]
    share: Mapped[str]  # so that no account or kind of work takes every worker
    run_at: Mapped[datetime]
    attempts: Mapped[int]
    payload: Mapped[str]
    holder: Mapped[str | None]  # the worker whose lease runs until run_at
    reason: Mapped[str | None]  # why it was postponed or given up
    created_at: Mapped[datetime]
    dead_at: Mapped[datetime | None]


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


class LeaseRow(Row):
    """Who alone may do something, such as poll a mailbox, and until when."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    until: Mapped[datetime]
    fence: Mapped[int]  # grows with every new holder, so that a sleeper's writes can be refused


class RepeatRow(Row):
    """What we answered to an Idempotency-Key."""

    __tablename__ = "repeat"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[str]
    status: Mapped[int]
    body: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(index=True)


class BlobRow(Row):
    """A stored file; the row is written in the transaction that refers to it."""

    __tablename__ = "blob"

    name: Mapped[str] = mapped_column(primary_key=True)  # SHA-256 of the content
    size: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(index=True)


class SecretRow(Row):
    """The desk's own random keys, made at the first start."""

    __tablename__ = "secret"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[bytes]
    created_at: Mapped[datetime]
