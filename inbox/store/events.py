"""The record: who did what, when, and what it was before. Nothing here is ever changed."""

from typing import Any

from sqlalchemy import Connection

from inbox.model import EventId
from inbox.notices import Happened, Seen
from inbox.store.bulk import Bulk
from inbox.tables import EventRow

#: Whoever writes events on PostgreSQL holds this lock until the commit, so that a browser
#: that saw event 7 will never have to hear of an event 6 that committed later.
ORDER = 0x9A71
FIELDS = (
    "at",
    "verb",
    "agent_id",
    "conversation_id",
    "customer_id",
    "message_id",
    "journal_id",
    "for_agent_id",
    "change",
)
WRITE = Bulk(EventRow, *FIELDS, order=ORDER)


class Events:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.gathered: list[dict[str, Any]] = []
        self.seen: list[Seen | None] = []

    def gather(self, seen: Seen | None, **fields: Any) -> None:
        """Keep an event for `flush`; it has a value for each of `FIELDS`."""
        self.gathered.append(fields)
        self.seen.append(seen)

    def flush(self) -> list[Happened]:
        """Write what was gathered, in its order, and return the news of it."""
        rows, self.gathered = self.gathered, []
        left, self.seen = self.seen, []
        ids = WRITE.insert_numbered(self.connection, rows)
        return [
            Happened(
                id=EventId(number),
                at=row["at"],
                verb=row["verb"],
                conversation_id=row["conversation_id"],
                customer_id=row["customer_id"],
                message_id=row["message_id"],
                journal_id=row["journal_id"],
                agent_id=row["for_agent_id"],
                by=row["agent_id"],
                change=row["change"],
                seen=seen,
            )
            for number, row, seen in zip(ids, rows, left, strict=True)
        ]
