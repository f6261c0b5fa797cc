"""Customers that turned out to be one, and what is needed to part them again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.orm import aliased

from inbox.errors import NotFound
from inbox.model import AgentId, ConversationId, CustomerId, IdentityId, MergeId, Value
from inbox.store.numbers import numbered
from inbox.tables import (
    ConsentRow,
    ConversationRow,
    CustomerRow,
    IdentityRow,
    MergeRow,
    MessageRow,
)


class Merge(Value):
    """Two customers that somebody found to be one."""

    id: MergeId
    kept_id: CustomerId
    merged_id: CustomerId
    at: datetime
    evidence: str
    moved: dict[str, Any]
    agent_id: AgentId | None = None
    undone_at: datetime | None = None


FIELDS = Merge.__struct_fields__
COLUMNS = [getattr(MergeRow, field) for field in FIELDS]
GET = select(*COLUMNS).where(MergeRow.id == bindparam("which"))
OF = (
    select(*COLUMNS)
    .where((MergeRow.kept_id == bindparam("which")) | (MergeRow.merged_id == bindparam("which")))
    .order_by(MergeRow.id.desc())
    .limit(100)
)
UNDO = update(MergeRow).where(MergeRow.id == bindparam("which")).values(undone_at=bindparam("now"))
TALKS = select(ConversationRow.id).where(ConversationRow.customer_id == bindparam("which"))
CONSENTS = select(ConsentRow.id).where(ConsentRow.customer_id == bindparam("which"))
POINT = (
    update(CustomerRow)
    .where(CustomerRow.id == bindparam("which"))
    .values(merged_into_id=bindparam("to"))
)
MOVE_TALKS = (
    update(ConversationRow)
    .where(numbered(ConversationRow.id, "which"))
    .values(customer_id=bindparam("to"))
)
MOVE_WORDS = (
    update(MessageRow)
    .where(numbered(MessageRow.conversation_id, "which"))
    .values(customer_id=bindparam("to"))
)
MOVE_CONSENTS = (
    update(ConsentRow).where(numbered(ConsentRow.id, "which")).values(customer_id=bindparam("to"))
)
MOVE_ADDRESSES = (
    update(IdentityRow).where(numbered(IdentityRow.id, "which")).values(customer_id=bindparam("to"))
)
DROP = delete(IdentityRow).where(numbered(IdentityRow.id, "which"))
other = aliased(IdentityRow)
ALIKE = (
    select(other.customer_id, other.kind, other.value)
    .join(IdentityRow, (IdentityRow.kind == other.kind) & (IdentityRow.value == other.value))
    .join(CustomerRow, CustomerRow.id == other.customer_id)
    .where(
        IdentityRow.customer_id == bindparam("which"),
        other.customer_id != bindparam("which"),
        CustomerRow.merged_into_id.is_(None),
    )
    .order_by(other.customer_id)
    .limit(20)
)


def as_merge(row: Any) -> Merge:
    return Merge(**dict(zip(FIELDS, row, strict=True)))


class Merges:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def get(self, which: MergeId) -> Merge:
        """Return a merge. Raises `NotFound`."""
        row = self.connection.execute(GET, {"which": which}).one_or_none()
        if row is None:
            raise NotFound("These two were never one.")
        return as_merge(row)

    def of(self, which: CustomerId) -> Sequence[Merge]:
        """Return in which merges a customer took part, the newest first."""
        return [as_merge(row) for row in self.connection.execute(OF, {"which": which})]

    def alike(self, which: CustomerId) -> Sequence[Any]:
        """Return other customers with one of the same addresses, and which that is."""
        return self.connection.execute(ALIKE, {"which": which}).all()

    def add(self, **fields: Any) -> MergeId:
        result = self.connection.execute(insert(MergeRow).values(**fields).returning(MergeRow.id))
        return MergeId(result.scalar_one())

    def undo(self, which: MergeId, now: datetime) -> None:
        self.connection.execute(UNDO, {"which": which, "now": now})

    def talks(self, which: CustomerId) -> list[ConversationId]:
        return [ConversationId(one) for one in self.connection.scalars(TALKS, {"which": which})]

    def consents(self, which: CustomerId) -> list[int]:
        return list(self.connection.scalars(CONSENTS, {"which": which}))

    def point(self, which: CustomerId, to: CustomerId | None) -> None:
        """Say who a customer turned out to be."""
        self.connection.execute(POINT, {"which": which, "to": to})

    def move(self, what: dict[str, list[int]], to: CustomerId) -> None:
        """Give addresses, conversations with all their messages, and consents to a customer."""
        moves = [
            (MOVE_ADDRESSES, what["identities"]),
            (MOVE_TALKS, what["conversations"]),
            (MOVE_WORDS, what["conversations"]),
            (MOVE_CONSENTS, what["consents"]),
        ]
        for statement, which in moves:
            if which:
                self.connection.execute(statement, {"which": which, "to": to})

    def drop_addresses(self, which: Sequence[IdentityId]) -> None:
        if which:
            self.connection.execute(DROP, {"which": list(which)})
