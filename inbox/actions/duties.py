"""Who is at the desk, and what they chose to be."""

from datetime import datetime

from inbox.model import AgentId, Availability
from inbox.store import Unit


def choose(
    unit: Unit,
    agent: AgentId,
    availability: Availability,
    *,
    by: AgentId | None,
    reason: str | None = None,
) -> None:
    """Be available, busy, away or offline from now on; misses are forgiven."""
    raise NotImplementedError


def connect(unit: Unit, agents: list[AgentId], until: datetime) -> None:
    """Note that these agents have the desk open in a browser, at least until then."""
    raise NotImplementedError


def leave(unit: Unit, agent: AgentId) -> None:
    """Note that an agent closed the last browser on this process."""
    raise NotImplementedError
