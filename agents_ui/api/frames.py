"""What the live stream tells: questions behind its frames."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select

from agents_ui.api import calls, views
from agents_ui.api.shapes import ConversationShape, Counts, EventShape
from inbox.model import Agent, AgentId, ConversationId, MessageId, Role
from inbox.notices import Happened, Ringing, Seen
from inbox.signing import Signer
from inbox.store import Unit
from inbox.store import messages as message_store
from inbox.store.rows import plain
from inbox.store.trays import SOME
from inbox.tables import ConversationRow, EventRow

NOBODY = AgentId(0)
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
    """Tell whether browsers hear of an event: it is about a customer, or about an account."""
    return bool(event.conversation_id or event.customer_id or event.verb.startswith("account."))


def foreseen(news: Sequence[Happened]) -> dict[str, Any] | None:
    """Return what `changed` would, without a question; None when not all of it is known.

    What comes later replaces what came before, as it did in the store.
    """
    told = [one for one in news if concerns(one)]
    if not all(one.seen for one in told):
        return None
    seen = [one.seen for one in told if one.seen]
    lines = {one.talk.id: line_of(one) for one in {it.talk.id: it for it in seen}.values()}
    rows = [
        message_store.foreseen(one.message, one.accounts[one.message["account_id"]].kind)
        for one in seen
        if one.message
    ]
    return {
        "conversations": list(lines.values()),
        "messages": [views.message(row, [], []) for row in sorted(rows, key=lambda row: row.id)],
        "events": [views.happened(one) for one in told],
    }


def changed(unit: Unit, news: Sequence[Happened], signer: Signer) -> dict[str, Any]:
    """Return the state of everything that *news* speak of."""
    told = [one for one in news if concerns(one)]
    return content(unit, told, [views.happened(one) for one in told], signer)


def replay(unit: Unit, since: int, limit: int, signer: Signer) -> dict[str, Any] | None:
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
    told = [row for row in map(EVENT, rows) if concerns(row)]
    found = content(unit, told, [views.event(row) for row in told], signer)
    return found | {"sequence": max(sequence, since)}


def content(
    unit: Unit, told: Sequence[Any], events: Sequence[EventShape], signer: Signer
) -> dict[str, Any]:
    """Return what browsers are told about some events; what concerns nobody is left out."""
    talks = {row.conversation_id: None for row in told if row.conversation_id}
    said = {row.message_id: None for row in told if row.message_id}
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
    return {agent.id: counted(unit, agent) for agent in agents}


def counted(unit: Unit, agent: Agent) -> Counts:
    row = unit.trays.counts(agent.id)
    sees = agent.role.covers(Role.SUPERVISOR)
    return Counts(
        mine=row.mine,
        unassigned=row.unassigned,
        all=row.all,
        quarantined=row.quarantined if sees else 0,
        undelivered=row.undelivered,
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
