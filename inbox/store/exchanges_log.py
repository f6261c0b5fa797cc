"""What was said with providers: requests and answers, for as long as somebody may ask."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, or_, select

from inbox.channel import Exchange
from inbox.model import AccountId
from inbox.tables import ExchangeRow, Utc

NEWEST = 1000  #: of each account that are kept
FAILED = or_(ExchangeRow.error.is_not(None), ExchangeRow.status >= 400)
PAGE = (
    select(*ExchangeRow.__table__.columns)
    .where(
        ExchangeRow.account_id == bindparam("account"),
        ExchangeRow.id < bindparam("before"),
        or_(bindparam("all"), FAILED),
    )
    .order_by(ExchangeRow.id.desc())
    .limit(bindparam("limit"))
)
ERRORS = (
    select(ExchangeRow.account_id, func.count())
    .where(ExchangeRow.at >= bindparam("since", type_=Utc()), FAILED)
    .group_by(ExchangeRow.account_id)
)
WRITE = insert(ExchangeRow)
OLDEST_KEPT = (
    select(ExchangeRow.id)
    .where(ExchangeRow.account_id == bindparam("account"))
    .order_by(ExchangeRow.id.desc())
    .offset(NEWEST)
    .limit(1)
)
SURPLUS = delete(ExchangeRow).where(
    and_(ExchangeRow.account_id == bindparam("account"), ExchangeRow.id <= bindparam("through"))
)


class ExchangesLog:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def add(self, exchanges: Sequence[tuple[AccountId, Exchange]]) -> None:
        """Write exchanges, in their order."""
        names = Exchange.__struct_fields__
        rows: list[dict[str, Any]] = [
            {"account_id": account} | {name: getattr(one, name) for name in names}
            for account, one in exchanges
        ]
        if rows:
            self.connection.execute(WRITE, rows)

    def page(
        self, account: AccountId, *, before: int, limit: int, failed: bool = False
    ) -> Sequence[Any]:
        """Return exchanges of an account, the newest first; only those that *failed* if so."""
        asked = {"account": account, "before": before, "limit": limit, "all": not failed}
        return self.connection.execute(PAGE, asked).all()

    def errors(self, since: datetime) -> dict[AccountId, int]:
        """Count what failed since then, by account."""
        rows = self.connection.execute(ERRORS, {"since": since})
        return {AccountId(row[0]): row[1] for row in rows}

    def trim(self, account: AccountId) -> None:
        """Keep the newest of an account."""
        through = self.connection.scalar(OLDEST_KEPT, {"account": account})
        if through is not None:
            self.connection.execute(SURPLUS, {"account": account, "through": through})
