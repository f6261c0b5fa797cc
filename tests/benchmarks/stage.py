"""The product, or its bare peer, on a stage: a process that does what it is told line by line.

``python -m tests.benchmarks.stage KIND URL FOLDER`` prints its port and an API token, then
answers each command line with one JSON line. Times are the monotonic clock's, which all
processes of a machine share.
"""

# ruff: noqa: T201  # what it prints is its purpose

import asyncio
import gc
import json
import resource
import sqlite3
import sys
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.benchmarks.baselines import SCHEMA, TEXT

Command = Callable[[list[str]], Awaitable[Any]]


def many_files() -> None:
    """Allow as many open sockets as the machine lets us."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def resident() -> int:
    """Return the bytes this process holds in memory."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


async def opened(app: web.Application) -> int:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, backlog=2048)
    await site.start()
    return int(runner.addresses[0][1])


async def obey(commands: dict[str, Command]) -> None:
    """Do what the lines of standard input say, until they end."""
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        word, *rest = line.split()
        print(json.dumps(await commands[word](rest)), flush=True)


async def memory(_: list[str]) -> int:
    return resident()


async def bare(folder: Path) -> None:  # noqa: C901  # plain on purpose
    """Serve websockets with aiohttp as its documentation does."""
    sockets: list[web.WebSocketResponse] = []
    stored = 0

    async def serve(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        sockets.append(socket)
        async for _ in socket:
            pass
        sockets.remove(socket)
        return socket

    async def tell(words: list[str]) -> float:
        text = json.dumps({"type": "bare", "filling": "x" * int(words[0])})
        begun = time.monotonic()
        for socket in sockets:
            await socket.send_str(text)
        return begun

    async def stream(words: list[str]) -> dict[int, float]:
        """Write four statements a message with sqlite3, then send it to everybody."""
        nonlocal stored
        rate, seconds = map(int, words)
        published: dict[int, float] = {}
        loop = asyncio.get_running_loop()
        first, stored = stored + 1, stored + rate * seconds
        begun = time.monotonic()

        async def one(number: int) -> None:
            published[number] = await loop.run_in_executor(thread, store, number)
            text = json.dumps({"type": "bare", "messages": [{"id": number, "text": TEXT}]})
            for socket in sockets:
                await socket.send_str(text)

        tasks = []
        for step in range(rate * seconds):
            if (early := begun + step / rate - time.monotonic()) > 0:
                await asyncio.sleep(early)
            tasks.append(asyncio.create_task(one(first + step)))
        await asyncio.gather(*tasks)
        return published

    def store(number: int) -> float:
        db.execute("BEGIN IMMEDIATE")
        db.execute("INSERT INTO seen VALUES (1, ?)", (f"m{number}",))
        db.execute(
            "INSERT INTO said (talk_id, customer_id, text, created_at) VALUES (?, ?, ?, '')",
            (number % 500, number % 500, TEXT),
        )
        db.execute("INSERT INTO happened (verb, talk_id, at) VALUES ('x', ?, '')", (number % 500,))
        db.execute("UPDATE talk SET preview = ? WHERE id = ?", (TEXT[:60], number % 500))
        db.execute("COMMIT")
        return time.monotonic()

    thread = ThreadPoolExecutor(1)
    db = sqlite3.connect(folder / "bare.db", isolation_level=None, check_same_thread=False)
    db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")
    db.executescript(SCHEMA.format(key="INTEGER PRIMARY KEY"))
    db.executemany("INSERT INTO talk VALUES (?, '', '')", ((n,) for n in range(500)))
    app = web.Application()
    app.add_routes([web.get("/api/live", serve)])
    print(await opened(app), "none", flush=True)
    await obey({"tell": tell, "memory": memory, "stream": stream})


async def product(url: str, folder: Path) -> None:
    """Run the whole desk, and let things happen on command."""
    import structlog

    from tests.benchmarks.play import Play

    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    async with AsyncExitStack() as leaving:
        play = await Play.begin(url, folder, leaving)
        print(play.port, play.token, flush=True)
        await obey({"memory": memory, **play.commands()})


if __name__ == "__main__":
    many_files()
    kind, *rest = sys.argv[1:]
    if kind == "bare":
        asyncio.run(bare(Path(rest[1])))
    else:
        from config.running import run

        run(product(rest[0], Path(rest[1])))
