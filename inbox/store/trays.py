"""The trays in which agents find conversations: pages by keyset, and how full each tray is."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    exists,
    func,
    select,
    text,
    tuple_,
)
from sqlalchemy.orm import aliased

from inbox.model import AgentId, ConversationId
from inbox.store.numbers import Joined, numbered
from inbox.store.rows import Found, Question
from inbox.tables import (
    AccountRow,
    AssignmentRow,
    ConversationRow,
    CustomerRow,
    JournalRow,
    MessageRow,
    PlacementRow,
    ReadMarkRow,
    TagRow,
    Utc,
)


class Tray(StrEnum):
    """Which of the conversations somebody looks through."""

    MINE = "mine"
    UNASSIGNED = "unassigned"
    ALL = "all"
    RESOLVED = "resolved"
    SNOOZED = "snoozed"
    UNDELIVERED = "undelivered"


Place = tuple[datetime, int]  #: where a page ends: `active_at` and `place` of its last line
START: Place = (datetime(9999, 12, 31, tzinfo=UTC), 2**63 - 1)
MANY = 100  # a number beyond this tells nobody anything
# Written out: a partial index is not recognised behind parameters.
HELD_BACK = text("message.delivery IN ('failed','dead','unknown')")
LATER_TOO = text("later.delivery IN ('failed','dead','unknown')")
QUARANTINED = text("journal.state = 'quarantined'")
OFFERED = text("assignment.state = 'offered' AND assignment.state IN ('offered','accepted')")
COMMA = "\x1f"  # between tags; no text has one in it
TAGS = (
    select(Joined(TagRow.name))
    .where(TagRow.conversation_id == ConversationRow.id)
    .scalar_subquery()
    .label("tags")
)
UNREAD: ColumnElement[bool] = func.coalesce(ConversationRow.last_heard_id, 0) > func.coalesce(
    ReadMarkRow.message_id, 0
)


def lines(place: Any = ConversationRow.id) -> Question:
    """Select what a line of a tray shows, with the customer's name and the channel."""
    return (
        select(
            ConversationRow.id,
            ConversationRow.customer_id,
            CustomerRow.name.label("customer_name"),
            ConversationRow.account_id,
            AccountRow.kind.label("channel"),
            ConversationRow.status,
            ConversationRow.subject,
            ConversationRow.preview,
            ConversationRow.created_at,
            ConversationRow.active_at,
            ConversationRow.waiting_since,
            ConversationRow.assignee_id,
            UNREAD.label("unread"),
            ConversationRow.spam,
            ConversationRow.last_message_id,
            ConversationRow.queue_id,
            PlacementRow.stage,
            PlacementRow.priority,
            PlacementRow.queued_at,
            PlacementRow.promise,
            PlacementRow.due_at,
            PlacementRow.warn_at,
            TAGS,
            AssignmentRow.id.label("offer_id"),
            AssignmentRow.agent_id.label("offered_to"),
            AssignmentRow.expires_at.label("offer_expires_at"),
            place.label("place"),
        )
        .join(CustomerRow, CustomerRow.id == ConversationRow.customer_id)
        .join(AccountRow, AccountRow.id == ConversationRow.account_id)
        .outerjoin(
            ReadMarkRow,
            and_(
                ReadMarkRow.agent_id == bindparam("agent"),
                ReadMarkRow.conversation_id == ConversationRow.id,
            ),
        )
        .outerjoin(PlacementRow, PlacementRow.conversation_id == ConversationRow.id)
        .outerjoin(
            AssignmentRow,
            and_(
                PlacementRow.stage == "offered",
                AssignmentRow.conversation_id == ConversationRow.id,
                OFFERED,
            ),
        )
    )


def page(*which: ColumnElement[bool]) -> Question:
    """Select a page of the conversations for which *which* holds, the newest first."""
    place = tuple_(ConversationRow.active_at, ConversationRow.id)
    return (
        lines()
        .where(*which, place < tuple_(bindparam("at", type_=Utc()), bindparam("place")))
        .order_by(ConversationRow.active_at.desc(), ConversationRow.id.desc())
        .limit(bindparam("limit"))
    )


def undelivered() -> Question:
    """Select a page of the conversations in which messages did not arrive, the latest first."""
    later = aliased(MessageRow, name="later")
    again = exists().where(
        later.conversation_id == MessageRow.conversation_id, later.id > MessageRow.id, LATER_TOO
    )
    return (
        lines(MessageRow.id)
        .join(MessageRow, MessageRow.conversation_id == ConversationRow.id)
        .where(HELD_BACK, MessageRow.id < bindparam("place"), ~again)
        .order_by(MessageRow.id.desc())
        .limit(bindparam("limit"))
    )


MINE = (ConversationRow.assignee_id == bindparam("agent"), ConversationRow.status == "open")
UNASSIGNED = (ConversationRow.assignee_id.is_(None), ConversationRow.status == "open")
OPEN = (ConversationRow.status == "open",)
PAGES: Mapping[Tray, Question] = {
    Tray.MINE: page(*MINE),
    Tray.UNASSIGNED: page(*UNASSIGNED),
    Tray.ALL: page(*OPEN),
    Tray.RESOLVED: page(ConversationRow.status == "resolved"),
    Tray.SNOOZED: page(ConversationRow.status == "snoozed"),
    Tray.UNDELIVERED: undelivered(),
}
OF_CUSTOMER = page(ConversationRow.customer_id == bindparam("customer"))
SOME = lines().where(numbered(ConversationRow.id, "which"))


def limited(column: Any, *which: Any) -> Any:
    """Count the rows for which *which* holds, but no further than is worth telling."""
    return (
        select(func.count())
        .select_from(select(column).where(*which).limit(MANY).subquery())
        .scalar_subquery()
    )


def conversations_held_back() -> Any:
    """Count the conversations of the latest messages that did not arrive.

    The messages are found first: asked for distinct conversations, SQLite would rather go
    through every message there is.
    """
    latest = select(MessageRow.conversation_id).where(HELD_BACK).limit(10 * MANY).subquery()
    distinct = select(latest.c.conversation_id).distinct().limit(MANY).subquery()
    return select(func.count()).select_from(distinct).scalar_subquery()


COUNTS = select(
    limited(ConversationRow.id, *MINE).label("mine"),
    limited(ConversationRow.id, *UNASSIGNED).label("unassigned"),
    limited(ConversationRow.id, *OPEN).label("all"),
    limited(JournalRow.id, QUARANTINED).label("quarantined"),
    conversations_held_back().label("undelivered"),
)


class Trays:
    """Questions behind the lists; every line is a row with the columns of `lines`."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def page(
        self, which: Tray, agent: AgentId, *, after: Place = START, limit: int = 50
    ) -> Sequence[Found]:
        """Return the lines after the place (`active_at`, `place`) of the last page's last line."""
        asked = {"agent": agent, "at": after[0], "place": after[1], "limit": limit}
        return self.connection.execute(PAGES[which], asked).all()

    def of_customer(
        self, customer: int, agent: AgentId, *, after: Place = START, limit: int = 50
    ) -> Sequence[Found]:
        """Return a page of a customer's conversations, the newest first."""
        asked = {"agent": agent, "at": after[0], "place": after[1], "limit": limit}
        return self.connection.execute(OF_CUSTOMER, {**asked, "customer": customer}).all()

    def lines(self, which: Sequence[ConversationId], agent: AgentId) -> Sequence[Found]:
        """Return the lines of some conversations, in no particular order."""
        return self.connection.execute(SOME, {"which": which, "agent": agent}).all()

    def counts(self, agent: AgentId) -> Found:
        """Return how many lie in each tray, none told as more than `MANY`."""
        return self.connection.execute(COUNTS, {"agent": agent}).one()
