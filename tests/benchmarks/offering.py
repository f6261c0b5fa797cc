"""B8c: from the commit of a customer's first words until the offer is in the agent's browser.

In between the rules are asked, the conversation goes into its queue, an agent is chosen and the
offer is written: three transactions. The peer is the bare push of B4, which decides nothing.
"""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tests.benchmarks.crowd import looking, open_browser
from tests.benchmarks.figures import Figure, percentile
from tests.benchmarks.playing import Actor, on_stage
from tests.benchmarks.push import numbers

IDLE = (5.0, 40)  #: new customers a second, and how many
BUSY = (200.0, 600)


class Event(msgspec.Struct):
    """What happened; nothing else of it matters here."""

    verb: str
    conversation_id: int | None = None


class Frame(msgspec.Struct):
    events: list[Event] = []


async def offered(actor: Actor, pace: tuple[float, int]) -> list[float]:
    """Return the milliseconds that each offer took."""
    heard: dict[int, float] = {}

    def hear(data: bytes) -> None:
        now = time.monotonic()
        for event in msgspec.json.decode(data, type=Frame).events:
            if event.verb == "conversation.offered" and event.conversation_id:
                heard.setdefault(event.conversation_id, now)

    browser = await open_browser(actor.port, "/api/live", actor.token, hear)
    with looking([browser]):
        begun = {int(which): at for which, at in (await actor.do("arrive", *pace)).items()}
        async with asyncio.timeout(120):
            while begun.keys() - heard.keys():  # noqa: ASYNC110  # see push.py
                await asyncio.sleep(0.05)
    browser.transport.close()
    return [(heard[which] - at) * 1000 for which, at in begun.items()]


async def pushed(actor: Actor, pace: tuple[float, int]) -> list[float]:
    """Return the milliseconds that the bare push takes at the same pace."""
    heard: dict[int, float] = {}

    def hear(data: bytes) -> None:
        now = time.monotonic()
        for number in numbers(data):
            heard.setdefault(number, now)

    rate, many = pace
    browser = await open_browser(actor.port, "/api/live", actor.token, hear)
    with looking([browser]):
        published = await actor.do("stream", int(rate), max(1, round(many / rate)))
        async with asyncio.timeout(60):
            while len(heard) < len(published):  # noqa: ASYNC110  # see push.py
                await asyncio.sleep(0.05)
    browser.transport.close()
    return [(heard[int(number)] - at) * 1000 for number, at in published.items()]


async def race(pace: tuple[float, int]) -> tuple[list[float], list[float]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with (
            on_stage("bare", "-", folder) as bare,
            on_stage("product", f"sqlite:///{folder}/desk.db", folder) as desk,
        ):
            await desk.do("route")
            await offered(desk, (5.0, 5))  # the first of all take longer
            return await offered(desk, pace), await pushed(bare, pace)


def measure(_: str) -> Iterator[Figure]:
    for name, pace in ("idle", IDLE), ("200 new customers/s", BUSY):
        ours, theirs = asyncio.run(race(pace))
        for part in 0.5, 0.99:
            reached, bare = percentile(ours, part), percentile(theirs, part)
            yield Figure(
                name=f"B8c committed -> offer in the browser, {name}, p{part * 100:.0f}",
                value=reached,
                unit="ms",
                against=f"the bare push of B4, {bare:.1f} ms",
                ratio=reached / bare,
                gate="",
                aim="",
                met=True,
                reached=True,
                limit="the rules and the offer are two more transactions, each on disk",
            )
