"""The channel accounts. One that is not configured any more is archived, never deleted."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from inbox.errors import NotFound
from inbox.model import Account, AccountId, Value
from inbox.pulse import Beat
from inbox.store.rows import Found
from inbox.tables import AccountRow, TrafficRow, Utc

FIELDS = Account.__struct_fields__
COLUMNS = [getattr(AccountRow, field) for field in FIELDS]
GET = select(*COLUMNS).where(AccountRow.id == bindparam("which"))
ALL = select(*COLUMNS).order_by(AccountRow.id)
VERSIONS = select(AccountRow.id, AccountRow.version)
BEAT = (
    update(AccountRow)
    .where(AccountRow.id == bindparam("which"))
    .values(
        heard_at=func.coalesce(bindparam("heard", type_=Utc()), AccountRow.heard_at),
        sent_at=func.coalesce(bindparam("sent", type_=Utc()), AccountRow.sent_at),
    )
)
TRAFFIC = (
    select(TrafficRow.hour, TrafficRow.heard)
    .where(
        TrafficRow.account_id == bindparam("which"),
        TrafficRow.hour >= bindparam("since", type_=Utc()),
    )
    .order_by(TrafficRow.hour)
)


class Configured(Value):
    """An account as the settings name it."""

    kind: str
    name: str
    address: str | None = None
    address_kind: str = ""


class Kept(Value):
    """Everything that is kept of an account but its cursor."""

    id: AccountId
    kind: str
    name: str
    address: str | None
    address_kind: str
    created_at: datetime
    version: int
    settings: bytes | None  #: sealed; none when the account stands in a file
    paused_at: datetime | None
    archived_at: datetime | None
    heard_at: datetime | None
    sent_at: datetime | None
    trouble: str | None
    trouble_at: datetime | None
    compared: dict[str, Any] | None


KEPT = select(*[getattr(AccountRow, field) for field in Kept.__struct_fields__])
EVERY = KEPT.order_by(AccountRow.id)
ONE = KEPT.where(AccountRow.id == bindparam("which"))


def adding(statement: Any) -> Any:
    return statement.on_conflict_do_update(
        index_elements=["account_id", "hour"],
        set_={
            "heard": TrafficRow.heard + statement.excluded.heard,
            "sent": TrafficRow.sent + statement.excluded.sent,
        },
    )


COUNT = {
    "sqlite": adding(sqlite.insert(TrafficRow)),
    "postgresql": adding(postgresql.insert(TrafficRow)),
}


def as_account(row: Found) -> Account:
    """Make a value of *row*."""
    return Account(**dict(zip(FIELDS, row, strict=True)))


def as_kept(row: Found) -> Kept:
    return Kept(**dict(zip(Kept.__struct_fields__, row, strict=True)))


class Accounts:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def get(self, which: AccountId) -> Account:
        """Return an account. Raises `NotFound`."""
        row = self.connection.execute(GET, {"which": which}).one_or_none()
        if row is None:
            raise NotFound("There is no such account.")
        return as_account(row)

    def all(self) -> Sequence[Account]:
        """Return every account there ever was, the archived ones too."""
        return [as_account(row) for row in self.connection.execute(ALL)]

    def kept(self, which: AccountId) -> Kept:
        """Return all that is kept of an account. Raises `NotFound`."""
        row = self.connection.execute(ONE, {"which": which}).one_or_none()
        if row is None:
            raise NotFound("There is no such account.")
        return as_kept(row)

    def every(self) -> Sequence[Kept]:
        """Return all that is kept of every account, the archived ones too."""
        return [as_kept(row) for row in self.connection.execute(EVERY)]

    def versions(self) -> Mapping[AccountId, int]:
        """Return the version of every account: it grows with each change."""
        return {AccountId(row[0]): row[1] for row in self.connection.execute(VERSIONS)}

    def sync(self, configured: Sequence[Configured], *, at: datetime) -> Mapping[str, AccountId]:
        """Have a row for every account of the settings file, and return their keys.

        Accounts of the file that do not stand there any more are archived; those that are
        kept in the store are left as they are.
        """
        known = {account.name: account for account in self.every()}
        for wanted in configured:
            there = known.get(wanted.name)
            told = {"kind": wanted.kind, "address": wanted.address}
            told |= {"address_kind": wanted.address_kind}
            if there is None:
                self.add(wanted, at=at)
            elif there.archived_at or told != {key: getattr(there, key) for key in told}:
                self.change(there.id, **told, archived_at=None)
        named = {wanted.name for wanted in configured}
        for name, account in known.items():
            if name not in named and not account.settings and account.archived_at is None:
                self.change(account.id, archived_at=at)
        return {account.name: account.id for account in self.all() if account.name in named}

    def add(self, wanted: Configured, *, at: datetime, **more: Any) -> AccountId:
        """Write a new account."""
        fields = {name: getattr(wanted, name) for name in Configured.__struct_fields__}
        statement = insert(AccountRow).values(**fields, created_at=at, **more)
        number = self.connection.scalar(statement.returning(AccountRow.id))
        return AccountId(number or 0)

    def change(self, which: AccountId, **fields: Any) -> None:
        """Set some fields of an account, so that every process notices."""
        self.connection.execute(
            update(AccountRow)
            .where(AccountRow.id == which)
            .values(version=AccountRow.version + 1, **fields)
        )

    def note(self, which: AccountId, **fields: Any) -> None:
        """Set what was observed of an account; that changes nothing about it."""
        self.connection.execute(update(AccountRow).where(AccountRow.id == which).values(**fields))

    def beat(self, beats: Mapping[AccountId, Beat], *, at: datetime) -> None:
        """Write down when accounts were heard and spoken through, and how often this hour."""
        hour = at.replace(minute=0, second=0, microsecond=0)
        for account, beat in sorted(beats.items()):
            asked = {"which": account, "heard": beat.heard_at, "sent": beat.sent_at}
            self.connection.execute(BEAT, asked)
        rows = [
            {"account_id": account, "hour": hour, "heard": beat.heard, "sent": beat.sent}
            for account, beat in sorted(beats.items())
        ]
        if rows:
            self.connection.execute(COUNT[self.connection.dialect.name], rows)

    def traffic(self, which: AccountId, since: datetime) -> Mapping[datetime, int]:
        """Return how much an account heard in each hour in which it heard anything."""
        rows = self.connection.execute(TRAFFIC, {"which": which, "since": since})
        return {row[0]: row[1] for row in rows}
