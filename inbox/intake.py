"""From what a channel handed over to what a customer said.

A channel's `Line` journals raw payloads; a commit later the provider is told that we have
them. A second step has the channel understand them, in batches, and `hear` says what became
of each row. The row is the work: whatever is lost in memory is found in the journal again.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

import structlog

from inbox.actions.hear import hear
from inbox.actions.understood import Understood, ready
from inbox.channel import Channels, Heard, Inbound, Profile, Raw
from inbox.desk import Desk
from inbox.errors import NotFound, Unavailable, Unreadable
from inbox.line import AccountLine, Held
from inbox.model import AccountId, JournalId
from inbox.notices import Happened, Notice
from inbox.store import Unit
from inbox.words import cut

BATCH = 1024  #: payloads understood at once
BATCH_BYTES = 8 * 1024 * 1024  #: and how much of them
WORTH_IT = 32  #: payloads that are worth two transactions at once
ROOM = 32 * 1024 * 1024  #: bytes of payloads kept in memory; more wait in the journal
LEASE = timedelta(seconds=10)  # another process understands what a dead one took, after this
ROUND = 2.0  #: seconds after which to look for rows that nobody holds
PAUSE = 1.0  #: seconds to wait when the store is away, or the system has no room
TRIES = 30  #: until a channel for which there is no room is no matter of the moment

log = structlog.get_logger()


class Intake:
    """Understands what was taken, account by account, each in its order."""

    def __init__(self, desk: Desk, channels: Channels) -> None:
        self.desk = desk
        self.channels = channels
        self.lines: dict[AccountId, AccountLine] = {}
        self.queues: dict[AccountId, deque[Held]] = {}
        self.busy: dict[AccountId, asyncio.Task[None]] = {}
        self.held: dict[JournalId, int] = {}  #: rows in memory, and their bytes
        self.bytes = 0
        self.awake = asyncio.Event()
        self.behind = True  #: rows may wait in the journal that nobody holds
        self.running = False

    def line(self, account: AccountId) -> AccountLine:
        """Return what the channel of *account* may ask of the desk."""
        if account not in self.lines:
            self.lines[account] = AccountLine(self.desk, account, self)
        return self.lines[account]

    # --- what the lines hand over -------------------------------------------------------------
    def has_room(self, size: int) -> bool:
        """Tell whether payloads may be kept in memory, in front of what waits in the journal."""
        return self.running and not self.behind and self.bytes + size <= ROOM

    def until(self) -> datetime:
        return self.desk.clock() + LEASE

    def hand_over(self, account: AccountId, taken: Sequence[Held]) -> None:
        """Understand payloads that were just journalled, in their order."""
        for held in taken:
            self.held[held.id] = len(held.raw.payload)
            self.bytes += len(held.raw.payload)
        self.queues.setdefault(account, deque()).extend(taken)
        if self.running:
            self.begin(account)

    def leave(self) -> None:
        """Look in the journal: something was left there for later."""
        self.behind = True
        self.awake.set()

    # --- the loop -----------------------------------------------------------------------------
    async def run(self) -> None:
        """Understand until cancelled. What is not done then is found again."""
        self.desk.bus.listeners.append(self.wake)
        self.running = True
        try:
            await self.recover()
            while True:
                self.awake.clear()
                if not await self.safe_look():
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(ROUND):  # wait_for may swallow a cancellation
                            await self.awake.wait()
        finally:
            self.running = False
            self.desk.bus.listeners.remove(self.wake)
            await self.stop()

    def wake(self, notices: Sequence[Notice]) -> None:
        """Look again when a person had a payload tried again."""
        for notice in notices:
            if isinstance(notice, Happened) and notice.verb == "journal.retried":
                self.leave()

    async def recover(self) -> None:
        """Free what a killed process held. On SQLite there is no other process."""
        if self.desk.database.is_sqlite:
            with contextlib.suppress(Unavailable):
                await self.desk.write(free)

    async def safe_look(self) -> bool:
        """Fetch rows that nobody holds; True when there may be more of them."""
        try:
            return await self.look() == BATCH
        except Unavailable:
            return False
        except Exception as error:  # noqa: BLE001  # the loop must survive everything
            log.error("intake_failed", error=type(error).__name__)  # noqa: TRY400  # no traces
            return False

    async def look(self) -> int:
        """Fetch rows that nobody holds, and return how many there were.

        While there may be more, what is taken meanwhile goes to the journal too, and so
        keeps its place behind them.
        """
        rows = await self.desk.write(claim, self.until())
        by_account: dict[AccountId, list[Held]] = {}
        for row in rows:
            if row.id not in self.held and row.account_id in self.channels:
                held = await self.fetched(row)
                by_account.setdefault(AccountId(row.account_id), []).append(held)
        for account, taken in by_account.items():
            self.hand_over(account, taken)
        self.behind = len(rows) == BATCH
        if self.behind:
            await self.settled()
        return len(rows)

    async def fetched(self, row: Any) -> Held:
        """Return a row's payload, also when it lies in a blob."""
        payload = row.payload or b""
        if row.blob:
            try:
                payload = await asyncio.to_thread(self.desk.blobs.read, row.blob)
            except NotFound:
                return Held(JournalId(row.id), Raw(payload=b""), "Its content is gone.")
        raw = Raw(payload=payload, key=row.key, headers=row.headers)
        return Held(JournalId(row.id), raw)

    async def settled(self) -> None:
        """Wait until nothing is held in memory."""
        while self.busy:
            await asyncio.wait(list(self.busy.values()))

    async def run_due(self) -> int:
        """Understand all that waits, and return how many rows that were; for tests."""
        self.running, count = True, 0
        try:
            while rows := await self.look():
                count += rows
                await self.settled()
        finally:
            self.running, self.behind = False, True
        return count

    async def stop(self) -> None:
        """Give running batches a moment; their rows are found again in any case."""
        if self.busy:
            _, late = await asyncio.wait(list(self.busy.values()), timeout=5)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    # --- understanding ------------------------------------------------------------------------
    def begin(self, account: AccountId) -> None:
        """Have one task, and only one, understand what waits for *account*."""
        if account not in self.busy and self.queues.get(account):
            task = asyncio.create_task(self.work(account), name=f"intake {account}")
            self.busy[account] = task

    async def work(self, account: AccountId) -> None:
        """Read what waits while what was read before is being written."""
        queue = self.queues[account]
        writing: dict[int, asyncio.Task[None]] = {}
        try:
            while queue:
                batch = next_batch(queue)
                try:
                    await self.understand(account, batch, writing)
                except Exception as error:  # noqa: BLE001  # the next batch may be better
                    log.error("intake_failed", error=type(error).__name__)  # noqa: TRY400
                    self.release(held.id for held in batch)
                if not queue:
                    await over(writing)
        finally:
            for task in writing.values():
                task.cancel()
            del self.busy[account]
            if self.running:
                self.begin(account)

    async def understand(
        self, account: AccountId, batch: Sequence[Held], writing: dict[int, asyncio.Task[None]]
    ) -> None:
        """Read a batch, and have what became of it written.

        What may be written beside others goes to its lane, once that has written what it got
        before; everything else waits for all of it.
        """
        known = [
            await self.prepared(one)
            for one in understood(account, batch, await self.answers(account, batch))
        ]
        beside, after = parted(known, len(self.desk.lanes))
        for lane, part in enumerate(beside):
            await over(writing, lane)
            writing[lane] = asyncio.create_task(self.stored(part, lane))
        if after:
            await over(writing)
            await self.stored(after)

    def release(self, rows: Iterable[JournalId]) -> None:
        """Forget rows that are written, or that the journal keeps."""
        for row in rows:
            self.bytes -= self.held.pop(row, 0)

    async def stored(self, known: Sequence[Understood], lane: int = 0) -> None:
        """Write what became of rows, and let them go."""
        try:
            await self.settle(known, lane)
        except Exception as error:  # noqa: BLE001  # they are found in the journal again
            log.error("intake_failed", error=type(error).__name__)  # noqa: TRY400
        finally:
            self.release(one.journal_id for one in known)

    async def settle(self, known: Sequence[Understood], lane: int) -> None:
        """Write what became of rows; singly when that fails, and quarantine what is refused."""
        if await self.written(known, lane):
            return
        for one in known:
            if not await self.written([one], lane):
                reason = "It was understood, but could not be stored."
                lost = Understood(journal_id=one.journal_id, account=one.account, reason=reason)
                await self.written([lost], lane)

    async def answers(
        self, account: AccountId, batch: Sequence[Held]
    ) -> Sequence[Sequence[Heard] | Unreadable]:
        """Ask the channel; one that raises in spite of its promise quarantines its batch.

        When the system had no room for its work, that is nobody's fault, and tried again.
        """
        raws = [held.raw for held in batch]
        try:
            for _ in range(TRIES - 1):
                with contextlib.suppress(OSError):
                    return checked(await self.channels[account].understand(raws), batch)
                await asyncio.sleep(PAUSE)
            return checked(await self.channels[account].understand(raws), batch)
        except Exception as error:  # noqa: BLE001  # hostile input must never stop the intake
            log.error("channel_failed", account=account, error=type(error).__name__)  # noqa: TRY400
            return [Unreadable(f"{type(error).__name__} while reading it.")] * len(batch)

    async def prepared(self, one: Understood) -> Understood:
        """Store its files; waits for a full disk as long as that lasts."""
        while True:
            try:
                return await ready(self.desk, one)
            except Unavailable:
                await asyncio.sleep(PAUSE)
            except Exception as error:  # noqa: BLE001  # only this one is quarantined
                reason = f"{type(error).__name__} while storing its files."
                return Understood(journal_id=one.journal_id, account=one.account, reason=reason)

    async def written(self, known: Sequence[Understood], lane: int) -> bool:
        """Write what became of rows, however long the store is away; False when it cannot be."""
        while known:
            try:
                await self.desk.write_in(lane, hear, known)
            except Unavailable:
                await asyncio.sleep(PAUSE)
            except Exception as error:  # noqa: BLE001  # one by one they will say who it was
                log.error(  # noqa: TRY400  # a trace may show a customer's words
                    "hear_failed", rows=len(known), error=type(error).__name__
                )
                return False
            else:
                return True
        return True


async def over(writing: dict[int, asyncio.Task[None]], lane: int | None = None) -> None:
    """Wait until a lane has written what it got, or until every one has."""
    lanes = list(writing) if lane is None else [lane]
    for one in lanes:
        if task := writing.pop(one, None):
            await task


def checked(
    answers: Sequence[Sequence[Heard] | Unreadable], batch: Sequence[Held]
) -> Sequence[Sequence[Heard] | Unreadable]:
    """Return *answers* when there is one for each of *batch*."""
    if len(answers) == len(batch):
        return answers
    return [Unreadable("The channel did not say what it is.")] * len(batch)


def next_batch(queue: deque[Held]) -> list[Held]:
    """Take the first payloads of *queue*; at least one, however big it is."""
    batch, size = [queue.popleft()], 0
    size = len(batch[0].raw.payload)
    while queue and len(batch) < BATCH and size + len(queue[0].raw.payload) <= BATCH_BYTES:
        batch.append(queue.popleft())
        size += len(batch[-1].raw.payload)
    return batch


def understood(
    account: AccountId, batch: Sequence[Held], answers: Sequence[Sequence[Heard] | Unreadable]
) -> list[Understood]:
    """Pair rows with what was made of them."""
    return [
        as_understood(account, held, answer) for held, answer in zip(batch, answers, strict=True)
    ]


def as_understood(
    account: AccountId, held: Held, answer: Sequence[Heard] | Unreadable
) -> Understood:
    if held.lost:
        return Understood(journal_id=held.id, account=account, reason=held.lost)
    if isinstance(answer, Unreadable):
        return Understood(journal_id=held.id, account=account, reason=cut(str(answer), 500))
    return Understood(journal_id=held.id, account=account, heard=tuple(answer))


def parted(
    known: Sequence[Understood], lanes: int
) -> tuple[Sequence[Sequence[Understood]], Sequence[Understood]]:
    """Split what may be written at the same time, a part for each lane, from what comes after.

    What is said in one of the provider's threads keeps its order there, and needs nothing from
    the others. A mail may answer any other mail, and news may speak of any message.
    """
    if lanes == 1 or len(known) < WORTH_IT:
        return [], known
    beside: list[list[Understood]] = [[] for _ in range(lanes)]
    after = []
    for one in known:
        thread = thread_of(one)
        if thread is None:
            after.append(one)
        else:
            beside[crc32(thread.encode(errors="replace")) % lanes].append(one)
    return beside, after


def thread_of(one: Understood) -> str | None:
    """Return the thread that all of *one* was said in, when there is one."""
    threads = {
        heard.thread if isinstance(heard, Inbound | Profile) else None for heard in one.heard or ()
    }
    return threads.pop() if len(threads) == 1 else None


def claim(unit: Unit, until: datetime) -> Sequence[Any]:
    return unit.journal.claim(now=unit.now, until=until, limit=BATCH)


def free(unit: Unit) -> None:
    unit.journal.free()
