"""What the dispatcher has to know of many conversations and agents at once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, text, update

from inbox.model import AgentId, ConversationId, CustomerId, Duty
from inbox.store.duties import COLUMNS as DUTY
from inbox.store.duties import as_duty
from inbox.store.numbers import numbered
from inbox.store.rows import Found
from inbox.tables import (
    AccountRow,
    AgentRow,
    ConversationRow,
    CustomerRow,
    DutyRow,
    EventRow,
    PlacementRow,
    Utc,
)

FACTS = (
    select(
        ConversationRow.id,
        ConversationRow.waiting_since,
        ConversationRow.last_heard_id,
        AccountRow.kind,
        CustomerRow.attributes,
    )
    .join(AccountRow, AccountRow.id == ConversationRow.account_id)
    .join(CustomerRow, CustomerRow.id == ConversationRow.customer_id)
    .where(numbered(ConversationRow.id, "which"))
)
OF_CUSTOMERS = (
    select(ConversationRow.id)
    .join(PlacementRow, PlacementRow.conversation_id == ConversationRow.id)
    .where(
        numbered(ConversationRow.customer_id, "which"),
        text("placement.stage IN ('queued','offered','accepted','held')"),
    )
)
DUTIES = select(*DUTY).where(numbered(DutyRow.agent_id, "which"))
EMAILS = select(AgentRow.email, AgentRow.id).where(AgentRow.archived_at.is_(None))
TOLD = (
    select(EventRow.conversation_id, EventRow.verb, func.max(EventRow.at))
    .where(
        numbered(EventRow.conversation_id, "which"),
        EventRow.verb.in_(("promise.at_risk", "promise.breached")),
    )
    .group_by(EventRow.conversation_id, EventRow.verb)
)
ENTERED = (
    select(EventRow.conversation_id, func.max(EventRow.at))
    .where(
        numbered(EventRow.conversation_id, "which"),
        EventRow.verb.in_(("conversation.queued", "conversation.returned")),
    )
    .group_by(EventRow.conversation_id)
)
NEWEST = select(func.max(EventRow.id))
NEWS = (
    select(
        EventRow.id,
        EventRow.at,
        EventRow.verb,
        EventRow.conversation_id,
        EventRow.customer_id,
        EventRow.message_id,
        EventRow.journal_id,
        EventRow.for_agent_id,
        EventRow.agent_id,
        EventRow.change,
    )
    .where(EventRow.id > bindparam("after"))
    .order_by(EventRow.id)
    .limit(bindparam("limit"))
)
PROMISE = (
    update(PlacementRow)
    .where(PlacementRow.conversation_id == bindparam("which"))
    .values(
        promise=bindparam("what"),
        due_at=bindparam("due", type_=Utc()),
        warn_at=bindparam("warn", type_=Utc()),
    )
)


class Floors:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def facts(self, which: Iterable[ConversationId]) -> Sequence[Found]:
        """Return of some conversations: id, waiting_since, last_heard_id, channel, attributes."""
        return self.connection.execute(FACTS, {"which": list(which)}).all()

    def of_customers(self, which: Iterable[CustomerId]) -> Sequence[ConversationId]:
        """Return the conversations of some customers that routing has and that are not over."""
        return list(self.connection.scalars(OF_CUSTOMERS, {"which": list(which)}))

    def duties(self, which: Iterable[AgentId]) -> Mapping[AgentId, Duty]:
        """Return what some agents are doing."""
        rows = self.connection.execute(DUTIES, {"which": list(which)})
        return {duty.agent_id: duty for duty in map(as_duty, rows)}

    def emails(self) -> Mapping[str, AgentId]:
        """Return who signs in with which address."""
        return {row[0]: AgentId(row[1]) for row in self.connection.execute(EMAILS)}

    def told(self, which: Iterable[ConversationId]) -> Mapping[tuple[Any, str], datetime]:
        """Return when it was last told of some conversations that a promise was in danger."""
        rows = self.connection.execute(TOLD, {"which": list(which)})
        return {(row[0], row[1]): row[2] for row in rows}

    def entered(self, which: Iterable[ConversationId]) -> Mapping[Any, datetime]:
        """Return when some conversations came into the queue they are in."""
        rows = self.connection.execute(ENTERED, {"which": list(which)})
        return {row[0]: row[1] for row in rows}

    def newest_event(self) -> int:
        """Return where the record ends."""
        return self.connection.scalar(NEWEST) or 0

    def news(self, after: int, limit: int) -> Sequence[Found]:
        """Return what happened after an event: all columns of it."""
        return self.connection.execute(NEWS, {"after": after, "limit": limit}).all()

    def promise(self, rows: Sequence[dict[str, Any]]) -> None:
        """Write what is promised in conversations: which, what, due, warn."""
        if rows:
            self.connection.execute(PROMISE, rows)
