"""The two doors of the database: one engine that writes and one that only reads."""

import sqlite3
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from inbox.errors import Invalid, Unavailable

if TYPE_CHECKING:
    import psycopg

WRITERS = 3  #: threads, and connections, that write on PostgreSQL: one takes, two hear
READERS = 4  #: threads, and connections, that answer questions
PATIENCE = 10  #: seconds to wait for another process that writes, or for a connection

#: SQLite's primary result codes that mean "not now": the store is full, busy or out of reach.
SQLITE_TROUBLE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_READONLY,
    }
)
#: Beginnings of PostgreSQL's SQLSTATEs that mean the same: connection, resources, locks,
#: restarts, input and output, a standby that cannot write, deadlocks.
POSTGRES_TROUBLE = ("08", "25006", "40", "53", "55P03", "57P", "57014", "58")
DISK_FULL = "53100"

#: A plan made while a table was nearly empty is kept when it has grown. Each of our questions
#: has its index, and finds few rows: whatever reads a whole table is the wrong plan.
BY_INDEX = {"enable_seqscan": "off", "jit": "off"}
ROW_BY_ROW = {**BY_INDEX, "enable_hashjoin": "off", "enable_mergejoin": "off"}

#: Unique violations, serialisation failures and deadlocks: two wrote at the same moment.
CROSSED = ("23505", "40")


class Database:
    """Where everything is kept."""

    def __init__(self, url: URL, writing: Engine, reading: Engine) -> None:
        self.url = url
        self.writing = writing
        self.reading = reading

    @property
    def is_sqlite(self) -> bool:
        return self.writing.dialect.name == "sqlite"

    def close(self) -> None:
        """Let go of every connection."""
        self.reading.dispose()
        self.writing.dispose()


def connect(url: str) -> Database:
    """Return the database at *url*: ``sqlite:///file`` or ``postgresql://user@host/name``.

    Nothing is opened yet. Raises `Invalid` for any other kind of database.
    """
    where = make_url(url)
    match where.get_backend_name():
        case "sqlite":
            return connect_sqlite(where)
        case "postgresql":
            return connect_postgres(where.set(drivername="postgresql+psycopg"))
        case other:
            raise Invalid(f"The desk keeps its record in SQLite or PostgreSQL, not in {other}.")


def connect_sqlite(url: URL) -> Database:
    """Open a file in WAL mode, so that readers and the writer never wait for each other."""
    if url.database in {None, "", ":memory:"}:
        raise Invalid("SQLite needs a file, such as sqlite:///var/parlour.db.")
    Path(str(url.database)).absolute().parent.mkdir(parents=True, exist_ok=True)
    writing = sqlite_engine(url, pool_size=1)
    reading = sqlite_engine(url, pool_size=READERS)
    event.listen(writing, "connect", prepare_sqlite_writer)
    event.listen(reading, "connect", prepare_sqlite_reader)
    event.listen(writing, "begin", lambda connection: begin(connection, "BEGIN IMMEDIATE"))
    event.listen(reading, "begin", lambda connection: begin(connection, "BEGIN"))
    return Database(url, writing, reading)


def sqlite_engine(url: URL, *, pool_size: int) -> Engine:
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=2,
        pool_timeout=PATIENCE,
        connect_args={"timeout": PATIENCE, "check_same_thread": False, "cached_statements": 512},
        query_cache_size=2000,
        json_deserializer=msgspec.json.decode,
        hide_parameters=True,  # an error's text must not repeat a customer's words
    )


def prepare_sqlite_writer(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    """Have every commit on disk before it is confirmed."""
    prepare_sqlite(connection, "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")


def prepare_sqlite_reader(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    prepare_sqlite(connection, "query_only=ON")


def prepare_sqlite(connection: sqlite3.Connection, *pragmas: str) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in (*pragmas, "cache_size=-16000", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}").close()


def begin(connection: Connection, statement: str) -> None:
    """Begin right away, past SQLAlchemy's machinery."""
    raw = connection.connection.driver_connection
    if isinstance(raw, sqlite3.Connection):
        try:
            raw.execute(statement).close()
        except sqlite3.OperationalError as error:
            raise DBAPIError.instance(
                statement, None, error, sqlite3.Error, dialect=connection.dialect
            ) from error


def connect_postgres(url: URL) -> Database:
    """Write on some connections, and read on a few that see a steady snapshot."""
    writing = postgres_engine(url, ROW_BY_ROW, pool_size=WRITERS)
    reading = postgres_engine(
        url,
        {
            **BY_INDEX,
            "default_transaction_read_only": "on",
            "default_transaction_isolation": "repeatable\\ read",
        },
        pool_size=READERS,
    )
    return Database(url, writing, reading)


def postgres_engine(url: URL, settings: Mapping[str, str], *, pool_size: int) -> Engine:
    ours = {"timezone": "UTC", "lock_timeout": f"{PATIENCE}s", **settings}
    options = " ".join(f"-c {name}={value}" for name, value in ours.items())
    arguments: dict[str, Any] = {
        "connect_timeout": PATIENCE,
        "options": f"{url.query.get('options', '')} {options}".strip(),
        "application_name": "parlour",
        "keepalives_idle": 30,
    }
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=2,
        pool_timeout=PATIENCE,
        pool_pre_ping=True,
        isolation_level=None,
        connect_args=arguments,
        query_cache_size=2000,
        json_deserializer=msgspec.json.decode,
        hide_parameters=True,  # an error's text must not repeat a customer's words
    )


def translated(error: Exception) -> Exception:
    """Return `Unavailable` when the store could not take anything, else *error* itself."""
    if is_lost(error) or is_trouble(cause(error)):
        told = Unavailable()
        told.__cause__ = error
        return told
    return error


def is_lost(error: Exception) -> bool:
    """Tell whether the connection broke, or could not be made."""
    if isinstance(error, PoolTimeout):
        return True
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    reason = of_postgres(cause(error))
    if reason and isinstance(reason, sys.modules["psycopg"].OperationalError):
        return reason.sqlstate is None or reason.sqlstate.startswith(("08", "57P"))
    return False


def is_full(error: Exception) -> bool:
    """Tell whether the disk is full: something smaller may still find room."""
    reason = cause(error)
    if isinstance(reason, sqlite3.Error):
        return primary_code(reason) == sqlite3.SQLITE_FULL
    found = of_postgres(reason)
    return found is not None and found.sqlstate == DISK_FULL


def is_crossed(error: Exception) -> bool:
    """Tell whether another process may have written the same at the same moment.

    SQLite has one writer; there it is always the action's own fault.
    """
    found = of_postgres(cause(error))
    return bool(found and found.sqlstate and found.sqlstate.startswith(CROSSED))


def is_trouble(reason: BaseException | None) -> bool:
    """Tell whether the same statement may well succeed later."""
    if isinstance(reason, sqlite3.Error):
        return primary_code(reason) in SQLITE_TROUBLE
    found = of_postgres(reason)
    return bool(found and found.sqlstate and found.sqlstate.startswith(POSTGRES_TROUBLE))


def of_postgres(reason: BaseException | None) -> "psycopg.Error | None":
    """Return what psycopg raised; it is imported only where PostgreSQL is used (9 MB)."""
    driver = sys.modules.get("psycopg")
    return reason if driver is not None and isinstance(reason, driver.Error) else None


def cause(error: Exception) -> BaseException | None:
    """Return what the driver said, when it was the driver that complained."""
    return error.orig if isinstance(error, DBAPIError) else error


def primary_code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
