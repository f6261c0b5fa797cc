"""B8a: how many decisions a second, with ten thousand agents and a hundred thousand who wait.

A decision takes whoever is served next, gives them to the agent with the most room, and notes the
room that is left. The peers do the same with two bare heaps, which know of no agent who left, no
promise at risk and no kind of work, and with a look through all agents for each.
"""

import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from heapq import heapify, heappop, heapreplace

from inbox.model import AgentId, ConversationId
from routing.ladder import Ladder
from routing.model import Priority
from routing.order import Entry, Waiting
from tests.benchmarks import assigning, offering
from tests.benchmarks.figures import Figure, alternate

AGENTS = 10_000
WAITING = 100_000
LOOKED_THROUGH = 300  #: decisions of the plain scan; its speed does not depend on how many
CAPACITY = 20
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
KINDS = 20


def crowd(kinds: int) -> list[Entry]:
    """Return those who wait: of all priorities, a tenth with a promise at risk."""
    chance = random.Random(8)  # a benchmark repeats itself
    return [
        Entry(
            conversation_id=ConversationId(number),
            since=(since := NOW - timedelta(seconds=chance.randrange(3600))),
            priority=chance.choice(list(Priority)),
            value=chance.random(),
            due=since + timedelta(seconds=4500),
            warn_at=since + timedelta(seconds=3240),
            kind=number % kinds,
        )
        for number in range(WAITING)
    ]


def ours(entries: list[Entry]) -> float:
    """Return decisions a second."""
    waiting, ladder = Waiting(), Ladder()
    waiting.fill(entries)
    for number in range(AGENTS):
        ladder.put(AgentId(number), 0.0)
    rungs = [taken / CAPACITY for taken in range(CAPACITY + 1)]
    loads = [0] * AGENTS
    begun = time.perf_counter()
    while (agent := ladder.first()) is not None and waiting.take(NOW):
        loads[agent] += 1
        ladder.put(agent, rungs[loads[agent]])
    seconds = time.perf_counter() - begun
    assert sum(loads) == WAITING
    assert max(loads) - min(loads) <= 1
    return WAITING / seconds


def bare() -> float:
    """Return what two bare heaps reach."""
    chance = random.Random(8)  # a benchmark repeats itself
    waiting = [(chance.random(), number) for number in range(WAITING)]
    agents = [(0.0, number) for number in range(AGENTS)]
    heapify(waiting)
    begun = time.perf_counter()
    while waiting:
        heappop(waiting)
        load, agent = agents[0]
        heapreplace(agents, (load + 1 / CAPACITY, agent))
    return WAITING / (time.perf_counter() - begun)


def scan() -> float:
    """Return what a look through all agents reaches, those who wait being sorted already."""
    loads = dict.fromkeys(range(AGENTS), 0.0)
    begun = time.perf_counter()
    for _ in range(LOOKED_THROUGH):
        agent = min(loads, key=loads.__getitem__)
        loads[agent] += 1 / CAPACITY
    return LOOKED_THROUGH / (time.perf_counter() - begun)


def measure(name: str) -> Iterator[Figure]:
    for kinds, of in (1, "one kind"), (KINDS, f"{KINDS} kinds"):
        entries = crowd(kinds)
        reached, heaps = alternate(lambda some=entries: ours(some), bare)  # type: ignore[misc]
        yield Figure(
            name=f"B8a decisions, 10,000 agents, 100,000 waiting, {of}",
            value=reached,
            unit="decisions/s",
            against=f"two bare heaps {heaps:,.0f}, a plain scan {scan():,.0f}",
            ratio=reached / heaps,
            gate="100,000",
            aim="350,000",
            met=reached >= 100_000,
            reached=reached >= 350_000,
            limit="a record looked up at random for each, and sweeping away the served",
        )
    yield from assigning.measure(name)
    yield from offering.measure(name)
