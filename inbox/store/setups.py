"""Every version of what the desk decided about routing; the newest holds.

The content is kept as it was written down; `routing.setup` knows what it means.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from inbox.errors import NotFound
from inbox.model import AgentId, SetupId
from inbox.store.rows import Found
from inbox.tables import SetupRow

NEWEST = select(SetupRow.id, SetupRow.content).order_by(SetupRow.id.desc()).limit(1)
NEWEST_ID = select(SetupRow.id).order_by(SetupRow.id.desc()).limit(1)
GET = select(SetupRow.content).where(SetupRow.id == bindparam("which"))
VERSIONS = (
    select(SetupRow.id, SetupRow.at, SetupRow.agent_id, SetupRow.note)
    .where(SetupRow.id < bindparam("before"))
    .order_by(SetupRow.id.desc())
    .limit(bindparam("limit"))
)
ADD = insert(SetupRow).returning(SetupRow.id)


class Setups:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def newest(self) -> tuple[SetupId, dict[str, Any]] | None:
        """Return what holds; none when nothing was ever decided."""
        row = self.connection.execute(NEWEST).one_or_none()
        return (row[0], row[1]) if row else None

    def weights(self) -> Mapping[str, float | None]:
        """Return the room that conversations of some channels take; none takes all."""
        found = self.newest()
        return found[1].get("weights", {}) if found else {}

    def newest_id(self) -> SetupId | None:
        """Return which version holds."""
        found = self.connection.scalar(NEWEST_ID)
        return None if found is None else SetupId(found)

    def get(self, which: SetupId) -> dict[str, Any]:
        """Return a version. Raises `NotFound`."""
        row = self.connection.execute(GET, {"which": which}).one_or_none()
        if row is None:
            raise NotFound("There is no such version.")
        content: dict[str, Any] = row[0]
        return content

    def versions(self, *, before: int = 2**63 - 1, limit: int = 50) -> Sequence[Found]:
        """Return a page of versions, the newest first: id, at, agent_id, note."""
        return self.connection.execute(VERSIONS, {"before": before, "limit": limit}).all()

    def add(
        self, content: dict[str, Any], *, at: datetime, by: AgentId | None, note: str
    ) -> SetupId:
        """Write a version, which holds from now on."""
        row = {"at": at, "agent_id": by, "note": note, "content": content}
        return SetupId(self.connection.execute(ADD, row).scalar_one())
