"""How much lay open at some moments, found by going back from what is open now.

What a conversation was at a moment is what its first later change says it had been before; one
that has not changed since is what it is today.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, or_, select

from inbox.store import Unit
from inbox.store.numbers import among, numbered
from inbox.tables import AccountRow, ConversationRow, EventRow, TagRow
from routing.reports import definitions as of
from routing.reports.gathering import BATCH, SLACK, border, grouped
from routing.reports.story import Case

FOLLOWED = ("status", "queue_id", "assignee_id")
VERBS = (
    "conversation.queued",
    "conversation.offered",
    "conversation.accepted",
    "conversation.declined",
    "conversation.missed",
    "conversation.assigned",
    "conversation.returned",
    "conversation.held",
    "conversation.resolved",
    "conversation.reopened",
    "conversation.marked_spam",
)
MANY = 20_000
OPEN = (
    select(ConversationRow.id)
    .where(
        or_(*(ConversationRow.status == one for one in ("open", "pending", "snoozed"))),
        ConversationRow.id > bindparam("after"),
    )
    .order_by(ConversationRow.id)
    .limit(MANY)
)
CHANGED = (
    select(EventRow.id, EventRow.conversation_id)
    .where(EventRow.id > bindparam("after"), among(EventRow.verb, "verbs"))
    .order_by(EventRow.id)
    .limit(MANY)
)
TALKS = (
    select(
        ConversationRow.id,
        ConversationRow.created_at,
        ConversationRow.status,
        ConversationRow.queue_id,
        ConversationRow.assignee_id,
        AccountRow.kind,
    )
    .join(AccountRow, AccountRow.id == ConversationRow.account_id)
    .where(numbered(ConversationRow.id, "which"), ConversationRow.spam.is_(False))
)
CHANGES = (
    select(EventRow.conversation_id, EventRow.at, EventRow.change)
    .where(
        numbered(EventRow.conversation_id, "which"),
        EventRow.id >= bindparam("border"),
        among(EventRow.verb, "verbs"),
    )
    .order_by(EventRow.conversation_id, EventRow.id)
)
TAGS = select(TagRow.conversation_id, TagRow.name).where(numbered(TagRow.conversation_id, "which"))


def backlog(unit: Unit, moments: Sequence[datetime]) -> Iterator[Case]:
    """Return what lay open at each of some *moments*, which are in order and not to come."""
    if not moments:
        return
    first = border(unit, moments[0] - SLACK)
    which = sorted({*pages(unit, OPEN, {}), *changed(unit, first - 1)})
    for start in range(0, len(which), BATCH):
        yield from batch(unit, which[start : start + BATCH], first, moments)


def pages(unit: Unit, question: Any, asked: dict[str, Any]) -> Iterator[int]:
    after = 0
    while True:
        found = unit.connection.scalars(question, {**asked, "after": after}).all()
        yield from found
        if len(found) < MANY:
            return
        after = found[-1]


def changed(unit: Unit, after: int) -> Iterator[int]:
    """Return the conversations that changed after an event."""
    while True:
        rows = unit.connection.execute(CHANGED, {"after": after, "verbs": VERBS}).all()
        yield from (row.conversation_id for row in rows if row.conversation_id is not None)
        if len(rows) < MANY:
            return
        after = rows[-1].id


def batch(
    unit: Unit, which: Sequence[int], first: int, moments: Sequence[datetime]
) -> Iterator[Case]:
    asked: dict[str, Any] = {"which": which}
    ask = unit.connection.execute
    changes = grouped(ask(CHANGES, {**asked, "border": first, "verbs": VERBS}))
    tags = grouped(ask(TAGS, asked))
    for row in ask(TALKS, asked):
        now = {name: getattr(row, name) for name in FOLLOWED}
        there = bisect_left(moments, row.created_at)
        for moment in moments[there:]:
            was = at_moment(now, changes[row.id], moment)
            if was["status"] == "resolved":
                continue
            age = (moment - row.created_at).total_seconds()
            names = tuple(sorted(name for (name,) in tags[row.id]))
            place = (row.id, row.kind, was["queue_id"], was["assignee_id"], names)
            yield Case(of.BACKLOG.name, moment, 1, *place)
            yield Case(of.BACKLOG_AGE.name, moment, age, *place, since=row.created_at)


def at_moment(
    now: dict[str, Any], changes: Sequence[Sequence[Any]], moment: datetime
) -> dict[str, Any]:
    """Return what the fields of a conversation were, before everything that came from then on."""
    was = dict(now)
    missing = set(was)
    for at, change in changes:
        if at < moment:
            continue
        for name in missing & (change or {}).keys():
            was[name] = change[name][0]
            missing.discard(name)
        if not missing:
            break
    return was
