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

from inbox.model import AgentId, ConversationId, QueueId
from inbox.store.numbers import Joined, numbered
from inbox.store.rows import Found, Question
from inbox.store.sight import CONSULTED, SEEN
from inbox.store.sight import MINE as QUEUES
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
    PENDING = "pending"  #: the bot holds it
    UNDELIVERED = "undelivered"
    QUEUE = "queue"  #: what waits in one queue


Turn = tuple[datetime, datetime, int]  #: where a page of a queue ends: due, waiting since, number
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
FIRST: Turn = (datetime(1970, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC), 0)
Place = tuple[datetime, int]  #: where a page ends: `active_at` and `place` of its last line
START: Place = (NEVER, 2**63 - 1)
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


WAITING = PlacementRow.stage.in_(("queued", "offered"))
IN_QUEUE = (PlacementRow.queue_id == bindparam("queue"), WAITING)


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
            AssignmentRow.offered_at,
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


def turns(*which: ColumnElement[bool]) -> Question:
    """Select a page of who waits in a queue: the earliest promise first, then the longest wait.

    The rows are found before what they show: a queue may hold a hundred thousand.
    """
    promised = func.coalesce(PlacementRow.due_at, bindparam("never", type_=Utc()), type_=Utc())
    turn = tuple_(promised, PlacementRow.queued_at, PlacementRow.conversation_id)
    after = tuple_(
        bindparam("due", type_=Utc()), bindparam("since", type_=Utc()), bindparam("place")
    )
    order = promised, PlacementRow.queued_at, PlacementRow.conversation_id
    first = select(PlacementRow.conversation_id).where(*IN_QUEUE, turn > after)
    if which:
        talk = ConversationRow.id == PlacementRow.conversation_id
        first = first.join(ConversationRow, talk).where(*which)
    found = first.order_by(*order).limit(bindparam("limit")).subquery()
    return lines().join(found, found.c.conversation_id == ConversationRow.id).order_by(*order)


def undelivered(*which: ColumnElement[bool]) -> Question:
    """Select a page of the conversations in which messages did not arrive, the latest first."""
    later = aliased(MessageRow, name="later")
    again = exists().where(
        later.conversation_id == MessageRow.conversation_id, later.id > MessageRow.id, LATER_TOO
    )
    return (
        lines(MessageRow.id)
        .join(MessageRow, MessageRow.conversation_id == ConversationRow.id)
        .where(*which, HELD_BACK, MessageRow.id < bindparam("place"), ~again)
        .order_by(MessageRow.id.desc())
        .limit(bindparam("limit"))
    )


MINE = (ConversationRow.assignee_id == bindparam("agent"), ConversationRow.status == "open")
UNASSIGNED = (ConversationRow.assignee_id.is_(None), ConversationRow.status == "open")
OPEN = (ConversationRow.status == "open",)


def pages(*sight: ColumnElement[bool]) -> Mapping[Tray, Question]:
    """Return the questions behind all trays, for who sees that for which *sight* holds."""
    return {
        Tray.MINE: page(*MINE),
        Tray.UNASSIGNED: page(*UNASSIGNED, *sight),
        Tray.ALL: page(*OPEN, *sight),
        Tray.RESOLVED: page(ConversationRow.status == "resolved", *sight),
        Tray.SNOOZED: page(ConversationRow.status == "snoozed", *sight),
        Tray.PENDING: page(ConversationRow.status == "pending", *sight),
        Tray.UNDELIVERED: undelivered(*sight),
        Tray.QUEUE: turns(*sight),
    }


PAGES = pages()
SEEN_PAGES = pages(SEEN)
OF_CUSTOMER = page(ConversationRow.customer_id == bindparam("customer"))
SEEN_OF_CUSTOMER = page(ConversationRow.customer_id == bindparam("customer"), SEEN)
SOME = lines().where(numbered(ConversationRow.id, "which"))


def limited(column: Any, *which: Any) -> Any:
    """Count the rows for which *which* holds, but no further than is worth telling."""
    return (
        select(func.count())
        .select_from(select(column).where(*which).limit(MANY).subquery())
        .scalar_subquery()
    )


def conversations_held_back(*sight: ColumnElement[bool]) -> Any:
    """Count the conversations of the latest messages that did not arrive.

    The messages are found first: asked for distinct conversations, SQLite would rather go
    through every message there is.
    """
    held_back = select(MessageRow.conversation_id).where(HELD_BACK)
    if sight:
        talk = ConversationRow.id == MessageRow.conversation_id
        held_back = held_back.join(ConversationRow, talk).where(*sight)
    latest = held_back.limit(10 * MANY).subquery()
    distinct = select(latest.c.conversation_id).distinct().limit(MANY).subquery()
    return select(func.count()).select_from(distinct).scalar_subquery()


COUNTS = select(
    limited(ConversationRow.id, *MINE).label("mine"),
    limited(ConversationRow.id, *UNASSIGNED).label("unassigned"),
    limited(ConversationRow.id, *OPEN).label("all"),
    limited(JournalRow.id, QUARANTINED).label("quarantined"),
    conversations_held_back().label("undelivered"),
)
#: What an agent is asked about that they would not see otherwise.
GUEST = (
    *OPEN,
    CONSULTED,
    ConversationRow.queue_id.not_in(QUEUES),
    ConversationRow.assignee_id.is_distinct_from(bindparam("agent")),
)
#: What an agent finds who does not see everything, apart from what their queues hold.
OWN_COUNTS = select(
    limited(ConversationRow.id, *MINE).label("mine"),
    limited(ConversationRow.id, *MINE, ConversationRow.queue_id.not_in(QUEUES)).label("elsewhere"),
    limited(ConversationRow.id, *GUEST).label("advised"),
    limited(ConversationRow.id, *GUEST, ConversationRow.assignee_id.is_(None)).label("untaken"),
    conversations_held_back(SEEN).label("undelivered"),
)
BY_QUEUE = (
    select(
        ConversationRow.queue_id,
        func.count().label("all"),
        func.count().filter(ConversationRow.assignee_id.is_(None)).label("unassigned"),
    )
    .where(*OPEN)
    .group_by(ConversationRow.queue_id)
)
WITH_BOT = (
    select(ConversationRow.queue_id, func.count())
    .where(ConversationRow.status == "pending")
    .group_by(ConversationRow.queue_id)
)
WAITS = (
    select(PlacementRow.queue_id, func.count())
    .where(PlacementRow.queue_id.is_not(None), WAITING)
    .group_by(PlacementRow.queue_id)
)


class Trays:
    """Questions behind the lists; every line is a row with the columns of `lines`.

    Some answer with what their agent sees at a time *seen*, else with everything.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def page(
        self,
        which: Tray,
        agent: AgentId,
        *,
        after: Place = START,
        limit: int = 50,
        seen: datetime | None = None,
    ) -> Sequence[Found]:
        """Return the lines after the place (`active_at`, `place`) of the last page's last line."""
        asked = {"agent": agent, "at": after[0], "place": after[1], "limit": limit, "now": seen}
        questions = PAGES if seen is None else SEEN_PAGES
        return self.connection.execute(questions[which], asked).all()

    def queue(
        self,
        which: QueueId,
        agent: AgentId,
        *,
        after: Turn = FIRST,
        limit: int = 50,
        seen: datetime | None = None,
    ) -> Sequence[Found]:
        """Return who waits in a queue, after the turn of the last page's last line."""
        due, since, place = after
        asked = {"agent": agent, "limit": limit, "now": seen, "queue": which, "never": NEVER}
        asked |= {"due": due, "since": since, "place": place}
        questions = PAGES if seen is None else SEEN_PAGES
        return self.connection.execute(questions[Tray.QUEUE], asked).all()

    def of_customer(
        self,
        customer: int,
        agent: AgentId,
        *,
        after: Place = START,
        limit: int = 50,
        seen: datetime | None = None,
    ) -> Sequence[Found]:
        """Return a page of a customer's conversations, the newest first."""
        asked = {"agent": agent, "at": after[0], "place": after[1], "limit": limit}
        question = OF_CUSTOMER if seen is None else SEEN_OF_CUSTOMER
        return self.connection.execute(question, {**asked, "customer": customer, "now": seen}).all()

    def lines(self, which: Sequence[ConversationId], agent: AgentId) -> Sequence[Found]:
        """Return the lines of some conversations, in no particular order."""
        return self.connection.execute(SOME, {"which": which, "agent": agent}).all()

    def counts(self, agent: AgentId) -> Found:
        """Return how many lie in each tray, none told as more than `MANY`."""
        return self.connection.execute(COUNTS, {"agent": agent}).one()

    def own_counts(self, agent: AgentId, seen: datetime) -> Found:
        """Return how many an agent has, has of queues of others, and sees undelivered.

        *advised* are those they are asked about and would not see otherwise.
        """
        return self.connection.execute(OWN_COUNTS, {"agent": agent, "now": seen}).one()

    def by_queue(self) -> Mapping[QueueId | None, tuple[int, int]]:
        """Return how many open conversations each queue has, and how many nobody took."""
        return {
            None if row[0] is None else QueueId(row[0]): (row[1], row[2])
            for row in self.connection.execute(BY_QUEUE)
        }

    def with_bot(self) -> Mapping[QueueId | None, int]:
        """Return how many conversations the bot holds, by the queue they would go to."""
        return {
            None if row[0] is None else QueueId(row[0]): row[1]
            for row in self.connection.execute(WITH_BOT)
        }

    def waiting(self) -> Mapping[QueueId, int]:
        """Return how many wait in each queue where somebody does."""
        return {QueueId(row[0] or 0): row[1] for row in self.connection.execute(WAITS)}
