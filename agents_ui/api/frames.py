"""What the live stream tells: questions behind its frames."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cached_property
from typing import Any

from msgspec import UNSET, UnsetType
from sqlalchemy import and_, bindparam, func, or_, select

from agents_ui.api import calls, views
from agents_ui.api.shapes import ConversationShape, Counts, EventShape
from agents_ui.audience import Closed, Told
from inbox.model import Agent, AgentId, ConversationId, MessageId, QueueId
from inbox.notices import Happened, Ringing, Seen
from inbox.signing import Signer
from inbox.store import Unit
from inbox.store import messages as message_store
from inbox.store.rows import plain
from inbox.store.sight import sees_all
from inbox.store.trays import MANY, SOME
from inbox.tables import ConversationRow, EventRow

NOBODY = AgentId(0)
TOLD = ("account.", "agent.availability", "article.", "queue.", "setup.")  #: about no customer
UNROUTED = (None,) * 11  #: what a line says of routing when there is none
OVERLAP = 1000  # ids; of several writers one may commit a smaller id a little later
LATE = timedelta(seconds=10)  # but not later than this

LINES = SOME.add_columns(ConversationRow.last_heard_id)
SINCE = (
    select(*EventRow.__table__.columns)
    .where(
        or_(
            EventRow.id > bindparam("since"),
            and_(EventRow.id > bindparam("overlap"), EventRow.at > bindparam("late")),
        ),
        EventRow.id > bindparam("overlap"),
    )
    .order_by(EventRow.id)
    .limit(bindparam("limit"))
)
EVENT = plain(SINCE)
NEWEST = select(func.coalesce(func.max(EventRow.id), 0))


def newest(unit: Unit) -> int:
    """Return the sequence number of the newest event."""
    found: int = unit.connection.execute(NEWEST).scalar_one()
    return found


def concerns(event: Any) -> bool:
    """Tell whether browsers hear of an event."""
    return bool(event.conversation_id or event.customer_id or event.verb.startswith(TOLD))


def foreseen(news: Sequence[Happened]) -> dict[str, Any] | None:
    """Return what `changed` would, without a question; None when not all of it is known.

    What comes later replaces what came before, as it did in the store.
    """
    heard = [one for one in news if concerns(one)]
    if not all(one.seen for one in heard):
        return None
    seen = [one.seen for one in heard if one.seen]
    lines = {one.talk.id: line_of(one) for one in {it.talk.id: it for it in seen}.values()}
    rows = [
        message_store.foreseen(one.message, one.accounts[one.message["account_id"]].kind)
        for one in seen
        if one.message
    ]
    return {
        "conversations": list(lines.values()),
        "messages": [views.message(row, [], []) for row in sorted(rows, key=lambda row: row.id)],
        "events": [views.happened(one) for one in heard],
    }


def changed(unit: Unit, news: Sequence[Happened], signer: Signer) -> dict[str, Any]:
    """Return the state of everything that *news* speak of."""
    heard = [one for one in news if concerns(one)]
    return content(unit, heard, [views.happened(one) for one in heard], signer)


def told(unit: Unit, news: Sequence[Happened], signer: Signer, opened: frozenset[int]) -> Told:
    """Return what `changed` does, and who may know of it.

    Of what was just *opened* only supervisors hear until it is known which queue it is in.
    """
    found = changed(unit, news, signer)
    if not unit.sight.routed():
        return Told(found)
    return Told(found, closed(unit, found["conversations"], opened), routed=True)


def closed(
    unit: Unit, lines: Sequence[ConversationShape], opened: frozenset[int] = frozenset()
) -> Closed:
    """Return who sees each of those conversations that not everybody sees."""
    queued = [line for line in lines if line.queue_id or (line.id in opened and not line.stage)]
    members = unit.sight.members({QueueId(line.queue_id) for line in queued if line.queue_id})
    consulted = unit.consults.watchers([ConversationId(line.id) for line in queued])
    return {
        line.id: frozenset(
            {
                *members.get(QueueId(line.queue_id or 0), ()),
                *consulted.get(line.id, ()),
                AgentId(line.assignee_id or NOBODY),
                AgentId(line.offer.agent_id if line.offer else NOBODY),
            }
        )
        for line in queued
    }


def audience(unit: Unit, which: ConversationId) -> frozenset[AgentId] | None:
    """Return who sees a conversation apart from supervisors; none when everybody does."""
    return closed(unit, lines_of(unit, [which])).get(which)


def replay(unit: Unit, since: int, limit: int, signer: Signer) -> Told | None:
    """Return the state of everything that changed after *since*, unless that is too much.

    What several writers committed at nearly the same time is told again: their numbers
    may have become visible out of order, and hearing a state twice does no harm.
    """
    asked = {
        "since": since,
        "overlap": since - OVERLAP,
        "late": unit.now - LATE,
        "limit": limit + OVERLAP + 1,
    }
    sequence = newest(unit)
    if since > sequence or sequence - since > 100 * limit:
        return None
    rows = unit.connection.execute(SINCE, asked).all()
    if sum(row.id > since for row in rows) > limit:
        return None
    heard = [row for row in map(EVENT, rows) if concerns(row)]
    found = content(unit, heard, [views.event(row) for row in heard], signer)
    return Told(found | {"sequence": max(sequence, since)}, closed(unit, found["conversations"]))


def content(
    unit: Unit, heard: Sequence[Any], events: Sequence[EventShape], signer: Signer
) -> dict[str, Any]:
    """Return what browsers are told about some events; what concerns nobody is left out."""
    talks = {row.conversation_id: None for row in heard if row.conversation_id}
    said = {row.message_id: None for row in heard if row.message_id}
    lines = lines_of(unit, list(talks))
    found = unit.messages.shown([MessageId(number) for number in said]) if said else ()
    return {
        "conversations": lines,
        "messages": views.messages(unit, sorted(found, key=lambda row: row.id), signer),
        "events": events,
    }


def lines_of(unit: Unit, which: Sequence[ConversationId]) -> list[Any]:
    """Show conversations to everybody at once: *unread* says that the customer wrote last."""
    if not which:
        return []
    rows = unit.connection.execute(LINES, {"which": which, "agent": NOBODY}).all()
    return [views.conversation(row, unread=awaits(row)) for row in rows]


def line_of(seen: Seen) -> ConversationShape:
    """Show a conversation as `lines_of` would."""
    talk = seen.talk
    return views.conversation(
        (
            talk.id,
            talk.customer_id,
            seen.customer.name,
            talk.account_id,
            seen.accounts[talk.account_id].kind,
            talk.status,
            talk.subject,
            talk.preview,
            talk.created_at,
            talk.active_at,
            talk.waiting_since,
            talk.assignee_id,
            None,
            talk.spam,
            talk.last_message_id,
            *UNROUTED,
        ),
        unread=awaits(talk),
    )


def awaits(talk: Any) -> bool:
    """Tell whether the customer wrote last."""
    return bool(talk.last_heard_id == talk.last_message_id is not None)


def counts(unit: Unit, agents: Sequence[Agent]) -> dict[AgentId, Counts]:
    """Return how full the trays are, for each of *agents*."""
    tally = Tally(unit)
    return {agent.id: tally.of(agent) for agent in agents}


def counted(unit: Unit, agent: Agent) -> Counts:
    return Tally(unit).of(agent)


def some(count: int) -> int | UnsetType:
    """Tell a number, but not that there is nobody."""
    return min(MANY, count) or UNSET


class Tally:
    """How full the trays of some agents are; what several of them see is counted once."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.routed = unit.sight.routed()

    @cached_property
    def by_queue(self) -> Mapping[QueueId | None, tuple[int, int]]:
        return self.unit.trays.by_queue()

    @cached_property
    def with_bot(self) -> Mapping[QueueId | None, int]:
        return self.unit.trays.with_bot()

    @cached_property
    def waiting(self) -> dict[int, int]:
        return {int(queue): min(count, MANY) for queue, count in self.unit.trays.waiting().items()}

    def of(self, agent: Agent) -> Counts:
        if self.routed and not sees_all(agent):
            return self.seen(agent)
        row = self.unit.trays.counts(agent.id)
        return Counts(
            mine=row.mine,
            unassigned=row.unassigned,
            all=row.all,
            quarantined=row.quarantined if sees_all(agent) else 0,
            undelivered=row.undelivered,
            pending=some(sum(self.with_bot.values())),
            queues=self.waiting if self.routed else {},
        )

    def seen(self, agent: Agent) -> Counts:
        """Count what an agent sees: of no queue, of their queues, theirs elsewhere, and asked."""
        row = self.unit.trays.own_counts(agent.id, self.unit.now)
        queues = self.unit.sight.queues_of(agent.id)
        parts = [self.by_queue.get(queue, (0, 0)) for queue in (None, *queues)]
        return Counts(
            mine=row.mine,
            unassigned=min(MANY, sum(part[1] for part in parts) + row.untaken),
            all=min(MANY, sum(part[0] for part in parts) + row.elsewhere + row.advised),
            quarantined=0,
            undelivered=row.undelivered,
            pending=some(sum(self.with_bot.get(queue, 0) for queue in (None, *queues))),
            queues={
                queue: count for queue, count in self.waiting.items() if QueueId(queue) in queues
            },
        )


def rung(unit: Unit, notice: Ringing) -> dict[str, Any]:
    """Return what an agent is told whose telephone rings; its message may come a moment later."""
    found = calls.known(unit, notice.account_id, [notice.external_id]).get(notice.external_id)
    return {
        "on": notice.on,
        "account_id": notice.account_id,
        "external_id": notice.external_id,
        "message_id": found[1] if found else None,
        "conversation_id": found[2] if found else None,
        "customer": {"id": found[3], "name": found[4]} if found else None,
        "peer": notice.peer,
        "outward": notice.outward,
        "callback": notice.callback,
        "queue": notice.queue,
        "how": notice.how,
    }
