"""A raw mail into what the desk hears: who wrote, what they said, and what it answers."""

import re
from hashlib import sha256

from channels.email import addresses, headers, html, quotes, rendering, reports, tokens
from channels.email.bodies import Contents, Piece, contents, walk
from channels.email.charsets import codec
from channels.email.mime import Limits, Mail, Part, read
from inbox.channel import File, Heard, Inbound, Raw
from inbox.errors import Unreadable
from inbox.model import Address

MOST_TEXT = 1_000_000  #: characters of text that are kept; the raw mail keeps the rest
MOST_REFERENCES = 100
LONGEST_SUBJECT = 1_000
#: What no database takes and nobody sees.
UNSEEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def parse(raw: Raw, limits: Limits | None = None) -> list[Heard]:
    """Understand one mail; raises `Unreadable` when it is empty or beyond all measure."""
    if not raw.payload.strip():
        raise Unreadable("It is empty.")
    mail = read(raw.payload, limits or Limits())
    if mail.excess:
        raise Unreadable(mail.excess)
    return [inbound(mail, raw.payload)]


def inbound(mail: Mail, payload: bytes) -> Inbound:
    """Put together what a mail says."""
    head = headers.in_utf8(mail.root.headers, charset(mail.root))
    found = contents(mail.root)
    recipients = addresses.addresses(head, "to")
    copied = addresses.addresses(head, "cc")
    ids = references(head)
    sender = addresses.sender(head)
    text, visible, safe = body(found, sender.name or sender.value)
    report = reports.report(mail.root, text)
    return Inbound(
        external_id=external_id(head, payload),
        sender=sender,
        sent_at=headers.date(head),
        text=text,
        visible_text=visible if visible != text else None,
        html=safe,
        subject=subject(head),
        token=token(head, (*report.about, *ids)),
        references=tuple(ids),
        about=tuple(report.about),
        recipients=recipients,
        copied=copied,
        reply_to=addresses.first(head, "reply-to"),
        files=tuple(found.files),
        kind=report.kind,
        failures=tuple(report.failures),
    )


def charset(root: Part) -> str | None:
    """Return the charset that a mail's parts name, unless it is one that everybody claims."""
    for part in walk(root):
        if part.type.startswith("text/") and part.charset:
            name = codec(part.charset)
            if name not in (None, "ascii", "iso8859-1", "utf-8", "cp1252"):
                return part.charset
    return None


def body(found: Contents, sender: str = "") -> tuple[str, str, str | None]:
    """Return the text, its visible part, and the safe HTML when there is any."""
    pieces = found.pieces
    if len(pieces) == 1 and pieces[0].html is None:
        text = clean(pieces[0].text or "").strip("\n")
        return text, quotes.visible(text, sender), None
    read_pieces = [_both(piece) for piece in pieces]
    text = "\n\n".join(said for said, _, _ in read_pieces if said)
    if not any(piece.html is not None for piece in pieces):
        return text, quotes.visible(text, sender), None
    shown = "\n\n".join(shown for _, shown, _ in read_pieces if shown)
    visible = quotes.visible(shown, sender)
    return text, visible, "\n".join(safe for _, _, safe in read_pieces if safe)


def _both(piece: Piece) -> tuple[str, str, str]:
    """Return a piece as text, as its text without quotes, and as safe HTML."""
    if piece.html is None:
        text = clean(piece.text or "").strip("\n")
        return text, text, html.from_text(text)
    safe = html.safe(clean(piece.html))
    if piece.text and piece.text.strip():
        text = clean(piece.text).strip("\n")
        return text, text, safe
    reading = rendering.read(safe)
    return reading.text(), reading.visible(), safe


def clean(text: str) -> str:
    """Drop the characters that no database takes, and what is longer than anybody reads."""
    if len(text) > MOST_TEXT:
        text = text[:MOST_TEXT]
    return UNSEEN.sub("", text) if UNSEEN.search(text) else text


def subject(head: headers.Headers) -> str | None:
    said = headers.text(head, "subject")
    return clean(" ".join(said.split()))[:LONGEST_SUBJECT] or None if said else None


def external_id(head: headers.Headers, payload: bytes) -> str:
    """Return the Message-ID, or one made of the content when there is none."""
    ids = headers.message_ids(head, "message-id")
    if ids:
        return ids[0]
    return f"<{sha256(payload).hexdigest()}@content.invalid>"


def references(head: headers.Headers) -> list[str]:
    """Return what the mail answers, the nearest first."""
    nearest = headers.message_ids(head, "in-reply-to")
    earlier = headers.message_ids(head, "references")
    return list(dict.fromkeys((*nearest, *reversed(earlier))))[:MOST_REFERENCES]


def token(head: headers.Headers, ids: tuple[str, ...]) -> str | None:
    """Return the reply token the mail carries, unchecked: in an address of ours, then in an id."""
    for name in ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-forwarded-to"):
        for value in head.get(name, ()):
            found = tokens.in_address(value.decode("utf-8", "replace"))
            if found:
                return found
    return next(filter(None, map(tokens.in_message_id, ids)), None)


__all__ = ["Address", "File", "Part", "parse"]
