"""Many offers at once: a few statements, however many there are."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from inbox.model import (
    AgentId,
    Assignment,
    AssignmentState,
    Availability,
    ConversationId,
    CustomerId,
    Duty,
    QueueId,
    Stage,
    Value,
)
from inbox.store import Unit

ROUNDING = 1e-9  # weights are summed up in another order than they came


class Offer(Value):
    """What is offered to whom."""

    conversation_id: ConversationId
    agent_id: AgentId
    weight: float | None  #: the room it takes; none takes all
    expires_at: datetime | None = None
    accepted: bool = False  #: they have it at once


class Room:
    """How much more each of some agents may have; nobody else gives them anything meanwhile."""

    def __init__(self, unit: Unit, agents: Iterable[AgentId]) -> None:
        asked = sorted(set(agents))
        self.now = unit.now
        self.duties = unit.duties.claim_some(asked)
        self.capacities = unit.duties.capacities(asked)
        self.loads = dict(unit.assignments.loads(asked))

    def take(self, agent: AgentId, weight: float | None) -> bool:
        """Take some room of an agent; False when they are not there or it does not fit."""
        if not self.is_there(self.duties.get(agent)) or agent not in self.capacities:
            return False
        load, many, whole = self.loads.get(agent, (0.0, 0, False))
        if whole or (weight is None and many):
            return False
        if load + (weight or 0.0) > self.capacities[agent] + ROUNDING:
            return False
        self.loads[agent] = load + (weight or 0.0), many + 1, weight is None
        return True

    def is_there(self, duty: Duty | None) -> bool:
        """Tell whether an agent takes work: they chose to, have a browser open, and no call."""
        if duty is None or duty.availability is not Availability.AVAILABLE or duty.on_call:
            return False
        return duty.connected_until is not None and self.now < duty.connected_until


def offer_many(unit: Unit, offers: Sequence[Offer]) -> list[Assignment]:
    """Make those of *offers* that still fit, and return them.

    Left out is what is not queued any more, and what an agent has no room for or is not there
    to take; the store knows, whatever the caller remembers. Left out is also what somebody is
    changing right now: whoever offers to many waits for nobody, so that nobody waits in a circle.
    """
    customers = unit.placements.claim({one.conversation_id for one in offers})
    waiting = dict(unit.placements.queued(customers))
    room = Room(unit, [one.agent_id for one in offers if one.conversation_id in waiting])
    rows = []
    for one in offers:
        where = one.conversation_id
        if where in waiting and room.take(one.agent_id, one.weight):
            rows.append(row(one, waiting.pop(where), unit.now))
    made = unit.assignments.add_many(rows)
    if asked := [one.conversation_id for one in made if one.accepted_at is None]:
        unit.placements.offered(asked)
    if given := [(one.conversation_id, one.agent_id) for one in made if one.accepted_at]:
        unit.placements.accepted([which for which, _ in given])
        unit.assignments.assign(given)
    unit.duties.asked({one.agent_id for one in made}, unit.now)
    for assignment in made:
        tell(unit, assignment, customers[assignment.conversation_id])
    return list(made)


def row(one: Offer, queue: QueueId | None, now: datetime) -> dict[str, Any]:
    """Return the assignment that an offer becomes."""
    return {
        "conversation_id": one.conversation_id,
        "agent_id": one.agent_id,
        "queue_id": queue,
        "state": AssignmentState.ACCEPTED if one.accepted else AssignmentState.OFFERED,
        "weight": one.weight,
        "offered_at": now,
        "expires_at": None if one.accepted else one.expires_at,
        "accepted_at": now if one.accepted else None,
        "ended_at": None,
        "why": None,
    }


def tell(unit: Unit, made: Assignment, customer: CustomerId) -> None:
    """Write the event, as one offer alone would."""
    given = made.state is AssignmentState.ACCEPTED
    change: dict[str, Any] = {"assignee_id": [None, made.agent_id]} if given else {}
    change["stage"] = [Stage.QUEUED, Stage.ACCEPTED if given else Stage.OFFERED]
    change["assignment_id"] = made.id
    unit.happened(
        "conversation.assigned" if given else "conversation.offered",
        conversation=made.conversation_id,
        customer=customer,
        about=made.agent_id,
        change=change,
    )
