"""The nouns of the desk: immutable values with no I/O and no SQL."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NewType, dataclass_transform

from msgspec import Struct

AccountId = NewType("AccountId", int)
AgentId = NewType("AgentId", int)
ArticleId = NewType("ArticleId", int)
AssignmentId = NewType("AssignmentId", int)
AttachmentId = NewType("AttachmentId", int)
ConsultId = NewType("ConsultId", int)
BrainId = NewType("BrainId", int)
ConversationId = NewType("ConversationId", int)
CustomerId = NewType("CustomerId", int)
DecisionId = NewType("DecisionId", int)
EventId = NewType("EventId", int)
IdentityId = NewType("IdentityId", int)
JobId = NewType("JobId", int)
JournalId = NewType("JournalId", int)
MergeId = NewType("MergeId", int)
MessageId = NewType("MessageId", int)
ProposalId = NewType("ProposalId", int)
QueueId = NewType("QueueId", int)
RatingId = NewType("RatingId", int)
SetupId = NewType("SetupId", int)
SuggestionId = NewType("SuggestionId", int)
TurnId = NewType("TurnId", int)


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


class Priority(StrEnum):
    """How much a conversation matters, before anybody has waited."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Stage(StrEnum):
    """Where routing has a conversation; it is in exactly one of these at any time."""

    QUEUED = "queued"  #: waits for somebody
    OFFERED = "offered"  #: somebody is being asked
    ACCEPTED = "accepted"  #: somebody has it
    HELD = "held"  #: snoozed, with the bot, or put aside by a supervisor
    RESOLVED = "resolved"


class AssignmentState(StrEnum):
    """How far an offer of a conversation to an agent got; the first two are live."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    MISSED = "missed"  #: nobody answered in time
    WITHDRAWN = "withdrawn"  #: taken back before it was answered
    ENDED = "ended"  #: resolved, passed on, returned to the queue


class Availability(StrEnum):
    """What an agent chose to be; being connected is a fact beside it."""

    AVAILABLE = "available"
    BUSY = "busy"  #: goes on with what they have, takes nothing new
    AWAY = "away"
    OFFLINE = "offline"


class Membership(StrEnum):
    """How an agent belongs to a queue."""

    PRIMARY = "primary"
    BACKUP = "backup"  #: only when no primary member can


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


class Skilled(Value):
    """What an agent can do, as far as routing asks."""

    skills: dict[str, int] = {}  #: levels, 0 to 5
    languages: tuple[str, ...] = ()  #: such as ``hr``
    capacity: float = 6.0  #: the sum of the weights of what they may have at once
    shift: str | None = None  #: the name of the hours in which they work; any when none


class Duty(Value):
    """What an agent is doing at the desk, on whichever process."""

    agent_id: AgentId
    since: datetime  #: they chose so
    availability: Availability = Availability.OFFLINE
    reason: str | None = None  #: why away, in their words or ours
    connected_until: datetime | None = None  #: renewed while a browser is open
    on_call: bool = False
    misses: int = 0  #: offers in a row that were not answered
    idle_since: datetime | None = None  #: of the last work that ended
    offered_at: datetime | None = None  #: the last offer


class QueueRecord(Value):
    """A queue that the setup names, or once named."""

    id: QueueId
    name: str
    archived_at: datetime | None = None
    paused_at: datetime | None = None  #: nothing is offered from it until it goes on


class Member(Value):
    """An agent's belonging to a queue."""

    queue_id: QueueId
    agent_id: AgentId
    membership: Membership = Membership.PRIMARY
    until: datetime | None = None  #: of somebody lent


class Decision(Value):
    """What routing decided about a conversation, and why."""

    conversation_id: ConversationId
    kind: str  #: ``rules offer nobody overflow return``
    at: datetime
    why: str
    version: str = ""  #: of the rules
    setup_id: SetupId | None = None
    queue_id: QueueId | None = None
    agent_id: AgentId | None = None
    detail: dict[str, Any] = {}  #: rules tried; candidates, what removed them, scores
    id: DecisionId | None = None  #: none while it is not written


class Assignment(Value):
    """A conversation that an agent is asked to take, has, or had."""

    id: AssignmentId
    conversation_id: ConversationId
    agent_id: AgentId
    queue_id: QueueId | None
    state: AssignmentState
    weight: float | None  #: the room it takes; none takes all, as a call does
    offered_at: datetime
    expires_at: datetime | None = None  #: of the offer
    accepted_at: datetime | None = None
    ended_at: datetime | None = None
    why: str | None = None  #: it ended


class ConsultEnd(StrEnum):
    """How a question to a colleague came to be over."""

    ANSWERED = "answered"
    DECLINED = "declined"  #: by the colleague
    WITHDRAWN = "withdrawn"
    RESOLVED = "resolved"  #: the conversation was


class Consult(Value):
    """A colleague, or everybody of a queue, is asked about a conversation that somebody keeps."""

    id: ConsultId
    conversation_id: ConversationId
    asker_id: AgentId
    agent_id: AgentId | None  #: who is asked; none when a queue is
    queue_id: QueueId | None
    message_id: MessageId  #: the note that asks
    asked_at: datetime
    ended_at: datetime | None = None
    how: ConsultEnd | None = None


class Placement(Value):
    """Where routing has a conversation, and what was promised. Without one it is everybody's."""

    conversation_id: ConversationId
    stage: Stage
    began_at: datetime  #: of the oldest message that its promises count from
    queue_id: QueueId | None = None
    priority: Priority = Priority.NORMAL
    queued_at: datetime | None = None  #: since when it waits, while it is queued or offered
    stepped: int = 0  #: overflow steps that were taken
    relaxed: bool = False  #: skills have become wishes
    needs: tuple[dict[str, Any], ...] = ()  #: skills, as `routing.skills.Need`
    language: str | None = None
    tier: str | None = None  #: of the customer, when it was routed
    previous_id: AgentId | None = None  #: who had it last
    declined_by: tuple[AgentId, ...] = ()  #: since it was queued
    first_response_at: datetime | None = None
    resolved_at: datetime | None = None
    outcome: str | None = None  #: the wrap-up code
    promise: str | None = None  #: the most urgent one to be kept
    due_at: datetime | None = None
    warn_at: datetime | None = None
    callback_to: str | None = None  #: a telephone number, where the customer is to be called
    callback_at: datetime | None = None  #: and when
    callback_heard: MessageId | None = None  #: they are asked for both; what was taken in of it


class Audience(StrEnum):
    """Who may read an article."""

    EVERYBODY = "everybody"  #: customers too: the help page, the widget, the bot
    AGENTS = "agents"  #: only who works here


class ArticleText(Value):
    """An article in one language."""

    language: str  #: such as ``hr``
    title: str
    body: str  #: Markdown
    examples: tuple[str, ...] = ()  #: questions that it answers, as customers ask them
    category: str = ""  #: under which the help page lists it, such as ``Delivery``


class ArticleFile(Value):
    """A file that goes with an article."""

    name: str
    media_type: str
    size: int  #: bytes
    blob: str


class Article(Value):
    """Something that the desk knows, and how customers ask for it."""

    id: ArticleId
    slug: str  #: what its address is made of
    texts: tuple[ArticleText, ...]
    updated_at: datetime
    audience: Audience = Audience.EVERYBODY
    human_only: bool = False  #: the bot never answers it by itself
    review_by: date | None = None  #: after this day it is not answered until somebody looked
    archived_at: datetime | None = None
    revision: int = 1  #: grows with every change; a save names the one it began from
    files: tuple[ArticleFile, ...] = ()
    updated_by_id: AgentId | None = None

    def answerable(self, today: date) -> bool:
        """Tell whether the bot may answer it by itself."""
        return self.public and not self.human_only and not self.overdue(today)

    def overdue(self, today: date) -> bool:
        """Tell whether somebody should have looked whether it still holds."""
        return self.review_by is not None and self.review_by < today

    @property
    def public(self) -> bool:
        """Whether customers may read it."""
        return self.audience is Audience.EVERYBODY and self.archived_at is None

    def text(self, language: str | None) -> ArticleText | None:
        """Return the article in a language; none when it is not written in it."""
        return next((one for one in self.texts if one.language == language), None)

    def nearest(self, *languages: str | None) -> ArticleText:
        """Return the article in the first of some languages it is written in; else in its own."""
        return next(filter(None, map(self.text, languages)), self.texts[0])


class SessionState(StrEnum):
    """What the bot does in a conversation; in the first three it may speak."""

    LISTENING = "listening"  #: the next message is its to answer
    FILLING = "filling"  #: a form is being filled
    ASKING = "asking"  #: a colleague is being asked about its answer
    HANDED_OVER = "handed_over"  #: a person is to answer; it is silent
    SILENCED = "silenced"  #: a person spoke or took it; it is silent
    ENDED = "ended"  #: resolved

    @property
    def speaks(self) -> bool:
        return self in {SessionState.LISTENING, SessionState.FILLING, SessionState.ASKING}


class BotSession(Value):
    """The bot's part in a conversation, from its opening until a person has it or it is over."""

    conversation_id: ConversationId
    bot: str  #: its name in the setup
    state: SessionState
    began_at: datetime
    opening: int = 1  #: grows each time the conversation begins anew
    version: int = 0  #: grows with every change: what was thought about an older one is not said
    turns: int = 0  #: times it spoke since it began
    heard_id: MessageId | None = None  #: the customer's newest message that it dealt with
    deadline_at: datetime | None = None  #: then a person gets it, if it said nothing
    language: str | None = None
    queue_id: QueueId | None = None  #: where it goes when a person is to answer
    form: dict[str, Any] | None = None  #: `routing.bots.forms.flows.Filling` while one is filled
    notes: dict[str, Any] = {}  #: `routing.bots.model.Notes`: asked, collected, tried
    ended_at: datetime | None = None
    reason: str | None = None  #: why it speaks no more


class TurnKind(StrEnum):
    """What the bot did about a message."""

    ANSWER = "answer"  #: an article
    ASK = "ask"  #: which of some was meant
    OFFER = "offer"  #: the nearest articles, to choose from
    FORM = "form"  #: a step of a form
    SMALL_TALK = "small_talk"  #: a greeting, thanks
    SUGGEST = "suggest"  #: a colleague is asked first
    HAND_OVER = "hand_over"
    SILENT = "silent"


class BotTurn(Value):
    """One turn of the bot, and why."""

    conversation_id: ConversationId
    at: datetime
    kind: TurnKind
    why: str
    opening: int = 1
    message_id: MessageId | None = None  #: of the customer
    answer_id: MessageId | None = None  #: ours
    language: str | None = None
    article_id: ArticleId | None = None
    flow: str | None = None
    brain_id: BrainId | None = None
    probability: float | None = None
    ambiguity: float | None = None
    novelty: float | None = None
    helpful: bool | None = None  #: the customer's word
    wrong_at: datetime | None = None  #: somebody reported the answer
    wrong_by: AgentId | None = None
    id: TurnId | None = None  #: none while it is not written


class SuggestionState(StrEnum):
    """What became of an answer that the bot asked a colleague about."""

    WAITING = "waiting"
    APPROVED = "approved"
    EDITED = "edited"
    REJECTED = "rejected"
    EXPIRED = "expired"  #: nobody said anything in time
    WITHDRAWN = "withdrawn"  #: the conversation went on without it


class Suggestion(Value):
    """An answer that the bot would give, before a colleague who knows better."""

    id: SuggestionId
    conversation_id: ConversationId
    message_id: MessageId  #: what it answers
    text: str
    state: SuggestionState
    asked_at: datetime
    expires_at: datetime
    article_id: ArticleId | None = None
    language: str | None = None
    answered_at: datetime | None = None
    agent_id: AgentId | None = None  #: who answered
    answer: str | None = None  #: the text that was sent instead


class Brain(Value):
    """A version of what the bot understands."""

    id: BrainId
    at: datetime
    digest: str  #: of what it was taught
    examples: int
    blob: str  #: the trained model
    figures: dict[str, Any] = {}
    live_at: datetime | None = None  #: since when it answers, or last did; the newest is live
    agent_id: AgentId | None = None  #: who had it trained or put it back
    reason: str | None = None


class ProposalState(StrEnum):
    """What became of a proposal."""

    OPEN = "open"
    APPROVED = "approved"
    EDITED = "edited"
    REJECTED = "rejected"


class Proposal(Value):
    """Something the bot could be taught, for a supervisor to decide."""

    id: ProposalId
    kind: str  #: ``example`` of an article, new ``article``, ``edit`` of one
    state: ProposalState
    at: datetime
    fingerprint: str  #: so that the same is not proposed twice
    language: str | None = None
    article_id: ArticleId | None = None
    title: str = ""
    questions: tuple[str, ...] = ()
    answer: str = ""
    sources: tuple[ConversationId, ...] = ()
    weight: int = 1  #: how often it was asked
    revision: int | None = None  #: of the article, that the decision made
    decided_at: datetime | None = None
    decided_by: AgentId | None = None


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
