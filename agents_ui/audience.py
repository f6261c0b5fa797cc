"""Who hears of what: news are cut to what each browser's agent sees."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from inbox.model import Agent, AgentId
from inbox.store.sight import sees_all

Closed = Mapping[int, frozenset[AgentId]]


class Told(NamedTuple):
    """What happened, and the conversations of it that not everybody sees."""

    content: dict[str, Any]  #: of a change frame
    closed: Closed = {}  #: who sees each of those, apart from supervisors
    routed: bool = False  #: there are queues


class Cut:
    """One frame as each agent gets it, written once for all who see the same."""

    def __init__(self, told: Told, write: Callable[[dict[str, Any]], bytes]) -> None:
        self.told = told
        self.write = write
        self.frames: dict[frozenset[int], bytes | None] = {}
        self.agents: dict[AgentId, bytes | None] = {}

    def of(self, agent: Agent) -> bytes | None:
        """Return what *agent* hears; none when nothing of it concerns them."""
        if not self.told.closed or sees_all(agent):
            return self.without(frozenset())
        if agent.id not in self.agents:
            closed = self.told.closed.items()
            hidden = frozenset(talk for talk, seen_by in closed if agent.id not in seen_by)
            self.agents[agent.id] = self.without(hidden)
        return self.agents[agent.id]

    def without(self, hidden: frozenset[int]) -> bytes | None:
        if hidden not in self.frames:
            content = without(self.told.content, hidden) if hidden else self.told.content
            self.frames[hidden] = self.write(content) if content else None
        return self.frames[hidden]


def without(content: dict[str, Any], hidden: frozenset[int]) -> dict[str, Any] | None:
    """Leave some conversations out; ``gone`` names those that one may have seen before."""
    left = {
        "conversations": [one for one in content["conversations"] if one.id not in hidden],
        "messages": [one for one in content["messages"] if one.conversation_id not in hidden],
        "events": [one for one in content["events"] if one.conversation_id not in hidden],
        "gone": sorted({one.conversation_id for one in content["events"] if moves(one)} & hidden),
    }
    return {**content, **left} if any(left.values()) else None


def moves(event: Any) -> bool:
    """Tell whether somebody who saw a conversation may see it no longer."""
    change = event.change or {}
    held = change.get("assignee_id") or [None]
    stage = change.get("stage") or [None]
    left = held[0] is not None or stage[0] == "offered"
    return "queue_id" in change or left or event.verb == "conversation.advised"
