"""Emojis that people put on messages."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from inbox.model import AgentId, MessageId, Reaction
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
REVISION = select(ReactionRow.revision).where(
    ReactionRow.message_id == bindparam("which"),
    ReactionRow.who == "",
    ReactionRow.emoji == bindparam("emoji"),
)
KEEP = upsert(ReactionRow, "message_id", "who", "emoji")


class Reactions:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def of(self, which: Sequence[MessageId]) -> Sequence[Reaction]:
        """Return the emojis that are on some messages."""
        rows = self.connection.execute(OF, {"which": which})
        return [Reaction(**dict(zip(FIELDS, row, strict=True))) for row in rows]

    def put(
        self, which: MessageId, emoji: str, on: bool, *, at: datetime, by: AgentId | None
    ) -> None:
        """Put an emoji of ours on a message, or take it off."""
        asked = {"which": which, "emoji": emoji}
        revision = self.connection.scalar(REVISION, asked) or 0
        row = {
            "message_id": which,
            "who": "",
            "emoji": emoji,
            "active": on,
            "revision": revision + 1,
            "at": at,
            "name": None,
            "agent_id": by,
        }
        KEEP(self.connection, row)
