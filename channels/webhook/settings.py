"""What a webhook account can be told."""

import binascii
from base64 import b64decode

from inbox.model import Value

MEGABYTE = 1024 * 1024
LEAST = 24  #: bytes of a secret (Standard Webhooks)


class Settings(Value):
    """The settings of one system that is connected by webhooks."""

    secret: str  #: What both sides sign with: ``whsec_`` and at least 24 bytes in base64.
    old_secret: str = ""  #: The one before it, accepted while the other side changes over.
    send_to: str = ""  #: Where answers are posted; leave it empty when nobody is to be answered.
    identity_kind: str = "webhook"  #: How its customers are known; give each numbering its own.
    vouches: bool = False  #: Believe it who its customers are, as if they had signed in.
    private: bool = False  #: It may be in our own network. Others' webhooks better are not.
    timeout: float = 15.0  #: Seconds until an answer that was not taken counts as doubtful.
    max_text: int = 4096  #: Characters of a message; a longer one is split.
    max_file: int = 25 * MEGABYTE  #: Bytes of a file; it fetches them by a link.
    buttons: int = 0  #: How many buttons it can show; without any they become numbered text.
    edits: bool = False  #: It can change what was sent.
    deletes: bool = False  #: It can take back what was sent.
    reactions: bool = False  #: It can show an emoji on a message.
    quotes: bool = False  #: It can show which message an answer is about.
    receipts: bool = False  #: It tells whether a message was delivered and read.

    def __post_init__(self) -> None:
        for name, secret in (("secret", self.secret), ("old_secret", self.old_secret)):
            if secret or name == "secret":
                refuse_weak(name, secret)
        if self.send_to and not self.send_to.startswith(("https://", "http://")):
            raise ValueError("send_to must begin with https:// or http://")
        if self.send_to.startswith("http://") and not self.private:
            raise ValueError("send_to must begin with https://, unless the system is private")


def refuse_weak(name: str, secret: str) -> None:
    """Raise `ValueError` unless *secret* is one that cannot be guessed."""
    try:
        key = b64decode(secret.removeprefix("whsec_") + "==", validate=False)
    except binascii.Error:
        raise ValueError(f"{name} is not written in base64") from None
    if len(key) < LEAST:
        raise ValueError(f"{name} needs at least {LEAST} bytes: whsec_ and 32 characters of base64")
