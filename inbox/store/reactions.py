"""Emojis that people put on messages."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from inbox.model import MessageId, Reaction
from inbox.store.numbers import numbered
from inbox.store.upsert import upsert
from inbox.tables import ReactionRow

FIELDS = Reaction.__struct_fields__
COLUMNS = [getattr(ReactionRow, field) for field in FIELDS]
OF = (
    select(*COLUMNS)
    .where(numbered(ReactionRow.message_id, "which"), ReactionRow.active)
    .order_by(ReactionRow.message_id, ReactionRow.at, ReactionRow.who)
)
KEEP = upsert(ReactionRow, "message_id", "who", "emoji")


class Reactions:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def of(self, which: Sequence[MessageId]) -> Sequence[Reaction]:
        """Return the emojis that are on some messages."""
        rows = self.connection.execute(OF, {"which": which})
        return [Reaction(**dict(zip(FIELDS, row, strict=True))) for row in rows]
