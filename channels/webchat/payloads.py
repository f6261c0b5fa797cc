"""What web chat writes into the journal, and how it is read again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from inbox.channel import File, Heard, Inbound, Profile, Raw, Receipt
from inbox.errors import Unreadable
from inbox.model import Address, Delivery, Proof


class Payload(Struct, tag_field="type", frozen=True, kw_only=True, omit_defaults=True):
    """Base of what is journalled. It names a visitor by thread only, never by token."""

    thread: str


class Upload(Struct, frozen=True, kw_only=True):
    """A file that the visitor handed over before the message."""

    blob: str
    name: str
    media_type: str
    size: int


class Wrote(Payload, tag="message", frozen=True, kw_only=True):
    """The visitor wrote."""

    client_id: str
    at: datetime
    text: str = ""
    name: str | None = None
    proven: bool = False  #: the site signed who this is
    files: tuple[Upload, ...] = ()


class Introduced(Payload, tag="profile", frozen=True, kw_only=True):
    """The visitor, or the site for them, said who they are."""

    name: str | None = None
    email: str | None = None
    proven: bool = False
    attributes: dict[str, Any] = {}


class Noticed(Payload, tag="receipt", frozen=True, kw_only=True):
    """The visitor's browser got our message, or showed it."""

    external_id: str
    seen: bool


DECODER = msgspec.json.Decoder(Wrote | Introduced | Noticed)


def address(thread: str, name: str | None = None) -> Address:
    """Return the identity of the visitor of *thread*."""
    return Address(kind="webchat", value=thread, name=name)


def email_address(email: str) -> Address:
    return Address(kind="email", value=email.lower())


def outgoing_id(message: int) -> str:
    """Return what web chat calls a message of ours."""
    return f"out-{message}"


def parse(raw: Raw) -> Sequence[Heard]:
    """Read one journalled payload."""
    try:
        payload: Wrote | Introduced | Noticed = DECODER.decode(raw.payload)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise Unreadable(f"This is no web chat payload: {error}.") from error
    match payload:
        case Wrote():
            return [inbound(payload)]
        case Introduced():
            return [profile(payload)]
        case Noticed():
            delivery = Delivery.READ if payload.seen else Delivery.DELIVERED
            return [Receipt(external_id=payload.external_id, delivery=delivery, through=True)]


def inbound(wrote: Wrote) -> Inbound:
    return Inbound(
        external_id=f"{wrote.thread}/{wrote.client_id}",
        sender=address(wrote.thread, wrote.name),
        sent_at=wrote.at,
        text=wrote.text,
        proof=Proof.VERIFIED if wrote.proven else Proof.HEARD,
        thread=wrote.thread,
        client_id=wrote.client_id,
        files=tuple(
            File(name=each.name, media_type=each.media_type, blob=each.blob, size=each.size)
            for each in wrote.files
        ),
    )


def profile(introduced: Introduced) -> Profile:
    """Believe the site's signature; what somebody typed is only claimed."""
    proof = Proof.VERIFIED if introduced.proven else Proof.CLAIMED
    email = introduced.email
    return Profile(
        who=address(introduced.thread, introduced.name),
        proof=Proof.VERIFIED if introduced.proven else Proof.HEARD,
        name=introduced.name,
        also=((email_address(email), proof),) if email else (),
        attributes=introduced.attributes,
        thread=introduced.thread,
    )
