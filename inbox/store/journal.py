"""What the channels handed over, and what became of it.

Every payload is one row in exactly one state, and `journal_count` always says how many of an
account are in each: whoever moves a row counts it in the same transaction.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, literal_column, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from inbox.errors import NotFound
from inbox.model import AccountId, JournalId, JournalState
from inbox.store.bulk import Bulk
from inbox.store.numbers import each, numbered
from inbox.tables import AccountRow, JournalCountRow, JournalRow, Utc

LONGEST_KEY = 200  #: characters; a longer one is known by its hash
NEWEST = 2**63 - 1
COLUMNS = (
    "account_id",
    "key",
    "received_at",
    "headers",
    "payload",
    "blob",
    "size",
    "state",
    "reason",
    "claimed_until",
)
#: Written out, for only then are the small indexes of just these rows used.
RECEIVED = JournalRow.state == literal_column("'received'")
QUARANTINED_ONES = JournalRow.state == literal_column("'quarantined'")
WRITE = Bulk(JournalRow, *COLUMNS)
KNOWN = each(
    select(JournalRow.account_id, JournalRow.key).where(
        numbered(JournalRow.account_id, "accounts")
    ),
    JournalRow.key,
    "keys",
)
STILL = select(JournalRow.id).where(numbered(JournalRow.id, "which"), RECEIVED).with_for_update()
WAITING = select(JournalRow.id).where(RECEIVED).order_by(JournalRow.id)
SETTLE = (
    update(JournalRow)
    .where(
        numbered(JournalRow.id, "which"),
        JournalRow.state == bindparam("was"),
    )
    .values(state=bindparam("now"), reason=bindparam("why"), claimed_until=None)
    .returning(JournalRow.account_id)
)
LEFT = (
    select(JournalRow.id)
    .where(
        RECEIVED,
        or_(
            JournalRow.claimed_until.is_(None),
            JournalRow.claimed_until <= bindparam("at", type_=Utc()),
        ),
    )
    .order_by(JournalRow.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
    .cte("left_over")
)
CLAIM = (
    update(JournalRow)
    .where(JournalRow.id.in_(select(LEFT.c.id)))
    .values(claimed_until=bindparam("until", type_=Utc()))
    .returning(
        JournalRow.id,
        JournalRow.account_id,
        JournalRow.key,
        JournalRow.headers,
        JournalRow.payload,
        JournalRow.blob,
        JournalRow.size,
    )
)
FREE = update(JournalRow).where(RECEIVED).values(claimed_until=None)
MOVE_CURSOR = (
    update(AccountRow)
    .where(AccountRow.id == bindparam("which"))
    .values(cursor=bindparam("position"))
)
CURSOR = select(AccountRow.cursor).where(AccountRow.id == bindparam("which"))
GET = select(JournalRow).where(JournalRow.id == bindparam("which"))
QUARANTINED = (
    select(
        JournalRow.id,
        JournalRow.account_id,
        JournalRow.received_at,
        JournalRow.reason,
        JournalRow.size,
        JournalRow.headers,
        func.substr(JournalRow.payload, 1, 2000).label("beginning"),
        JournalRow.blob,
    )
    .where(QUARANTINED_ONES, JournalRow.id < bindparam("before"))
    .order_by(JournalRow.id.desc())
    .limit(bindparam("limit"))
)
LEDGER = select(JournalCountRow.account_id, JournalCountRow.state, JournalCountRow.count)
UNSETTLED = (  # few, by their index; counted on write, taking and hearing would wait for each other
    select(JournalRow.account_id, JournalRow.state, func.count())
    .where(RECEIVED)
    .group_by(JournalRow.account_id, JournalRow.state)
)
COUNTED = select(JournalRow.account_id, JournalRow.state, func.count()).group_by(
    JournalRow.account_id, JournalRow.state
)


def counting(insert: Any) -> Any:
    return insert.on_conflict_do_update(
        index_elements=["account_id", "state"],
        set_={"count": JournalCountRow.count + insert.excluded.count},
    )


COUNT = {
    "sqlite": counting(sqlite.insert(JournalCountRow)),
    "postgresql": counting(postgresql.insert(JournalCountRow)),
}


class Entry:
    """A payload on its way into the journal; `flush` says what became of it."""

    __slots__ = ("fields", "id")

    def __init__(self, **fields: Any) -> None:
        self.fields = fields  #: a value for each of `COLUMNS`
        self.id = JournalId(0)

    @property
    def is_new(self) -> bool:
        return self.fields["state"] is JournalState.RECEIVED


class Journal:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.gathered: list[Entry] = []
        self.settled: dict[tuple[JournalState, str | None], list[JournalId]] = {}
        self.counted: Counter[tuple[AccountId, JournalState]] = Counter()

    # --- taking -----------------------------------------------------------------------------
    def gather(self, entry: Entry) -> None:
        """Keep *entry* for `flush`."""
        entry.fields["key"] = short_key(entry.fields["key"])
        self.gathered.append(entry)

    def flush(self) -> None:
        """Write what was gathered and settled; a key that is known makes a duplicate of it."""
        entries, self.gathered = self.gathered, []
        if entries:
            self.part(entries)
            ids = WRITE.insert_numbered(self.connection, [entry.fields for entry in entries])
            for entry, number in zip(entries, ids, strict=True):
                entry.id = JournalId(number)
                self.counted[entry.fields["account_id"], entry.fields["state"]] += 1
        self.flush_settled()
        self.flush_counts()

    def part(self, entries: Sequence[Entry]) -> None:
        """Turn repeats into rows that only say that there was one."""
        keyed = [entry for entry in entries if entry.fields["key"] is not None]
        if not keyed:
            return
        asked = {
            "keys": [entry.fields["key"] for entry in keyed],
            "accounts": list({entry.fields["account_id"] for entry in keyed}),
        }
        question = KNOWN[self.connection.dialect.name]
        known = {(row[0], row[1]) for row in self.connection.execute(question, asked).all()}
        for entry in keyed:
            name = entry.fields["account_id"], entry.fields["key"]
            if name in known:
                entry.fields |= {
                    "key": None,
                    "state": JournalState.DUPLICATE,
                    "payload": None,
                    "blob": None,
                    "claimed_until": None,
                }
            known.add(name)

    def known(self, account: AccountId, keys: Sequence[str | None]) -> set[str]:
        """Return which of *keys* the account handed over before."""
        asked = {"keys": [key for key in keys if key is not None], "accounts": [account]}
        question = KNOWN[self.connection.dialect.name]
        return {row[1] for row in self.connection.execute(question, asked)}

    def move_cursor(self, account: AccountId, position: str) -> None:
        """Remember how far the account's provider was read."""
        self.connection.execute(MOVE_CURSOR, {"which": account, "position": position})

    def cursor(self, account: AccountId) -> str | None:
        return self.connection.scalar(CURSOR, {"which": account})

    # --- understanding ----------------------------------------------------------------------
    def claim(self, *, now: datetime, until: datetime, limit: int) -> Sequence[Row[Any]]:
        """Take rows that wait to be understood and that nobody holds, the oldest first."""
        asked = {"at": now, "until": until, "limit": limit}
        return sorted(self.connection.execute(CLAIM, asked).all(), key=lambda row: row.id)

    def free(self) -> None:
        """Take every row out of the hands of processes that are gone."""
        self.connection.execute(FREE)

    def still_waiting(self, which: Sequence[JournalId]) -> set[int]:
        """Return which rows nobody has settled yet, and keep others from doing it now."""
        return set(self.connection.scalars(STILL, {"which": list(which)}).all())

    def waiting(self) -> Sequence[int]:
        """Return every row that waits to be understood."""
        return self.connection.scalars(WAITING).all()

    def settle(self, which: JournalId, state: JournalState, reason: str | None = None) -> None:
        """Say what became of a row that waited; written, and counted, by `flush`."""
        self.settled.setdefault((state, reason), []).append(which)

    def flush_settled(self) -> None:
        settled, self.settled = self.settled, {}
        for (state, reason), which in settled.items():
            self.move(which, JournalState.RECEIVED, state, reason)

    def move(
        self,
        which: Sequence[JournalId],
        was: JournalState,
        now: JournalState,
        reason: str | None = None,
    ) -> int:
        """Bring rows from one state to another, and return how many were in the first.

        They are counted by `flush`, all at once and in one order, so that two processes that
        count the same account never wait for each other in a circle.
        """
        asked = {"which": list(which), "was": was, "now": now, "why": reason}
        accounts = self.connection.scalars(SETTLE, asked).all()
        for account in accounts:
            self.counted[AccountId(account), was] -= 1
            self.counted[AccountId(account), now] += 1
        return len(accounts)

    def flush_counts(self) -> None:
        counted, self.counted = self.counted, Counter()
        rows = [
            {"account_id": account, "state": state, "count": change}
            for (account, state), change in sorted(counted.items())
            if change and state is not JournalState.RECEIVED
        ]
        if rows:
            self.connection.execute(COUNT[self.connection.dialect.name], rows)

    # --- looking ----------------------------------------------------------------------------
    def get(self, which: JournalId) -> Row[Any]:
        """Return a row with all its columns. Raises `NotFound`."""
        row = self.connection.execute(GET, {"which": which}).one_or_none()
        if row is None:
            raise NotFound("There is no such payload.")
        return row

    def quarantined(self, *, before: int = NEWEST, limit: int = 50) -> Sequence[Row[Any]]:
        """Return a page of what nobody could read, the newest first, with its beginning."""
        return self.connection.execute(QUARANTINED, {"before": before, "limit": limit}).all()

    def ledger(self) -> Mapping[tuple[AccountId, JournalState], int]:
        """Return how many payloads of each account are in each state."""
        kept = counts(self.connection.execute(LEDGER))
        return {**kept, **counts(self.connection.execute(UNSETTLED))}

    def recount(self) -> Mapping[tuple[AccountId, JournalState], int]:
        """Return the same from the rows themselves; slow, for checks."""
        return counts(self.connection.execute(COUNTED))


def counts(rows: Iterable[Any]) -> Mapping[tuple[AccountId, JournalState], int]:
    return {(AccountId(row[0]), JournalState(row[1])): row[2] for row in rows if row[2]}


def short_key(key: str | None) -> str | None:
    """Return *key* as an index can bear it."""
    if key is None or len(key) <= LONGEST_KEY:
        return key
    return f"sha256:{hashlib.sha256(key.encode()).hexdigest()}"
