"""B5: one event told to 5,000 open browsers, and what an idle one costs."""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.benchmarks.crowd import Arrivals, open_crowd
from tests.benchmarks.figures import Figure
from tests.benchmarks.playing import Actor, on_stage
from tests.benchmarks.stage import many_files

CROWD = 5_000
TURNS = 9
FILLING = 1_100  #: characters; about what the product's frame has


async def fan_out(actor: Actor, arrivals: Arrivals, *words: object) -> float:
    """Return the seconds from the commit until the last browser has heard."""
    arrivals.expect()
    begun = await actor.do(*words)
    async with asyncio.timeout(120):
        await arrivals.all.wait()
    return arrivals.at - begun


async def race() -> tuple[float, float, float, float]:
    """Return the median fan-out of both, and the bytes an idle socket takes in each."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with (
            on_stage("product", f"sqlite:///{folder}/desk.db", folder) as desk,
            on_stage("bare", "-", folder) as bare,
        ):
            sizes, arrivals = [], []
            for actor in (desk, bare):
                seen = Arrivals(CROWD)
                before = await actor.do("memory")
                await open_crowd(CROWD, actor.port, "/api/live", actor.token, seen.hear)
                sizes.append((await actor.do("memory") - before) / CROWD)
                arrivals.append(seen)
            ours, theirs = [], []
            for _ in range(TURNS):
                theirs.append(await fan_out(bare, arrivals[1], "tell", FILLING))
                ours.append(await fan_out(desk, arrivals[0], "tell"))
        return median(ours), median(theirs), sizes[0], sizes[1]


def measure(_: str) -> Iterator[Figure]:
    many_files()
    ours, theirs, size, bare_size = asyncio.run(race())
    yield Figure(
        name="B5 one event to 5,000 sockets, the last has it",
        value=ours * 1000,
        unit="ms",
        against=f"bare send_str, {theirs * 1000:.0f} ms",
        ratio=theirs / ours,
        gate="0.7",
        aim="1.0",
        met=theirs / ours >= 0.7,
        reached=theirs / ours >= 1.0,
        limit="5,000 writes to 5,000 sockets",
    )
    yield Figure(
        name="B5 memory of an idle socket",
        value=size / 1024,
        unit="KB",
        against=f"bare aiohttp, {bare_size / 1024:.1f} KB",
        ratio=None,
        gate="24 KB",
        aim="16 KB",
        met=size <= 24 * 1024,
        reached=size <= 16 * 1024,
        limit="aiohttp's connection, request and websocket objects",
    )
