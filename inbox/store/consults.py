"""Colleagues who were asked about a conversation that somebody else keeps.

While they are asked they see it, wherever it lies; see `inbox.store.sight`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, or_, select, text, update

from inbox.errors import NotFound
from inbox.model import AgentId, Consult, ConsultEnd, ConsultId, ConversationId
from inbox.store.numbers import numbered
from inbox.store.rows import Found
from inbox.store.sight import BELONGS
from inbox.store.sight import MINE as QUEUES
from inbox.tables import OPEN_CONSULT, ConsultRow, MemberRow

FIELDS = Consult.__struct_fields__
COLUMNS = [getattr(ConsultRow, field) for field in FIELDS]
OPEN = text(f"consult.{OPEN_CONSULT}")  # written out, for the partial index
GET = select(*COLUMNS).where(ConsultRow.id == bindparam("which"))
ALL_OPEN = select(*COLUMNS).where(OPEN).order_by(ConsultRow.id)
OF = ALL_OPEN.where(ConsultRow.conversation_id == bindparam("conversation"))
WITH = ALL_OPEN.where(
    or_(
        ConsultRow.agent_id == bindparam("agent"),
        ConsultRow.asker_id == bindparam("agent"),
        ConsultRow.queue_id.in_(QUEUES),
    )
)
WATCHERS = select(ConsultRow.conversation_id, ConsultRow.agent_id, MemberRow.agent_id).outerjoin(
    MemberRow, (MemberRow.queue_id == ConsultRow.queue_id) & BELONGS
)
SOME_WATCHERS = WATCHERS.where(OPEN, numbered(ConsultRow.conversation_id, "which"))
ADD = insert(ConsultRow).returning(ConsultRow.id)


def as_consult(row: Found) -> Consult:
    """Make a value of *row*."""
    fields = dict(zip(FIELDS, row, strict=True))
    fields["how"] = fields["how"] and ConsultEnd(fields["how"])
    return Consult(**fields)


class Consults:
    def __init__(self, connection: Connection, now: datetime) -> None:
        self.connection = connection
        self.now = now

    def get(self, which: ConsultId) -> Consult:
        """Return a question that was asked. Raises `NotFound`."""
        row = self.connection.execute(GET, {"which": which}).one_or_none()
        if row is None:
            raise NotFound("There is no such question.")
        return as_consult(row)

    def open(self) -> Sequence[Consult]:
        """Return all that nobody answered yet."""
        return self.asked(ALL_OPEN, {})

    def of(self, conversation: ConversationId) -> Sequence[Consult]:
        """Return what was asked about a conversation and is not answered."""
        return self.asked(OF, {"conversation": conversation})

    def with_(self, agent: AgentId) -> Sequence[Consult]:
        """Return what an agent was asked, by name or with their queue, or has asked."""
        return self.asked(WITH, {"agent": agent, "now": self.now})

    def asked(self, question: Any, asked: dict[str, Any]) -> Sequence[Consult]:
        return [as_consult(row) for row in self.connection.execute(question, asked)]

    def watchers(self, which: Iterable[ConversationId]) -> Mapping[int, set[AgentId]]:
        """Return who is asked about some conversations; those left out nobody is asked about."""
        found: dict[int, set[AgentId]] = {}
        asked = {"which": list(which), "now": self.now}
        for conversation, agent, member in self.connection.execute(SOME_WATCHERS, asked):
            found.setdefault(conversation, set()).update(
                AgentId(one) for one in (agent, member) if one is not None
            )
        return found

    def add(self, **fields: Any) -> ConsultId:
        """Write what was asked."""
        return ConsultId(self.connection.execute(ADD, fields).scalar_one())

    def end(self, which: ConsultId, how: ConsultEnd) -> None:
        """Have a question be over."""
        ended = update(ConsultRow).where(ConsultRow.id == which)
        self.connection.execute(ended.values(ended_at=self.now, how=how))
