"""The port every channel implements, and the values that cross it.

A channel turns what a provider hands over into `Raw` payloads, which its `Line`
journals before anything else happens; a second, replayable step has the channel
understand them as `Heard` values; and it carries `Outgoing` messages away.
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeVar

from inbox.errors import NotFound, Rejected, Unreadable
from inbox.model import (
    AccountId,
    Address,
    Attachment,
    Content,
    Conversation,
    ConversationId,
    Delivery,
    Format,
    Kind,
    Leg,
    Message,
    MessageId,
    Proof,
    Recording,
    Value,
)

if TYPE_CHECKING:  # the process that reads mails does without a web server
    from aiohttp import web


class Raw(Value):
    """What a provider handed over, byte for byte."""

    payload: bytes
    key: str | None = None  #: the provider's own id of this hand-over; repeats are dropped
    headers: dict[str, str] = {}  #: what matters of the way it came; never a secret


class File(Value):
    """A file on its way in or out."""

    name: str
    media_type: str
    content: bytes = b""
    content_id: str | None = None
    inline: bool = False
    blob: str | None = None  #: where it lies already, when `content` is left empty
    size: int = 0  #: bytes, of a file that is only named by its blob or source
    source: str | None = None  #: where `Channel.fetch` finds a file that is not here yet


class Said(Value):
    """A message as its customer may see it again."""

    message: Message
    author: str | None = None  #: the agent's name as customers see it
    files: tuple[Attachment, ...] = ()


class Failure(Value):
    """What a bounce says about one message of ours."""

    recipient: str | None = None
    status: str | None = None  #: an enhanced status code such as 5.1.1 (RFC 3463)
    hard: bool = True  #: the address itself is no good; all else may be over tomorrow
    final: bool = True  #: it will not arrive; False while the server tries, or when it did arrive
    reason: str | None = None  #: the remote server's own words


class Inbound(Value):
    """A customer's message, as the channel understood it."""

    external_id: str
    sender: Address
    sent_at: datetime | None = None
    text: str = ""
    visible_text: str | None = None  #: without quotes and signature, when that differs
    html: str | None = None  #: already sanitised
    subject: str | None = None
    proof: Proof = Proof.HEARD  #: how sure the channel is of the sender
    thread: str | None = None  #: the provider's own handle for this exchange
    token: str | None = None  #: a reply token of ours, not checked yet
    references: tuple[str, ...] = ()  #: external ids this answers, the nearest first
    recipients: tuple[Address, ...] = ()
    copied: tuple[Address, ...] = ()
    reply_to: Address | None = None
    files: tuple[File, ...] = ()
    kind: Kind = Kind.MESSAGE
    failures: tuple[Failure, ...] = ()  #: of a bounce or a complaint
    about: tuple[str, ...] = ()  #: external ids of the messages these speak of
    client_id: str | None = None
    also: tuple[Address, ...] = ()  #: other identities the sender claims or proves here
    attributes: dict[str, Any] = {}
    answers: str | None = None  #: external id of the message it quotes
    content: Content | None = None  #: what it is besides text
    consent: bool | None = None  #: its words opt out (False) or in again (True)
    from_us: bool = False  #: said on our side, outside the desk: it is logged as an answer


class Edited(Value):
    """The sender changed a message. May arrive before it."""

    external_id: str
    order: int  #: grows with every change of a message, as the provider orders them
    text: str
    visible_text: str | None = None
    html: str | None = None
    content: Content | None = None
    at: datetime | None = None


class Deleted(Value):
    """The sender took a message back. May arrive before it; nothing comes after it."""

    external_id: str
    order: int
    at: datetime | None = None


class Reacted(Value):
    """Somebody put an emoji on a message, theirs or ours, or took it off. May arrive before it."""

    external_id: str
    order: int  #: grows with every change of one person's emoji
    who: Address
    emoji: str
    on: bool = True
    at: datetime | None = None


class Called(Value):
    """News of a call: what is told here replaces what was known, legs by their external id."""

    external_id: str  #: of the call's message
    order: int
    state: str | None = None
    outcome: str | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    legs: tuple[Leg, ...] = ()
    choice: str | None = None
    recording: Recording | None = None
    file: File | None = None  #: of the recording
    keep_until: datetime | None = None  #: when the recording is thrown away
    callback: bool | None = None


class Receipt(Value):
    """News from the provider about a message we sent earlier."""

    external_id: str
    delivery: Delivery
    reason: str | None = None
    through: bool = False  #: all earlier messages of its conversation got as far
    message_id: MessageId | None = None  #: ours, when the provider echoes it


class Profile(Value):
    """What a customer says of themselves without saying anything to us."""

    who: Address
    proof: Proof = Proof.HEARD
    name: str | None = None
    also: tuple[tuple[Address, Proof], ...] = ()  #: further identities, such as an email
    attributes: dict[str, Any] = {}
    thread: str | None = None


Heard = Inbound | Receipt | Profile | Edited | Deleted | Reacted | Called


class Outgoing(Value):
    """A message on its way to the customer."""

    message_id: MessageId
    conversation_id: ConversationId
    to: tuple[Address, ...]
    text: str
    created_at: datetime
    copied: tuple[Address, ...] = ()
    html: str | None = None
    subject: str | None = None
    thread: str | None = None
    external_id: str | None = None  #: ours from the first attempt, where the channel allows it
    references: tuple[str, ...] = ()  #: external ids of the conversation, the oldest first
    reply_token: str | None = None  #: goes into the reply address, so that answers find home
    answers: Message | None = None  #: the customer's message this one answers
    files: tuple[File, ...] = ()
    author: str | None = None  #: the agent's name as customers see it
    automatic: bool = False  #: no person wrote it; say so to the other side
    quotes: str | None = None  #: external id of the message it answers, where the channel can
    content: Content | None = None  #: buttons, a template, a place


class Amendment(Value):
    """A change of a message that we sent, or an emoji of ours on any message."""

    message_id: MessageId
    external_id: str
    to: tuple[Address, ...]
    thread: str | None = None
    text: str | None = None  #: the new text
    delete: bool = False
    emoji: str | None = None
    on: bool = True  #: whether the emoji is put on or taken off


class Template(Value):
    """A text that the provider approved: the only thing to say outside its reply window."""

    name: str  #: the provider's own name or id of it
    title: str
    text: str  #: with its blanks as ``{{1}}``
    language: str | None = None
    variables: tuple[str, ...] = ()  #: the names of its blanks
    category: str | None = None


class Exchange(Value):
    """One request and its answer, for the log of an account; secrets are covered already."""

    at: datetime
    outward: bool  #: we asked them; else they asked us
    method: str
    url: str
    status: int | None = None  #: none when there was no answer
    request: str = ""
    response: str = ""
    took: float = 0.0  #: seconds
    error: str | None = None


class Sent(Value):
    """The provider's acknowledgement."""

    external_id: str
    delivery: Delivery = Delivery.SENT
    reason: str | None = None  #: what the provider did not do, such as a recipient it refused


class Segments(Value):
    """How a long text is counted and paid, as SMS are."""

    price: str | None = None  #: of one segment, as a decimal number
    currency: str | None = None  #: ISO 4217


class Capabilities(Value):
    """What the channel can carry; the composer and the bot obey."""

    max_text: int = 4096  #: characters of one message; a longer text is split at its sentences
    max_attachment: int = 0  #: bytes; 0 means that it carries no files
    attachments: dict[str, int] = {}  #: bytes by media type such as ``image/*``; all when empty
    max_files: int = 10  #: files of one message; more go as further ones
    caption: int | None = None  #: characters beside a file, when fewer than `max_text`
    formats: tuple[Format, ...] = (Format.PLAIN,)
    subject: bool = False
    copies: bool = False  #: it has Cc
    buttons: int = 0  #: of one message; more, or all when 0, become numbered text
    button_title: int = 20  #: characters
    quotes: bool = False  #: a reply can point at a message
    reactions: bool = False
    edits: bool = False  #: what was sent can be changed
    deletes: bool = False  #: and taken back
    receipts: bool = False
    typing: bool = False
    calls: bool = False  #: people speak with each other
    window: float | None = None  #: seconds after the customer's last message to answer freely
    templates: bool = False  #: approved texts reach the customer outside the window
    opt_out: tuple[str, ...] = ()  #: words that end it, such as STOP
    opt_in: tuple[str, ...] = ()  #: words that begin it again
    segments: Segments | None = None  #: it is counted and paid by the piece
    idempotent: bool = False  #: sending the same external id again delivers it once
    fleeting: bool = False  #: it reaches the customer only while their page is open


class Check(Value):
    """One thing `parlour doctor` looked at."""

    name: str
    fine: bool
    found: str  #: what was seen, and what to do when it is not fine


class Line(Protocol):
    """What a channel may ask of the desk, bound to one account."""

    account: AccountId

    async def take(self, *raws: Raw, cursor: str | None = None) -> None:
        """Journal *raws*, and the *cursor* with them; they are on disk when this returns.

        Raises `Unavailable` when they could not be stored: do not acknowledge then.
        """

    async def cursor(self) -> str | None:
        """Return the cursor stored last."""

    async def history(
        self, thread: str, *, after: MessageId | None = None, limit: int = 50
    ) -> Sequence[Said]:
        """Return the exchange under *thread*, oldest first; notes are never among it.

        These are the newest *limit* messages, or with *after* the first ones after it.
        """

    async def seen(self, thread: str) -> MessageId | None:
        """Return how far the agent who read most has read *thread*."""

    async def conversation(self, thread: str) -> Conversation | None:
        """Return the conversation under *thread*."""

    async def customer_name(self, thread: str) -> str | None:
        """Return what the desk calls the customer of *thread*."""

    async def known(self, external_ids: Sequence[str]) -> set[str]:
        """Return which of *external_ids* this account stored already."""

    async def store_file(self, content: bytes) -> str:
        """Keep *content* until it is referred to; returns its blob name."""

    def file(self, blob: str) -> AsyncIterator[bytes]:
        """Stream a stored file."""

    def typing(self, thread: str, text: str | None = None) -> None:
        """Tell the agents who look at *thread* that the customer is writing."""

    def on_typing(self, listener: "Callable[[str, bool], None]") -> None:
        """Have *listener* called with a thread and whether an agent is writing in it."""

    def on_seen(self, listener: "Callable[[str, MessageId], None]") -> None:
        """Have *listener* called with a thread and how far an agent has read it now."""

    def sign(self, purpose: str, value: str, *, seconds: int) -> str:
        """Return a token that `check` opens again, until *seconds* from now."""

    def check(self, purpose: str, token: str) -> str | None:
        """Return the value signed in *token*, unless it is forged or too old."""

    def now(self) -> datetime:
        """Return the desk's time, aware and in UTC."""

    def url(self, path: str = "") -> str:
        """Return the public address of a route of this account, for the provider to call."""

    def link(self, blob: str, name: str, media_type: str, *, seconds: int) -> str:
        """Return a public, signed address of a stored file, for the provider to fetch."""

    def record(self, exchange: Exchange) -> None:
        """Log what was said with the provider; may be lost, never waits."""

    async def keep(self, cursor: str) -> None:
        """Store *cursor* by itself."""

    def seal(self, secret: str) -> str:
        """Return *secret* so that it may be kept: only this desk can `unseal` it."""

    def unseal(self, sealed: str) -> str | None:
        """Return what was sealed for this account; None when it was not, or cannot be read."""


S = TypeVar("S", bound=Value)


class Channel(ABC, Generic[S]):
    """One way to talk with customers.

    A channel translates; it decides nothing and stores nothing. To add one, write
    one module in ``channels/`` with four things, in this order: the ``Settings``, a
    pure ``parse``, a pure ``render``, and a subclass of this.
    """

    kind: ClassVar[str] = ""
    title: ClassVar[str] = ""  #: what people call it; the kind when left out
    address_kind: ClassVar[str] = ""  #: of the identities it reaches; its own kind when left out
    webhooks: ClassVar[Mapping[str, str]] = {}  #: paths the provider calls, and where to paste them
    install: ClassVar[str | None] = None  #: the path where an administrator authorises it anew
    capabilities: Capabilities = Capabilities()  #: an account may set its own

    def __init__(self, settings: S, line: Line) -> None:
        self.settings = settings
        self.line = line

    @classmethod
    def parse(cls, raw: Raw) -> Sequence[Heard]:  # noqa: ARG003  # channels override it
        """Read one payload; what is of no interest yields nothing.

        Pure, quick, and without settings. Raises `Unreadable` with a reason.
        """
        raise Unreadable

    async def understand(self, raws: Sequence[Raw]) -> Sequence[Sequence[Heard] | Unreadable]:
        """Read many payloads; one answer for each, in their order; never raises."""
        return [attempt(self.parse, raw) for raw in raws]

    @abstractmethod
    async def send(self, outgoing: Outgoing) -> Sent:
        """Hand *outgoing* to the provider, or raise a `DeliveryError`."""

    def external_id(self, message: MessageId, token: str | None = None) -> str | None:  # noqa: ARG002  # channels override it
        """Return the id that *message* will carry on every attempt, if we may choose it.

        The *token* is the conversation's reply token; a channel may work it into the id.
        """
        return None

    def routes(self) -> "Iterable[web.RouteDef]":
        """Return the requests this channel answers, if the provider or customer calls us.

        They are mounted below ``/channels/<account name>``.
        """
        return ()

    async def amend(self, amendment: Amendment) -> None:  # noqa: ARG002  # channels override it
        """Change what was sent, or raise a `DeliveryError`."""
        raise Rejected

    async def find(self, outgoing: Outgoing) -> Sent | None:  # noqa: ARG002  # channels override it
        """Find out whether a message arrived whose sending broke off.

        None means that the provider knows nothing of it. Raises `NotFound` when the
        provider cannot be asked, and a `DeliveryError` when it does not answer.
        """
        raise NotFound

    def fetch(self, source: str) -> AsyncIterator[bytes]:  # noqa: ARG002  # channels override it
        """Open a file that was heard of by its *source*; raises a `DeliveryError`."""
        raise Rejected

    async def templates(self) -> Sequence[Template]:
        """Return the texts that the provider approved."""
        return ()

    def held(self, since: datetime) -> AsyncIterator[Raw] | None:  # noqa: ARG002  # channels override it
        """Return what the provider holds since then, as it would have been handed over.

        None when it cannot be asked. Each has the key under which it is journalled, so
        that what is known already is recognised.
        """
        return None

    async def listen(self) -> None:
        """Poll or stream until cancelled, if the provider must be asked."""

    async def doctor(self) -> Sequence[Check]:
        """Look whether the provider can be reached with these settings."""
        return ()

    async def close(self) -> None:
        """Let go of connections and processes."""


def attempt(parse: Callable[[Raw], Sequence[Heard]], raw: Raw) -> Sequence[Heard] | Unreadable:
    """Answer with the reason when *raw* cannot be read, whatever *parse* raises."""
    try:
        return parse(raw)
    except Unreadable as error:
        return error
    except RecursionError:
        return Unreadable("It is nested too deeply.")
    except Exception as error:  # noqa: BLE001  # hostile input must never stop the intake
        return Unreadable(f"{type(error).__name__} while reading it.")


Channels = Mapping[AccountId, Channel[Any]]
