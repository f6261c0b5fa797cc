"""Asking colleagues about a conversation that one keeps: until then they see it.

They answer by a note. A question is over as well when it is taken back, when whoever is asked puts
it away, and when the conversation is resolved; then they see it no longer.
"""

from inbox.errors import Conflict, Invalid, NotFound
from inbox.model import (
    Agent,
    AgentId,
    Consult,
    ConsultEnd,
    ConsultId,
    Conversation,
    ConversationId,
    MessageId,
    QueueId,
)
from inbox.store import Unit
from inbox.store.sight import sees_all


def begin(  # noqa: PLR0917  # who asks whom about what
    unit: Unit,
    talk: Conversation,
    question: MessageId,
    by: AgentId,
    agent: AgentId | None,
    queue: QueueId | None,
) -> ConsultId:
    """Have a colleague, or all of a queue, be asked what the note *question* says.

    Raises `Conflict` when they are asked about this conversation already, and `Invalid` when
    nobody would be asked.
    """
    check(unit, by, agent, queue)
    if any((one.agent_id, one.queue_id) == (agent, queue) for one in unit.consults.of(talk.id)):
        raise Conflict("They are asked about this conversation already.")
    number = unit.consults.add(
        conversation_id=talk.id,
        asker_id=by,
        agent_id=agent,
        queue_id=queue,
        message_id=question,
        asked_at=unit.now,
    )
    unit.happened(
        "conversation.consulted",
        by=by,
        about=agent,
        conversation=talk.id,
        customer=talk.customer_id,
        change={"consult_id": number, "asked_queue_id": queue},
    )
    return number


def check(unit: Unit, by: AgentId, agent: AgentId | None, queue: QueueId | None) -> None:
    """Refuse a question that nobody would hear."""
    if agent is not None:
        if agent == by:
            raise Invalid("You would ask yourself.")
        if unit.agents.get(agent).archived_at:
            raise Invalid("This agent does not answer any more.")
    elif queue is not None:
        if unit.queues.get(queue).archived_at:
            raise Invalid("This queue is not used any more.")
        if not unit.sight.members([queue])[queue] - {by}:
            raise Invalid("Nobody else belongs to this queue.")


def advised(unit: Unit, talk: Conversation, by: AgentId) -> None:
    """Note that *by* wrote a note: what they were asked is answered by that."""
    for one in unit.consults.of(talk.id):
        if one.asker_id != by and is_asked(unit, one, by):
            end(unit, talk, one, ConsultEnd.ANSWERED, by=by)


def is_asked(unit: Unit, one: Consult, agent: AgentId) -> bool:
    """Tell whether *agent* is asked, by name or with their queue."""
    if one.queue_id is None:
        return one.agent_id == agent
    return one.queue_id in unit.sight.queues_of(agent)


def put_away(unit: Unit, which: ConsultId, *, by: Agent) -> None:
    """Take a question back, or decline it when one is asked by name.

    Raises `NotFound` for somebody else's, `Conflict` when it is over.
    """
    talk = unit.conversations.hold(unit.consults.get(which).conversation_id)
    one = unit.consults.get(which)  # again: it may have ended until we held it
    if by.id not in {one.asker_id, one.agent_id} and not sees_all(by):
        raise NotFound("There is no such question.")
    if one.ended_at is not None:
        raise Conflict("This question is over.")
    declined = by.id == one.agent_id
    end(unit, talk, one, ConsultEnd.DECLINED if declined else ConsultEnd.WITHDRAWN, by=by.id)


def end_all(unit: Unit, which: ConversationId, *, by: AgentId | None) -> None:
    """Have nobody be asked about a conversation any more, which is resolved."""
    for one in unit.consults.of(which):
        end(unit, unit.conversations.get(which), one, ConsultEnd.RESOLVED, by=by)


def forget(unit: Unit, agent: AgentId) -> None:
    """Have nothing be asked of an agent who leaves for good."""
    for one in unit.consults.with_(agent):
        if agent in {one.agent_id, one.asker_id}:
            talk = unit.conversations.get(one.conversation_id)
            end(unit, talk, one, ConsultEnd.WITHDRAWN, by=None)


def end(
    unit: Unit, talk: Conversation, one: Consult, how: ConsultEnd, *, by: AgentId | None
) -> None:
    """Have a question be over, and tell whoever asked it."""
    unit.consults.end(one.id, how)
    unit.happened(
        "conversation.advised",
        by=by,
        about=one.asker_id,
        conversation=talk.id,
        customer=talk.customer_id,
        change={"consult_id": one.id, "how": how},
    )
