"""Repeat the mail that is answered below the answer, as mail programs do."""

import re
from email.utils import format_datetime
from html import escape

import nh3

from inbox.model import Message

LONGEST = 50_000  # letters of history in one mail
LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]}]")
MARGIN = "margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex"


def attribution(message: Message) -> str:
    """Say who wrote *message* and when, in the words that mail programs recognise."""
    when = format_datetime(message.sent_at or message.created_at).rsplit(" ", 1)[0]
    address = f"<{message.sender}>" if "@" in (message.sender or "") else ""
    author = " ".join(f"{message.sender_name or ''} {address}".split())
    return f"On {when} UTC, {author or 'you'} wrote:"


def quoted_text(message: Message) -> str:
    """Return *message* behind signs of quotation."""
    text = shortened(message.text)
    lines = (f">{line}" if line.startswith(">") else f"> {line}" for line in text.splitlines())
    return "\n".join([attribution(message), *(line.rstrip() for line in lines)])


def quoted_html(message: Message) -> str:
    """Return *message* as a quotation that mail programs fold away."""
    whole = message.html is not None and len(message.html) <= 4 * LONGEST
    inner = cleaned(message.html or "") if whole else as_html(shortened(message.text))
    return (
        '<div class="gmail_quote"><div dir="ltr" class="gmail_attr">'
        f"{escape(attribution(message))}<br></div>"
        f'<blockquote class="gmail_quote" style="{MARGIN}">{inner}</blockquote></div>'
    )


def cleaned(html: str) -> str:
    """Return *html* without pictures, which lie in the mail answered and not in this one."""
    return nh3.clean(html, tags=nh3.ALLOWED_TAGS - {"img"})


def shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}\n[…]"


def as_html(text: str) -> str:
    """Return plain text as HTML: lines, indentation and links."""
    return "<br>\n".join(map(line_as_html, text.split("\n")))


def line_as_html(line: str) -> str:
    indent = len(line) - len(line.lstrip(" "))
    parts, end = ["&nbsp;" * indent], indent
    for link in LINK.finditer(line):
        address = escape(link[0])
        parts += [escape(line[end : link.start()]), f'<a href="{address}">{address}</a>']
        end = link.end()
    return "".join([*parts, escape(line[end:])])
