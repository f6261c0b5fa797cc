"""The one object the outer layers hold. It is built in config/app.py."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Concatenate, ParamSpec, TypeVar

from inbox.blobs import DiskBlobs
from inbox.database import Database
from inbox.notices import Notice
from inbox.signing import Signer
from inbox.store import Unit
from inbox.warming import warm

P = ParamSpec("P")
R = TypeVar("R")


def utc_now() -> datetime:
    """Return the time of the wall clock, aware and in UTC."""
    return datetime.now(UTC)


class LocalBus:
    """Notices within one process."""

    def __init__(self) -> None:
        self.listeners: list[Callable[[list[Notice]], None]] = []

    def publish(self, notices: list[Notice]) -> None:
        """Tell every listener; called on the event loop, after the commit."""
        for listener in self.listeners:
            listener(notices)


class Desk:
    """The store and what hangs on it."""

    def __init__(
        self,
        database: Database,
        blobs: DiskBlobs,
        signer: Signer,
        bus: LocalBus,
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        warm()
        self.database = database
        self.blobs = blobs
        self.signer = signer
        self.bus = bus
        self.clock = clock
        self.writer = ThreadPoolExecutor(1, "desk-write")
        self.readers = ThreadPoolExecutor(4, "desk-read")

    async def write(
        self, action: Callable[Concatenate[Unit, P], R], *args: P.args, **named: P.kwargs
    ) -> R:
        """Run *action* in a transaction; publish its notices once it committed."""

        def transaction() -> tuple[R, list[Notice]]:
            with self.database.writing.begin() as connection:
                unit = Unit(connection, self.clock())
                result = action(unit, *args, **named)
                unit.flush()
                return result, unit.notices

        loop = asyncio.get_running_loop()
        result, notices = await loop.run_in_executor(self.writer, transaction)
        self.bus.publish(notices)
        return result

    async def read(
        self, question: Callable[Concatenate[Unit, P], R], *args: P.args, **named: P.kwargs
    ) -> R:
        """Run *question* on a connection of its own, which is never committed."""

        def ask() -> R:
            with self.database.reading.connect() as connection:
                return question(Unit(connection, self.clock()), *args, **named)

        return await asyncio.get_running_loop().run_in_executor(self.readers, ask)

    def close(self) -> None:
        """Finish what was begun and let go of the database."""
        self.writer.shutdown()
        self.readers.shutdown()
        self.database.close()
