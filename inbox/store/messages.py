"""What was said, in order, with how far each reply got."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec import convert
from sqlalchemy import ColumnElement, Connection, bindparam, func, insert, select, text, update
from sqlalchemy.orm import aliased

from inbox.errors import NotFound
from inbox.model import (
    AccountId,
    Content,
    ConversationId,
    CustomerId,
    Delivery,
    Direction,
    Kind,
    Message,
    MessageId,
)
from inbox.store.numbers import among, keys, numbered
from inbox.store.rows import Found, Question, plain
from inbox.tables import AccountRow, MessageRow

NEWEST = MessageId(2**63 - 1)
MANY = 500  # further back nobody looks for whom to answer, or for what was not read
FIELDS = Message.__struct_fields__
COLUMNS = [getattr(MessageRow, field) for field in FIELDS]


def shown() -> Question:
    """Select what a browser shows of a message; its HTML is fetched apart."""
    return select(
        MessageRow.id,
        MessageRow.conversation_id,
        MessageRow.customer_id,
        MessageRow.direction,
        MessageRow.kind,
        AccountRow.kind.label("channel"),
        MessageRow.account_id,
        MessageRow.created_at,
        MessageRow.sent_at,
        MessageRow.text,
        MessageRow.visible_text,
        MessageRow.html.is_not(None).label("has_html"),
        MessageRow.subject,
        MessageRow.sender,
        MessageRow.sender_name,
        MessageRow.recipients,
        MessageRow.copied,
        MessageRow.author_id,
        MessageRow.delivery,
        MessageRow.reason,
        MessageRow.client_id,
        MessageRow.about_id,
        MessageRow.answers_id,
        MessageRow.content,
        MessageRow.edited_at,
        MessageRow.deleted_at,
    ).outerjoin(AccountRow, AccountRow.id == MessageRow.account_id)


def back(which: Any) -> Question:
    """Select a page of messages for which *which* holds, going back in time."""
    return (
        shown()
        .where(which, MessageRow.id < bindparam("before"))
        .order_by(MessageRow.id.desc())
        .limit(bindparam("limit"))
    )


GET = select(*COLUMNS).where(MessageRow.id == bindparam("which"))
PAGE = back(MessageRow.conversation_id == bindparam("which"))
TIMELINE = back(MessageRow.customer_id == bindparam("which"))
SOME = shown().where(numbered(MessageRow.id, "which"))
AS_SHOWN = plain(SOME)
SHOWN = SOME.selected_columns.keys()
HTML = select(MessageRow.html).where(MessageRow.id == bindparam("which"))
RAW = select(MessageRow.journal_id).where(MessageRow.id == bindparam("which"))
BY_CLIENT_ID = select(MessageRow.id, MessageRow.direction).where(
    MessageRow.conversation_id == bindparam("conversation"),
    MessageRow.client_id == bindparam("client"),
)
KNOWN = select(MessageRow.external_id).where(
    MessageRow.account_id == bindparam("account"), among(MessageRow.external_id, "external_ids")
)
BY_EXTERNAL_ID = select(*COLUMNS).where(
    MessageRow.account_id == bindparam("account"),
    MessageRow.external_id == bindparam("external_id"),
)
HEARD = select(*COLUMNS).where(
    MessageRow.conversation_id == bindparam("which"),
    MessageRow.direction == "in",
    MessageRow.kind == "message",
)
HEARD_SINCE = HEARD.where(MessageRow.id > bindparam("after")).order_by(MessageRow.id).limit(1)
HEARD_BEFORE = (
    HEARD.where(MessageRow.id < bindparam("before")).order_by(MessageRow.id.desc()).limit(1)
)


def lately() -> ColumnElement[bool]:
    """Keep to the newest messages of a conversation: some are as long as a life."""
    other = aliased(MessageRow)
    border = (
        select(other.id)
        .where(other.conversation_id == bindparam("which"))
        .order_by(other.id.desc())
        .offset(MANY)
        .limit(1)
        .scalar_subquery()
    )
    return MessageRow.id > func.coalesce(border, 0)


NEWEST_ON = (
    select(*COLUMNS)
    .where(
        MessageRow.conversation_id == bindparam("which"),
        lately(),
        MessageRow.account_id == bindparam("account"),
        MessageRow.direction == bindparam("direction"),
        MessageRow.kind.in_(("message", "auto_reply")),
    )
    .order_by(MessageRow.id.desc())
    .limit(1)
)
EARLIER = (
    select(MessageRow.id, MessageRow.customer_id, MessageRow.delivery)
    .where(
        MessageRow.conversation_id == bindparam("which"),
        lately(),
        MessageRow.account_id == bindparam("account"),
        MessageRow.id < bindparam("before"),
        MessageRow.direction == "out",
        MessageRow.delivery.in_(("sending", "unknown", "sent", "delivered")),
    )
    .order_by(MessageRow.id)
)
REFERENCES = (
    select(MessageRow.external_id)
    .where(
        MessageRow.conversation_id == bindparam("which"),
        lately(),
        MessageRow.account_id == bindparam("account"),
        MessageRow.id < bindparam("before"),
        MessageRow.external_id.is_not(None),
        text("coalesce(message.delivery, 'sent') NOT IN ('queued','failed','dead','canceled')"),
    )
    .order_by(MessageRow.id.desc())
    .limit(bindparam("limit"))
)
ADD = insert(MessageRow)
EMPTY: dict[str, Any] = {
    column.name: None for column in MessageRow.__table__.columns if column.name != "id"
} | {"kind": Kind.MESSAGE, "recipients": [], "copied": [], "revision": 0}


def as_message(row: Iterable[Any]) -> Message:
    """Make a value of *row*."""
    fields = dict(zip(FIELDS, row, strict=True))
    fields["direction"] = Direction(fields["direction"])
    fields["kind"] = Kind(fields["kind"])
    fields["recipients"] = tuple(fields["recipients"])
    fields["copied"] = tuple(fields["copied"])
    if fields["delivery"] is not None:
        fields["delivery"] = Delivery(fields["delivery"])
    if fields["content"] is not None:
        fields["content"] = convert(fields["content"], Content)
    return Message(**fields)


def foreseen(row: Mapping[str, Any], channel: str) -> Found:
    """Return what `Messages.shown` will answer for a row that was written."""
    sent = row["sent_at"] and row["sent_at"].astimezone(UTC)
    known = {**row, "channel": channel, "has_html": row["html"] is not None, "sent_at": sent}
    shown: Found = AS_SHOWN(known[name] for name in SHOWN)
    return shown


class Messages:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def one(self, statement: Any, **asked: Any) -> Message | None:
        row = self.connection.execute(statement, asked).one_or_none()
        return as_message(row) if row else None

    def get(self, which: MessageId) -> Message:
        """Return a message. Raises `NotFound`."""
        found = self.one(GET, which=which)
        if found is None:
            raise NotFound("There is no such message.")
        return found

    def page(
        self, which: ConversationId, *, before: MessageId = NEWEST, limit: int = 50
    ) -> Sequence[Found]:
        """Return what browsers show of a conversation's messages, the newest first."""
        asked = {"which": which, "before": before, "limit": limit}
        return self.connection.execute(PAGE, asked).all()

    def timeline(
        self, which: CustomerId, *, before: MessageId = NEWEST, limit: int = 50
    ) -> Sequence[Found]:
        """Return a page of everything said with a customer, the newest first."""
        asked = {"which": which, "before": before, "limit": limit}
        return self.connection.execute(TIMELINE, asked).all()

    def shown(self, which: Sequence[MessageId]) -> Sequence[Found]:
        """Return what browsers show of some messages, in no particular order."""
        return [AS_SHOWN(row) for row in self.connection.execute(SOME, {"which": which}).all()]

    def html(self, which: MessageId) -> str | None:
        """Return the sanitised HTML of a message, if it has any."""
        return self.connection.scalar(HTML, {"which": which})

    def journal_id(self, which: MessageId) -> int | None:
        """Return the number of the payload that a message came in."""
        return self.connection.scalar(RAW, {"which": which})

    def by_client_id(self, conversation: ConversationId, client: str) -> MessageId | None:
        """Return the message that a browser called *client* before we had it."""
        asked = {"conversation": conversation, "client": client}
        found = self.connection.scalar(BY_CLIENT_ID, asked)
        return None if found is None else MessageId(found)

    def known(self, account: AccountId, external_ids: Sequence[str]) -> set[str]:
        """Return which of *external_ids* an account stored already."""
        asked = {"account": account, "external_ids": external_ids}
        return {found for found in self.connection.scalars(KNOWN, asked) if found is not None}

    def by_external_id(self, account: AccountId, external_id: str) -> Message | None:
        """Return the message that the provider calls *external_id*."""
        return self.one(BY_EXTERNAL_ID, account=account, external_id=external_id)

    def heard_since(self, which: ConversationId, after: MessageId) -> Message | None:
        """Return the first message that the customer wrote after another one."""
        return self.one(HEARD_SINCE, which=which, after=after)

    def heard_before(self, which: ConversationId, before: MessageId = NEWEST) -> Message | None:
        """Return what the customer wrote last, or last before another message."""
        return self.one(HEARD_BEFORE, which=which, before=before)

    def newest_on(
        self, which: ConversationId, account: AccountId, direction: Direction
    ) -> Message | None:
        """Return the newest message of a conversation that went over an account."""
        return self.one(NEWEST_ON, which=which, account=account, direction=direction)

    def references(
        self, which: ConversationId, account: AccountId, before: MessageId, limit: int = 20
    ) -> tuple[str, ...]:
        """Return what the provider calls the messages before another one, the oldest first."""
        asked = {"which": which, "account": account, "before": before, "limit": limit}
        found = self.connection.scalars(REFERENCES, asked).all()
        return tuple(name for name in reversed(found) if name is not None)

    def add(self, *, at: datetime, **fields: Any) -> MessageId:
        """Write one message and return its key."""
        number = next(keys(self.connection, "message", 1))
        self.add_many([{**EMPTY, "created_at": at, **fields, "id": number}])
        return MessageId(number)

    def add_many(self, rows: Sequence[dict[str, Any]]) -> None:
        """Write messages, whose keys were reserved before; every row has every column."""
        self.connection.execute(ADD, rows)

    def change(
        self, which: MessageId, *, only_if: Sequence[Delivery] | None = None, **fields: Any
    ) -> bool:
        """Set some fields of a message, and tell whether it was (still) one of *only_if*."""
        statement = update(MessageRow).where(MessageRow.id == which).values(**fields)
        if only_if is not None:
            statement = statement.where(MessageRow.delivery.in_(only_if))
        return bool(self.connection.execute(statement).rowcount)
