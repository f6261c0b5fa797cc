"""An exchange as its customer may see it: everything said under a thread, apart from notes."""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Connection, bindparam, func, select

from inbox.channel import Said
from inbox.model import AccountId, Attachment, ConversationId, MessageId
from inbox.store.attachments import Attachments
from inbox.store.messages import COLUMNS, as_message
from inbox.tables import AgentRow, ConversationRow, CustomerRow, MessageRow, ReadMarkRow

THREAD = (
    ConversationRow.thread_account_id == bindparam("account"),
    ConversationRow.thread == bindparam("thread"),
)
SAID = (
    select(*COLUMNS, AgentRow.name.label("author"))
    .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
    .outerjoin(AgentRow, AgentRow.id == MessageRow.author_id)
    .where(*THREAD, MessageRow.direction != "note")
    .limit(bindparam("limit"))
)
NEWEST = SAID.order_by(MessageRow.id.desc())
AFTER = SAID.where(MessageRow.id > bindparam("after")).order_by(MessageRow.id)
SEEN = (
    select(func.max(ReadMarkRow.message_id))
    .join(ConversationRow, ConversationRow.id == ReadMarkRow.conversation_id)
    .where(*THREAD)
)
NAME = (
    select(CustomerRow.name)
    .join(ConversationRow, ConversationRow.customer_id == CustomerRow.id)
    .where(*THREAD)
)
PLACE = select(ConversationRow.id).where(*THREAD)
THREAD_OF = select(ConversationRow.thread).where(
    ConversationRow.id == bindparam("which"),
    ConversationRow.thread_account_id == bindparam("account"),
)


class Exchanges:
    """What one account's channel may know of its threads."""

    def __init__(self, connection: Connection, account: AccountId) -> None:
        self.connection = connection
        self.account = account

    def history(self, thread: str, after: MessageId | None, limit: int) -> Sequence[Said]:
        """Return the newest *limit* messages, or the first ones after one; oldest first."""
        asked = {"account": self.account, "thread": thread, "limit": limit, "after": after}
        statement = NEWEST if after is None else AFTER
        rows = self.connection.execute(statement, asked).all()
        if after is None:
            rows = rows[::-1]
        said = [(as_message(cast(Any, row[:-1])), row[-1]) for row in rows]
        files: dict[MessageId, list[Attachment]] = {}
        for file in Attachments(self.connection).of([message.id for message, _ in said]):
            files.setdefault(file.message_id, []).append(file)
        return [
            Said(message=message, author=author, files=tuple(files.get(message.id, ())))
            for message, author in said
        ]

    def seen(self, thread: str) -> MessageId | None:
        """Return how far the agent who read most has read."""
        found = self.connection.scalar(SEEN, {"account": self.account, "thread": thread})
        return None if found is None else MessageId(found)

    def customer_name(self, thread: str) -> str | None:
        return self.connection.scalar(NAME, {"account": self.account, "thread": thread})

    def place(self, thread: str) -> ConversationId | None:
        """Return the conversation that *thread* leads to."""
        found = self.connection.scalar(PLACE, {"account": self.account, "thread": thread})
        return None if found is None else ConversationId(found)

    def thread_of(self, which: ConversationId) -> str | None:
        """Return the handle of a conversation, when it is one of this account's."""
        return self.connection.scalar(THREAD_OF, {"which": which, "account": self.account})
