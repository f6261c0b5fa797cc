"""The channel accounts. One that is no longer configured is archived, never deleted."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from inbox.errors import NotFound
from inbox.model import Account, AccountId, Value
from inbox.store.rows import Found
from inbox.tables import AccountRow

FIELDS = Account.__struct_fields__
COLUMNS = [getattr(AccountRow, field) for field in FIELDS]
GET = select(*COLUMNS).where(AccountRow.id == bindparam("which"))
ALL = select(*COLUMNS).order_by(AccountRow.id)


class Configured(Value):
    """An account as the settings name it."""

    kind: str
    name: str
    address: str | None = None


def as_account(row: Found) -> Account:
    """Make a value of *row*."""
    return Account(**dict(zip(FIELDS, row, strict=True)))


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

    def sync(self, configured: Sequence[Configured], *, at: datetime) -> Mapping[str, AccountId]:
        """Have a row for every configured account, archive the others, and return the keys."""
        known = {account.name: account for account in self.all()}
        for wanted in configured:
            if (there := known.get(wanted.name)) is None:
                self.add(wanted, at=at)
            elif (there.kind, there.address, there.archived_at) != (
                wanted.kind,
                wanted.address,
                None,
            ):
                self.change(there.id, kind=wanted.kind, address=wanted.address, archived_at=None)
        named = {wanted.name for wanted in configured}
        for name, account in known.items():
            if name not in named and account.archived_at is None:
                self.change(account.id, archived_at=at)
        return {account.name: account.id for account in self.all() if account.name in named}

    def add(self, wanted: Configured, *, at: datetime) -> None:
        """Write a new account."""
        self.connection.execute(
            insert(AccountRow).values(
                kind=wanted.kind, name=wanted.name, address=wanted.address, created_at=at
            )
        )

    def change(self, which: AccountId, **fields: Any) -> None:
        """Set some fields of an account."""
        self.connection.execute(update(AccountRow).where(AccountRow.id == which).values(**fields))
