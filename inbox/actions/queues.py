"""Who belongs to a queue, what they can do, and whether it hands anything out."""

from datetime import datetime
from typing import Any

from inbox.errors import Conflict, Invalid
from inbox.model import AgentId, Member, Membership, QueueId, QueueRecord, Skilled
from inbox.store import Unit


def pause(unit: Unit, which: QueueId, *, by: AgentId | None) -> None:
    """Have a queue hand out nothing until it goes on; who comes waits in it all the same."""
    queue = standing(unit, which)
    if queue.paused_at is None:
        unit.queues.change(which, paused_at=unit.now)
        unit.happened("queue.paused", by=by, change={"queue": which, "paused": [False, True]})


def resume(unit: Unit, which: QueueId, *, by: AgentId | None) -> None:
    """Have a paused queue go on."""
    queue = standing(unit, which)
    if queue.paused_at is not None:
        unit.queues.change(which, paused_at=None)
        unit.happened("queue.resumed", by=by, change={"queue": which, "paused": [True, False]})


def standing(unit: Unit, which: QueueId) -> QueueRecord:
    """Return a queue of the setup. Raises `Conflict` when it is there no more."""
    queue = unit.queues.get(which)
    if queue.archived_at is not None:
        raise Conflict("This queue is there no more.")
    return queue


def join(
    unit: Unit,
    which: QueueId,
    agent: AgentId,
    *,
    by: AgentId | None,
    membership: Membership = Membership.PRIMARY,
    until: datetime | None = None,
) -> None:
    """Have an agent belong to a queue, for good or lent until a time.

    Raises `Invalid` when the time is over, `Conflict` when somebody who belongs there for good
    would be lent to it.
    """
    standing(unit, which)
    if unit.agents.get(agent).archived_at is not None:
        raise Invalid("They do not answer any more.")
    if until is not None and until <= unit.now:
        raise Invalid("That time is over.")
    before = unit.queues.member(which, agent)
    if before and before.until is None and until is not None:
        raise Conflict("They belong to this queue already.")
    after = Member(queue_id=which, agent_id=agent, membership=membership, until=until)
    if after != before:
        unit.queues.join(after)
        told(unit, which, agent, before, after, by=by)


def part(unit: Unit, which: QueueId, agent: AgentId, *, by: AgentId | None) -> None:
    """Have an agent belong to a queue no longer; what they have from it stays with them."""
    before = unit.queues.member(which, agent)
    if before:
        unit.queues.part(which, agent)
        told(unit, which, agent, before, None, by=by)


def told(
    unit: Unit,
    which: QueueId,
    agent: AgentId,
    before: Member | None,
    after: Member | None,
    *,
    by: AgentId | None,
) -> None:
    """Write down how somebody's belonging to a queue changed."""
    change: dict[str, Any] = {
        "queue": which,
        "membership": [before and before.membership, after and after.membership],
        "until": [as_text(before), as_text(after)],
    }
    unit.happened("queue.member_changed", by=by, about=agent, change=change)


def as_text(member: Member | None) -> str | None:
    return member.until.isoformat() if member and member.until else None


def enable(unit: Unit, agent: AgentId, skilled: Skilled, *, by: AgentId | None) -> None:
    """Write down what an agent can do."""
    unit.agents.get(agent)
    before = unit.duties.skilled(agent)
    if skilled == before:
        return
    unit.duties.set_skilled(agent, skilled)
    change = {
        name: [getattr(before, name), getattr(skilled, name)]
        for name in Skilled.__struct_fields__
        if getattr(before, name) != getattr(skilled, name)
    }
    unit.happened("agent.skills", by=by, about=agent, change=change)
