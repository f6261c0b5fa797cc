"""Who wants to be written to at which address. Nothing is ever changed: the newest word counts."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select

from inbox.model import Consent, CustomerId
from inbox.store.numbers import among
from inbox.tables import ConsentRow

FIELDS = Consent.__struct_fields__
COLUMNS = [getattr(ConsentRow, field) for field in FIELDS]
LATEST = (
    select(func.max(ConsentRow.id))
    .where(ConsentRow.kind == bindparam("kind"), among(ConsentRow.value, "values"))
    .group_by(ConsentRow.value)
)
NEWEST = select(*COLUMNS).where(ConsentRow.id.in_(LATEST))
OF = select(*COLUMNS).where(ConsentRow.customer_id == bindparam("which")).order_by(ConsentRow.id)
ADD = insert(ConsentRow)


class Consents:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def newest(self, kind: str, values: Sequence[str]) -> Sequence[Consent]:
        """Return the last word on each of some addresses of a channel, where there is one."""
        rows = self.connection.execute(NEWEST, {"kind": kind, "values": values})
        return [Consent(**dict(zip(FIELDS, row, strict=True))) for row in rows]

    def of(self, which: CustomerId) -> Sequence[Consent]:
        """Return the last word on each address of a customer, the newest first."""
        rows = self.connection.execute(OF, {"which": which})
        said = [Consent(**dict(zip(FIELDS, row, strict=True))) for row in rows]
        return list({(one.kind, one.value): one for one in reversed(said)}.values())

    def add(self, rows: Sequence[dict[str, Any]]) -> None:
        """Write down words; every row has every column but the id."""
        self.connection.execute(ADD, rows)
