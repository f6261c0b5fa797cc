"""What crosses the wire, in both directions: JSON with a ``type``."""

from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct

Name = Annotated[str, Meta(min_length=1, max_length=500)]


class Event(Struct, tag_field="type", frozen=True, kw_only=True, omit_defaults=True):
    """Base of what is told."""


class Person(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A customer of the other system."""

    id: Name  #: what the other system calls them
    name: str | None = None
    email: str | None = None
    phone: str | None = None  #: E.164, such as +48600100200
    attributes: dict[str, Any] = {}


class Enclosed(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file: its address, or its content when it is small."""

    name: str
    media_type: str = "application/octet-stream"
    url: str | None = None
    content: bytes | None = None  #: base64
    size: int = 0  #: bytes, when they are known


class Place(Struct, frozen=True, kw_only=True, omit_defaults=True):
    latitude: Annotated[float, Meta(ge=-90, le=90)]
    longitude: Annotated[float, Meta(ge=-180, le=180)]
    name: str | None = None
    address: str | None = None


class Press(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A button that was pressed."""

    id: str
    title: str
    about: str | None = None  #: id of the message that carried it


# --- what the other system tells us -------------------------------------------------------
class MessageCreated(Event, tag="message.created", frozen=True, kw_only=True):
    """A customer wrote."""

    id: Name
    sender: Person
    thread: Name | None = None  #: of the exchange; one for each sender when left out
    text: str = ""
    subject: str | None = None
    sent_at: datetime | None = None
    files: tuple[Enclosed, ...] = ()
    answers: str | None = None  #: id of the message it quotes
    location: Place | None = None
    pressed: Press | None = None
    from_us: bool = False  #: written by our side, outside the desk
    automatic: bool = False  #: a machine wrote it; it is never answered by one


class MessageEdited(Event, tag="message.edited", frozen=True, kw_only=True):
    id: Name
    version: int  #: grows with every change of a message
    text: str
    at: datetime | None = None


class MessageDeleted(Event, tag="message.deleted", frozen=True, kw_only=True):
    id: Name
    version: int
    at: datetime | None = None


class MessageReacted(Event, tag="message.reacted", frozen=True, kw_only=True):
    id: Name
    version: int
    sender: Person
    emoji: Annotated[str, Meta(min_length=1, max_length=64)]
    on: bool = True  #: false when it was taken off
    at: datetime | None = None


class MessageStatus(Event, tag="message.status", frozen=True, kw_only=True):
    """How far one of our messages got."""

    id: Name
    status: str  #: sent, delivered, read or failed
    reason: str | None = None


class CustomerChanged(Event, tag="customer.changed", frozen=True, kw_only=True):
    customer: Person
    thread: Name | None = None


class Typing(Event, tag="typing", frozen=True, kw_only=True):
    """The customer is writing. It is not stored."""

    thread: Name


Incoming = (
    MessageCreated
    | MessageEdited
    | MessageDeleted
    | MessageReacted
    | MessageStatus
    | CustomerChanged
    | Typing
)


# --- what we tell the other system --------------------------------------------------------
class Recipient(Struct, frozen=True, kw_only=True):
    kind: str
    id: str


class Offered(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A button to show."""

    title: str
    id: str
    url: str | None = None


class MessageSend(Event, tag="message.send", frozen=True, kw_only=True):
    """Show this to the customer. A repeat has the same id and must be shown once."""

    id: str
    to: tuple[Recipient, ...]
    text: str
    created_at: datetime
    thread: str | None = None
    html: str | None = None
    subject: str | None = None
    author: str | None = None
    automatic: bool = False
    answers: str | None = None
    files: tuple[Enclosed, ...] = ()
    buttons: tuple[Offered, ...] = ()
    location: Place | None = None


class MessageEdit(Event, tag="message.edit", frozen=True, kw_only=True):
    id: str
    text: str


class MessageDelete(Event, tag="message.delete", frozen=True, kw_only=True):
    id: str


class MessageReact(Event, tag="message.react", frozen=True, kw_only=True):
    id: str
    emoji: str
    on: bool


class Taken(Struct, frozen=True, kw_only=True):
    """What the other system may answer."""

    id: str | None = None  #: what it calls the message, when that is not our id
