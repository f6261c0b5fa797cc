"""What was taken and is promised: the journal, jobs, leases, and where files and keys lie."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from inbox.tables.base import Row


class JournalRow(Row):
    """What the channels handed over, before anybody understood it."""

    __tablename__ = "journal"
    __table_args__ = (
        UniqueConstraint("account_id", "key"),
        Index(
            "ix_journal_waiting",
            "id",
            sqlite_where=text("state = 'received'"),
            postgresql_where=text("state = 'received'"),
        ),
        Index(
            "ix_journal_quarantined",
            "id",
            sqlite_where=text("state = 'quarantined'"),
            postgresql_where=text("state = 'quarantined'"),
        ),
        Index(
            "ix_journal_blob",
            "blob",
            sqlite_where=text("blob IS NOT NULL"),
            postgresql_where=text("blob IS NOT NULL"),
        ),
        CheckConstraint(
            "state IN ('received','message','update','duplicate','quarantined','discarded')",
            name="state",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    key: Mapped[str | None]
    received_at: Mapped[datetime]
    headers: Mapped[dict[str, Any]]
    payload: Mapped[bytes | None]  # none when it lies in a blob, or was tidied away
    blob: Mapped[str | None]
    size: Mapped[int]
    state: Mapped[str]
    reason: Mapped[str | None]
    claimed_until: Mapped[datetime | None]  # another process is understanding it


class JournalCountRow(Row):
    """How many payloads an account ever had in each state but `received`; kept on write."""

    __tablename__ = "journal_count"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    state: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]


class JobRow(Row):
    __tablename__ = "job"
    __table_args__ = (
        Index(
            "ix_job_due",
            "run_at",
            "id",
            sqlite_where=text("dead_at IS NULL"),
            postgresql_where=text("dead_at IS NULL"),
        ),
        Index(
            "ix_job_lane",
            "lane",
            "id",
            sqlite_where=text("lane IS NOT NULL AND dead_at IS NULL"),
            postgresql_where=text("lane IS NOT NULL AND dead_at IS NULL"),
        ),
        Index(
            "ix_job_dead",
            "id",
            sqlite_where=text("dead_at IS NOT NULL"),
            postgresql_where=text("dead_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lane: Mapped[str | None]
    share: Mapped[str]  # so that no account or kind of work takes every worker
    run_at: Mapped[datetime]
    attempts: Mapped[int]
    payload: Mapped[str]
    holder: Mapped[str | None]  # the worker whose lease runs until run_at
    reason: Mapped[str | None]  # why it was postponed or given up
    created_at: Mapped[datetime]
    dead_at: Mapped[datetime | None]


class LeaseRow(Row):
    """Who alone may do something, such as poll a mailbox, and until when."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    until: Mapped[datetime]
    fence: Mapped[int]  # grows with every new holder, so that a sleeper's writes can be refused


class BlobRow(Row):
    """A stored file; the row is written in the transaction that refers to it."""

    __tablename__ = "blob"

    name: Mapped[str] = mapped_column(primary_key=True)  # SHA-256 of the content
    size: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(index=True)


class SecretRow(Row):
    """The desk's own random keys, made at the first start."""

    __tablename__ = "secret"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[bytes]
    created_at: Mapped[datetime]
