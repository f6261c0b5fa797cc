"""Find out who answers a conversation."""

from inbox.actions.conversation import assign
from inbox.desk import Desk
from inbox.jobs import Route
from inbox.model import ConversationId
from inbox.store import Unit


async def route(desk: Desk, job: Route) -> None:
    """Leave a conversation with whoever answered it last, or with everybody."""
    if await desk.read(is_abandoned, job.conversation_id):
        await desk.write(release, job.conversation_id)


def is_abandoned(unit: Unit, which: ConversationId) -> bool:
    """Tell whether a conversation waits for somebody who does not answer any more."""
    holder = unit.conversations.get(which).assignee_id
    return holder is not None and unit.agents.get(holder).archived_at is not None


def release(unit: Unit, which: ConversationId) -> None:
    """Put a conversation back where everybody finds it."""
    if is_abandoned(unit, which):
        assign(unit, which, None, by=None)
