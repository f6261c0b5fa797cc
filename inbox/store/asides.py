"""What agents have that lies in no queue: assigned by hand, or since before there was one.

It takes room like everything they have. On the telephone they are while they talk, which is known
by itself: what takes all of an agent's room in a queue takes the usual here.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, select, text

from inbox.model import AgentId, ConversationId, Value
from inbox.store.numbers import numbered
from inbox.store.setups import Setups
from inbox.tables import ASIDE, AccountRow, ConversationRow

USUAL = 1.0  #: the room of what nobody weighed
ALL = (
    select(ConversationRow.id, ConversationRow.assignee_id, AccountRow.kind)
    .join(AccountRow, AccountRow.id == ConversationRow.account_id)
    .where(text(" AND ".join(f"conversation.{one}" for one in ASIDE)))  # for the partial index
)
OF_SOME = ALL.where(numbered(ConversationRow.assignee_id, "which"))
SOME = ALL.where(numbered(ConversationRow.id, "which"))


class Aside(Value):
    """An open conversation in no queue, and who has it."""

    agent_id: AgentId
    weight: float


class Asides:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def all(self) -> Mapping[ConversationId, Aside]:
        """Return all that agents have outside any queue."""
        return self.asked(ALL, ())

    def some(self, which: Collection[ConversationId]) -> Mapping[ConversationId, Aside]:
        """Return those of some conversations that agents have outside any queue."""
        return self.asked(SOME, which)

    def of(self, agents: Iterable[AgentId]) -> Mapping[ConversationId, Aside]:
        """Return what some agents have outside any queue."""
        return self.asked(OF_SOME, agents)

    def asked(self, question: Any, which: Iterable[int]) -> Mapping[ConversationId, Aside]:
        rows = self.connection.execute(question, {"which": list(which)}).all()
        weights = Setups(self.connection).weights() if rows else {}
        return {
            ConversationId(one): Aside(agent_id=agent, weight=room(weights.get(kind, USUAL)))
            for one, agent, kind in rows
        }


def room(weight: float | None) -> float:
    return USUAL if weight is None else weight
