"""Our handwriting on a mail: where the answer goes, what the mail is called, that it is ours.

A conversation's signed token stands in the reply address, ``support+r-<token>@example.org``,
and in the Message-ID, ``<r-<token>.<message>@example.org>``, which answers name in their
In-Reply-To. Nothing here is proof: whoever stores a message checks the token's signature.
"""

import base64
import hashlib
import re

MARK = "X-Parlour"  #: the header every mail of ours carries
LONGEST_LOCAL_PART = 64  # RFC 5321, section 4.5.3.1.1

SIGNED = r"[a-z0-9_-]{8,100}"
IN_ADDRESS = re.compile(rf"\+r-({SIGNED})@", re.IGNORECASE)
IN_MESSAGE_ID = re.compile(rf"<r-({SIGNED})\.\d+(?:\.[a-z0-9]+)?@", re.IGNORECASE)


def reply_address(address: str, token: str) -> str:
    """Return *address* with the token in it, or as it is when it would get too long."""
    local, _, domain = address.rpartition("@")
    local = f"{local}+r-{token}"
    return f"{local}@{domain}" if len(local) <= LONGEST_LOCAL_PART else address


def message_id(address: str, message: int, token: str | None = None) -> str:
    """Return the Message-ID of our *message*, the same on every attempt."""
    _, _, domain = address.rpartition("@")
    if token:
        return f"<r-{token}.{message}@{domain}>"
    digest = hashlib.sha256(f"{address} {message}".encode()).digest()
    mark = base64.b32encode(digest[:10]).decode().lower()
    return f"<r.{message}.{mark}@{domain}>"


def in_address(address: str) -> str | None:
    """Return the token in a reply address of ours."""
    found = IN_ADDRESS.search(address)
    return found[1] if found else None


def in_message_id(message_id: str) -> str | None:
    """Return the token in a Message-ID of ours."""
    found = IN_MESSAGE_ID.search(message_id)
    return found[1] if found else None


def without_token(address: str) -> str:
    """Return the address of the account whose reply address this is."""
    return IN_ADDRESS.sub("@", address)
