"""A way to have a desk hear something, as the intake would."""

from inbox.actions.hear import hear
from inbox.actions.understood import Understood, ready
from inbox.model import JournalState
from inbox.store.journal import Entry
from inbox.tables import ConversationRow, CustomerRow, EventRow, IdentityRow, JobRow, MessageRow


def journal(unit, account, count, until=None):
    """Journal what nobody understands but the test, until when other processes leave it alone."""
    entries = [
        Entry(
            account_id=account,
            key=None,
            received_at=unit.now,
            headers={},
            payload=b"?",
            blob=None,
            size=1,
            state=JournalState.RECEIVED,
            reason=None,
            claimed_until=until,
        )
        for _ in range(count)
    ]
    for entry in entries:
        unit.journal.gather(entry)
    unit.journal.flush()
    return [entry.id for entry in entries]


TABLES = {
    "conversations": ConversationRow,
    "customers": CustomerRow,
    "events": EventRow,
    "identities": IdentityRow,
    "jobs": JobRow,
    "messages": MessageRow,
}


class Ear:
    """Lets a desk hear things, and looks at what it made of them."""

    def __init__(self, desk):
        self.desk = desk

    async def __call__(self, account, *heard, batch=64):
        """Journal each of *heard* in a row of its own and have them understood in batches."""
        for start in range(0, len(heard), batch):
            part = heard[start : start + batch]
            rows = await self.desk.write(journal, account, len(part))
            understood = [
                await ready(self.desk, Understood(journal_id=row, account=account, heard=(item,)))
                for row, item in zip(rows, part, strict=True)
            ]
            await self.desk.write(hear, understood)

    async def all(self, table):
        """Return every row of a table, the oldest first."""
        row = TABLES[table]
        statement = row.__table__.select().order_by(row.id)
        return await self.desk.read(lambda unit: unit.connection.execute(statement).all())

    async def verbs(self):
        return [event.verb for event in await self.all("events")]

    async def ledger(self):
        counts = await self.desk.read(lambda unit: unit.journal.ledger())
        return {state.value: count for (_, state), count in counts.items()}
