"""Calls that are not over, and news of calls that overtook them."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, delete, select

from inbox.model import AccountId, Message, MessageId
from inbox.store.messages import COLUMNS, as_message
from inbox.store.upsert import insert_new
from inbox.tables import CallRow, MessageRow

OPEN = (
    select(*COLUMNS)
    .join(CallRow, CallRow.message_id == MessageRow.id)
    .where(CallRow.account_id == bindparam("account"))
    .order_by(MessageRow.id)
)
IS_OPEN = select(CallRow.message_id).where(CallRow.message_id == bindparam("which"))
BEGIN = insert_new(CallRow, "message_id")
END = delete(CallRow).where(CallRow.message_id == bindparam("which"))


class Calls:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def open(self, account: AccountId) -> Sequence[Message]:
        """Return the calls of an account that are not over, the oldest first."""
        rows = self.connection.execute(OPEN, {"account": account})
        return [as_message(row) for row in rows]

    def begin(self, which: MessageId, account: AccountId) -> None:
        """Note that a call is not over."""
        BEGIN(self.connection, [{"message_id": which, "account_id": account}])

    def end(self, which: MessageId) -> None:
        """Note that it is."""
        self.connection.execute(END, {"which": which})
