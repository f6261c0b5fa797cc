"""What texts and WhatsApp messages have in common at Twilio: how both are read.

A payload is a form that Twilio posted, or a message as its REST API lists it; the second
is what `held` finds when a form was lost. Both say the same, so both are read as one.
"""

import math
import mimetypes
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec

from channels.wire.consent import consent
from channels.wire.twilio import explained, fields
from inbox.channel import File, Heard, Inbound, Raw, Receipt
from inbox.errors import Unreadable
from inbox.model import Address, Content, Delivery, Location, MessageId, Pressed, Proof

PHONE = re.compile(r"\+[1-9]\d{4,14}")
MOST_FILES = 10
MOST_ADDRESS = 64  #: characters
BETWEEN = "~"  #: stands between the customer's number and ours in the name of an exchange
DELIVERIES: Mapping[str, Delivery] = {
    "accepted": Delivery.SENT,
    "scheduled": Delivery.SENT,
    "queued": Delivery.SENT,
    "sending": Delivery.SENT,
    "sent": Delivery.SENT,
    "delivered": Delivery.DELIVERED,
    "partially_delivered": Delivery.DELIVERED,
    "read": Delivery.READ,
    "undelivered": Delivery.FAILED,
    "failed": Delivery.FAILED,
    "canceled": Delivery.FAILED,
}
ARRIVED = {"received", "receiving"}
RESOURCE = {  #: what a listed message calls the fields of a form
    "sid": "MessageSid",
    "from": "From",
    "to": "To",
    "body": "Body",
    "status": "MessageStatus",
    "error_code": "ErrorCode",
    "num_media": "NumMedia",
    "date_sent": "DateSent",
    "direction": "Direction",
}


def read(raw: Raw, *, prefix: str, proof: Proof) -> Sequence[Heard]:
    """Read one payload. Raises `Unreadable`."""
    form = opened(raw.payload)
    sid = form.get("MessageSid") or form.get("SmsSid") or form.get("SmsMessageSid")
    if not sid:
        raise Unreadable("Twilio's id of the message is missing.")
    status = (form.get("MessageStatus") or form.get("SmsStatus") or "").lower()
    if status and status not in ARRIVED:
        news = receipt(sid, status, form, raw.headers.get("message"))
        if form.get("Direction") == "outbound-reply":  # it answered a webhook, such as HELP
            return [said_by_us(sid, form, prefix), news]
        return [news]
    return [inbound(sid, form, prefix=prefix, proof=proof)]


def opened(payload: bytes) -> Mapping[str, str]:
    """Return the fields of a form, or of a message as the REST API lists it."""
    if not payload.lstrip().startswith((b"{", b"[")):
        try:
            return dict(fields(payload))
        except ValueError as error:
            raise Unreadable("It is no form that Twilio would send.") from error
    try:
        listed = msgspec.json.decode(payload, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Unreadable("It is no message as Twilio lists them.") from error
    return spelled(listed)


def spelled(listed: Mapping[str, Any]) -> Mapping[str, str]:
    """Return a listed message in the words of a form."""
    form = {
        name: str(listed[called])
        for called, name in RESOURCE.items()
        if isinstance(listed.get(called), str | int)
    }
    media = listed.get("media")
    for number, file in enumerate(media if isinstance(media, list) else ()):
        if isinstance(file, dict):
            form[f"MediaUrl{number}"] = str(file.get("url", ""))
            form[f"MediaContentType{number}"] = str(file.get("content_type", ""))
    return form


# --- what happened to a message of ours ---------------------------------------------------
def receipt(sid: str, status: str, form: Mapping[str, str], message: str | None) -> Receipt:
    """Read news of a message that we sent."""
    delivery = DELIVERIES.get(status)
    if delivery is None:
        raise Unreadable(f"Nobody knows the status {status[:40]!r}.")
    code = whole(form.get("ErrorCode")) if delivery is Delivery.FAILED else None
    ours = whole(message)
    return Receipt(
        external_id=sid,
        delivery=delivery,
        reason=explained(code) if code else None,
        message_id=MessageId(ours) if ours else None,
    )


def whole(text: str | None) -> int | None:
    """Return the number that *text* is, if it is one of a sensible size."""
    return int(text) if text and re.fullmatch(r"[0-9]{1,18}", text) else None


def said_by_us(sid: str, form: Mapping[str, str], prefix: str) -> Inbound:
    """Read an answer that went out without the desk's having sent it."""
    ours, who = number(form.get("From", ""), prefix), number(form.get("To", ""), prefix)
    if not who:
        raise Unreadable("The recipient's number is missing.")
    return Inbound(
        external_id=sid,
        sender=Address(kind=kind(ours, prefix), value=ours),
        recipients=(Address(kind=kind(who, prefix), value=who),),
        sent_at=moment(form.get("DateSent")),
        text=form.get("Body", ""),
        thread=f"{who}{BETWEEN}{ours}",
        from_us=True,
    )


# --- what a customer said -----------------------------------------------------------------
def inbound(sid: str, form: Mapping[str, str], *, prefix: str, proof: Proof) -> Inbound:
    """Read a customer's message."""
    if form.get("From", "").partition(":")[1] != prefix[-1:]:
        raise Unreadable("It came over another channel; its webhook belongs to another account.")
    who = number(form.get("From", ""), prefix)
    ours = number(form.get("To", ""), prefix)
    if not who:
        raise Unreadable("The sender's number is missing.")
    where = place(form)
    text = "" if named(form) else form.get("Body", "")
    if not text and where:
        text = ", ".join(part for part in (where.name, where.address) if part)
    return Inbound(
        external_id=sid,
        sender=Address(kind=kind(who, prefix), value=who, name=form.get("ProfileName") or None),
        sent_at=moment(form.get("DateSent")),
        text=text,
        proof=proof,
        thread=f"{who}{BETWEEN}{ours}" if ours else who,
        files=tuple(files(sid, form)),
        answers=form.get("OriginalRepliedMessageSid") or None,
        content=where or pressed(form),
        consent=consent(text, form.get("OptOutType", "")),
        attributes=advertisement(form),
    )


def number(address: str, prefix: str = "") -> str:
    """Return a number as it is kept: E.164, or what stands there instead of one."""
    bare = address.strip().removeprefix(prefix).strip()
    return bare if bare.isprintable() and len(bare) <= MOST_ADDRESS else ""


def kind(address: str, prefix: str) -> str:
    """Say what an address is: a telephone number, or a name that stands for none."""
    return "phone" if PHONE.fullmatch(address) else prefix.rstrip(":") or "sms"


def ends(thread: str | None) -> tuple[str, str]:
    """Return the customer's number and ours, as the name of their exchange has them."""
    theirs, _, ours = (thread or "").partition(BETWEEN)
    return theirs, ours


def files(sid: str, form: Mapping[str, str]) -> list[File]:
    """Return the files that came along; they still lie at Twilio."""
    found = []
    for at in range(MOST_FILES):
        if source := form.get(f"MediaUrl{at}"):
            media_type = form.get(f"MediaContentType{at}") or "application/octet-stream"
            plain = f"{sid[-6:]}-{at + 1}{mimetypes.guess_extension(media_type) or ''}"
            name = named(form) or plain
            found.append(File(name=name, media_type=media_type, source=source))
    return found


def named(form: Mapping[str, str]) -> str | None:
    """Return a document's own name; WhatsApp's come where else the text stands."""
    body, kind = form.get("Body", "").strip(), form.get("MediaContentType0", "")
    extension = mimetypes.guess_extension(kind)
    is_document = form.get("MessageType") == "document" and extension
    return body if is_document and body.lower().endswith(str(extension)) else None


def pressed(form: Mapping[str, str]) -> Content | None:
    """Return the button or the line of a list that was pressed, if one was."""
    title = form.get("ListTitle") or form.get("ButtonText")
    chosen = form.get("ListId") or form.get("ButtonPayload") or title
    if not chosen:
        return None
    about = form.get("OriginalRepliedMessageSid") or None
    return Pressed(id=chosen, title=title or form.get("Body") or chosen, about=about)


def place(form: Mapping[str, str]) -> Location | None:
    """Return the place on the map that came, if one came."""
    try:
        latitude, longitude = float(form["Latitude"]), float(form["Longitude"])
    except (KeyError, ValueError):
        return None
    if not (math.isfinite(latitude) and abs(latitude) <= 90 and abs(longitude) <= 180):
        return None
    return Location(
        latitude=latitude,
        longitude=longitude,
        name=form.get("Label") or None,
        address=form.get("Address") or None,
    )


def advertisement(form: Mapping[str, str]) -> dict[str, str]:
    """Return the advertisement that led somebody here, if one did."""
    source = form.get("ReferralSourceUrl") or form.get("ReferralHeadline")
    return {"came_by": source[:500]} if source else {}


def moment(text: str | None) -> datetime | None:
    """Read a time as Twilio's API writes it."""
    try:
        return parsedate_to_datetime(text or "").astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
