"""Who is asked to take a conversation, has it, or had it. Nothing here is ever deleted."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, text, update

from inbox.errors import NotFound
from inbox.model import AgentId, Assignment, AssignmentId, AssignmentState, ConversationId, Stage
from inbox.store.asides import Asides
from inbox.store.bulk import Bulk
from inbox.store.numbers import numbered
from inbox.store.rewrite import Rewrite
from inbox.store.rows import Found
from inbox.tables import LIVE as LIVE_STATES
from inbox.tables import AssignmentRow, ConversationRow, PlacementRow

FIELDS = Assignment.__struct_fields__
GIVEN = tuple(field for field in FIELDS if field != "id")
COLUMNS = [getattr(AssignmentRow, field) for field in FIELDS]
LIVE = text(f"assignment.{LIVE_STATES}")  # written out, for the partial indexes
GET = select(*COLUMNS).where(AssignmentRow.id == bindparam("which"))
OF = AssignmentRow.conversation_id == bindparam("conversation")
LIVE_ONE = select(*COLUMNS).where(OF, LIVE)
LAST = select(*COLUMNS).where(OF).order_by(AssignmentRow.id.desc()).limit(1)
EVERY = select(*COLUMNS).where(OF).order_by(AssignmentRow.id)
ALL_LIVE = select(*COLUMNS).where(LIVE).order_by(AssignmentRow.id)
LIVE_OF = ALL_LIVE.where(AssignmentRow.agent_id == bindparam("agent"))
LIVE_FOR = ALL_LIVE.where(numbered(AssignmentRow.conversation_id, "which"))
RESOLVED_SINCE = (
    select(*COLUMNS)
    .join(PlacementRow, PlacementRow.conversation_id == AssignmentRow.conversation_id)
    .where(
        text("assignment.state = 'ended'"),  # written out, as above
        AssignmentRow.ended_at > bindparam("since"),
        AssignmentRow.ended_at == PlacementRow.resolved_at,
        PlacementRow.stage == Stage.RESOLVED,
    )
    .order_by(AssignmentRow.ended_at)
)
LOADS = (
    select(
        AssignmentRow.agent_id,
        func.coalesce(func.sum(AssignmentRow.weight), 0.0),
        func.count(),
        func.count(AssignmentRow.weight),
    )
    .where(LIVE, numbered(AssignmentRow.agent_id, "which"))
    .group_by(AssignmentRow.agent_id)
)
ADD = insert(AssignmentRow).returning(AssignmentRow.id)
ADD_MANY = Bulk(AssignmentRow, *GIVEN)
ASSIGN_MANY = Rewrite(ConversationRow, "assignee_id")


def as_assignment(row: Found) -> Assignment:
    """Make a value of *row*."""
    fields = dict(zip(FIELDS, row, strict=True))
    fields["state"] = AssignmentState(fields["state"])
    return Assignment(**fields)


class Assignments:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def get(self, which: AssignmentId) -> Assignment:
        """Return an assignment. Raises `NotFound`."""
        row = self.connection.execute(GET, {"which": which}).one_or_none()
        if row is None:
            raise NotFound("There is no such offer.")
        return as_assignment(row)

    def live(self, conversation: ConversationId) -> Assignment | None:
        """Return who has a conversation, or is asked to take it."""
        return self.one(LIVE_ONE, conversation)

    def last(self, conversation: ConversationId) -> Assignment | None:
        """Return the newest assignment of a conversation, over or not."""
        return self.one(LAST, conversation)

    def one(self, question: Any, conversation: ConversationId) -> Assignment | None:
        row = self.connection.execute(question, {"conversation": conversation}).one_or_none()
        return as_assignment(row) if row else None

    def of(self, conversation: ConversationId) -> Sequence[Assignment]:
        """Return every assignment a conversation ever had, the oldest first."""
        rows = self.connection.execute(EVERY, {"conversation": conversation})
        return [as_assignment(row) for row in rows]

    def all_live(self) -> Sequence[Assignment]:
        """Return all that agents have, or are asked to take."""
        return [as_assignment(row) for row in self.connection.execute(ALL_LIVE)]

    def live_of(self, agent: AgentId) -> Sequence[Assignment]:
        """Return what an agent has, or is asked to take."""
        rows = self.connection.execute(LIVE_OF, {"agent": agent})
        return [as_assignment(row) for row in rows]

    def live_for(self, which: Iterable[ConversationId]) -> Mapping[ConversationId, Assignment]:
        """Return who has some conversations, or is asked to take them."""
        rows = self.connection.execute(LIVE_FOR, {"which": list(which)})
        return {one.conversation_id: one for one in map(as_assignment, rows)}

    def resolved_since(self, since: datetime) -> Sequence[Assignment]:
        """Return those that ended because their conversations were resolved, and still are."""
        return [
            as_assignment(row) for row in self.connection.execute(RESOLVED_SINCE, {"since": since})
        ]

    def loads(self, which: Iterable[AgentId]) -> Mapping[AgentId, tuple[float, int, bool]]:
        """Return what each of some agents has: the sum, how many, and whether one takes all.

        What they have outside any queue counts like the rest.
        """
        agents = list(which)
        rows = self.connection.execute(LOADS, {"which": agents})
        found = {
            AgentId(agent): (weight or 0.0, many, many > weighed)
            for agent, weight, many, weighed in rows
        }
        for one in Asides(self.connection).of(agents).values():
            weight, many, whole = found.get(one.agent_id, (0.0, 0, False))
            found[one.agent_id] = weight + one.weight, many + 1, whole
        return found

    def add(self, **fields: Any) -> Assignment:
        """Write a new assignment; the store refuses a second live one of a conversation."""
        row: dict[str, Any] = dict.fromkeys(GIVEN) | fields
        number = self.connection.execute(ADD, row).scalar_one()
        return Assignment(id=AssignmentId(number), **row)

    def add_many(self, rows: Sequence[dict[str, Any]]) -> Sequence[Assignment]:
        """Write many; every row has every column but the id."""
        ids = ADD_MANY.insert_numbered(self.connection, rows)
        return [
            Assignment(id=AssignmentId(number), **row)
            for number, row in zip(ids, rows, strict=True)
        ]

    def change(self, which: AssignmentId, **fields: Any) -> None:
        """Set some fields of an assignment."""
        statement = update(AssignmentRow).where(AssignmentRow.id == which).values(**fields)
        self.connection.execute(statement)

    def end(
        self, which: AssignmentId, state: AssignmentState, *, at: datetime, why: str | None
    ) -> None:
        """Have an assignment be over."""
        self.change(which, state=state, ended_at=at, why=why)

    def assign(self, rows: Sequence[tuple[ConversationId, AgentId]]) -> None:
        """Write on many conversations who has them."""
        ASSIGN_MANY.write(self.connection, [{"id": which, "assignee_id": to} for which, to in rows])
