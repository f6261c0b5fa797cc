"""Folder names as IMAP spells them, in its own kind of UTF-7 (RFC 3501, section 5.1.3)."""

import re
from base64 import b64encode

FOREIGN = re.compile(r"[^\x20-\x7e]+|&")


def encode_folder(name: str) -> str:
    """Spell a folder's name for the wire."""
    return FOREIGN.sub(lambda found: spelled(found[0]), name)


def spelled(letters: str) -> str:
    if letters == "&":
        return "&-"
    base64 = b64encode(letters.encode("utf-16-be")).decode().rstrip("=").replace("/", ",")
    return f"&{base64}-"
