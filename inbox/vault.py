"""Secrets that must be kept: whoever has the database alone cannot read them.

The keys lie elsewhere. The first of them seals, every one opens: a new key is put in front,
what was sealed is sealed again, and only then the old one is taken away.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from inbox.errors import Locked

if TYPE_CHECKING:  # it is read when something is sealed or opened, not before
    from cryptography.fernet import MultiFernet

Keys = Callable[[], Sequence[str]]


class Vault:
    """Seals and opens, each for one purpose: what was sealed for another stays shut."""

    def __init__(self, keys: Keys = tuple) -> None:
        self.keys = keys
        self.fernet: MultiFernet | None = None

    def seal(self, purpose: str, plain: bytes) -> bytes:
        """Return *plain* so that only our keys open it. Raises `Locked` when there are none."""
        fernet = self.fernet or self.unlocked()
        return fernet.encrypt(purpose.encode() + b"\0" + plain)

    def open(self, purpose: str, sealed: bytes) -> bytes:
        """Undo `seal`; raises `Locked`. A key that came in the meantime is looked for."""
        plain = self.tried(sealed) if self.fernet else None
        if plain is None:
            self.unlocked()
            plain = self.tried(sealed)
        found, mark, content = (plain or b"").partition(b"\0")
        if not mark or found != purpose.encode():
            raise Locked("It was not sealed with any of our secret keys.")
        return content

    def tried(self, sealed: bytes) -> bytes | None:
        from cryptography.fernet import InvalidToken

        try:
            return self.fernet.decrypt(sealed) if self.fernet else None
        except InvalidToken:
            return None

    def unlocked(self) -> "MultiFernet":
        """Read the keys, perhaps anew."""
        from cryptography.fernet import Fernet, MultiFernet

        keys = self.keys()
        if not keys:
            raise Locked
        try:
            self.fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError as error:
            raise Locked("A secret key is not 32 bytes in URL-safe base64.") from error
        return self.fernet


def new_key() -> str:
    """Return a key that nobody can guess."""
    from cryptography.fernet import Fernet

    return Fernet.generate_key().decode()
