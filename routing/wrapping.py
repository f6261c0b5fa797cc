"""The time that an agent has after each conversation, before the next one comes."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from inbox.model import AgentId, Assignment
from inbox.store import Unit
from routing.known import Rulebook, rulebook


def wraps_until(book: Rulebook, one: Assignment) -> datetime | None:
    """Return until when an agent wraps up what was resolved; none when the queue gives no time."""
    queue = book.queues.get(one.queue_id) if one.queue_id is not None else None
    if queue is None or not queue.wrap_up or one.ended_at is None:
        return None
    return one.ended_at + timedelta(seconds=queue.wrap_up)


def wrapping(unit: Unit, book: Rulebook) -> Sequence[tuple[Assignment, datetime]]:
    """Return what agents wrap up now, and until when."""
    longest = max((queue.wrap_up for queue in book.queues.values()), default=0.0)
    if not longest:
        return []
    ended = unit.assignments.resolved_since(unit.now - timedelta(seconds=longest))
    return [
        (one, until)
        for one in ended
        if (until := wraps_until(book, one)) is not None and until > unit.now
    ]


def who_wraps_up(unit: Unit) -> Mapping[AgentId, datetime]:
    """Return the agents who wrap something up now, and until when they do."""
    found = sorted(wrapping(unit, rulebook(unit)), key=lambda one: one[1])
    return {one.agent_id: until for one, until in found}
