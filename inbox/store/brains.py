"""Every version of what the bot understands. The one that went live last is live."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from inbox.errors import NotFound
from inbox.model import Brain, BrainId
from inbox.store.numbers import numbered
from inbox.tables import BrainRow, Utc

FIELDS = Brain.__struct_fields__
GIVEN = tuple(field for field in FIELDS if field != "id")
COLUMNS = [getattr(BrainRow, field) for field in FIELDS]
ALL = select(*COLUMNS)
NEWEST_FIRST = ALL.order_by(BrainRow.id.desc()).limit(bindparam("limit"))
GET = ALL.where(BrainRow.id == bindparam("which"))
LIVE_FIRST = (BrainRow.live_at.desc(), BrainRow.id.desc())
LIVE = ALL.where(BrainRow.live_at.is_not(None)).order_by(*LIVE_FIRST).limit(1)
LIVE_ID = select(BrainRow.id).where(BrainRow.live_at.is_not(None)).order_by(*LIVE_FIRST).limit(1)
TAUGHT = (
    ALL.where(BrainRow.digest == bindparam("digest"), BrainRow.blob != "")
    .order_by(BrainRow.id.desc())
    .limit(1)
)
ADD = insert(BrainRow).returning(BrainRow.id)
PUT_LIVE = (
    update(BrainRow)
    .where(BrainRow.id == bindparam("which"))
    .values(live_at=bindparam("now", type_=Utc()))
)
FORGET = delete(BrainRow).where(numbered(BrainRow.id, "which"))


class Brains:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def get(self, which: BrainId) -> Brain:
        """Return a version. Raises `NotFound`."""
        found = self.one(GET, which=which)
        if found is None:
            raise NotFound("There is no such version.")
        return found

    def all(self, *, limit: int = 100) -> Sequence[Brain]:
        """Return the versions, the newest first."""
        return [as_brain(row) for row in self.connection.execute(NEWEST_FIRST, {"limit": limit})]

    def newest(self) -> Brain | None:
        """Return what was trained last, whether or not it is live or even succeeded."""
        return next(iter(self.all(limit=1)), None)

    def live(self) -> Brain | None:
        """Return the version that answers; none when nothing was ever taught."""
        return self.one(LIVE)

    def live_id(self) -> BrainId | None:
        """Return which version answers."""
        found = self.connection.scalar(LIVE_ID)
        return None if found is None else BrainId(found)

    def taught(self, digest: str) -> Brain | None:
        """Return the newest version that was taught exactly this."""
        return self.one(TAUGHT, digest=digest)

    def one(self, question: Any, **asked: Any) -> Brain | None:
        row = self.connection.execute(question, asked).one_or_none()
        return as_brain(row) if row else None

    def add(self, **fields: Any) -> BrainId:
        """Write a version; it has all fields of a `Brain` but its number."""
        row = {name: fields.get(name) for name in GIVEN}
        return BrainId(self.connection.execute(ADD, row).scalar_one())

    def put_live(self, which: BrainId, *, at: datetime) -> None:
        """Have a version answer from now on."""
        self.connection.execute(PUT_LIVE, {"which": which, "now": at})

    def forget(self, which: Sequence[BrainId]) -> None:
        """Throw versions away; their files are tidied away later."""
        if which:
            self.connection.execute(FORGET, {"which": list(which)})


def as_brain(row: Any) -> Brain:
    fields = dict(zip(FIELDS, row, strict=True))
    fields["figures"] = fields["figures"] or {}
    return Brain(**fields)
