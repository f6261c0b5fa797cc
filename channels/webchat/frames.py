"""What crosses the wire between the widget and us: small JSON objects with a type."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from channels.webchat.payloads import Upload
from inbox.channel import Said
from inbox.model import Delivery, Direction

MAX_FRAME = 64 * 1024  # bytes, whatever is in it
MAX_TEXT = 10_000  # characters
MAX_FILES = 10

ClientId = Annotated[str, Meta(pattern="^[A-Za-z0-9_-]{8,64}$")]
Number = Annotated[int, Meta(ge=1, le=2**53)]
Token = Annotated[str, Meta(max_length=4096)]


class Frame(Struct, tag_field="type", frozen=True, kw_only=True):
    """Base of what the browser says."""


class Hello(Frame, tag="hello", frozen=True, kw_only=True):
    """Who is there; the first frame of every socket."""

    token: Token


class Write(Frame, tag="message", frozen=True, kw_only=True):
    """A message. The browser names it, and repeats it under that name until it is stored."""

    client_id: ClientId
    text: Annotated[str, Meta(max_length=MAX_TEXT)] = ""
    files: Annotated[tuple[Token, ...], Meta(max_length=MAX_FILES)] = ()


class Type(Frame, tag="typing", frozen=True, kw_only=True):
    """The visitor is writing."""


class Got(Frame, tag="delivered", frozen=True, kw_only=True):
    """Our message, and all before it, reached the browser."""

    id: Number


class Saw(Frame, tag="seen", frozen=True, kw_only=True):
    """Our message, and all before it, was shown to the visitor."""

    id: Number


class Introduce(Frame, tag="profile", frozen=True, kw_only=True):
    """The visitor's own word on who they are."""

    email: Annotated[str, Meta(max_length=254, pattern=r"^[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+$")] | None
    name: Annotated[str, Meta(max_length=100)] | None = None


class Describe(Frame, tag="attributes", frozen=True, kw_only=True):
    """What the site's page says of the visitor, such as the product looked at."""

    values: Annotated[
        dict[
            Annotated[str, Meta(min_length=1, max_length=50)],
            Annotated[str, Meta(max_length=500)] | float | bool | None,
        ],
        Meta(max_length=20),
    ]


Frames = Write | Type | Got | Saw | Introduce | Describe
HELLO = msgspec.json.Decoder(Hello)
FRAME = msgspec.json.Decoder(Frames)
FRAMES = msgspec.json.Decoder(Annotated[list[Frames], Meta(max_length=50)])
encode = msgspec.json.Encoder().encode

GONE_OUT = {  # what waits, was taken back or was refused is nothing the customer knows of
    Delivery.SENDING,
    Delivery.UNKNOWN,
    Delivery.SENT,
    Delivery.DELIVERED,
    Delivery.READ,
}


def visible(said: Said, account: int) -> bool:
    """Tell whether the visitor may see *said* in the chat.

    Mails of the same conversation are left out: whoever typed somebody else's address
    must not read what that person answers.
    """
    message = said.message
    if message.account_id != account:
        return False
    return message.direction is Direction.IN or message.delivery in GONE_OUT


def shown(said: Said, links: list[dict[str, Any]]) -> dict[str, Any]:
    """Write *said* for the browser."""
    message = said.message
    mine = message.direction is Direction.IN
    return {
        "id": message.id,
        "mine": mine,
        "client_id": message.client_id if mine else None,
        "text": message.text,
        "author": None if mine else said.author,
        "at": message.created_at,
        "files": links,
        "seen": message.delivery is Delivery.READ,
    }


def linked(upload: Upload, token: str) -> dict[str, Any]:
    """Write a file for the browser; the link is good for a week."""
    return {
        "name": upload.name,
        "media_type": upload.media_type,
        "size": upload.size,
        "url": f"files/{token}",
    }
