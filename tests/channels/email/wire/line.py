"""A line that keeps in memory what a desk would keep on disk."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

from inbox.channel import Exchange, Raw
from inbox.errors import Unavailable
from inbox.model import AccountId

LONG = 60.0  # seconds: far more than anything here takes


class MemoryLine:
    """Journals raws once per key, and the cursor with them."""

    account = AccountId(1)

    def __init__(self) -> None:
        self.raws: dict[str | None, Raw] = {}
        self.stored: str | None = None
        self.handed_over = 0  #: also what was there already
        self.refusing = False
        self.files: dict[str, bytes] = {}
        self.exchanges: list[Exchange] = []
        self.changed = asyncio.Condition()

    def record(self, exchange: Exchange) -> None:
        self.exchanges.append(exchange)

    def seal(self, secret: str) -> str:
        return secret[::-1]

    def unseal(self, sealed: str) -> str | None:
        return sealed[::-1]

    async def take(self, *raws: Raw, cursor: str | None = None) -> None:
        if self.refusing:
            raise Unavailable
        self.handed_over += len(raws)
        for raw in raws:
            self.raws.setdefault(raw.key, raw)
        self.stored = cursor or self.stored
        async with self.changed:
            self.changed.notify_all()

    async def cursor(self) -> str | None:
        return self.stored

    async def file(self, blob: str) -> AsyncIterator[bytes]:
        yield self.files[blob]

    def now(self) -> datetime:
        return datetime.now(UTC)

    @property
    def subjects(self) -> list[str]:
        """What was taken, as it came."""
        return [subject(raw.payload) for raw in self.raws.values()]

    async def until(self, number: int) -> None:
        """Wait until so many different mails were taken."""
        async with asyncio.timeout(LONG), self.changed:
            await self.changed.wait_for(lambda: len(self.raws) >= number)


async def until(holds: Callable[[], bool]) -> None:
    """Look until something holds that nobody tells us of."""
    async with asyncio.timeout(LONG):
        while not holds():  # noqa: ASYNC110  # see above
            await asyncio.sleep(0.02)


def subject(mail: bytes) -> str:
    return mail.partition(b"Subject: ")[2].partition(b"\r\n")[0].decode()


def mail(number: int, text: str = "Hello.") -> bytes:
    return (
        f"From: Ada <ada@customer.test>\r\nTo: support@desk.test\r\nSubject: {number}\r\n"
        f"Message-ID: <{number}@customer.test>\r\n\r\n{text}\r\n"
    ).encode()
