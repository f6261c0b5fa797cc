"""Conversations, and what is said in them."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from inbox.model.base import (
    AccountId,
    AgentId,
    AttachmentId,
    ConversationId,
    CustomerId,
    MessageId,
    QueueId,
    Value,
)
from inbox.model.content import Content


class Direction(StrEnum):
    """Which way a message goes."""

    IN = "in"  #: from the customer
    OUT = "out"  #: from us, person or bot
    NOTE = "note"  #: internal; never leaves the desk


class Kind(StrEnum):
    """What an incoming message is; only a MESSAGE may be answered automatically."""

    MESSAGE = "message"
    AUTO_REPLY = "auto_reply"  #: a machine wrote it: out of office, list, loop (RFC 3834)
    BOUNCE = "bounce"  #: a delivery status notification (RFC 3464)
    FEEDBACK = "feedback_report"  #: somebody complained about our mail (RFC 5965)


class Delivery(StrEnum):
    """How far an outgoing message got."""

    SCHEDULED = "scheduled"  #: waits for its time
    QUEUED = "queued"  #: waits in the outbox
    SENDING = "sending"  #: a worker is talking with the provider
    UNKNOWN = "unknown"  #: the line broke after we spoke: it may have been sent
    SENT = "sent"  #: the provider took it
    DELIVERED = "delivered"  #: it reached the customer's device
    READ = "read"  #: the customer opened it
    FAILED = "failed"  #: refused for good; nobody will try again by themselves
    DEAD = "dead"  #: tried too often; waits for a person
    CANCELED = "canceled"  #: taken back before it left

    def outranks(self, other: "Delivery | None") -> bool:
        """Tell whether a receipt is later news; receipts may arrive in any order.

        A failure reported late never undoes a delivery that the customer's device
        confirmed; a confirmed delivery corrects an earlier failure.
        """
        return other is None or RANKS[self] > RANKS[other]


RANKS: Mapping[Delivery, int] = {
    Delivery.SCHEDULED: 0,
    Delivery.QUEUED: 1,
    Delivery.SENDING: 2,
    Delivery.UNKNOWN: 3,
    Delivery.DEAD: 3,
    Delivery.CANCELED: 3,
    Delivery.SENT: 4,
    Delivery.FAILED: 5,
    Delivery.DELIVERED: 6,
    Delivery.READ: 7,
}


class Status(StrEnum):
    """Where a conversation stands, apart from who works on it and what was delivered."""

    PENDING = "pending"  #: the bot holds it
    OPEN = "open"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


class Reaction(Value):
    """An emoji that somebody put on a message."""

    message_id: MessageId
    who: str  #: the address of a customer; empty when it is ours
    emoji: str
    at: datetime
    name: str | None = None
    agent_id: AgentId | None = None


class Attachment(Value):
    """A file that came or goes with a message; its bytes lie in the blob store."""

    id: AttachmentId
    message_id: MessageId
    name: str
    media_type: str
    size: int  #: bytes
    blob: str  #: SHA-256 of the content, in hex; empty while it is not here
    content_id: str | None = None  #: what ``cid:`` links of the HTML call it
    inline: bool = False
    source: str | None = None  #: where the channel finds it, until it is here
    trouble: str | None = None  #: why it could not be fetched


class Conversation(Value):
    """An exchange with a customer."""

    id: ConversationId
    customer_id: CustomerId
    account_id: AccountId  #: the account that the next reply leaves from
    status: Status
    created_at: datetime
    active_at: datetime  #: of its newest message; lists are ordered by it
    subject: str | None = None
    thread: str | None = None  #: the provider's handle for this exchange
    thread_account_id: AccountId | None = None  #: the account that handle belongs to
    assignee_id: AgentId | None = None
    queue_id: QueueId | None = None
    waiting_since: datetime | None = None  #: of the oldest customer's message not answered yet
    last_message_id: MessageId | None = None
    last_heard_id: MessageId | None = None  #: the customer's newest message
    preview: str = ""
    spam: bool = False


class Message(Value):
    """Something said, by the customer, by us, or among us."""

    id: MessageId
    conversation_id: ConversationId
    customer_id: CustomerId
    direction: Direction
    created_at: datetime  #: when the desk got it; the order of the conversation
    text: str
    kind: Kind = Kind.MESSAGE
    account_id: AccountId | None = None  #: none for a note
    sent_at: datetime | None = None  #: what the sender's clock said
    visible_text: str | None = None  #: without quotes and signature, when that differs
    html: str | None = None  #: already sanitised
    subject: str | None = None
    sender: str | None = None  #: the address it came from
    sender_name: str | None = None
    reply_to: str | None = None  #: where its sender wants the answer, when that differs
    recipients: tuple[str, ...] = ()
    copied: tuple[str, ...] = ()
    author_id: AgentId | None = None
    delivery: Delivery | None = None
    reason: str | None = None  #: why the delivery failed or waits, in the provider's words
    external_id: str | None = None
    client_id: str | None = None  #: what the sender's browser called it before we did
    about_id: MessageId | None = None  #: the message that a bounce or receipt speaks of
    answers_id: MessageId | None = None  #: the message it quotes, where the channel can
    content: Content | None = None  #: what it is besides text
    edited_at: datetime | None = None
    deleted_at: datetime | None = None  #: its sender took it back
    revision: int = 0  #: the provider's order of its last edit
