"""B1 to B3: a web chat message, journalled, received, routed and pushed to a browser."""

import asyncio
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.baselines import PgBench, naive, sqlite_loop
from tests.benchmarks.crowd import open_browser
from tests.benchmarks.figures import Figure, alternate
from tests.benchmarks.playing import on_stage
from tests.servers.postgres import Postgres, binaries, running_postgres

MESSAGES = 20_000
CALLERS = 256  #: customers who write at the same time
TUNED = {"fsync": "on", "full_page_writes": "on", "shared_buffers": "256MB", "autovacuum": "on"}


def desk(url: str, folder: Path, messages: int = MESSAGES) -> float:
    """Return messages a second, from the first hand-over to the last one in a browser."""

    async def run() -> float:
        heard: set[int] = set()
        done = asyncio.Event()

        def hear(data: bytes) -> None:
            heard.update(one["id"] for one in json.loads(data).get("messages", ()))
            if len(heard) >= messages:
                done.set()

        async with on_stage("product", url, folder) as actor:
            browser = await open_browser(actor.port, "/api/live", actor.token, hear)
            await actor.do("pour", 500, CALLERS)  # everybody writes once before it counts
            while len(heard) < 500:  # noqa: ASYNC110  # it is before the race
                await asyncio.sleep(0.01)
            heard.clear()
            begun = await actor.do("pour", messages, CALLERS)
            async with asyncio.timeout(240):
                await done.wait()
            ended = time.monotonic()
            browser.transport.close()
        return messages / (ended - begun)

    return asyncio.run(run())


def fresh(server: Postgres, number: list[int]) -> str:
    number[0] += 1
    name = f"bench_{number[0]}"
    server.clone("template1", name)
    return server.url(name)


def plain(url: str) -> str:
    return url.replace("+psycopg", "")


def figure(name: str, ours: float, theirs: float, what: str, *, gate: float, aim: float) -> Figure:
    return Figure(
        name=name,
        value=ours,
        unit="messages/s",
        against=f"{what}, {theirs:,.0f}/s",
        ratio=ours / theirs,
        gate=str(gate),
        aim=str(aim),
        met=ours / theirs >= gate,
        reached=ours / theirs >= aim,
        limit="Python: two transactions, ten rows and a push for every message",
    )


def measure(name: str) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder, running_postgres(TUNED) as server:
        yield from {"B1": on_postgres, "B2": on_sqlite, "B3": against_naive}[name](
            server, Path(folder)
        )


def on_postgres(server: Postgres, folder: Path) -> Iterator[Figure]:
    count = [0]
    peer = PgBench(binaries(), plain(fresh(server, count)), folder)
    ours, theirs = alternate(lambda: desk(fresh(server, count), folder), peer.run)
    yield figure("B1 web chat message on PostgreSQL", ours, theirs, "pgbench", gate=1.0, aim=2.0)


def on_sqlite(_: Postgres, folder: Path) -> Iterator[Figure]:
    ours, theirs = alternate(lambda: sqlite_desk(folder), lambda: sqlite_loop(folder))
    yield figure("B2 web chat message on SQLite", ours, theirs, "sqlite3 loop", gate=0.3, aim=0.5)


def sqlite_desk(folder: Path) -> float:
    with tempfile.TemporaryDirectory(dir=folder) as own:
        return desk(f"sqlite:///{own}/desk.db", Path(own))


def against_naive(server: Postgres, folder: Path) -> Iterator[Figure]:
    count = [0]
    ours, theirs = alternate(
        lambda: sqlite_desk(folder), lambda: naive(f"sqlite+aiosqlite:///{folder}/naive.db", 1000)
    )
    yield figure("B3 on SQLite against a naive handler", ours, theirs, "async ORM", gate=12, aim=20)
    own = fresh(server, count)
    ours, theirs = alternate(lambda: desk(fresh(server, count), folder), lambda: naive(own, 2000))
    yield figure(
        "B3 on PostgreSQL against a naive handler", ours, theirs, "async ORM", gate=12, aim=20
    )
