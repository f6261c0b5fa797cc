"""The one object the outer layers hold. It is built in config/app.py."""

from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Lock
from typing import Concatenate, ParamSpec, TypeVar, cast

from inbox.blobs import DiskBlobs
from inbox.calls import Call
from inbox.channel import Exchange
from inbox.database import WRITERS, Database
from inbox.model import AccountId
from inbox.notices import Notice
from inbox.presence import Attendance
from inbox.pulse import Pulse
from inbox.readers import Readers
from inbox.signing import Signer
from inbox.store import Unit
from inbox.vault import Vault
from inbox.warming import warm
from inbox.writer import Writer

LOGGED = 2_000  #: exchanges with providers that wait to be logged; older ones are dropped
P = ParamSpec("P")
R = TypeVar("R")


def utc_now() -> datetime:
    """Return the time of the wall clock, aware and in UTC."""
    return datetime.now(UTC)


def begun(database: Database, clock: Callable[[], datetime], bus: "LocalBus") -> list[Writer]:
    """Begin as many writers as the database bears: SQLite has one whatever one does."""
    turn = Lock()
    many = 1 if database.is_sqlite else WRITERS
    return [Writer(database, clock, bus.publish, turn) for _ in range(many)]


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
        self.writer, *others = begun(database, clock, bus)
        self.taker, *beside = others or [self.writer]
        self.lanes = (self.writer, *beside)  #: who may write at the same time
        self.readers = Readers(database, clock)
        self.presence = Attendance(clock)
        self.public_url = ""  #: where the world finds the desk, without a slash at the end
        self.vault = Vault()
        self.pulse = Pulse()
        self.exchanges: deque[tuple[AccountId, Exchange]] = deque(maxlen=LOGGED)

    async def write(
        self, action: Callable[Concatenate[Unit, P], R], *args: P.args, **named: P.kwargs
    ) -> R:
        """Run *action* in a transaction; it has committed when this returns.

        Its notices are published then. The action may run twice, when another one of its
        transaction failed, so it must touch nothing but the unit. Raises what the action
        raises, and `Unavailable` when the store cannot take anything.
        """
        call = Call(action, args, named)
        self.writer.submit(call)
        return cast(R, await call.future)

    async def write_in(
        self,
        lane: int,
        action: Callable[Concatenate[Unit, P], R],
        *args: P.args,
        **named: P.kwargs,
    ) -> R:
        """Run *action* as `write` does, beside what is written in the other `lanes`.

        Actions of two lanes see each other's changes only once those have committed.
        """
        call = Call(action, args, named)
        self.lanes[lane].submit(call)
        return cast(R, await call.future)

    async def take(
        self, action: Callable[Concatenate[Unit, P], R], *args: P.args, **named: P.kwargs
    ) -> R:
        """Run *action*, which only adds to the journal, as `write` does.

        PostgreSQL has a connection for it, so that nobody who hands something over waits
        for what was handed over before to be understood.
        """
        call = Call(action, args, named)
        self.taker.submit(call)
        return cast(R, await call.future)

    async def read(
        self, question: Callable[Concatenate[Unit, P], R], *args: P.args, **named: P.kwargs
    ) -> R:
        """Ask *question* of a steady snapshot, on a connection that cannot write."""
        call = Call(question, args, named)
        self.readers.submit(call)
        return cast(R, await call.future)

    @property
    def writers(self) -> set[Writer]:
        return {self.taker, *self.lanes}

    def close(self) -> None:
        """Finish what was begun and let go of the database."""
        for writer in self.writers:
            writer.close()
        self.readers.close()
        self.database.close()
