"""Who alone may do something, and until when."""

from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from inbox.tables import LeaseRow, Utc

NOW = bindparam("now", type_=Utc())
UNTIL = bindparam("ends", type_=Utc())
MINE = and_(LeaseRow.name == bindparam("which"), LeaseRow.holder == bindparam("by"))
NEW = {
    "sqlite": sqlite.insert(LeaseRow).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(LeaseRow).on_conflict_do_nothing(),
}
TAKE = (
    update(LeaseRow)
    .where(LeaseRow.name == bindparam("which"), LeaseRow.until <= NOW)
    .values(holder=bindparam("by"), until=UNTIL, fence=LeaseRow.fence + 1)
    .returning(LeaseRow.fence)
)
RENEW = update(LeaseRow).where(MINE, LeaseRow.until > NOW).values(until=UNTIL)
GIVE_UP = update(LeaseRow).where(MINE).values(until=NOW)
FREE = update(LeaseRow).where(LeaseRow.name == bindparam("which")).values(until=NOW)
FENCE = select(LeaseRow.fence).where(LeaseRow.name == bindparam("which"))


class Leases:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def take(self, name: str, *, by: str, now: datetime, until: datetime) -> int | None:
        """Become the holder of *name* and return its new fence; None while another is."""
        row = {"name": name, "holder": "", "until": now, "fence": 0}
        self.connection.execute(NEW[self.connection.dialect.name], row)
        asked = {"which": name, "by": by, "now": now, "ends": until}
        return self.connection.scalar(TAKE, asked)

    def renew(self, name: str, *, by: str, now: datetime, until: datetime) -> bool:
        """Stay the holder; False when it is too late."""
        asked = {"which": name, "by": by, "now": now, "ends": until}
        return bool(self.connection.execute(RENEW, asked).rowcount)

    def give_up(self, name: str, *, by: str, now: datetime) -> None:
        """Let the next one in at once."""
        self.connection.execute(GIVE_UP, {"which": name, "by": by, "now": now})

    def free(self, name: str, *, now: datetime) -> None:
        """Take *name* out of the hands of a process that is gone."""
        self.connection.execute(FREE, {"which": name, "now": now})

    def is_current(self, name: str, fence: int) -> bool:
        """Tell whether nobody has taken *name* over since *fence* was given out."""
        return self.connection.scalar(FENCE, {"which": name}) == fence
