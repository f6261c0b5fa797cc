"""The peers and limits that the desk is measured against, as plain as they can be."""

import asyncio
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from tests.benchmarks.figures import Watch

SCHEMA = """
CREATE TABLE seen (account_id BIGINT, external_id TEXT, PRIMARY KEY (account_id, external_id));
CREATE TABLE talk (id INTEGER PRIMARY KEY, active_at TEXT, preview TEXT);
CREATE TABLE said (id {key}, talk_id INTEGER, customer_id INTEGER, text TEXT, created_at TEXT);
CREATE TABLE happened (id {key}, verb TEXT, talk_id INTEGER, at TEXT);
CREATE INDEX said_talk ON said (talk_id, id);
CREATE INDEX talk_active ON talk (active_at, id);
"""
TALKS = 100_000
TEXT = "Where is my order? It should have come on Tuesday, and nobody answers the phone."


def sqlite_loop(folder: Path, messages: int = 50_000, group: int = 64) -> float:
    """Write four comparable statements a message with plain sqlite3, *group* to a commit.

    Returns messages a second.
    """
    path = folder / "limit.db"
    path.unlink(missing_ok=True)
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")
    db.executescript(SCHEMA.format(key="INTEGER PRIMARY KEY"))
    db.execute("BEGIN")
    db.executemany("INSERT INTO talk VALUES (?, '', '')", ((i,) for i in range(TALKS)))
    db.execute("COMMIT")
    with Watch() as watch:
        for start in range(0, messages, group):
            db.execute("BEGIN IMMEDIATE")
            for number in range(start, min(start + group, messages)):
                talk = number * 7919 % TALKS
                db.execute("INSERT INTO seen VALUES (1, ?)", (f"m{number}",))
                db.execute(
                    "INSERT INTO said (talk_id, customer_id, text, created_at)"
                    " VALUES (?, ?, ?, '2026-11-21T10:00:00Z')",
                    (talk, talk, TEXT),
                )
                db.execute(
                    "INSERT INTO happened (verb, talk_id, at)"
                    " VALUES ('message.added', ?, '2026-11-21T10:00:00Z')",
                    (talk,),
                )
                db.execute(
                    "UPDATE talk SET active_at = ?, preview = ? WHERE id = ?",
                    (f"2026-11-21T10:00:{number}", TEXT[:60], talk),
                )
            db.execute("COMMIT")
    db.close()
    for leftover in folder.glob("limit.db*"):
        leftover.unlink()
    return messages / watch.seconds


PGBENCH = """\\set talk random(1, 100000)
\\set key random(1, 9000000000000000)
BEGIN;
INSERT INTO seen VALUES (1, :key) ON CONFLICT DO NOTHING;
INSERT INTO said (talk_id, customer_id, text, created_at)
 VALUES (:talk, :talk, 'Where is my order? It should have come on Tuesday.', now()::text);
INSERT INTO happened (verb, talk_id, at) VALUES ('message.added', :talk, now()::text);
UPDATE talk SET active_at = now()::text, preview = 'Where is my order?' WHERE id = :talk;
COMMIT;
"""


class PgBench:
    """``pgbench`` with 64 clients on a database of its own."""

    def __init__(self, binaries: Path, url: str, folder: Path) -> None:
        self.binaries, self.url, self.script = binaries, url, folder / "four.sql"
        self.script.write_text(PGBENCH)
        schema = SCHEMA.format(key="BIGSERIAL PRIMARY KEY")
        fill = f"INSERT INTO talk SELECT n, '', '' FROM generate_series(1, {TALKS}) n;"
        self.psql(schema + fill + "VACUUM ANALYZE talk;")

    def psql(self, commands: str) -> None:
        program = str(self.binaries / "psql")
        subprocess.run(
            [program, "-q", "-v", "ON_ERROR_STOP=1", self.url],
            input=commands.encode(),
            check=True,
        )

    def run(self, seconds: int = 8) -> float:
        """Return transactions a second."""
        return pgbench(self.binaries, self.url, self.script, clients=64, seconds=seconds)


def pgbench(binaries: Path, url: str, script: Path, *, clients: int, seconds: int) -> float:
    """Return how often a second some clients get through a script."""
    options = ["-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T", str(seconds)]
    done = subprocess.run(
        [str(binaries / "pgbench"), *options, "-f", str(script), url],
        capture_output=True,
        check=True,
        text=True,
    )
    told = [line for line in done.stdout.splitlines() if line.startswith("tps = ")]
    return float(told[0].split()[2])


class Naive(DeclarativeBase):
    """What a first version looks like: ORM objects, lazily, a session a request."""


class NaiveTalk(Naive):
    __tablename__ = "naive_talk"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer: Mapped[str] = mapped_column(index=True)
    preview: Mapped[str]


class NaiveMessage(Naive):
    __tablename__ = "naive_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    external_id: Mapped[str] = mapped_column(unique=True)
    talk_id: Mapped[int] = mapped_column(ForeignKey("naive_talk.id"), index=True)
    text: Mapped[str]


class NaiveEvent(Naive):
    __tablename__ = "naive_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    talk_id: Mapped[int]
    verb: Mapped[str]


async def naive_request(sessions: async_sessionmaker[AsyncSession], number: int) -> None:
    """Store one message the way a handler written on the first day does."""
    from sqlalchemy import select

    async with sessions() as session, session.begin():
        if await session.scalar(select(NaiveMessage).filter_by(external_id=f"m{number}")):
            return
        who = f"visitor-{number % 500}"
        talk = await session.scalar(select(NaiveTalk).filter_by(customer=who))
        if talk is None:
            talk = NaiveTalk(customer=who, preview="")
            session.add(talk)
            await session.flush()
        talk.preview = TEXT[:60]
        session.add(NaiveMessage(external_id=f"m{number}", talk_id=talk.id, text=TEXT))
        session.add(NaiveEvent(talk_id=talk.id, verb="message.added"))


def naive(url: str, messages: int, callers: int = 32) -> float:
    """Return messages a second of the naive handler, *callers* at once."""

    async def run() -> float:
        options: dict[str, Any] = {} if "sqlite" in url else {"pool_size": callers}
        engine = create_async_engine(url, **options)
        if "sqlite" in url:
            from sqlalchemy import event

            @event.listens_for(engine.sync_engine, "connect")
            def tune(connection: Any, _: object) -> None:
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("PRAGMA synchronous=FULL")
                connection.execute("PRAGMA busy_timeout=60000")

        async with engine.begin() as connection:
            await connection.run_sync(Naive.metadata.drop_all)
            await connection.run_sync(Naive.metadata.create_all)
        sessions = async_sessionmaker(engine, expire_on_commit=False)
        numbers = iter(range(messages))
        at_once = 1 if "sqlite" in url else callers  # SQLite has one writer whatever one does

        async def caller() -> None:
            for number in numbers:
                await naive_request(sessions, number)

        with Watch() as watch:
            await asyncio.gather(*(caller() for _ in range(at_once)))
        await engine.dispose()
        return messages / watch.seconds

    return asyncio.run(run())
