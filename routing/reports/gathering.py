"""Fetch the stories of a period from the store, some hundred conversations at a time.

Events are numbered in the order of their times, or nearly so, and have no index by time: it would
cost every write. So the numbers of a period are found by halving, with room for clocks that differ.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, func, select

from inbox.store import Unit
from inbox.store.numbers import among, numbered
from inbox.tables import (
    AccountRow,
    AssignmentRow,
    ConversationRow,
    EventRow,
    MessageRow,
    PlacementRow,
    QueueRow,
    RatingRow,
    SetupRow,
    TagRow,
    Utc,
)
from routing.reports.past import Past
from routing.reports.story import Offered, Rated, Spoken, Step, Story
from routing.setup import read

SLACK = timedelta(hours=1)  # between the times of events whose numbers follow each other
BATCH = 400  #: conversations
TALK = EventRow.conversation_id + 0  # a sum, so that no index by it is preferred to the numbers
VERBS = (
    "conversation.opened",
    "conversation.queued",
    "conversation.offered",
    "conversation.accepted",
    "conversation.declined",
    "conversation.missed",
    "conversation.assigned",
    "conversation.returned",
    "conversation.held",
    "conversation.prioritised",
    "conversation.resolved",
    "conversation.reopened",
    "conversation.marked_spam",
    "message.added",
    "promise.breached",
    "bot.answered",
)
NOTHING: dict[str, Any] = {}
TOLD = (*VERBS, "rating.asked", "rating.given")
LAST = select(func.max(EventRow.id))
AT = (
    select(EventRow.id, EventRow.at)
    .where(EventRow.id >= bindparam("which"))
    .order_by(EventRow.id)
    .limit(1)
)
TOUCHED = (
    select(TALK)
    .where(
        EventRow.id > bindparam("after"),
        EventRow.id < bindparam("before"),
        EventRow.at >= bindparam("since", type_=Utc()),
        EventRow.at < bindparam("until", type_=Utc()),
        among(EventRow.verb, "verbs"),
    )
    .distinct()
)
TALKS = (
    select(
        ConversationRow.id,
        ConversationRow.created_at,
        ConversationRow.status,
        ConversationRow.queue_id,
        ConversationRow.assignee_id,
        AccountRow.kind,
        PlacementRow.priority,
        PlacementRow.tier,
    )
    .join(AccountRow, AccountRow.id == ConversationRow.account_id)
    .outerjoin(PlacementRow, PlacementRow.conversation_id == ConversationRow.id)
    .where(numbered(ConversationRow.id, "which"), ConversationRow.spam.is_(False))
)
STEPS = (
    select(
        EventRow.conversation_id,
        EventRow.id,
        EventRow.at,
        EventRow.verb,
        EventRow.agent_id,
        EventRow.for_agent_id,
        EventRow.message_id,
        EventRow.change,
        MessageRow.direction,
        MessageRow.kind,
        MessageRow.author_id,
        MessageRow.journal_id,
        MessageRow.content,
    )
    .outerjoin(
        MessageRow,
        and_(EventRow.verb == "message.added", MessageRow.id == EventRow.message_id),
    )
    .where(numbered(EventRow.conversation_id, "which"), among(EventRow.verb, "verbs"))
    .order_by(EventRow.conversation_id, EventRow.id)
)
OFFERS = (
    select(
        AssignmentRow.conversation_id,
        AssignmentRow.agent_id,
        AssignmentRow.queue_id,
        AssignmentRow.state,
        AssignmentRow.offered_at,
        AssignmentRow.accepted_at,
        AssignmentRow.ended_at,
        AssignmentRow.expires_at,
    )
    .where(numbered(AssignmentRow.conversation_id, "which"))
    .order_by(AssignmentRow.conversation_id, AssignmentRow.id)
)
RATINGS = (
    select(
        RatingRow.conversation_id,
        RatingRow.agent_id,
        RatingRow.queue_id,
        RatingRow.asked_at,
        RatingRow.answered_at,
        RatingRow.score,
    )
    .where(numbered(RatingRow.conversation_id, "which"))
    .order_by(RatingRow.conversation_id, RatingRow.id)
)
ANSWERS = select(EventRow.conversation_id, EventRow.message_id).where(
    numbered(EventRow.conversation_id, "which"), EventRow.verb == "rating.given"
)
TAGS = (
    select(TagRow.conversation_id, TagRow.name)
    .where(numbered(TagRow.conversation_id, "which"))
    .order_by(TagRow.conversation_id, TagRow.name)
)
SETUPS = select(SetupRow.at, SetupRow.content).order_by(SetupRow.id)
NAMES = select(QueueRow.id, QueueRow.name)


def past(unit: Unit) -> Past:
    """Return what was decided when."""
    ask = unit.connection.execute
    setups = [(at, read(content)) for at, content in ask(SETUPS)]
    return Past(setups, {row.id: row.name for row in ask(NAMES)})


def border(unit: Unit, when: datetime) -> int:
    """Return the number of the first event that is not older than *when*, or nearly."""
    low, high = 0, (unit.connection.scalar(LAST) or 0) + 1
    while low < high:
        middle = (low + high) // 2
        row = unit.connection.execute(AT, {"which": middle}).one_or_none()
        if row is None or row.at >= when:
            high = middle
        else:
            low = row.id + 1
    return low


def touched(unit: Unit, since: datetime, until: datetime) -> list[int]:
    """Return the conversations in which something happened in a period."""
    after, before = border(unit, since - SLACK) - 1, border(unit, until + SLACK)
    asked = {"after": after, "before": before, "since": since, "until": until, "verbs": TOLD}
    return sorted(
        which for which in unit.connection.scalars(TOUCHED, asked).all() if which is not None
    )


def stories(unit: Unit, which: Sequence[int]) -> Iterator[Story]:
    """Tell conversations; spam is left out."""
    for start in range(0, len(which), BATCH):
        yield from told(unit, which[start : start + BATCH])


def told(unit: Unit, which: Sequence[int]) -> Iterator[Story]:
    """Tell a batch of conversations, with one question a kind."""
    asked: dict[str, Any] = {"which": which}
    ask = unit.connection.execute
    steps: dict[int, list[Step]] = defaultdict(list)
    spoken: dict[int, dict[int, Spoken]] = defaultdict(dict)
    for row in ask(STEPS, {**asked, "verbs": VERBS}).all():
        talk, number, at, verb, by, about, message, change, way, kind, author, whence, content = row
        steps[talk].append(Step(number, at, verb, by, about, message, change or NOTHING))
        if way is not None:  # what nobody here wrote, and did not come from elsewhere, is automatic
            ours = author is not None or whence is not None
            ended = call(content) if content else None
            spoken[talk][message] = Spoken(way, kind, author, ours, ended)
    offers = grouped(ask(OFFERS, asked))
    answers = grouped(ask(ANSWERS, asked))
    ratings = grouped(ask(RATINGS, asked))
    tags = grouped(ask(TAGS, asked))
    for row in ask(TALKS, asked).all():
        yield Story(
            id=row.id,
            channel=row.kind,
            created_at=row.created_at,
            steps=steps[row.id],
            now={
                "status": row.status,
                "queue_id": row.queue_id,
                "assignee_id": row.assignee_id,
                "priority": row.priority,
            },
            tier=row.tier,
            tags=tuple(name for (name,) in tags[row.id]),
            spoken=spoken[row.id],
            offers=[Offered._make((*one[:-1], one[-1] is not None)) for one in offers[row.id]],
            ratings=[Rated._make(one) for one in ratings[row.id]],
            answers=frozenset(message for (message,) in answers[row.id]),
        )


def call(content: dict[str, Any]) -> str | None:
    """Return how a call ended; none when it is something else."""
    return (content.get("outcome") or "running") if content.get("type") == "call" else None


def grouped(rows: Any) -> dict[int, list[Sequence[Any]]]:
    """Put rows together whose first column is the same, and leave that out."""
    found: dict[int, list[Sequence[Any]]] = defaultdict(list)
    for row in rows.all():
        found[row[0]].append(row[1:])
    return found
