"""Write a mail: the same message makes the same bytes, however often it is tried."""

import hashlib
import re
from collections.abc import Sequence
from email.utils import format_datetime
from html import escape

from channels.email.history import as_html, quoted_html, quoted_text
from channels.email.parts import (
    Headers,
    file_part,
    mailbox,
    multipart,
    several,
    text_part,
    words,
)
from channels.email.settings import Settings
from channels.email.tokens import MARK, message_id, reply_address
from inbox.channel import File, Outgoing
from inbox.errors import Rejected
from inbox.model import Address

MOST_REFERENCES = 40
ID = re.compile(r"<[^<>\s@]+@[^<>\s@]+>")
ANSWER = re.compile(r"\s*(re|aw|sv|vs|odp|antw|ref|odg)\s*(\[\d+\])?\s*:", re.IGNORECASE)
BAD_ADDRESS = re.compile(r"[\s<>\x00-\x1f\x7f,;]|^@|@$")


def compose(outgoing: Outgoing, settings: Settings) -> bytes:
    """Write *outgoing* as its recipients get it."""
    name = f"{own_id(outgoing, settings)} {outgoing.created_at}"
    boundary = "=_" + hashlib.sha256(name.encode()).hexdigest()[:40]
    shown = [file for file in outgoing.files if is_shown(file, outgoing.html)]
    attached = [file for file in outgoing.files if file not in shown]
    whole = multipart(
        "mixed",
        boundary + "m",
        [body(outgoing, settings, boundary, shown), *map(file_part, attached)],
    )
    head = "".join(f"{name}: {value}\r\n" for name, value in headers(outgoing, settings))
    return head.encode("utf-8", "replace") + b"MIME-Version: 1.0\r\n" + whole


def is_shown(file: File, html: str | None) -> bool:
    """Tell whether the HTML shows a file, so that it belongs to it."""
    return bool(file.inline and file.content_id and html and f"cid:{file.content_id}" in html)


def recipients(outgoing: Outgoing) -> list[str]:
    """Return whom the server shall give the mail to; raises `Rejected` for a broken address."""
    return list(dict.fromkeys(spelled(who) for who in (*outgoing.to, *outgoing.copied)))


def own_id(outgoing: Outgoing, settings: Settings) -> str:
    """Return the Message-ID, chosen before the first attempt."""
    return outgoing.external_id or message_id(
        settings.address, outgoing.message_id, outgoing.reply_token
    )


# ----- headers


def headers(outgoing: Outgoing, settings: Settings) -> Headers:
    """Return the headers of the whole mail."""
    lines = [
        ("Date", format_datetime(outgoing.created_at)),
        ("From", mailbox(settings.address, sender_name(outgoing, settings))),
        ("To", several((mailbox(spelled(to), to.name or "") for to in outgoing.to), ",")),
    ]
    if outgoing.copied:
        copied = (mailbox(spelled(to), to.name or "") for to in outgoing.copied)
        lines.append(("Cc", several(copied, ",")))
    if outgoing.reply_token and settings.plus_addressing:
        back = reply_address(settings.address, outgoing.reply_token)
        lines.append(("Reply-To", mailbox(back, settings.name)))
    lines.append(("Subject", words("Subject", subject(outgoing, settings))))
    lines.append(("Message-ID", own_id(outgoing, settings)))
    return [*lines, *thread_headers(outgoing), *manner_headers(outgoing, settings)]


def sender_name(outgoing: Outgoing, settings: Settings) -> str:
    if settings.agent_names and outgoing.author:
        return f"{outgoing.author} ({settings.name})" if settings.name else outgoing.author
    return settings.name


def subject(outgoing: Outgoing, settings: Settings) -> str:
    """Return the subject, as an answer where it is one."""
    known = outgoing.subject or (outgoing.answers.subject if outgoing.answers else None)
    if not known or not known.strip():
        return f"Message from {settings.name or settings.address}"
    is_answer = outgoing.answers is not None or bool(outgoing.references)
    return known if not is_answer or ANSWER.match(known) else f"Re: {known}"


def thread_headers(outgoing: Outgoing) -> Headers:
    """Say which mails this one follows: the first and the newest of a long exchange."""
    named = list(outgoing.references)
    if outgoing.answers and outgoing.answers.external_id:
        named.append(outgoing.answers.external_id)
    known = list(dict.fromkeys(reversed(list(filter(None, map(as_id, named))))))[::-1]
    if not known:
        return []
    if len(known) > MOST_REFERENCES:
        known = [known[0], *known[1 - MOST_REFERENCES :]]
    return [("In-Reply-To", known[-1]), ("References", several(known, ""))]


def as_id(external_id: str) -> str | None:
    """Return a Message-ID as headers have it; none for what never was one."""
    spelled = external_id if external_id.startswith("<") else f"<{external_id}>"
    fits = spelled.isascii() and len(spelled) < 900 and not spelled.endswith("@content.invalid>")
    return spelled if fits and ID.fullmatch(spelled) else None


def manner_headers(outgoing: Outgoing, settings: Settings) -> Headers:
    """Say that the mail is ours, and that no person wrote it when none did (RFC 3834)."""
    if not outgoing.automatic:
        return [(MARK, "person")]
    lines = [
        (MARK, "automatic"),
        ("Auto-Submitted", "auto-replied" if outgoing.answers else "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
    ]
    if settings.list_id:
        lines.append(("List-Id", words("List-Id", settings.list_id)))
    return lines


def spelled(who: Address) -> str:
    """Return an address as servers have it; raises `Rejected` for what cannot be one."""
    local, at, domain = who.value.strip().rpartition("@")
    try:
        domain = domain if domain.isascii() else domain.encode("idna").decode()
    except UnicodeError as error:
        raise Rejected("A recipient's address cannot be right.") from error
    address = f"{local}{at}{domain}"
    if not at or BAD_ADDRESS.search(address) or len(address) > 320:
        raise Rejected("A recipient's address cannot be right.")
    return address


# ----- the text


def body(outgoing: Outgoing, settings: Settings, boundary: str, shown: Sequence[File]) -> bytes:
    """Return the text, and the HTML beside it with its pictures."""
    plain = text_part("plain", written(outgoing, settings))
    if not (settings.html or outgoing.html):
        return plain
    page = text_part("html", drawn(outgoing, settings))
    page = multipart("related", boundary + "r", [page, *map(file_part, shown)])
    return multipart("alternative", boundary + "a", [plain, page])


def written(outgoing: Outgoing, settings: Settings) -> str:
    """Return the text with signature and history."""
    pieces = [outgoing.text.rstrip()]
    if signature := signed(outgoing, settings):
        pieces.append(f"-- \n{signature}")
    if settings.quote and outgoing.answers:
        pieces.append(quoted_text(outgoing.answers))
    return "\n\n".join(pieces) + "\n"


def drawn(outgoing: Outgoing, settings: Settings) -> str:
    """Return the same as a page."""
    pieces = [f'<div dir="auto">{outgoing.html or as_html(outgoing.text.rstrip())}</div>']
    if signature := signed(outgoing, settings):
        pieces.append(f'<div class="signature">-- <br>\n{as_html(signature)}</div>')
    if settings.quote and outgoing.answers:
        pieces.append(quoted_html(outgoing.answers))
    title = escape(subject(outgoing, settings))
    return (
        f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>{title}</title></head>\n'
        f"<body>{'<br>'.join(pieces)}\n</body></html>\n"
    )


def signed(outgoing: Outgoing, settings: Settings) -> str:
    return settings.signature.replace("{agent}", outgoing.author or settings.name).strip()
