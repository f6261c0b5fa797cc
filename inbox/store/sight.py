"""Who sees which conversation.

Supervisors see all of them. An agent sees what lies in no queue, what lies in the queues they
belong to, what they have or are asked to take, and what a colleague asks them about.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, exists, or_, select, text
from sqlalchemy.orm import aliased

from inbox.errors import NotFound
from inbox.model import Agent, AgentId, ConversationId, MessageId, QueueId, Role
from inbox.store.numbers import numbered
from inbox.store.rows import Question
from inbox.tables import (
    LIVE,
    OPEN_CONSULT,
    AssignmentRow,
    ConsultRow,
    ConversationRow,
    MemberRow,
    MessageRow,
    QueueRow,
    Utc,
)

BELONGS: ColumnElement[bool] = or_(
    MemberRow.until.is_(None), MemberRow.until > bindparam("now", type_=Utc())
)
MINE = select(MemberRow.queue_id).where(MemberRow.agent_id == bindparam("agent"), BELONGS)
THEIRS = aliased(AssignmentRow, name="theirs")
ASKED = exists().where(
    THEIRS.conversation_id == ConversationRow.id,
    THEIRS.agent_id == bindparam("agent"),
    text(f"theirs.{LIVE}"),  # written out, for the partial index
)
CONSULTED = ConversationRow.id.in_(
    select(ConsultRow.conversation_id).where(
        text(f"consult.{OPEN_CONSULT}"),  # written out, as above
        or_(ConsultRow.agent_id == bindparam("agent"), ConsultRow.queue_id.in_(MINE)),
    )
)
#: For questions about conversations, with the parameters ``agent`` and ``now``.
SEEN: ColumnElement[bool] = or_(
    ConversationRow.queue_id.is_(None),
    ConversationRow.assignee_id == bindparam("agent"),
    ConversationRow.queue_id.in_(MINE),
    ASKED,
    CONSULTED,
)
ONE = select(ConversationRow.id).where(ConversationRow.id == bindparam("which"), SEEN)
SOME = select(ConversationRow.id).where(numbered(ConversationRow.id, "which"), SEEN)
MESSAGE = (
    select(MessageRow.id)
    .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
    .where(MessageRow.id == bindparam("which"), SEEN)
)
MEMBERS = select(MemberRow.queue_id, MemberRow.agent_id).where(
    numbered(MemberRow.queue_id, "which"), BELONGS
)
ROUTED = select(QueueRow.id).limit(1)


def sees_all(agent: Agent) -> bool:
    return agent.role.covers(Role.SUPERVISOR)


class Sight:
    """Questions about who sees what, now."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self.connection = connection
        self.now = now

    def of(self, agent: Agent) -> datetime | None:
        """Return at what time *agent* looks; none when they see everything."""
        return None if sees_all(agent) or not self.routed() else self.now

    def check(self, agent: Agent, which: ConversationId) -> None:
        """Raise `NotFound` for a conversation that *agent* does not see."""
        if not sees_all(agent) and not self.found(ONE, agent.id, which):
            raise NotFound("There is no such conversation.")

    def check_message(self, agent: Agent, which: MessageId) -> None:
        """Raise `NotFound` for a message of such a conversation."""
        if not sees_all(agent) and not self.found(MESSAGE, agent.id, which):
            raise NotFound("There is no such message.")

    def found(self, question: Question, agent: AgentId, which: int) -> bool:
        asked = {"agent": agent, "which": which, "now": self.now}
        return self.connection.scalar(question, asked) is not None

    def some(self, agent: Agent, which: Iterable[ConversationId]) -> set[ConversationId]:
        """Return those of some conversations that *agent* sees."""
        wanted = list(which)
        if sees_all(agent) or not wanted:
            return set(wanted)
        asked = {"agent": agent.id, "which": wanted, "now": self.now}
        return {ConversationId(one) for one in self.connection.scalars(SOME, asked)}

    def queues_of(self, agent: AgentId) -> set[QueueId]:
        """Return the queues that an agent belongs to."""
        found = self.connection.scalars(MINE, {"agent": agent, "now": self.now})
        return {QueueId(one) for one in found}

    def members(self, which: Iterable[QueueId]) -> Mapping[QueueId, set[AgentId]]:
        """Return who belongs to each of some queues."""
        found: dict[QueueId, set[AgentId]] = {queue: set() for queue in which}
        rows = self.connection.execute(MEMBERS, {"which": list(found), "now": self.now})
        for queue, agent in rows:
            found[QueueId(queue)].add(AgentId(agent))
        return found

    def routed(self) -> bool:
        """Tell whether there is a queue, or ever was one; if not, everybody sees everything."""
        return self.connection.scalar(ROUTED) is not None
