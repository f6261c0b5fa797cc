"""Where routing has a conversation: queued, offered, accepted, held, resolved; and how it moves.

Every verb holds the conversation first, so two of them never cross. An agent has, or is asked
for, a conversation by one live assignment, which the store allows only once.
"""

from datetime import datetime

from inbox.model import (
    AgentId,
    Assignment,
    AssignmentId,
    ConversationId,
    Priority,
    QueueId,
)
from inbox.store import Unit


def enqueue(
    unit: Unit,
    which: ConversationId,
    queue: QueueId,
    *,
    by: AgentId | None = None,
    why: str | None = None,
    priority: Priority | None = None,
    at: datetime | None = None,
) -> None:
    """Have a conversation wait in *queue*, whoever had it before; it keeps its place in time.

    *at* is since when it waits, if not since before or now.
    """
    raise NotImplementedError


def offer(
    unit: Unit,
    which: ConversationId,
    agent: AgentId,
    *,
    weight: float | None,
    expires_at: datetime | None,
    accepted: bool = False,
    by: AgentId | None = None,
) -> Assignment | None:
    """Ask an agent to take a queued conversation, or give it to them; none when it is not queued."""
    raise NotImplementedError


def accept(unit: Unit, which: AssignmentId, *, by: AgentId) -> None:
    """Take what was offered. Raises `Conflict` when the offer is over."""
    raise NotImplementedError


def decline(unit: Unit, which: AssignmentId, *, by: AgentId) -> None:
    """Say no to an offer; it goes on to the next."""
    raise NotImplementedError


def miss(unit: Unit, which: AssignmentId, *, limit: int) -> None:
    """Note that an offer was not answered in time; after *limit* in a row its agent is away."""
    raise NotImplementedError


def take(
    unit: Unit, which: ConversationId, agent: AgentId, *, by: AgentId | None, weight: float | None
) -> None:
    """Put a conversation on somebody's desk, whoever had it: what `assign` does with routing."""
    raise NotImplementedError


def give_back(unit: Unit, which: ConversationId, *, by: AgentId | None, why: str) -> None:
    """Return a conversation to its queue, in front of those who came later."""
    raise NotImplementedError


def hold(unit: Unit, which: ConversationId, on: bool = True, *, by: AgentId | None) -> None:
    """Put a conversation aside so that it is offered to nobody, or put it back."""
    raise NotImplementedError


def prioritise(
    unit: Unit, which: ConversationId, priority: Priority, *, by: AgentId | None
) -> None:
    """Say how much a conversation matters."""
    raise NotImplementedError


def finish(unit: Unit, which: ConversationId, *, by: AgentId | None, outcome: str | None) -> None:
    """End what routing has to do with a conversation that is resolved."""
    raise NotImplementedError
