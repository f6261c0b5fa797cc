"""Tokens that only this desk can have made."""

import base64
import binascii
import hmac
import secrets
import struct
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from inbox.database import Database
from inbox.tables import SecretRow

MARK = 16  #: letters of base32 at the end of a short token: 80 bits of proof
KEYS = (
    select(SecretRow.name, SecretRow.value)
    .where(SecretRow.name.startswith("signing:"))
    .order_by(SecretRow.name.desc())
)


class Signer:
    """Signs with the first of its keys, and opens what any of them signed."""

    def __init__(self, keys: Sequence[bytes], *, clock: Callable[[], datetime]) -> None:
        self.keys = tuple(keys)
        self.clock = clock

    def sign(self, purpose: str, value: str, *, seconds: int) -> str:
        """Return a token that `check` opens until *seconds* from now."""
        body = struct.pack(">Q", int(self.clock().timestamp()) + seconds) + value.encode()
        return f"{encode(body)}.{encode(seal(self.keys[0], purpose, body))}"

    def check(self, purpose: str, token: str) -> str | None:
        """Return the value signed in *token*, unless it is forged or too old."""
        try:
            body, mark = map(decode, token.split("."))
        except ValueError:
            return None
        if len(body) < 8 or not self.is_sealed("", purpose, body, mark):
            return None
        if struct.unpack(">Q", body[:8])[0] <= self.clock().timestamp():
            return None
        return body[8:].decode()

    def short(self, purpose: str, value: str) -> str:
        """Return a token for an email address: short, never too old, of any case."""
        body = value.encode()
        return encode32(body) + encode32(seal(self.keys[0], f"short {purpose}", body)[:10])

    def open_short(self, purpose: str, token: str) -> str | None:
        """Return the value in a token made by `short`, whatever became of its capitals."""
        try:
            body, mark = decode32(token[:-MARK]), decode32(token[-MARK:])
        except ValueError:
            return None
        if len(mark) < 10 or not self.is_sealed("short ", purpose, body, mark):
            return None
        return body.decode()

    def shared(self, purpose: str) -> bytes:
        """Return a key for others, to check with it what we send them; it changes with ours."""
        return seal(self.keys[0], f"shared {purpose}", b"")

    def is_sealed(self, prefix: str, purpose: str, body: bytes, mark: bytes) -> bool:
        """Tell whether any key made *mark*; takes as long for a bad one as for a good one."""
        seals = [seal(key, prefix + purpose, body)[: len(mark)] for key in self.keys]
        wanted = 10 if prefix else 32
        return len(mark) == wanted and sum(hmac.compare_digest(mark, made) for made in seals) > 0


def seal(key: bytes, purpose: str, body: bytes) -> bytes:
    return hmac.digest(key, purpose.encode() + b"\0" + body, "sha256")


def encode(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Undo `encode`; raises `ValueError`, also for a second spelling of the same bytes."""
    value = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if encode(value) != text:
        raise ValueError(text)
    return value


def encode32(value: bytes) -> str:
    return base64.b32encode(value).rstrip(b"=").decode().lower()


def decode32(text: str) -> bytes:
    """Undo `encode32`; raises `ValueError`."""
    try:
        return base64.b32decode(text.upper() + "=" * (-len(text) % 8))
    except binascii.Error as error:
        raise ValueError(text) from error


def signing_keys(database: Database, now: datetime) -> list[bytes]:
    """Return the desk's keys, the newest first; the first start makes one."""
    with database.writing.begin() as connection:
        add_key(connection, 1, now)
        return [row.value for row in connection.execute(KEYS)]


def rotate(database: Database, now: datetime) -> list[bytes]:
    """Sign with a new key from now on; what the old ones signed stays good."""
    with database.writing.begin() as connection:
        newest = connection.execute(KEYS).first()
        add_key(connection, int(newest.name.partition(":")[2]) + 1 if newest else 1, now)
        return [row.value for row in connection.execute(KEYS)]


def add_key(connection: Connection, number: int, now: datetime) -> None:
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    connection.execute(
        insert(SecretRow).on_conflict_do_nothing(),
        {"name": f"signing:{number:06}", "value": secrets.token_bytes(32), "created_at": now},
    )
