"""What crosses the wire: the shapes of the public API. OpenAPI is generated from these.

Times are RFC 3339 in UTC, ids are integers, lists are pages: ``{"items": […], "next":
cursor or null}``; pass the cursor back as ``?after=``. Errors are RFC 9457 problems.
"""

from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from msgspec import UNSET, Meta, Struct, UnsetType

from inbox.channel import Capabilities
from inbox.model import (
    Choices,
    Content,
    Delivery,
    Direction,
    Kind,
    Location,
    Priority,
    Proof,
    Role,
    Stage,
    Status,
    Templated,
)

T = TypeVar("T")
ClientId = Annotated[str, Meta(min_length=1, max_length=200)]
Id = Annotated[int, Meta(ge=1, le=2**63 - 1)]


class Shape(Struct, kw_only=True, forbid_unknown_fields=True):
    """Base of what crosses the wire."""


class Page(Struct, Generic[T], kw_only=True):
    """A slice of a list, and where the next one begins."""

    items: list[T]
    next: str | None = None


class Problem(Struct, kw_only=True, omit_defaults=True):
    """What went wrong, as RFC 9457 (``application/problem+json``) says it."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str | None = None
    field: str | None = None  #: the part of the request that was refused
    trace: str | None = None  #: find this in the log


# --- signing in ---------------------------------------------------------------------------
class SignIn(Shape):
    email: str
    password: str


class AgentShape(Struct, kw_only=True):
    id: int
    name: str
    email: str
    role: Role
    archived: bool = False


class AccountShape(Struct, kw_only=True):
    id: int
    kind: str
    name: str
    address: str | None
    archived: bool
    capabilities: Capabilities | None  #: none when the account is not configured any more
    healthy: bool = True
    trouble: str | None = None  #: why it is not
    paused: bool = False  #: what is sent to it is kept, replies wait


class Me(Struct, kw_only=True):
    """Everything a browser needs before it draws the desk."""

    agent: AgentShape
    agents: list[AgentShape]
    accounts: list[AccountShape]
    sequence: int  #: resume the live stream from here
    counts: "Counts"
    version: str


class Counts(Struct, kw_only=True):
    """How much lies in each list; more than 99 is told as 100."""

    mine: int
    unassigned: int
    all: int
    quarantined: int  #: 0 for who may not see them
    undelivered: int
    pending: int | UnsetType = UNSET  #: with the bot; left out while it talks with nobody
    queues: dict[
        int, int
    ] = {}  #: how many wait in each of my queues; those with nobody are left out


# --- conversations ------------------------------------------------------------------------
class CustomerLine(Struct, kw_only=True):
    id: int
    name: str


class OfferLine(Struct, kw_only=True):
    """Somebody is being asked to take a conversation."""

    id: int  #: of the assignment, to accept or decline
    agent_id: int
    offered_at: datetime
    expires_at: datetime | None  #: none when it never does


class ConversationShape(Struct, kw_only=True):
    id: int
    customer: CustomerLine
    account_id: int
    channel: str  #: the kind of the account
    status: Status
    subject: str | None
    preview: str  #: the beginning of the newest message
    created_at: datetime
    active_at: datetime
    waiting_since: datetime | None
    assignee_id: int | None
    unread: bool
    spam: bool
    last_message_id: int | None
    queue_id: int | None = None  #: none when it is everybody's
    stage: Stage | None = None  #: where routing has it; none when routing has not
    priority: Priority = Priority.NORMAL
    queued_at: datetime | None = None  #: since when it waits for somebody
    promise: str | None = None  #: the most urgent one to be kept
    due_at: datetime | None = None  #: until then
    warn_at: datetime | None = None  #: from then on it is at risk
    tags: list[str] = []
    offer: OfferLine | None = None  #: somebody is being asked to take it


class AttachmentShape(Struct, kw_only=True):
    id: int
    name: str
    media_type: str
    size: int
    url: str  #: signed, works for an hour
    content_id: str | None = None
    inline: bool = False
    image: bool = False  #: safe to show as a picture
    pending: bool = False  #: it is being fetched; `attachment.fetched` tells when it is here
    trouble: str | None = None  #: why it could not be fetched


class ReactionShape(Struct, kw_only=True):
    """An emoji on a message."""

    emoji: str
    who: str  #: the address of the customer; empty when it is ours
    name: str | None
    mine: bool  #: it is ours, and can be taken off
    agent_id: int | None = None


class MessageShape(Struct, kw_only=True):
    id: int
    conversation_id: int
    direction: Direction
    kind: Kind
    channel: str | None  #: none for a note
    account_id: int | None
    created_at: datetime
    sent_at: datetime | None
    text: str  #: without quotes and signature
    quoted: str | None  #: what those were; none when there were none
    has_html: bool  #: see it at ``/api/messages/{id}/html``
    subject: str | None
    sender: str | None
    sender_name: str | None
    recipients: list[str]
    copied: list[str]
    author_id: int | None
    delivery: Delivery | None
    reason: str | None
    retry: bool  #: a person may have it tried again
    client_id: str | None
    about_id: int | None
    attachments: list[AttachmentShape]
    answers_id: int | None = None  #: the message it quotes
    content: Content | None = None  #: what it is besides text
    edited_at: datetime | None = None
    deleted_at: datetime | None = None  #: it was taken back; the text is kept for the record
    reactions: list[ReactionShape] = []


class EventShape(Struct, kw_only=True):
    """One line of the record: who did what, and what it was before."""

    id: int
    at: datetime
    verb: str
    agent_id: int | None
    conversation_id: int | None
    customer_id: int | None
    message_id: int | None
    for_agent_id: int | None
    change: dict[str, Any] | None


class Envelope(Struct, kw_only=True):
    """How the next reply would leave: the composer's always-visible line."""

    account_id: int
    channel: str
    sender: str | None
    to: list[str]
    copied: list[str]
    subject: str | None
    capabilities: Capabilities
    possible: bool  #: false when nobody could be reached, and *reason* says why
    reason: str | None = None
    closes_at: datetime | None = None  #: the end of the reply window; none when there is none
    window_open: bool = True  #: false when only a template reaches the customer now
    templates: bool = False  #: approved texts can be sent, see ``/api/accounts/{id}/templates``
    consent: bool = True  #: false when the customer asked not to be written to there
    choices: list["EnvelopeChoice"] = []  #: other accounts that could carry it


class EnvelopeChoice(Struct, kw_only=True):
    account_id: int
    channel: str
    to: list[str]
    closes_at: datetime | None = None  #: as of the envelope
    window_open: bool = True


class Thread(Struct, kw_only=True):
    """A conversation, opened."""

    conversation: ConversationShape
    messages: Page[MessageShape]  #: the newest page, oldest first; `next` leads back in time
    events: list[EventShape]  #: assignments and the like, of the same stretch of time
    envelope: Envelope
    draft: "Draft | None"
    sequence: int


class Change(Shape):
    """What to change; what is left out stays. ``assignee_id: null`` takes it off everybody."""

    status: Status | UnsetType = UNSET
    assignee_id: Id | UnsetType | None = UNSET
    spam: bool | UnsetType = UNSET
    outcome: Annotated[str, Meta(min_length=1, max_length=200)] | UnsetType = (
        UNSET  #: with resolving: one of the queue's wrap-up codes
    )


class NewReply(Shape):
    """A text that the channel cannot carry in one message leaves as several.

    The answer is the first of them. So do files, as many as do not fit; one that does not
    fit at all goes as a link.
    """

    text: str  #: may be left empty with a template or a place
    client_id: ClientId  #: a random id of the browser's; the same id is stored once
    attachments: list[str] = []  #: tokens from ``POST /api/files``
    account_id: Id | None = None  #: the channel to use; none means the envelope's
    to: list[str] | None = None  #: other recipients than the envelope's
    copied: list[str] | None = None
    last_seen_id: Id | None = None  #: refused with 409 when the customer wrote after this one
    resolve: bool = False
    outcome: Annotated[str, Meta(min_length=1, max_length=200)] | None = (
        None  #: with resolving: one of the queue's wrap-up codes
    )
    content: Choices | Templated | Location | None = None  #: buttons, an approved text, a place
    answers_id: Id | None = None  #: the message it quotes, where the channel can


class Edit(Shape):
    text: str


class NewNote(Shape):
    text: str
    client_id: ClientId
    attachments: list[str] = []


class Draft(Shape):
    text: str
    note: bool = False


class Read(Shape):
    message_id: Id


class Uploaded(Struct, kw_only=True):
    token: str  #: for `NewReply.attachments`; good for a day
    name: str
    media_type: str
    size: int


# --- customers ----------------------------------------------------------------------------
class IdentityShape(Struct, kw_only=True):
    id: int
    kind: str
    value: str
    proof: Proof
    created_at: datetime


class ConsentShape(Struct, kw_only=True):
    """The newest word on whether somebody may be written to at an address."""

    kind: str  #: of the channel
    value: str
    granted: bool
    at: datetime
    source: str  #: how it is known, such as: wrote STOP
    agent_id: int | None = None  #: who wrote it down


class NewConsent(Shape):
    kind: str
    value: str
    granted: bool
    source: Annotated[str, Meta(min_length=1, max_length=500)]  #: how you know


class CustomerShape(Struct, kw_only=True):
    id: int
    name: str
    created_at: datetime
    attributes: dict[str, Any]
    identities: list[IdentityShape]
    consents: list[ConsentShape] = []


class CustomerChange(Shape):
    name: str | UnsetType = UNSET
    attributes: dict[str, str | int | float | bool | None] | UnsetType = UNSET  #: null removes


class TimelineEntry(Struct, kw_only=True):
    """One thing said with a customer; it looks like the event that it was."""

    id: int  #: of the message
    at: datetime
    verb: str  #: ``message.added`` or ``note.added``
    agent_id: int | None
    conversation_id: int
    customer_id: int
    message_id: int
    for_agent_id: int | None = None
    change: dict[str, Any] | None = None
    direction: Direction
    kind: Kind
    channel: str | None
    subject: str | None
    preview: str
    delivery: Delivery | None


# --- supervisors --------------------------------------------------------------------------
class QuarantinedShape(Struct, kw_only=True):
    id: int
    account_id: int
    received_at: datetime
    reason: str
    size: int
    headers: dict[str, str]
    beginning: str  #: the first of it, as far as it is text; all of it at ``/raw``


class Ledger(Struct, kw_only=True):
    """Where everything went that an account ever handed over."""

    account_id: int
    received: int  #: waits to be understood
    message: int
    update: int
    duplicate: int
    quarantined: int
    discarded: int


class TokenShape(Struct, kw_only=True):
    id: int
    name: str
    created_at: datetime
    used_at: datetime | None
    token: str | None = None  #: only in the answer to its creation


class NewToken(Shape):
    name: str
