"""Exchanges with customers: where each stands, who works on it, how far each agent has read."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from inbox.errors import NotFound
from inbox.model import AccountId, AgentId, Conversation, ConversationId, MessageId, Status
from inbox.store.rows import Found, Question
from inbox.store.upsert import upsert
from inbox.tables import ConversationRow, DraftRow, ReadMarkRow

FIELDS = Conversation.__struct_fields__
COLUMNS = [getattr(ConversationRow, field) for field in FIELDS]
GET = select(*COLUMNS).where(ConversationRow.id == bindparam("which"))
HOLD = GET.with_for_update()
BY_THREAD = select(*COLUMNS).where(
    ConversationRow.thread_account_id == bindparam("account"),
    ConversationRow.thread == bindparam("thread"),
)
ADD = insert(ConversationRow)
READ_SO_FAR = select(ReadMarkRow.message_id).where(
    ReadMarkRow.agent_id == bindparam("agent"), ReadMarkRow.conversation_id == bindparam("which")
)
DRAFT = select(DraftRow.text, DraftRow.note).where(
    DraftRow.agent_id == bindparam("agent"), DraftRow.conversation_id == bindparam("which")
)
DROP_DRAFT = delete(DraftRow).where(
    DraftRow.agent_id == bindparam("agent"), DraftRow.conversation_id == bindparam("which")
)
MARK = upsert(ReadMarkRow, "agent_id", "conversation_id")
KEEP_DRAFT = upsert(DraftRow, "agent_id", "conversation_id")


def as_conversation(row: Found) -> Conversation:
    """Make a value of *row*; its status is the only field that needs a type."""
    fields = dict(zip(FIELDS, row, strict=True))
    fields["status"] = Status(fields["status"])
    return Conversation(**fields)


class Conversations:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def get(self, which: ConversationId) -> Conversation:
        """Return a conversation. Raises `NotFound`."""
        return self.found(GET, which)

    def hold(self, which: ConversationId) -> Conversation:
        """Return a conversation that nobody else changes until the commit. Raises `NotFound`."""
        return self.found(HOLD, which)

    def found(self, question: Question, which: ConversationId) -> Conversation:
        row = self.connection.execute(question, {"which": which}).one_or_none()
        if row is None:
            raise NotFound("There is no such conversation.")
        return as_conversation(row)

    def by_thread(self, account: AccountId, thread: str) -> Conversation | None:
        """Return the conversation under the provider's handle *thread*."""
        asked = {"account": account, "thread": thread}
        row = self.connection.execute(BY_THREAD, asked).one_or_none()
        return as_conversation(row) if row else None

    def add(self, rows: Sequence[dict[str, Any]]) -> None:
        """Write new conversations, whose keys were reserved before."""
        self.connection.execute(ADD, rows)

    def change(self, which: ConversationId, **fields: Any) -> None:
        """Set some fields of a conversation."""
        statement = update(ConversationRow).where(ConversationRow.id == which).values(**fields)
        self.connection.execute(statement)

    def read_so_far(self, which: ConversationId, by: AgentId) -> MessageId | None:
        """Return the newest message that an agent has read."""
        found = self.connection.scalar(READ_SO_FAR, {"agent": by, "which": which})
        return None if found is None else MessageId(found)

    def mark_read(self, which: ConversationId, by: AgentId, message: MessageId) -> None:
        """Note that an agent has read as far as *message*."""
        row = {"agent_id": by, "conversation_id": which, "message_id": message}
        MARK(self.connection, row)

    def draft(self, which: ConversationId, by: AgentId) -> tuple[str, bool] | None:
        """Return what an agent has begun to write, and whether it is a note."""
        row = self.connection.execute(DRAFT, {"agent": by, "which": which}).one_or_none()
        return (row.text, row.note) if row else None

    def save_draft(self, which: ConversationId, by: AgentId, **fields: Any) -> None:
        """Keep what an agent has begun to write."""
        KEEP_DRAFT(self.connection, {"agent_id": by, "conversation_id": which, **fields})

    def drop_draft(self, which: ConversationId, by: AgentId) -> None:
        """Forget what an agent had begun to write."""
        self.connection.execute(DROP_DRAFT, {"agent": by, "which": which})
