"""B6 and B7: a page of the inbox and of a heavy customer's timeline, over HTTP, at a million.

The peer is the same question asked of SQLite and written as JSON, with nothing around it.
"""

import contextlib
import http.client
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.benchmarks.archive import HEAVY, archive
from tests.benchmarks.figures import Figure, percentile

ROUNDS = 20
REQUESTS = 100  #: of each kind in a round
LIST = """
SELECT c.id, c.customer_id, p.name, c.account_id, a.kind, c.status, c.subject, c.preview,
 c.created_at, c.active_at, c.waiting_since, c.assignee_id, coalesce(r.message_id, 0), c.spam,
 c.last_message_id
FROM conversation c JOIN customer p ON p.id = c.customer_id JOIN account a ON a.id = c.account_id
LEFT JOIN read_mark r ON r.agent_id = 1 AND r.conversation_id = c.id
WHERE c.status = 'open' AND (c.active_at, c.id) < (?, ?)
ORDER BY c.active_at DESC, c.id DESC LIMIT 51
"""
TIMELINE = """
SELECT m.id, m.created_at, m.author_id, m.conversation_id, m.customer_id, m.direction, m.kind,
 a.kind, m.subject, m.text, m.visible_text, m.delivery
FROM message m LEFT JOIN account a ON a.id = m.account_id
WHERE m.customer_id = ? AND m.id < ? ORDER BY m.id DESC LIMIT 51
"""


@contextlib.contextmanager
def served(path: Path) -> Iterator[Callable[[str], bytes]]:
    """Run the API on *path* in a process of its own; yields how to GET from it."""
    with tempfile.TemporaryDirectory() as folder:
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.serve", str(path), folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert child.stdout
        port, token = child.stdout.readline().split()
        line = http.client.HTTPConnection("127.0.0.1", int(port))
        headers = {"Authorization": f"Bearer {token}"}

        def get(target: str) -> bytes:
            line.request("GET", target, headers=headers)
            answer = line.getresponse()
            body = answer.read()
            assert answer.status == 200, body
            return body

        try:
            yield get
        finally:
            line.close()
            child.communicate()


def timed(do: Callable[[], object], times: list[float]) -> None:
    begun = time.perf_counter()
    do()
    times.append((time.perf_counter() - begun) * 1000)


def race(
    product: Callable[[int], object], bare: Callable[[int], object]
) -> tuple[list[float], list[float]]:
    """Time both by turns, in milliseconds."""
    for number in range(REQUESTS):  # warm the caches of both
        product(number)
        bare(number)
    ours: list[float] = []
    theirs: list[float] = []
    for step in range(ROUNDS):
        for number in range(REQUESTS):
            timed(lambda n=number + step: bare(n), theirs)
        for number in range(REQUESTS):
            timed(lambda n=number + step: product(n), ours)
    return ours, theirs


def lists(conversations: int) -> tuple[list[float], list[float]]:
    """Page through the open conversations: the first page, and pages further down."""
    path = archive(conversations)
    db = sqlite3.connect(path)
    with served(path) as get:
        cursors: list[str | None] = [None]
        for _ in range(9):
            after = f"&after={cursors[-1]}" if cursors[-1] else ""
            cursors.append(json.loads(get(f"/api/conversations?list=all{after}"))["next"])
        places = [("9999-12-31", 2**62)]
        for _ in range(9):
            last = db.execute(LIST, places[-1]).fetchall()[-2]
            places.append((last[9], last[0]))

        def product(number: int) -> object:
            cursor = cursors[number % 10]
            return get(f"/api/conversations?list=all{f'&after={cursor}' if cursor else ''}")

        def bare(number: int) -> object:
            return json.dumps(db.execute(LIST, places[number % 10]).fetchall()).encode()

        return race(product, bare)


def timelines(conversations: int) -> tuple[list[float], list[float]]:
    """Page through everything ever said with the customer who said most."""
    path = archive(conversations)
    db = sqlite3.connect(path)
    places = [
        row[0] for row in db.execute("SELECT id FROM message WHERE customer_id = ?", (HEAVY,))
    ]
    with served(path) as get:

        def product(number: int) -> object:
            before = places[-1 - number * 37 % len(places)]
            return get(f"/api/customers/{HEAVY}/timeline?after={before}")

        def bare(number: int) -> object:
            before = places[-1 - number * 37 % len(places)]
            return json.dumps(db.execute(TIMELINE, (HEAVY, before)).fetchall()).encode()

        return race(product, bare)


def measure(name: str) -> Iterator[Figure]:
    if name == "B7":
        yield timeline_figure()
        return
    ours, theirs = lists(1_000_000)
    p99, peer = percentile(ours, 0.99), percentile(theirs, 0.99)
    yield Figure(
        name="B6 inbox page, 1M conversations / 5M messages, p99",
        value=p99,
        unit="ms",
        against=f"bare query + JSON, p99 {peer:.2f} ms; p50 {percentile(ours, 0.5):.2f} ms",
        ratio=p99 / peer,
        gate="6x, 10 ms",
        aim="3x, 4 ms",
        met=p99 / peer <= 6 and p99 <= 10,
        reached=p99 / peer <= 3 and p99 <= 4,
        limit="one HTTP request through Python beside a query of a fraction of a millisecond",
    )
    small, _ = lists(10_000)
    p99_small = percentile(small, 0.99)
    yield Figure(
        name="B6 inbox page, 1M against 10k conversations, p99",
        value=p99,
        unit="ms",
        against=f"the same at 10k, p99 {p99_small:.2f} ms",
        ratio=p99 / p99_small,
        gate="1.5x",
        aim="1.2x",
        met=p99 / p99_small <= 1.5,
        reached=p99 / p99_small <= 1.2,
    )


def timeline_figure() -> Figure:
    ours, theirs = timelines(1_000_000)
    p99, peer = percentile(ours, 0.99), percentile(theirs, 0.99)
    return Figure(
        name="B7 timeline of a customer with 5,000 messages, p99",
        value=p99,
        unit="ms",
        against=f"bare query + JSON, p99 {peer:.2f} ms; p50 {percentile(ours, 0.5):.2f} ms",
        ratio=p99 / peer,
        gate="8x",
        aim="5x",
        met=p99 / peer <= 8,
        reached=p99 / peer <= 5,
        limit="as B6",
    )
