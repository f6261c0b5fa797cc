"""The nouns of the desk: immutable values with no I/O and no SQL."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, NewType, dataclass_transform

from msgspec import Struct

AccountId = NewType("AccountId", int)
AgentId = NewType("AgentId", int)
AttachmentId = NewType("AttachmentId", int)
ConversationId = NewType("ConversationId", int)
CustomerId = NewType("CustomerId", int)
EventId = NewType("EventId", int)
IdentityId = NewType("IdentityId", int)
JobId = NewType("JobId", int)
JournalId = NewType("JournalId", int)
MergeId = NewType("MergeId", int)
MessageId = NewType("MessageId", int)
QueueId = NewType("QueueId", int)


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Value(Struct, frozen=True, kw_only=True):
    """Base of every value: immutable, compared by content, JSON-ready."""


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


class Proof(StrEnum):
    """How sure we are that an identity belongs to its customer."""

    CLAIMED = "claimed"  #: somebody typed it
    HEARD = "heard"  #: a message came from there; the sender may be forged
    VERIFIED = "verified"  #: signed, confirmed, or vouched for by the provider

    def outranks(self, other: "Proof") -> bool:
        return PROOFS.index(self) > PROOFS.index(other)


PROOFS = (Proof.CLAIMED, Proof.HEARD, Proof.VERIFIED)


class Role(StrEnum):
    """What an agent may do; each role may do all that the ones before it may."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"  #: sees quarantine and dead letters, moves others' work
    ADMIN = "admin"  #: manages agents, accounts and tokens

    def covers(self, needed: "Role") -> bool:
        return ROLES.index(self) >= ROLES.index(needed)


ROLES = (Role.AGENT, Role.SUPERVISOR, Role.ADMIN)


class JournalState(StrEnum):
    """What became of a raw payload. At every moment each row is in exactly one of these."""

    RECEIVED = "received"  #: waits to be understood
    MESSAGE = "message"  #: became a message
    UPDATE = "update"  #: changed one: a receipt, a profile, an edit
    DUPLICATE = "duplicate"  #: we had it already
    QUARANTINED = "quarantined"  #: nobody could read it; a person decides
    DISCARDED = "discarded"  #: a person decided that it is nothing


class Format(StrEnum):
    """How a channel lets a text be dressed."""

    PLAIN = "plain"
    MARKDOWN = "markdown"  #: CommonMark's emphasis, links and lists, whatever the wire calls them
    HTML = "html"


class Address(Value):
    """Where somebody can be reached, such as ``email:ada@example.org``."""

    kind: str
    value: str  #: normalised by the channel of that kind
    name: str | None = None  #: as the sender wrote it

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"


class Customer(Value):
    """A person we talk with."""

    id: CustomerId
    name: str
    created_at: datetime
    attributes: dict[str, Any] = {}
    merged_into_id: CustomerId | None = None  #: who they turned out to be


class Identity(Value):
    """An address of a customer."""

    id: IdentityId
    customer_id: CustomerId
    kind: str
    value: str
    proof: Proof
    created_at: datetime


class Account(Value):
    """One configured channel account: a mailbox, a number, a site's chat."""

    id: AccountId
    kind: str
    name: str
    address: str | None = None  #: what customers see of it
    archived_at: datetime | None = None
    address_kind: str = ""  #: the kind of identity it reaches, such as ``phone``
    paused_at: datetime | None = None  #: somebody stopped it; what waits goes out afterwards


class Agent(Value):
    """Somebody who answers customers."""

    id: AgentId
    name: str
    email: str
    role: Role
    archived_at: datetime | None = None
    phone: str | None = None  #: where they may be rung


class Location(Value, tag="location"):
    """A place on the map."""

    latitude: float  #: degrees, north is positive
    longitude: float  #: degrees, east is positive
    name: str | None = None
    address: str | None = None


class Card(Value, tag="card"):
    """Somebody's contact details, passed on."""

    name: str
    phone: str | None = None
    email: str | None = None


class Button(Value):
    """Something a customer can press instead of writing."""

    title: str
    id: str = ""  #: what comes back when it is pressed; the title when left out
    url: str | None = None  #: it opens a page instead


class Choices(Value, tag="choices"):
    """Buttons that were offered with a message."""

    buttons: tuple[Button, ...]
    prompt: str | None = None  #: what the list is called where it must be opened first


class Pressed(Value, tag="pressed"):
    """A button that the customer pressed."""

    id: str
    title: str
    about: str | None = None  #: external id of the message that carried it


class Templated(Value, tag="template"):
    """A text that the provider approved before, with its blanks filled in."""

    name: str  #: the provider's own name or id of it
    variables: dict[str, str] = {}
    language: str | None = None


class Leg(Value):
    """One line of a call: the customer's, an agent's, a queue's."""

    external_id: str
    who: str  #: ``customer agent supervisor outside``, or ``queue``
    address: str | None = None
    agent_id: AgentId | None = None
    began_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str | None = None  #: such as ``completed busy no-answer failed canceled``


class Recording(Value):
    """A part of a call that was recorded."""

    external_id: str
    seconds: int
    attachment_id: AttachmentId | None = None  #: none while it is fetched, or when it was deleted
    transcript: str | None = None
    voicemail: bool = False


class Call(Value, tag="call"):
    """A telephone call, as far as it got."""

    state: str  #: ``ringing menu queued talking held voicemail ended``
    outcome: str | None = None  #: ``answered missed voicemail callback abandoned failed``
    began_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    legs: tuple[Leg, ...] = ()
    choices: tuple[str, ...] = ()  #: what was chosen in the menu
    recordings: tuple[Recording, ...] = ()
    callback: bool = False  #: the customer kept their place and is called back


Content = Location | Card | Choices | Pressed | Templated | Call


class Reaction(Value):
    """An emoji that somebody put on a message."""

    message_id: MessageId
    who: str  #: the address of a customer; empty when it is ours
    emoji: str
    at: datetime
    name: str | None = None
    agent_id: AgentId | None = None


class Consent(Value):
    """A word on whether somebody wants to be written to at an address."""

    customer_id: CustomerId
    kind: str  #: of the channel, such as ``sms``
    value: str
    granted: bool
    at: datetime
    source: str  #: how it is known, such as: wrote STOP
    message_id: MessageId | None = None
    agent_id: AgentId | None = None  #: who wrote it down


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
