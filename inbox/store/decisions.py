"""What routing decided about each conversation and why. Nothing here is ever changed."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select

from inbox.model import ConversationId, Decision
from inbox.store.bulk import Bulk
from inbox.tables import DecisionRow

FIELDS = Decision.__struct_fields__
GIVEN = tuple(field for field in FIELDS if field != "id")
COLUMNS = [getattr(DecisionRow, field) for field in FIELDS]
OF = (
    select(*COLUMNS)
    .where(DecisionRow.conversation_id == bindparam("conversation"))
    .order_by(DecisionRow.id.desc())
    .limit(bindparam("limit"))
)
ADD = Bulk(DecisionRow, *GIVEN)


class Decisions:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def add(self, decisions: Sequence[Decision]) -> None:
        """Write what was decided."""
        rows = [{name: getattr(one, name) for name in GIVEN} for one in decisions]
        ADD.insert(self.connection, rows)

    def of(self, conversation: ConversationId, *, limit: int = 50) -> Sequence[Decision]:
        """Return what was decided about a conversation, the newest first."""
        rows = self.connection.execute(OF, {"conversation": conversation, "limit": limit})
        return [Decision(**dict(zip(FIELDS, row, strict=True))) for row in rows]
