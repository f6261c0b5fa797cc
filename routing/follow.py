"""What other processes do, told here as if it had happened here.

The event table is the record of all processes. While there are queues, each process follows it
and tells its own listeners what it has not told them yet: browsers, and whoever dispatches. On
SQLite there is but one process, which hears of everything anyway.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress

from inbox.desk import Desk
from inbox.errors import Unavailable
from inbox.notices import Happened, Notice
from inbox.store import Unit
from inbox.store.floors import Floors

EVERY = 0.2  #: seconds between two looks at the record
RARELY = 5.0  #: while there are no queues
BATCH = 2_000  #: events read at once
REMEMBERED = 20_000  #: of our own events; older ones were read long ago


class Follower:
    """Publishes the news of other processes, until cancelled."""

    def __init__(self, desk: Desk, *, every: float = EVERY) -> None:
        self.desk = desk
        self.every = every
        self.own: set[int] = set()
        self.order: deque[int] = deque()
        self.position: int | None = None  #: the last event that was read
        self.publishing = False

    async def run(self) -> None:
        if self.desk.database.is_sqlite:
            return
        self.desk.bus.listeners.append(self.hear)
        try:
            while True:
                pause = RARELY
                with suppress(Unavailable):
                    pause = await self.look()
                await asyncio.sleep(pause)
        finally:
            self.desk.bus.listeners.remove(self.hear)

    def hear(self, notices: Sequence[Notice]) -> None:
        """Remember what this process told itself."""
        if self.position is None or self.publishing:
            return
        for notice in notices:
            if isinstance(notice, Happened):
                self.own.add(notice.id)
                self.order.append(notice.id)
        while len(self.order) > REMEMBERED:
            self.own.discard(self.order.popleft())

    async def look(self) -> float:
        """Publish what is new, and return the seconds until the next look."""
        if not await self.desk.read(has_queues):
            self.position = None
            self.own.clear()
            self.order.clear()
            return RARELY
        if self.position is None:
            self.position = await self.desk.read(newest)
            return self.every
        news = await self.desk.read(read, self.position)
        if not news:
            return self.every
        self.position = news[-1].id
        self.publish([one for one in news if one.id not in self.own])
        return 0.0 if len(news) == BATCH else self.every

    def publish(self, news: Sequence[Happened]) -> None:
        self.publishing = True
        try:
            if news:
                self.desk.bus.publish(list(news))
        finally:
            self.publishing = False


def has_queues(unit: Unit) -> bool:
    """Tell whether anything is routed."""
    return bool(unit.queues.named())


def newest(unit: Unit) -> int:
    return Floors(unit.connection).newest_event()


def read(unit: Unit, after: int) -> list[Happened]:
    return [
        Happened(
            id=row.id,
            at=row.at,
            verb=row.verb,
            conversation_id=row.conversation_id,
            customer_id=row.customer_id,
            message_id=row.message_id,
            journal_id=row.journal_id,
            agent_id=row.for_agent_id,
            by=row.agent_id,
            change=row.change,
        )
        for row in Floors(unit.connection).news(after, BATCH)
    ]
