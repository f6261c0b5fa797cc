"""B14: a report of 28 days with comparison, all figures by day, on SQLite.

Twenty thousand conversations with four messages each lie in both periods. The peer only counts the
same events in the database, by verb and day, and tells nothing of how long anything took.
"""

import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from inbox.database import Database, connect
from inbox.migrations import upgrade
from inbox.store import Unit
from routing.reports.adding import Dimension
from routing.reports.counting import Asked, Period
from routing.reports.report import tell
from tests.benchmarks.figures import Figure, Watch, alternate

NOW = datetime(2026, 3, 30, tzinfo=UTC)
SPAN = timedelta(days=28)
TALKS = 20_000
LONGEST = 5.0  #: seconds
AIM = 2.0
STEP = timedelta(minutes=5)
RESOLVED = '{"status": ["open", "resolved"]}'
EVENT = (
    "INSERT INTO event (at, verb, agent_id, conversation_id, customer_id, message_id, change)"
    " VALUES (?,?,?,?,1,?,?)"
)
TALK = (
    "INSERT INTO conversation (id, customer_id, account_id, status, created_at, active_at, preview,"
    " spam) VALUES (?,1,1,'resolved',?,?,'',0)"
)
MESSAGE = (
    "INSERT INTO message (id, conversation_id, customer_id, account_id, direction, kind,"
    " created_at, text, recipients, copied, author_id, delivery)"
    " VALUES (?,?,1,1,?,'message',?,'Where is my order?','[]','[]',?,?)"
)
COUNT = "SELECT verb, date(at), count(*) FROM event WHERE at >= ? AND at < ? GROUP BY 1, 2"


def written(at: datetime) -> str:
    """Return a time as SQLite keeps it."""
    return at.strftime("%Y-%m-%d %H:%M:%S.%f")


def fill(path: Path) -> None:
    """Write the conversations: asked, answered, asked, answered, resolved."""
    begun = written(NOW - 2 * SPAN)
    talks, messages, events = [], [], []
    for talk in range(1, TALKS + 1):
        at = NOW - 2 * SPAN + 2 * SPAN * talk / (TALKS + 1)
        talks.append((talk, written(at), written(at)))
        events.append((written(at), "conversation.opened", None, talk, None, None))
        for number in range(4):
            at += STEP
            out, message = number % 2, talk * 4 + number
            way = "out" if out else "in"
            author, delivery = (1, "sent") if out else (None, None)
            messages.append((message, talk, way, written(at), author, delivery))
            events.append((written(at), "message.added", author, talk, message, None))
            if out:
                events.append((written(at), "delivery.changed", None, talk, message, None))
        events.append((written(at), "conversation.resolved", 1, talk, None, RESOLVED))
    events.sort(key=lambda event: event[0])
    with sqlite3.connect(path) as db:
        db.execute(
            "INSERT INTO account (id, kind, name, created_at, version)"
            " VALUES (1,'email','support',?,0)",
            (begun,),
        )
        db.execute(
            "INSERT INTO agent (id, name, email, password_hash, role, created_at)"
            " VALUES (1,'Ada','ada@shop.example','','agent',?)",
            (begun,),
        )
        db.execute(
            "INSERT INTO customer (id, name, created_at, attributes) VALUES (1,'C',?,'{}')",
            (begun,),
        )
        db.executemany(TALK, talks)
        db.executemany(MESSAGE, messages)
        db.executemany(EVENT, events)
    db.close()


def ours(database: Database) -> float:
    """Return the seconds that a report takes; what it says has to be right."""
    asked = Asked(period=Period(since=NOW - SPAN, until=NOW))
    with database.reading.connect() as connection, Watch() as watch:
        told = tell(Unit(connection, NOW), asked, Dimension.DAY, compare=True)
    (opened,) = (one for one in told if one.figure == "opened")
    assert opened.before is not None
    assert opened.now.n + opened.before.n == TALKS
    return watch.seconds


def bare(path: Path) -> float:
    """Return the seconds that a count of the same events takes."""
    db = sqlite3.connect(path)
    with Watch() as watch:
        for until in NOW, NOW - SPAN:
            db.execute(COUNT, (written(until - SPAN), written(until))).fetchall()
    db.close()
    return watch.seconds


def measure(_: str) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "desk.db"
        database = connect(f"sqlite:///{path}")
        upgrade(database)
        database.close()
        fill(path)
        seconds, counted = alternate(lambda: ours(database), lambda: bare(path))
        database.close()
    yield Figure(
        name="B14 report of 28 days with comparison, 20,000 conversations",
        value=seconds,
        unit="s",
        against=f"a bare count of the events in SQL {counted:.2f} s",
        ratio=seconds / counted,
        gate=f"{LONGEST:g} s",
        aim=f"{AIM:g} s",
        met=seconds <= LONGEST,
        reached=seconds <= AIM,
        limit="each event is read and told in Python",
    )
