"""The queues there are and were, and who belongs to them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from inbox.errors import NotFound
from inbox.model import AgentId, Member, Membership, QueueId, QueueRecord
from inbox.store.rows import Found
from inbox.store.upsert import upsert
from inbox.tables import MemberRow, QueueRow

FIELDS = QueueRecord.__struct_fields__
COLUMNS = [getattr(QueueRow, field) for field in FIELDS]
MEMBER_FIELDS = Member.__struct_fields__
MEMBER_COLUMNS = [getattr(MemberRow, field) for field in MEMBER_FIELDS]
ALL = select(*COLUMNS).order_by(QueueRow.id)
GET = select(*COLUMNS).where(QueueRow.id == bindparam("which"))
ADD = insert(QueueRow).returning(QueueRow.id)
MEMBERS = select(*MEMBER_COLUMNS).order_by(MemberRow.queue_id, MemberRow.agent_id)
MEMBERS_OF = MEMBERS.where(MemberRow.queue_id == bindparam("queue"))
QUEUES_OF = MEMBERS.where(MemberRow.agent_id == bindparam("agent"))
ONE_MEMBER = MEMBERS_OF.where(MemberRow.agent_id == bindparam("agent"))
JOIN = upsert(MemberRow, "queue_id", "agent_id")
PART = delete(MemberRow).where(
    MemberRow.queue_id == bindparam("queue"), MemberRow.agent_id == bindparam("agent")
)


def as_member(row: Found) -> Member:
    """Make a value of *row*."""
    fields = dict(zip(MEMBER_FIELDS, row, strict=True))
    fields["membership"] = Membership(fields["membership"])
    return Member(**fields)


def as_queue(row: Found) -> QueueRecord:
    return QueueRecord(**dict(zip(FIELDS, row, strict=True)))


class Queues:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def get(self, which: QueueId) -> QueueRecord:
        """Return a queue. Raises `NotFound`."""
        row = self.connection.execute(GET, {"which": which}).one_or_none()
        if row is None:
            raise NotFound("There is no such queue.")
        return as_queue(row)

    def all(self) -> Sequence[QueueRecord]:
        """Return every queue there ever was."""
        return [as_queue(row) for row in self.connection.execute(ALL)]

    def named(self) -> Mapping[str, QueueRecord]:
        """Return the queues of the setup by their names."""
        return {one.name: one for one in self.all() if one.archived_at is None}

    def sync(self, names: Iterable[str], *, at: datetime) -> Mapping[str, QueueId]:
        """Have a row for each of *names*; queues that are not among them are archived.

        One that comes back is the one it was. Those that go must be empty.
        """
        wanted = list(names)
        known = {one.name: one for one in self.all()}
        for name in wanted:
            if name not in known:
                self.connection.execute(ADD, {"name": name, "archived_at": None, "paused_at": None})
            elif known[name].archived_at:
                self.change(known[name].id, archived_at=None, paused_at=None)
        for name, queue in known.items():
            if name not in wanted and queue.archived_at is None:
                self.change(queue.id, archived_at=at)
        return {name: one.id for name, one in self.named().items()}

    def change(self, which: QueueId, **fields: Any) -> None:
        """Set some fields of a queue."""
        self.connection.execute(update(QueueRow).where(QueueRow.id == which).values(**fields))

    # --- who belongs to them ----------------------------------------------------------------
    def members(self, queue: QueueId | None = None) -> Sequence[Member]:
        """Return who belongs to a queue, or to any."""
        rows = (
            self.connection.execute(MEMBERS)
            if queue is None
            else self.connection.execute(MEMBERS_OF, {"queue": queue})
        )
        return [as_member(row) for row in rows]

    def queues_of(self, agent: AgentId) -> Sequence[Member]:
        """Return the queues an agent belongs to."""
        return [as_member(row) for row in self.connection.execute(QUEUES_OF, {"agent": agent})]

    def member(self, queue: QueueId, agent: AgentId) -> Member | None:
        """Return how an agent belongs to a queue."""
        row = self.connection.execute(ONE_MEMBER, {"queue": queue, "agent": agent}).one_or_none()
        return as_member(row) if row else None

    def join(self, member: Member) -> None:
        """Have an agent belong to a queue, or belong to it otherwise."""
        JOIN(self.connection, {name: getattr(member, name) for name in MEMBER_FIELDS})

    def part(self, queue: QueueId, agent: AgentId) -> None:
        """Have an agent belong to a queue no longer."""
        self.connection.execute(PART, {"queue": queue, "agent": agent})
