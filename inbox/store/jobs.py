"""Promises: work written with the change that causes it, kept until it is done."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import aliased

from inbox.jobs import Job
from inbox.model import JobId, Value
from inbox.store.bulk import Bulk
from inbox.store.numbers import among, numbered
from inbox.tables import JobRow, Utc


class Claimed(Value):
    """A job in a worker's hands, until its lease ends."""

    id: JobId
    share: str
    attempts: int  #: this one included
    payload: str


def moment(name: str) -> ColumnElement[datetime]:
    return bindparam(name, type_=Utc())


def lane_is_busy() -> ColumnElement[bool]:
    """Tell whether a job has to wait: one before it is not done, or one is being done.

    A job that is planned for later holds up nobody before its time has come.
    """
    other = aliased(JobRow)
    begun = or_(other.attempts > 0, other.run_at <= moment("now"))
    held = and_(other.holder.is_not(None), other.run_at > moment("now"))
    return exists().where(
        other.lane == JobRow.lane,
        other.dead_at.is_(None),
        or_(and_(other.id < JobRow.id, begun), and_(other.id != JobRow.id, held)),
    )


WRITE = Bulk(JobRow, "lane", "share", "run_at", "attempts", "payload", "created_at")
DUE = (
    select(JobRow.id)
    .where(
        JobRow.dead_at.is_(None),
        JobRow.run_at <= moment("now"),
        ~among(JobRow.share, "full"),
        ~numbered(JobRow.id, "mine"),
        ~lane_is_busy(),
    )
    .order_by(JobRow.run_at, JobRow.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
    .cte("due")
)
CLAIM = (
    update(JobRow)
    .where(JobRow.id.in_(select(DUE.c.id)))
    .values(run_at=moment("until"), attempts=JobRow.attempts + 1, holder=bindparam("by"))
    .returning(JobRow.id, JobRow.share, JobRow.attempts, JobRow.payload)
)
HELD = and_(JobRow.id == bindparam("which"), JobRow.holder == bindparam("by"))
FINISH = delete(JobRow).where(HELD)
POSTPONE = (
    update(JobRow).where(HELD).values(run_at=moment("at"), holder=None, reason=bindparam("why"))
)
BURY = update(JobRow).where(HELD).values(dead_at=moment("at"), holder=None, reason=bindparam("why"))
RENEW = (
    update(JobRow)
    .where(numbered(JobRow.id, "which"), JobRow.holder == bindparam("by"))
    .values(run_at=moment("until"))
    .returning(JobRow.id)
)
NEXT = select(func.min(JobRow.run_at)).where(
    JobRow.dead_at.is_(None), JobRow.run_at > moment("now")
)
FREE = update(JobRow).where(JobRow.holder.is_not(None)).values(run_at=moment("now"), holder=None)
REVIVE = (
    update(JobRow)
    .where(JobRow.id == bindparam("which"), JobRow.dead_at.is_not(None))
    .values(dead_at=None, attempts=0, run_at=moment("now"))
)
HASTEN = (
    update(JobRow)
    .where(
        JobRow.lane == bindparam("queue"),
        JobRow.payload == bindparam("job"),
        JobRow.dead_at.is_(None),
        JobRow.holder.is_(None),
    )
    .values(run_at=moment("now"))
)
FORGET_DEAD = delete(JobRow).where(
    JobRow.dead_at.is_not(None), JobRow.payload == bindparam("payload")
)
DEAD = (
    select(JobRow.id, JobRow.payload, JobRow.attempts, JobRow.reason, JobRow.dead_at)
    .where(JobRow.dead_at.is_not(None), JobRow.id < bindparam("before"))
    .order_by(JobRow.id.desc())
    .limit(bindparam("limit"))
)
LAG = select(func.min(JobRow.run_at)).where(
    JobRow.dead_at.is_(None), JobRow.run_at <= moment("now")
)
WAITING = select(func.count()).select_from(JobRow).where(JobRow.dead_at.is_(None))


class Jobs:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.gathered: list[dict[str, Any]] = []

    def gather(self, job: Job, *, now: datetime, at: datetime) -> None:
        """Keep *job* for `flush`, to be run *at* a time."""
        self.gathered.append(
            {
                "lane": job.lane,
                "share": job.share,
                "run_at": at,
                "attempts": 0,
                "payload": msgspec.json.encode(job).decode(),
                "created_at": now,
            }
        )

    def flush(self) -> datetime | None:
        """Write what was gathered, in its order, and return when the first of it is due."""
        rows, self.gathered = self.gathered, []
        WRITE.insert(self.connection, rows)
        return min((row["run_at"] for row in rows), default=None)

    def claim(
        self,
        *,
        now: datetime,
        until: datetime,
        by: str,
        limit: int,
        full: Collection[str] = (),
        mine: Collection[JobId] = (),
    ) -> list[Claimed]:
        """Take due jobs whose lane is clear, the oldest first; they are ours *until* then.

        Jobs of a *full* share stay where they are, and so do those that are *mine* already.
        """
        asked: dict[str, Any] = {"now": now, "until": until, "by": by, "limit": limit}
        asked |= {"full": list(full), "mine": list(mine)}
        rows = sorted(self.connection.execute(CLAIM, asked).all())
        return [
            Claimed(id=JobId(row.id), share=row.share, attempts=row.attempts, payload=row.payload)
            for row in rows
        ]

    def finish(self, which: JobId, *, by: str) -> bool:
        """Forget a job that is done; False when it is not *by*'s any more."""
        return self.touched(FINISH, which=which, by=by)

    def postpone(self, which: JobId, *, by: str, at: datetime, reason: str) -> bool:
        """Have a job tried again later; False when it is not *by*'s any more."""
        return self.touched(POSTPONE, which=which, by=by, at=at, why=reason)

    def bury(self, which: JobId, *, by: str, at: datetime, reason: str) -> bool:
        """Give a job up, until a person revives it; False when it is not *by*'s any more."""
        return self.touched(BURY, which=which, by=by, at=at, why=reason)

    def renew(self, which: Collection[JobId], *, by: str, until: datetime) -> set[int]:
        """Keep jobs for longer; returns those that still are ours."""
        asked = {"which": list(which), "by": by, "until": until}
        return set(self.connection.scalars(RENEW, asked).all())

    def free(self, *, now: datetime) -> None:
        """Take every job out of the hands of processes that are gone."""
        self.connection.execute(FREE, {"now": now})

    def revive(self, which: JobId, *, now: datetime) -> bool:
        """Have a dead job tried again from the beginning."""
        return self.touched(REVIVE, which=which, now=now)

    def hasten(self, job: Job, *, now: datetime) -> bool:
        """Have a *job* of a lane that waits run at once; False when none waits."""
        payload = msgspec.json.encode(job).decode()
        return self.touched(HASTEN, queue=job.lane, job=payload, now=now)

    def forget_dead(self, job: Job) -> None:
        """Forget that *job* was given up: a person has promised it anew."""
        payload = msgspec.json.encode(job).decode()
        self.connection.execute(FORGET_DEAD, {"payload": payload})

    def next_due(self, *, now: datetime) -> datetime | None:
        """Return when the next job is due, apart from those that are now."""
        return self.connection.scalar(NEXT, {"now": now})

    def oldest_due(self, *, now: datetime) -> datetime | None:
        """Return since when the job waits that waits longest."""
        return self.connection.scalar(LAG, {"now": now})

    def waiting(self) -> int:
        """Count the jobs that are not done, for the metrics."""
        return self.connection.scalar(WAITING) or 0

    def dead(self, *, before: int = 2**63 - 1, limit: int = 50) -> Sequence[Any]:
        """Return a page of jobs that were given up, the newest first."""
        return self.connection.execute(DEAD, {"before": before, "limit": limit}).all()

    def touched(self, statement: Any, **asked: Any) -> bool:
        return bool(self.connection.execute(statement, asked).rowcount)
