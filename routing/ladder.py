"""Agents on the rungs of a ladder, whoever stands lowest at hand.

With the share of an agent's room that is taken for a rung, the lowest is the least busy one. On
one rung whoever came first is first: with a single rung, and everybody put back after their turn,
that is round robin or the longest idle one.
"""

from collections import OrderedDict
from heapq import heapify, heappop, heappush

from inbox.model import AgentId

SPARE = 64  #: rungs with nobody on them that never hurt


class Ladder:
    """Agents in order of their rung, and on a rung as they came; each step takes constant time.

    There are few rungs and many agents, so only rungs are kept in a heap.
    """

    def __init__(self) -> None:
        self.rungs: dict[float, OrderedDict[AgentId, None]] = {}
        self.heap: list[float] = []
        self.stands: dict[AgentId, float] = {}

    def __len__(self) -> int:
        return len(self.stands)

    def put(self, agent: AgentId, rung: float) -> None:
        """Put an agent on a rung, behind all who stand there."""
        if agent in self.stands:
            del self.rungs[self.stands[agent]][agent]
        self.stands[agent] = rung
        if rung not in self.rungs:
            self.rungs[rung] = OrderedDict()
            heappush(self.heap, rung)
            if len(self.rungs) > SPARE + 2 * len(self.stands):
                self.sweep()
        self.rungs[rung][agent] = None

    def sweep(self) -> None:
        """Forget rungs on which nobody stands and which nobody came down to."""
        taken = set(self.stands.values())
        self.rungs = {rung: there for rung, there in self.rungs.items() if rung in taken}
        self.heap = list(self.rungs)
        heapify(self.heap)

    def leave(self, agent: AgentId) -> None:
        """Take an agent off the ladder, who need not stand on it."""
        rung = self.stands.pop(agent, None)
        if rung is not None:
            del self.rungs[rung][agent]

    def first(self) -> AgentId | None:
        """Return whoever stands lowest; nobody when the ladder is empty."""
        while self.heap:
            there = self.rungs[self.heap[0]]
            if there:
                return next(iter(there))
            del self.rungs[heappop(self.heap)]
        return None
