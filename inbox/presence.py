"""Who is at the desk: a connected browser is a fact, and so is being on a call."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from inbox.model import AgentId


class Presence(Protocol):
    """Whom a call may ring; routing may put a cleverer one in its place."""

    listeners: list[Callable[[], None]]  #: called when somebody may have become free

    def free(self) -> Sequence[AgentId]:
        """Return who could take a call now, whoever has been idle for the longest first."""

    def connected(self) -> bool:
        """Tell whether anybody is at the desk at all."""

    def begin(self, agent: AgentId, call: str) -> None:
        """Note that *agent* is on a call, or is about to be."""

    def end(self, agent: AgentId, call: str) -> None:
        """Note that *agent* has left it."""


class Attendance:
    """Presence as the open browsers show it."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.browsers: Counter[AgentId] = Counter()
        self.idle_since: dict[AgentId, datetime] = {}
        self.calls: dict[AgentId, set[str]] = {}
        self.listeners: list[Callable[[], None]] = []

    def came(self, agent: AgentId) -> None:
        """Note a browser that was opened."""
        self.browsers[agent] += 1
        if self.browsers[agent] == 1:
            self.idle_since.setdefault(agent, self.clock())
            self.tell()

    def left(self, agent: AgentId) -> None:
        """Note a browser that was closed."""
        self.browsers[agent] -= 1
        if self.browsers[agent] <= 0:
            del self.browsers[agent]
            if agent not in self.calls:
                self.idle_since.pop(agent, None)

    def free(self) -> Sequence[AgentId]:
        idle = [agent for agent in self.browsers if agent not in self.calls]
        return sorted(idle, key=lambda agent: (self.idle_since[agent], agent))

    def connected(self) -> bool:
        return bool(self.browsers)

    def begin(self, agent: AgentId, call: str) -> None:
        self.calls.setdefault(agent, set()).add(call)

    def end(self, agent: AgentId, call: str) -> None:
        """Note that *agent* has left a call, and has been idle since now."""
        calls = self.calls.get(agent)
        if calls is None or call not in calls:
            return
        calls.discard(call)
        if not calls:
            del self.calls[agent]
            self.idle_since[agent] = self.clock()
            self.tell()

    def tell(self) -> None:
        for listener in self.listeners:
            listener()
