"""How much of the time that agents were there they had something to do."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, or_, select, text

from inbox.store import Unit
from inbox.tables import AccountRow, AssignmentRow, ConversationRow, DutyRow, EventRow, Utc
from routing.reports import definitions as of
from routing.reports.gathering import SLACK, border, grouped
from routing.reports.story import Case

THERE = frozenset({"available", "busy"})
FOLLOWED = ("availability", "connected")
PIECE = timedelta(minutes=15)  # hours of every time zone begin with one
LONGEST = timedelta(days=31)  # what was accepted earlier and has ended since is not looked for
LIVE = text("assignment.state IN ('offered','accepted')")  # written out, for the partial index
CHOSEN = (
    select(EventRow.for_agent_id, EventRow.at, EventRow.change)
    .where(EventRow.verb == "agent.availability", EventRow.id >= bindparam("border"))
    .order_by(EventRow.id)
)
DUTIES = select(DutyRow.agent_id, DutyRow.availability, DutyRow.connected_until)
HAD = (
    select(
        AssignmentRow.agent_id,
        AssignmentRow.accepted_at,
        AssignmentRow.ended_at,
        AssignmentRow.conversation_id,
        AssignmentRow.queue_id,
        AccountRow.kind,
    )
    .join(ConversationRow, ConversationRow.id == AssignmentRow.conversation_id)
    .join(AccountRow, AccountRow.id == ConversationRow.account_id)
    .where(
        or_(AssignmentRow.offered_at >= bindparam("earliest", type_=Utc()), LIVE),
        AssignmentRow.accepted_at < bindparam("until", type_=Utc()),
    )
    .order_by(AssignmentRow.agent_id, AssignmentRow.accepted_at, AssignmentRow.id)
)
Span = tuple[datetime, datetime]


class Work(NamedTuple):
    """A conversation that somebody had."""

    since: datetime
    until: datetime | None
    conversation: int
    queue: int | None
    channel: str


def occupancy(unit: Unit, since: datetime, until: datetime) -> Iterator[Case]:
    """Return the time that agents were there, and the part of it in which they had work.

    *until* is not to come.
    """
    ask = unit.connection.execute
    asked = {"earliest": since - LONGEST, "until": until}
    had: dict[int, list[Work]] = defaultdict(list)
    for row in ask(HAD, asked):
        had[row[0]].append(Work._make(tuple(row)[1:]))
    for agent, spans in attended(unit, since, until).items():
        for begin, end in spans:
            for piece in pieces(begin, end):
                seconds = (piece[1] - piece[0]).total_seconds()
                yield case(agent, piece[0], 0, seconds)
        yield from busy(agent, spans, had[agent])


def attended(unit: Unit, since: datetime, until: datetime) -> dict[int, list[Span]]:
    """Return when each agent was there, within a period."""
    ask = unit.connection.execute
    now: dict[int, dict[str, Any]] = {
        agent: {"availability": chosen, "connected": connected is not None and connected > unit.now}
        for agent, chosen, connected in ask(DUTIES)
    }
    told = grouped(ask(CHOSEN, {"border": border(unit, since - SLACK)}))
    return {agent: spans_of(fields, told[agent], since, until) for agent, fields in now.items()}


def spans_of(
    now: Mapping[str, Any], told: Sequence[Sequence[Any]], since: datetime, until: datetime
) -> list[Span]:
    """Return when an agent was there: what they were before the first change, it says itself."""
    was = dict(now)
    for name in FOLLOWED:
        changes = (change[name][0] for _, change in told if name in (change or {}))
        was[name] = next(changes, was[name])
    spans: list[Span] = []
    began = since if is_there(was) else None
    for at, change in told:
        was |= {name: change[name][1] for name in FOLLOWED if name in (change or {})}
        if is_there(was) == (began is not None):
            continue
        if began is None:
            began = at
        else:
            spans.append((began, at))
            began = None
    if began is not None:
        spans.append((began, until))
    within = [(max(begin, since), min(end, until)) for begin, end in spans]
    return [(begin, end) for begin, end in within if begin < end]


def is_there(fields: Mapping[str, Any]) -> bool:
    return fields["availability"] in THERE and bool(fields["connected"])


def busy(agent: int, spans: Sequence[Span], had: Sequence[Work]) -> Iterator[Case]:
    """Return the time with work; of several at once, the one that was there first has it."""
    for begin, end in spans:
        reached = begin
        for work in had:
            since, until = max(work.since, reached), min(work.until or end, end)
            if since >= until:
                continue
            reached = until
            for piece in pieces(since, until):
                seconds = (piece[1] - piece[0]).total_seconds()
                yield case(agent, piece[0], seconds, 0, work)


def pieces(since: datetime, until: datetime) -> Iterator[Span]:
    """Cut a span where quarters of an hour begin, so that each piece belongs to one hour."""
    while since < until:
        minute = since.minute - since.minute % 15
        border = since.replace(minute=minute, second=0, microsecond=0) + PIECE
        yield since, min(border, until)
        since = border


def case(agent: int, at: datetime, value: float, weight: float, work: Work | None = None) -> Case:
    return Case(
        of.OCCUPANCY.name,
        at,
        value,
        conversation=work.conversation if work else None,
        channel=work.channel if work else "",
        queue=work.queue if work else None,
        agent=agent,
        weight=weight,
    )
