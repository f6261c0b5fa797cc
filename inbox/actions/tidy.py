"""Throw away what is no longer useful; never anything that was said.

Each step looks on a reader's connection and then writes in small transactions, so that
nobody waits for the cleaning.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import (
    Delete,
    Select,
    Text,
    bindparam,
    cast,
    delete,
    exists,
    or_,
    select,
    text,
    update,
)

from inbox.desk import Desk
from inbox.jobs import Tidy
from inbox.store import Unit
from inbox.store.journal import QUARANTINED_ONES, RECEIVED
from inbox.store.numbers import among, numbered
from inbox.tables import (
    ArticleRow,
    AttachmentRow,
    BlobRow,
    BrainRow,
    EarlyReceiptRow,
    EarlyUpdateRow,
    ExchangeRow,
    JobRow,
    JournalRow,
    MoveRow,
    RepeatRow,
    SessionRow,
    TrafficRow,
    Utc,
)

PAYLOADS = timedelta(days=180)  # after these, a payload that was understood is emptied
REPEATS = timedelta(days=2)  # nobody repeats a request with its Idempotency-Key after these
RECEIPTS = timedelta(days=30)  # a receipt for a message that never came
DEAD_JOBS = timedelta(days=90)
EXCHANGES = timedelta(days=7)  # what was said with providers
TRAFFIC = timedelta(days=42)  # four weeks are compared with this one
MOVES = timedelta(days=1)  # of a supervisor, which can be undone for half a minute
LOOSE_FILES = timedelta(days=2)  # an upload's token is good for one
EVERY = timedelta(hours=6)
SOME = 500  #: rows, or files, in one go

LONG_AGO = bindparam("before", type_=Utc())
OLD_PAYLOADS = (
    select(JournalRow.id)
    .where(
        JournalRow.received_at < LONG_AGO,
        JournalRow.state.in_(("message", "update", "duplicate", "discarded")),
        or_(JournalRow.payload.is_not(None), JournalRow.blob.is_not(None)),
    )
    .limit(SOME)
)
EMPTY = update(JournalRow).where(numbered(JournalRow.id, "which")).values(payload=None, blob=None)
OLD_SESSIONS = select(SessionRow.token_hash).where(SessionRow.expires_at < LONG_AGO).limit(SOME)
END_SESSIONS = delete(SessionRow).where(among(SessionRow.token_hash, "which"))
OLD_JOBS = select(JobRow.id).where(JobRow.dead_at < LONG_AGO).limit(SOME)
FORGET_JOBS = delete(JobRow).where(numbered(JobRow.id, "which"))
FORGET_REPEATS = delete(RepeatRow).where(RepeatRow.created_at < LONG_AGO)
FORGET_EXCHANGES = delete(ExchangeRow).where(ExchangeRow.at < LONG_AGO)
FORGET_TRAFFIC = delete(TrafficRow).where(TrafficRow.hour < LONG_AGO)
FORGET_MOVES = delete(MoveRow).where(MoveRow.at < LONG_AGO)
FORGET_RECEIPTS = delete(EarlyReceiptRow).where(EarlyReceiptRow.created_at < LONG_AGO)
FORGET_UPDATES = delete(EarlyUpdateRow).where(EarlyUpdateRow.created_at < LONG_AGO)
ATTACHED = select(AttachmentRow.blob).where(among(AttachmentRow.blob, "names"))
JOURNALLED = select(JournalRow.blob).where(among(JournalRow.blob, "names"))
UNDERSTOOD = select(BrainRow.blob).where(among(BrainRow.blob, "names"))
BY_ARTICLES = select(ArticleRow.files).where(cast(ArticleRow.files, Text) != "[]")
OLDEST = tuple(  # rows not settled yet; their payloads may name files that nobody else knows
    select(JournalRow.received_at).where(which).order_by(JournalRow.id).limit(1)
    for which in (RECEIVED, QUARANTINED_ONES)
)
FORGET_BLOBS = delete(BlobRow).where(among(BlobRow.name, "names"))
PLANNED = select(
    exists().where(JobRow.dead_at.is_(None), JobRow.holder.is_(None), text("job.share = 'tidy'"))
)


def plan_tidying(unit: Unit, after: timedelta = timedelta()) -> None:
    """Have the desk tidied, and again and again, unless that is planned already."""
    if not unit.connection.scalar(PLANNED):
        unit.enqueue(Tidy(), at=unit.now + after)


async def tidy(desk: Desk, _: Tidy) -> None:
    """Do one round of cleaning, and plan the next."""
    now = desk.clock()
    await sweep(desk, OLD_PAYLOADS, EMPTY, now - PAYLOADS)
    await sweep(desk, OLD_SESSIONS, END_SESSIONS, now)
    await sweep(desk, OLD_JOBS, FORGET_JOBS, now - DEAD_JOBS)
    await desk.write(forget, FORGET_REPEATS, now - REPEATS)
    await desk.write(forget, FORGET_RECEIPTS, now - RECEIPTS)
    await desk.write(forget, FORGET_UPDATES, now - RECEIPTS)
    await desk.write(forget, FORGET_EXCHANGES, now - EXCHANGES)
    await desk.write(forget, FORGET_TRAFFIC, now - TRAFFIC)
    await desk.write(forget, FORGET_MOVES, now - MOVES)
    await tidy_files(desk, (await desk.read(unsettled_since, now) - LOOSE_FILES).timestamp())
    await desk.write(plan_tidying, EVERY)


def unsettled_since(unit: Unit, now: datetime) -> datetime:
    """Return when the oldest payload came that waits, or waits for a person; else *now*."""
    return min([unit.connection.scalar(oldest) or now for oldest in OLDEST])


async def sweep(desk: Desk, which: Select[Any], act: Any, before: datetime) -> None:
    """Find old rows and act on them, some at a time."""
    while found := await desk.read(look, which, before):
        await desk.write(act_on, act, found)
        if len(found) < SOME:
            return


async def tidy_files(desk: Desk, before: float) -> None:
    """Remove files that nothing refers to and that nobody stored lately."""
    await asyncio.to_thread(desk.blobs.sweep, before=before)
    names = desk.blobs.names()
    while some := await asyncio.to_thread(taken, names):
        if loose := set(some) - await desk.read(referred_to, some):
            gone = await asyncio.to_thread(remove, desk.blobs.remove, loose, before)
            await desk.write(forget_files, gone)


def taken(names: Iterator[str]) -> list[str]:
    return list(islice(names, SOME))


def remove(removing: Callable[..., bool], names: Iterable[str], before: float) -> list[str]:
    return [name for name in names if removing(name, before=before)]


def referred_to(unit: Unit, names: Sequence[str]) -> set[str | None]:
    """Return which files a message, a payload, an article or the bot still needs."""
    asked = {"names": names}
    told = {one["blob"] for files in unit.connection.scalars(BY_ARTICLES) for one in files}
    wanted = (unit.connection.scalars(one, asked) for one in (ATTACHED, JOURNALLED, UNDERSTOOD))
    return told.union(*wanted)


def forget_files(unit: Unit, names: Sequence[str]) -> None:
    unit.connection.execute(FORGET_BLOBS, {"names": names})


def look(unit: Unit, which: Select[Any], before: datetime) -> list[Any]:
    return list(unit.connection.scalars(which, {"before": before}))


def act_on(unit: Unit, act: Any, which: Collection[Any]) -> None:
    unit.connection.execute(act, {"which": list(which)})


def forget(unit: Unit, which: Delete, before: datetime) -> None:
    unit.connection.execute(which, {"before": before})
