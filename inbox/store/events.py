"""The record: who did what, when, and what it was before. Nothing here is ever changed."""

from typing import Any

from sqlalchemy import Connection, insert

from inbox.model import EventId
from inbox.notices import Happened
from inbox.tables import EventRow

WRITE = insert(EventRow).returning(EventRow.id, sort_by_parameter_order=True)


class Events:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.gathered: list[dict[str, Any]] = []

    def gather(self, **fields: Any) -> None:
        self.gathered.append(fields)

    def flush(self) -> list[Happened]:
        """Write what was gathered, in its order, and return the news of it."""
        rows, self.gathered = self.gathered, []
        if not rows:
            return []
        ids = self.connection.scalars(WRITE, rows).all()
        return [
            Happened(
                id=EventId(number),
                verb=row["verb"],
                conversation_id=row["conversation_id"],
                customer_id=row["customer_id"],
                message_id=row["message_id"],
                journal_id=row["journal_id"],
                agent_id=row["for_agent_id"],
            )
            for number, row in zip(ids, rows, strict=True)
        ]
