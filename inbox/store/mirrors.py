"""Places outside where agents follow conversations: how far each was told, and what is new."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection, bindparam, func, select, update

from inbox.model import AccountId, Attachment, ConversationId, Direction, EventId, MessageId, Value
from inbox.store.attachments import Attachments
from inbox.store.upsert import insert_new, upsert
from inbox.tables import (
    AccountRow,
    AgentRow,
    ConversationRow,
    CustomerRow,
    EventRow,
    MessageRow,
    MirroredRow,
    MirrorRow,
    QueueRow,
)

TOLD = ("message.added", "message.edited", "message.deleted", "note.added", "delivery.changed")
POSITION = select(MirrorRow.event_id).where(MirrorRow.account_id == bindparam("account"))
NEWEST = select(func.max(EventRow.id))
WHERE = select(MirroredRow.place).where(
    MirroredRow.account_id == bindparam("account"),
    MirroredRow.conversation_id == bindparam("conversation"),
)
WHOSE = select(MirroredRow.conversation_id, MirroredRow.message_id).where(
    MirroredRow.account_id == bindparam("account"), MirroredRow.place == bindparam("place")
)
READ = (
    update(MirroredRow)
    .where(
        MirroredRow.account_id == bindparam("account"),
        MirroredRow.conversation_id == bindparam("conversation"),
    )
    .values(message_id=bindparam("message"))
)
NEWS = (
    select(
        EventRow.id,
        EventRow.verb,
        EventRow.change,
        MessageRow.id.label("message_id"),
        MessageRow.direction,
        MessageRow.text,
        MessageRow.visible_text,
        MessageRow.client_id,
        MessageRow.sender_name,
        AgentRow.name.label("agent"),
        ConversationRow.id.label("conversation_id"),
        CustomerRow.name.label("customer"),
        AccountRow.name.label("account"),
        QueueRow.name.label("queue"),
    )
    .outerjoin(MessageRow, MessageRow.id == EventRow.message_id)
    .outerjoin(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
    .outerjoin(CustomerRow, CustomerRow.id == ConversationRow.customer_id)
    .outerjoin(AccountRow, AccountRow.id == ConversationRow.account_id)
    .outerjoin(AgentRow, AgentRow.id == MessageRow.author_id)
    .outerjoin(QueueRow, QueueRow.id == ConversationRow.queue_id)
    .where(EventRow.id > bindparam("after"))
    .order_by(EventRow.id)
    .limit(bindparam("limit"))
)
PLACE = upsert(MirroredRow, "account_id", "conversation_id")
BEGIN = insert_new(MirrorRow, "account_id")
MOVE = upsert(MirrorRow, "account_id")


class News(Value):
    """An event, and the message that it is about."""

    id: EventId
    verb: str
    change: dict[str, Any] | None = None
    message_id: MessageId | None = None
    direction: Direction | None = None
    text: str | None = None
    visible_text: str | None = None
    client_id: str | None = None
    sender_name: str | None = None
    agent: str | None = None  #: who of us wrote it
    conversation_id: ConversationId | None = None
    customer: str | None = None
    account: str | None = None  #: the name of the account that the conversation is on
    queue: str | None = None
    files: tuple[Attachment, ...] = ()

    @property
    def is_told(self) -> bool:
        return self.verb in TOLD and self.conversation_id is not None


class Mirrors:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def begin(self, account: AccountId) -> EventId:
        """Return how far a mirror was told; a new one begins with what happens next."""
        newest = self.connection.scalar(NEWEST) or 0
        BEGIN(self.connection, {"account_id": account, "event_id": newest})
        return EventId(self.connection.scalar(POSITION, {"account": account}) or 0)

    def move(self, account: AccountId, to: EventId) -> None:
        MOVE(self.connection, {"account_id": account, "event_id": to})

    def news(self, after: EventId, limit: int) -> Sequence[News]:
        """Return what happened since then, in its order; not all of it is told."""
        rows = self.connection.execute(NEWS, {"after": after, "limit": limit}).mappings()
        found = [News(**row) for row in rows]
        attachments = Attachments(self.connection)
        wanted = [one.message_id for one in found if one.message_id and one.is_told]
        files = attachments.of(wanted) if wanted else ()
        return [
            replace(one, files=tuple(file for file in files if file.message_id == one.message_id))
            for one in found
        ]

    # --- where conversations stand -------------------------------------------------------
    def place(self, account: AccountId, conversation: ConversationId) -> str | None:
        asked = {"account": account, "conversation": conversation}
        return self.connection.scalar(WHERE, asked)

    def put(self, account: AccountId, conversation: ConversationId, place: str) -> None:
        row = {"account_id": account, "conversation_id": conversation}
        PLACE(self.connection, {**row, "place": place, "message_id": None})

    def at(self, account: AccountId, place: str) -> tuple[ConversationId, MessageId | None] | None:
        """Return which conversation stands at *place*, and how far it can be read there."""
        row = self.connection.execute(WHOSE, {"account": account, "place": place}).one_or_none()
        if row is None:
            return None
        return ConversationId(row[0]), None if row[1] is None else MessageId(row[1])

    def read(self, account: AccountId, conversation: ConversationId, message: MessageId) -> None:
        """Note that a customer's message can be read there."""
        asked = {"account": account, "conversation": conversation, "message": message}
        self.connection.execute(READ, asked)
