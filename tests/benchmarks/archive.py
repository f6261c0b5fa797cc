"""A desk that has been in use for years: conversations and messages by the million."""

import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import create_engine

from inbox.tables import Row

BEGUN = datetime(2023, 1, 1, tzinfo=UTC)
HEAVY = 1  #: the customer whose timeline is long
HEAVY_MESSAGES = 5_000
EACH = 5  #: messages in a conversation
TEXT = "Invoice 4711 was charged twice; could you look into it, please? Order {} of Tuesday."


def stamp(number: int) -> str:
    """Return the time of the *number*-th message, as SQLite keeps it."""
    return (BEGUN + timedelta(seconds=number * 20)).strftime("%Y-%m-%d %H:%M:%S.000000")


def status(number: int, conversations: int) -> str:
    """Most are resolved; the newest are open, as at a real desk."""
    return "open" if number > conversations * 0.9 or number % 50 == 0 else "resolved"


def customer(number: int, conversations: int) -> int:
    heavy = conversations // (HEAVY_MESSAGES // EACH)
    return HEAVY if number % heavy == 0 else 2 + number % max(conversations // 5, 1)


def conversation_rows(conversations: int) -> Iterator[tuple[object, ...]]:
    for n in range(1, conversations + 1):
        last = n * EACH
        state = status(n, conversations)
        yield (
            n, customer(n, conversations), 1 + n % 2, state, stamp(last - EACH), stamp(last),
            f"Invoice {n}", f"t{n}", 1 + n % 2, 1 + n % 40 if n % 3 else None,
            stamp(last) if state == "open" else None, last, TEXT.format(n)[:80], 0,
        )  # fmt: skip


def message_rows(conversations: int) -> Iterator[tuple[object, ...]]:
    for n in range(1, conversations + 1):
        who = customer(n, conversations)
        for step in range(EACH):
            number = (n - 1) * EACH + step + 1
            out = step % 2
            yield (
                number, n, who, 1 + n % 2, "out" if out else "in", "message", stamp(number),
                TEXT.format(number), "[]", "[]", 1 + n % 40 if out else None,
                "sent" if out else None, f"x{number}",
            )  # fmt: skip


CONVERSATION = (
    "INSERT INTO conversation (id, customer_id, account_id, status, created_at, active_at,"
    " subject, thread, thread_account_id, assignee_id, waiting_since, last_message_id,"
    " preview, spam) VALUES (" + ",".join("?" * 14) + ")"
)
MESSAGE = (
    "INSERT INTO message (id, conversation_id, customer_id, account_id, direction, kind,"
    " created_at, text, recipients, copied, author_id, delivery, external_id)"
    " VALUES (" + ",".join("?" * 13) + ")"
)


def fill(path: Path, conversations: int) -> None:
    """Write the archive into an empty database."""
    engine = create_engine(f"sqlite:///{path}")
    Row.metadata.create_all(engine)
    engine.dispose()
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-400000;")
    later = [
        row[0]
        for row in db.execute("SELECT sql FROM sqlite_master WHERE type='index' AND sql NOT NULL")
    ]
    for (name,) in db.execute(
        "SELECT name FROM sqlite_master WHERE type='index' AND sql NOT NULL"
    ).fetchall():
        db.execute(f"DROP INDEX {name}")
    now = stamp(0)
    db.execute("BEGIN")
    db.executemany(
        "INSERT INTO account (id, kind, name, address, created_at) VALUES (?,?,?,?,?)",
        [(1, "webchat", "shop", None, now), (2, "email", "support", "help@shop.example", now)],
    )
    db.executemany(
        "INSERT INTO agent (id, name, email, password_hash, role, created_at)"
        " VALUES (?,?,?,'','agent',?)",
        ((n, f"Agent {n}", f"agent{n}@shop.example", now) for n in range(1, 41)),
    )
    people = conversations // 5 + 3
    db.executemany(
        "INSERT INTO customer (id, name, created_at, attributes) VALUES (?,?,?,'{}')",
        ((n, f"Customer {n}", now) for n in range(1, people)),
    )
    db.executemany(
        "INSERT INTO identity (customer_id, kind, value, proof, created_at) VALUES (?,?,?,?,?)",
        ((n, "email", f"c{n}@example.org", "heard", now) for n in range(1, people)),
    )
    db.executemany(CONVERSATION, conversation_rows(conversations))
    db.executemany(MESSAGE, message_rows(conversations))
    db.execute("COMMIT")
    for statement in later:
        db.execute(statement)
    db.execute("ANALYZE")
    db.execute("PRAGMA journal_mode=WAL")
    db.close()


def archive(conversations: int) -> Path:
    """Return a filled database, made once a machine and kept among its temporary files."""
    schema = hash_of_schema()
    path = Path(tempfile.gettempdir()) / f"parlour-archive-{conversations}-{schema}.db"
    if not path.exists():
        partial = path.with_suffix(".partial")
        partial.unlink(missing_ok=True)
        fill(partial, conversations)
        partial.rename(path)
    return path


def hash_of_schema() -> str:
    """Name the schema, so that an archive of an older one is not taken."""
    from hashlib import sha256

    from sqlalchemy.schema import CreateTable

    tables = "".join(str(CreateTable(table)) for table in Row.metadata.sorted_tables)
    indexes = "".join(sorted(i.name or "" for t in Row.metadata.tables.values() for i in t.indexes))
    return sha256((tables + indexes).encode()).hexdigest()[:10]
