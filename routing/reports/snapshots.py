"""How much lay open at some moments, found by going back from what is open now.

What a conversation was at a moment is what its first later change says it had been before; one
that has not changed since is what it is today.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import accumulate
from typing import Any

from sqlalchemy import bindparam, or_, select

from inbox.store import Unit
from inbox.store.numbers import among, numbered
from inbox.tables import AccountRow, ConversationRow, EventRow, TagRow
from routing.reports import definitions as of
from routing.reports.gathering import BATCH, SLACK, TALK, border, grouped
from routing.reports.story import Case, Story

FOLLOWED = ("status", "queue_id", "assignee_id")
VERBS = frozenset(
    (
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
    select(TALK).where(EventRow.id > bindparam("after"), among(EventRow.verb, "verbs")).distinct()
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


def backlog(
    unit: Unit, moments: Sequence[datetime], besides: Collection[int] = ()
) -> Iterator[Case]:
    """Return what lay open at each of some *moments*, which are in order and not to come.

    The conversations *besides* are counted already.
    """
    if not moments:
        return
    first = border(unit, moments[0] - SLACK)
    which = sorted({*pages(unit, OPEN, {}), *changed(unit, first - 1)}.difference(besides))
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
    found = unit.connection.scalars(CHANGED, {"after": after, "verbs": VERBS}).all()
    return (which for which in found if which is not None)


def batch(
    unit: Unit, which: Sequence[int], first: int, moments: Sequence[datetime]
) -> Iterator[Case]:
    asked: dict[str, Any] = {"which": which}
    ask = unit.connection.execute
    changes = grouped(ask(CHANGES, {**asked, "border": first, "verbs": VERBS}))
    tags = grouped(ask(TAGS, asked))
    for row in ask(TALKS, asked).all():
        now = {name: getattr(row, name) for name in FOLLOWED}
        names = tuple(sorted(name for (name,) in tags[row.id]))
        yield from lying(row.id, row.created_at, row.kind, names, now, changes[row.id], moments)


def of_story(story: Story, moments: Sequence[datetime]) -> Iterator[Case]:
    """Return when a conversation that is told anyway lay open."""
    changes = [(step.at, step.change) for step in story.steps if step.verb in VERBS]
    place = story.id, story.created_at, story.channel, story.tags
    return lying(*place, story.now, changes, moments)


def lying(  # noqa: PLR0917  # a conversation
    which: int,
    created_at: datetime,
    channel: str,
    tags: tuple[str, ...],
    now: Mapping[str, Any],
    changes: Sequence[Sequence[Any]],
    moments: Sequence[datetime],
) -> Iterator[Case]:
    """Return a case for each moment at which a conversation was not resolved."""
    there = moments[bisect_left(moments, created_at) :]
    for moment, was in at_moments(now, changes, there):
        if was["status"] == "resolved":
            continue
        age = (moment - created_at).total_seconds()
        place = (which, channel, was["queue_id"], was["assignee_id"], tags)
        yield Case(of.BACKLOG.name, moment, 1, *place)
        yield Case(of.BACKLOG_AGE.name, moment, age, *place, since=created_at)


def at_moments(
    now: Mapping[str, Any], changes: Sequence[Sequence[Any]], moments: Sequence[datetime]
) -> Iterator[tuple[datetime, Mapping[str, Any]]]:
    """Go back through the changes, and return what the fields were at each moment.

    A change belongs to what came from its moment on. Clocks differ: no change is taken to be
    older than one before it.
    """
    times = list(accumulate((at for at, _ in changes), max))
    was, left = dict(now), len(moments)
    for at, (_, change) in zip(reversed(times), reversed(changes), strict=True):
        first = bisect_right(moments, at, 0, left)
        for number in range(first, left):
            yield moments[number], was
        left = first
        if not left:
            return
        for name in FOLLOWED:
            if change and name in change:
                was = was | {name: change[name][0]}
    for number in range(left):
        yield moments[number], was
