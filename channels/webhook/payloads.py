"""How what the other system tells is read."""

from collections.abc import Sequence

import msgspec

from channels.webhook import shapes
from channels.webhook.shapes import Enclosed, Person
from inbox.channel import (
    Deleted,
    Edited,
    File,
    Heard,
    Inbound,
    Profile,
    Raw,
    Reacted,
    Receipt,
)
from inbox.errors import Unreadable
from inbox.model import Address, Content, Delivery, Kind, Location, Pressed, Proof

KIND = "webhook"
DECODER = msgspec.json.Decoder(shapes.Incoming)
STATUSES = {
    "sent": Delivery.SENT,
    "delivered": Delivery.DELIVERED,
    "read": Delivery.READ,
    "failed": Delivery.FAILED,
}


def parse(raw: Raw) -> Sequence[Heard]:
    """Read one event. Raises `Unreadable`, which says what is wrong with it."""
    try:
        event: shapes.Incoming = DECODER.decode(raw.payload)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise Unreadable(f"This is no event of a webhook: {error}.") from error
    match event:
        case shapes.MessageCreated():
            return message(event)
        case shapes.CustomerChanged():
            return [profile(event.customer, event.thread)]
        case shapes.Typing():
            return []
        case _:
            return [update(event)]


def update(
    event: shapes.MessageEdited
    | shapes.MessageDeleted
    | shapes.MessageReacted
    | shapes.MessageStatus,
) -> Heard:
    """Read what happened to a message that is here already, or is yet to come."""
    match event:
        case shapes.MessageEdited(id=name, version=order):
            return Edited(external_id=name, order=order, text=event.text, at=event.at)
        case shapes.MessageDeleted(id=name, version=order):
            return Deleted(external_id=name, order=order, at=event.at)
        case shapes.MessageReacted():
            return reaction(event)
        case shapes.MessageStatus():
            return receipt(event)


def message(event: shapes.MessageCreated) -> Sequence[Heard]:
    said = Inbound(
        external_id=event.id,
        sender=address(event.sender),
        sent_at=event.sent_at,
        text=event.text,
        subject=event.subject,
        thread=event.thread or event.sender.id,
        files=tuple(file(each, place) for place, each in enumerate(event.files)),
        answers=event.answers,
        content=content(event),
        from_us=event.from_us,
        kind=Kind.AUTO_REPLY if event.automatic else Kind.MESSAGE,
    )
    tells = event.sender.email or event.sender.phone or event.sender.attributes
    return [said, profile(event.sender, said.thread)] if tells and not event.from_us else [said]


def content(event: shapes.MessageCreated) -> Content | None:
    if place := event.location:
        return Location(
            latitude=place.latitude,
            longitude=place.longitude,
            name=place.name,
            address=place.address,
        )
    if pressed := event.pressed:
        return Pressed(id=pressed.id, title=pressed.title, about=pressed.about)
    return None


def file(given: Enclosed, place: int) -> File:
    """Return a file that is here, or the name of one that is to be fetched."""
    name = given.name or f"file-{place + 1}"
    if given.content is not None:
        return File(name=name, media_type=given.media_type, content=given.content)
    if given.url is None:
        raise Unreadable(f"The file {name} has neither a url nor its content.")
    return File(name=name, media_type=given.media_type, size=given.size, source=given.url)


def reaction(event: shapes.MessageReacted) -> Reacted:
    return Reacted(
        external_id=event.id,
        order=event.version,
        who=address(event.sender),
        emoji=event.emoji,
        on=event.on,
        at=event.at,
    )


def receipt(event: shapes.MessageStatus) -> Receipt:
    if event.status not in STATUSES:
        raise Unreadable(f"A status is one of {', '.join(STATUSES)}, not {event.status!r}.")
    delivery = STATUSES[event.status]
    return Receipt(external_id=event.id, delivery=delivery, reason=event.reason)


def profile(person: Person, thread: str | None) -> Profile:
    """Return what is told of a customer; addresses are claimed until somebody vouches."""
    also = [
        Address(kind=kind, value=value)
        for kind, value in (("email", (person.email or "").lower()), ("phone", person.phone))
        if value
    ]
    return Profile(
        who=address(person),
        name=person.name,
        also=tuple((one, Proof.CLAIMED) for one in also),
        attributes=person.attributes,
        thread=thread,
    )


def address(person: Person) -> Address:
    return Address(kind=KIND, value=person.id, name=person.name)
