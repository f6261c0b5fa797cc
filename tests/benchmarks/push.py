"""B4: from the commit of a message until the last of 50 browsers has it, 500 a second."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from statistics import median

import msgspec

from tests.benchmarks.crowd import looking, open_crowd
from tests.benchmarks.figures import Figure, percentile
from tests.benchmarks.playing import Actor, on_stage

BROWSERS = 50
RATE, SECONDS, TURNS = 500, 4, 5


class Said(msgspec.Struct):
    """A message within a frame; nothing else of it matters here."""

    id: int


class Frame(msgspec.Struct):
    messages: list[Said] = []


@lru_cache(64)  # all browsers hear the same: reading it fifty times would be what is measured
def numbers(data: bytes) -> tuple[int, ...]:
    return tuple(said.id for said in msgspec.json.decode(data, type=Frame).messages)


class Log:
    """Which message each browser heard when; the last hearing of each message counts."""

    def __init__(self) -> None:
        self.last: dict[int, float] = {}
        self.times = dict[int, int]()

    def hear(self, _: int, data: bytes) -> None:
        now = time.monotonic()
        for number in numbers(data):
            self.last[number] = now
            self.times[number] = self.times.get(number, 0) + 1


async def delays(actor: Actor) -> list[float]:
    """Return the milliseconds that each message took to reach all browsers."""
    heard = Log()
    browsers = await open_crowd(BROWSERS, actor.port, "/api/live", actor.token, heard.hear)
    with looking(browsers):
        published = await actor.do("stream", RATE, SECONDS)
        async with asyncio.timeout(60):
            while any(  # noqa: ASYNC110  # an event a frame would cost what is measured
                heard.times.get(int(number), 0) < BROWSERS for number in published
            ):
                await asyncio.sleep(0.05)
    for browser in browsers:
        browser.transport.close()
    return [(heard.last[int(number)] - at) * 1000 for number, at in published.items()]


async def race() -> tuple[float, float]:
    """Let both play by turns, and return what is usual: the median of each one's turns."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with (
            on_stage("bare", "-", folder) as bare,
            on_stage("product", f"sqlite:///{folder}/desk.db", folder) as desk,
        ):
            ours, theirs = [], []
            for _ in range(TURNS):
                theirs.append(percentile(await delays(bare), 0.99))
                ours.append(percentile(await delays(desk), 0.99))
        return median(ours), median(theirs)


def measure(_: str) -> Iterator[Figure]:
    ours, theirs = asyncio.run(race())
    yield Figure(
        name="B4 committed -> last of 50 browsers, 500 messages/s, p99",
        value=ours,
        unit="ms",
        against=f"bare aiohttp + sqlite3, {theirs:.1f} ms",
        ratio=ours / theirs,
        gate="3x, 30 ms",
        aim="1.5x, 15 ms",
        met=ours / theirs <= 3 and ours <= 30,
        reached=ours / theirs <= 1.5 and ours <= 15,
        limit="Python: 50 writes take turns with the thread that stores the next messages",
    )
