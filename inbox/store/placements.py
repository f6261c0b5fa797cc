"""Where routing has each conversation: its stage, its queue, since when it waits."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, text, update

from inbox.model import ConversationId, CustomerId, Placement, Priority, QueueId, Stage
from inbox.store.numbers import numbered
from inbox.store.rows import Found
from inbox.tables import ConversationRow, PlacementRow

FIELDS = Placement.__struct_fields__
COLUMNS = [getattr(PlacementRow, field) for field in FIELDS]
GET = select(*COLUMNS).where(PlacementRow.conversation_id == bindparam("which"))
SOME = select(*COLUMNS).where(numbered(PlacementRow.conversation_id, "which"))
# Written out: a partial index is not recognised behind parameters.
OPEN = (
    select(*COLUMNS)
    .where(text("placement.stage IN ('queued','offered','accepted','held')"))
    .order_by(PlacementRow.conversation_id)
)
IN_QUEUE = (
    select(PlacementRow.conversation_id)
    .where(
        PlacementRow.queue_id == bindparam("queue"),
        text("placement.stage IN ('queued','offered','accepted','held')"),
    )
    .order_by(PlacementRow.conversation_id)
)
WAITING = (
    select(func.count())
    .select_from(PlacementRow)
    .where(
        PlacementRow.queue_id == bindparam("queue"),
        PlacementRow.stage.in_((Stage.QUEUED, Stage.OFFERED)),
    )
)
QUEUED = (
    select(PlacementRow.conversation_id, PlacementRow.queue_id)
    .where(
        numbered(PlacementRow.conversation_id, "which"),
        PlacementRow.stage == Stage.QUEUED,
    )
    .order_by(PlacementRow.conversation_id)
)
HOLD = (
    select(ConversationRow.id, ConversationRow.customer_id)
    .where(numbered(ConversationRow.id, "which"))
    .order_by(ConversationRow.id)
    .with_for_update(key_share=True)
)
CLAIM = HOLD.with_for_update(key_share=True, skip_locked=True)
ADD = insert(PlacementRow)
DROP = delete(PlacementRow).where(PlacementRow.conversation_id == bindparam("which"))
MOVE = update(PlacementRow).where(numbered(PlacementRow.conversation_id, "which"))
OFFERED = MOVE.values(stage=Stage.OFFERED)
ACCEPTED = MOVE.values(stage=Stage.ACCEPTED, queued_at=None, declined_by=[])


def as_placement(row: Found) -> Placement:
    """Make a value of *row*."""
    fields = dict(zip(FIELDS, row, strict=True))
    fields["stage"] = Stage(fields["stage"])
    fields["priority"] = Priority(fields["priority"])
    fields["needs"] = tuple(fields["needs"])
    fields["declined_by"] = tuple(fields["declined_by"])
    return Placement(**fields)


class Placements:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def get(self, which: ConversationId) -> Placement | None:
        """Return where a conversation is; none when it is everybody's."""
        row = self.connection.execute(GET, {"which": which}).one_or_none()
        return as_placement(row) if row else None

    def some(self, which: Iterable[ConversationId]) -> Mapping[ConversationId, Placement]:
        """Return where some conversations are, those left out that are everybody's."""
        rows = self.connection.execute(SOME, {"which": list(which)})
        return {one.conversation_id: one for one in map(as_placement, rows)}

    def open(self) -> Sequence[Placement]:
        """Return all that are not resolved."""
        return [as_placement(row) for row in self.connection.execute(OPEN)]

    def in_queue(self, queue: QueueId) -> Sequence[ConversationId]:
        """Return the conversations of a queue that are not resolved."""
        return list(self.connection.scalars(IN_QUEUE, {"queue": queue}))

    def waiting(self, queue: QueueId) -> int:
        """Count who waits in a queue, those that are offered among them."""
        return self.connection.scalar(WAITING, {"queue": queue}) or 0

    def add(self, placement: Placement) -> None:
        """Write where a conversation is that had no place."""
        self.connection.execute(ADD, {name: getattr(placement, name) for name in FIELDS})

    def change(self, which: ConversationId, **fields: Any) -> None:
        """Set some fields of a placement."""
        statement = update(PlacementRow).where(PlacementRow.conversation_id == which)
        self.connection.execute(statement.values(**fields))

    def drop(self, which: ConversationId) -> None:
        """Have a conversation be everybody's."""
        self.connection.execute(DROP, {"which": which})

    # --- many at once -----------------------------------------------------------------------
    def hold(self, which: Iterable[ConversationId]) -> Mapping[ConversationId, CustomerId]:
        """Have nobody else move some conversations until the commit; return whose they are."""
        rows = self.connection.execute(HOLD, {"which": list(which)})
        return {ConversationId(one): CustomerId(customer) for one, customer in rows}

    def claim(self, which: Iterable[ConversationId]) -> Mapping[ConversationId, CustomerId]:
        """Return those of some conversations that nobody else is moving, as `hold` does."""
        rows = self.connection.execute(CLAIM, {"which": list(which)})
        return {ConversationId(one): CustomerId(customer) for one, customer in rows}

    def queued(self, which: Iterable[ConversationId]) -> Mapping[ConversationId, QueueId | None]:
        """Return those of some conversations that are queued, and where; ask after `hold`."""
        rows = self.connection.execute(QUEUED, {"which": list(which)})
        return {
            ConversationId(one): None if queue is None else QueueId(queue) for one, queue in rows
        }

    def offered(self, which: Iterable[ConversationId]) -> None:
        """Note that some queued conversations are offered."""
        self.connection.execute(OFFERED, {"which": list(which)})

    def accepted(self, which: Iterable[ConversationId]) -> None:
        """Note that some queued conversations were given to somebody."""
        self.connection.execute(ACCEPTED, {"which": list(which)})
