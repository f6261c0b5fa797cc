"""Open the store: the database, the files, the keys and the clock of a desk."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from config import secrets
from config.settings import Settings
from inbox.blobs import DiskBlobs
from inbox.database import Database, connect
from inbox.desk import Desk, LocalBus, utc_now
from inbox.errors import Conflict, Unavailable
from inbox.migrations import current, newest, refuse_newer, upgrade
from inbox.signing import Signer, signing_keys

Clock = Callable[[], datetime]


def open_desk(settings: Settings, *, clock: Clock = utc_now) -> Desk:
    """Open the store. An empty database gets its tables.

    Raises `Unavailable` when the tables are older than this program, or newer.
    """
    database = connect(settings.desk.database)
    try:
        prepare(database)
        signer = Signer(signing_keys(database, clock()), clock=clock)
    except BaseException:
        database.close()
        raise
    desk = Desk(database, DiskBlobs(Path(settings.desk.files)), signer, LocalBus(), clock=clock)
    desk.public_url = settings.public_url
    desk.vault = secrets.vault(settings)
    return desk


def prepare(database: Database) -> None:
    """Make the tables of an empty database, and refuse one of another program's age."""
    there = current(database)
    refuse_newer(there)
    if there is None:
        upgrade(database)
    elif there < newest():
        raise Unavailable("The database is older than this program: run `parlour migrate` first.")


@contextmanager
def alone_with(database: Database) -> Iterator[None]:
    """Let no second process run on the same SQLite file. Raises `Conflict`."""
    if not database.is_sqlite:
        yield
        return
    with Path(f"{database.url.database}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(
                f"Another desk runs on {database.url.database}. "
                "Several processes share a PostgreSQL database, not an SQLite file."
            ) from None
        yield
