"""The questions behind the board: few, each answered by an index, and none counts to the end."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, exists, func, select, text

from agents_ui.api.board_shapes import (
    BoardAgent,
    BoardCard,
    BoardMembership,
    BoardQueue,
)
from agents_ui.api.shapes import CustomerLine
from inbox.model import Availability, Membership, Priority, Stage
from inbox.store import Unit
from inbox.tables import (
    AccountRow,
    AgentRow,
    AssignmentRow,
    ConversationRow,
    CustomerRow,
    DutyRow,
    MemberRow,
    PlacementRow,
    QueueRow,
    Utc,
)
from routing import order, preview
from routing.setup import Setup

MANY = 1000  # a number beyond this tells nobody anything
SHOWN = 40  # cards of a column, unless it is looked through
CONSIDERED = 300  # of those who wait, for their order, channels and trend
LATELY = timedelta(hours=1)
STEP = timedelta(minutes=5)
SAMPLE = 2000  # assignments that handling times and arrivals are measured by
USUAL = 600.0  # seconds of handling where nothing was measured yet
LIVE = text("assignment.state IN ('offered','accepted')")  # written out, for the partial indexes
WAITS = text("placement.stage = 'queued'")
WITH_BOT = exists().where(
    ConversationRow.id == PlacementRow.conversation_id, ConversationRow.status == "pending"
)
ASIDE_NOW = and_(PlacementRow.stage == "held", ~WITH_BOT)  #: by a person, not by the bot
NOW: Any = bindparam("now", type_=Utc())


def limited(*which: Any) -> Any:
    """Count the placements of a queue for which *which* holds, up to `MANY`."""
    found = (
        select(PlacementRow.conversation_id)
        .where(PlacementRow.queue_id == QueueRow.id, *which)
        .limit(MANY)
        .correlate(QueueRow)
        .subquery()
    )
    return select(func.count()).select_from(found).scalar_subquery()


LONGEST = (
    select(PlacementRow.queued_at)
    .where(PlacementRow.queue_id == QueueRow.id, PlacementRow.stage == "queued")
    .order_by(PlacementRow.queued_at)
    .limit(1)
    .correlate(QueueRow)
    .scalar_subquery()
)
QUEUES = (
    select(
        QueueRow.id,
        QueueRow.name,
        QueueRow.paused_at,
        limited(PlacementRow.stage == "queued").label("waiting"),
        limited(PlacementRow.stage == "offered").label("offered"),
        limited(PlacementRow.stage == "accepted").label("accepted"),
        limited(ASIDE_NOW).label("held"),
        limited(WAITS, PlacementRow.warn_at <= NOW).label("at_risk"),
        limited(WAITS, PlacementRow.warn_at <= NOW, PlacementRow.due_at <= NOW).label("breached"),
        LONGEST.label("longest"),
    )
    .where(QueueRow.archived_at.is_(None))
    .order_by(QueueRow.id)
)
CARDS = (
    select(
        ConversationRow.id,
        ConversationRow.customer_id,
        CustomerRow.name.label("customer_name"),
        AccountRow.kind.label("channel"),
        ConversationRow.subject,
        ConversationRow.preview,
        PlacementRow.stage,
        PlacementRow.priority,
        PlacementRow.queue_id,
        PlacementRow.queued_at,
        PlacementRow.due_at,
        PlacementRow.warn_at,
        PlacementRow.promise,
        CustomerRow.attributes,
    )
    .join(ConversationRow, ConversationRow.id == PlacementRow.conversation_id)
    .join(CustomerRow, CustomerRow.id == ConversationRow.customer_id)
    .join(AccountRow, AccountRow.id == ConversationRow.account_id)
)
OLDEST = (
    CARDS.where(PlacementRow.queue_id == bindparam("queue"), PlacementRow.stage == "queued")
    .order_by(PlacementRow.queued_at)
    .limit(bindparam("limit"))
)
ENDANGERED = (
    CARDS.where(PlacementRow.queue_id == bindparam("queue"), WAITS, PlacementRow.warn_at <= NOW)
    .order_by(PlacementRow.warn_at)
    .limit(bindparam("limit"))
)
ASIDE = (
    CARDS.where(
        PlacementRow.queue_id == bindparam("queue"),
        PlacementRow.stage == "held",
        ConversationRow.status != "pending",
    )
    .order_by(PlacementRow.conversation_id)
    .limit(SHOWN)
)
OF_AGENT = (
    CARDS.add_columns(
        AssignmentRow.agent_id,
        func.coalesce(AssignmentRow.accepted_at, AssignmentRow.offered_at, type_=Utc()).label(
            "since"
        ),
    )
    .join(AssignmentRow, AssignmentRow.conversation_id == PlacementRow.conversation_id)
    .where(AssignmentRow.agent_id == bindparam("agent"), LIVE)
    .order_by(AssignmentRow.id)
    .limit(MANY)
)
PEOPLE = (
    select(
        AgentRow.id,
        AgentRow.name,
        AgentRow.capacity,
        DutyRow.availability,
        DutyRow.reason,
        DutyRow.since,
        DutyRow.connected_until,
        DutyRow.on_call,
    )
    .outerjoin(DutyRow, DutyRow.agent_id == AgentRow.id)
    .where(AgentRow.archived_at.is_(None))
    .order_by(AgentRow.name, AgentRow.id)
)
MEMBERS = select(MemberRow.agent_id, MemberRow.queue_id, MemberRow.membership, MemberRow.until)
LOADS = (
    select(
        AssignmentRow.agent_id,
        func.count().label("all"),
        func.count(AssignmentRow.accepted_at).label("accepted"),
        func.coalesce(func.sum(AssignmentRow.weight), 0.0).label("load"),
        func.count(AssignmentRow.weight).label("weighed"),
    )
    .where(LIVE)
    .group_by(AssignmentRow.agent_id)
)
RECENT = (
    select(
        AssignmentRow.conversation_id,
        AssignmentRow.queue_id,
        AssignmentRow.offered_at,
        AssignmentRow.accepted_at,
        AssignmentRow.ended_at,
        AssignmentRow.weight,
        PlacementRow.began_at,
    )
    .join(PlacementRow, PlacementRow.conversation_id == AssignmentRow.conversation_id)
    .where(AssignmentRow.offered_at > bindparam("since", type_=Utc()))
    .order_by(AssignmentRow.offered_at.desc())
    .limit(SAMPLE)
)


class Pace:
    """How fast a queue moves: what was asked and answered of it lately."""

    def __init__(self, rows: Iterable[Any], now: datetime) -> None:
        self.now = now
        self.taken: list[tuple[datetime, datetime]] = []  #: waited from, until
        self.begun: set[int] = set()
        self.lengths: list[float] = []
        self.weights: list[float | None] = []
        for row in rows:
            self.weights.append(row.weight)
            if row.began_at > now - LATELY:
                self.begun.add(row.conversation_id)
            if row.accepted_at:
                self.taken.append((min(row.began_at, row.offered_at), row.accepted_at))
                if row.ended_at:
                    self.lengths.append((row.ended_at - row.accepted_at).total_seconds())

    @property
    def handling(self) -> float:
        return max(1.0, sum(self.lengths) / len(self.lengths)) if self.lengths else USUAL

    @property
    def weight(self) -> float | None:
        """Return the room that a conversation of it takes on average; none takes all."""
        known = [one for one in self.weights if one is not None]
        if self.weights and not known:
            return None
        return sum(known) / len(known) if known else 1.0

    def of(
        self, queue: Any, waiting: Sequence[Any], agents: Sequence[BoardAgent]
    ) -> dict[str, Any]:
        """Return what a column says of how its queue moves."""
        team, slots = staffed(queue.id, self.weight, agents)
        arrivals = self.arrivals(waiting)
        flow = preview.Flow(
            waiting=queue.waiting,
            rate=arrivals / LATELY.total_seconds(),
            handling=self.handling,
            slots=slots,
        )
        return {
            "channels": dict(Counter(one.channel for one in waiting)),
            "trend": self.trend(waiting),
            "team": team,
            "slots": slots,
            "arrivals": arrivals,
            "handling": self.handling,
            "measured": bool(self.lengths),
            "outlook": preview.outlook(flow),
        }

    def arrivals(self, waiting: Sequence[Any]) -> int:
        """Return how many came in the last hour: those who were asked about, and who wait."""
        fresh = {row.id for row in waiting if row.queued_at and row.queued_at > self.now - LATELY}
        return len(self.begun | fresh)

    def trend(self, waiting: Sequence[Any]) -> list[int]:
        """Return how many waited, every `STEP` of the last hour."""
        since = [row.queued_at for row in waiting if row.queued_at]
        moments = [self.now - STEP * number for number in range(12, -1, -1)]
        return [
            sum(came <= at for came in since) + sum(came <= at < went for came, went in self.taken)
            for at in moments
        ]


# --- queues ---------------------------------------------------------------------------------
def columns(
    unit: Unit, setup: Setup, agents: Sequence[BoardAgent], deep: int | None = None
) -> list[BoardQueue]:
    """Return every queue with who waits in it; of *deep* all who are first of a thousand."""
    rows = unit.connection.execute(QUEUES, {"now": unit.now}).all()
    paces = recent(unit)
    found = []
    for row in rows:
        far, shown = (MANY, MANY) if row.id == deep else (CONSIDERED, SHOWN)
        waiting = in_line(unit, setup, row.id, far) if row.waiting else []
        pace = paces.get(row.id) or Pace((), unit.now)
        asked = {"queue": row.id}
        aside = unit.connection.execute(ASIDE, asked).all() if row.held else ()
        found.append(column(row, waiting[:shown], aside, pace.of(row, waiting, agents)))
    return found


def recent(unit: Unit) -> Mapping[int, Pace]:
    """Return how fast each queue moves."""
    found: dict[int, list[Any]] = {}
    for row in unit.connection.execute(RECENT, {"since": unit.now - LATELY}):
        if row.queue_id is not None:
            found.setdefault(row.queue_id, []).append(row)
    return {queue: Pace(rows, unit.now) for queue, rows in found.items()}


def column(
    row: Any, shown: Sequence[Any], aside: Sequence[Any], measured: dict[str, Any]
) -> BoardQueue:
    return BoardQueue(
        id=row.id,
        name=row.name,
        paused_at=row.paused_at,
        waiting=row.waiting,
        offered=row.offered,
        accepted=row.accepted,
        held=row.held,
        at_risk=row.at_risk,
        breached=row.breached,
        longest=row.longest,
        cards=[card(one) for one in shown],
        more=row.waiting > len(shown),
        aside=[card(one) for one in aside],
        **measured,
    )


def in_line(unit: Unit, setup: Setup, queue: int, far: int) -> list[Any]:
    """Return who waits in a queue, in the order of its score.

    When more than *far* do, these are who waits longest and whose promise is first at risk.
    """
    execute = unit.connection.execute
    asked = {"queue": queue, "limit": far}
    rows = {row.id: row for row in execute(OLDEST, asked)}
    if len(rows) >= far:
        rows |= {row.id: row for row in execute(ENDANGERED, {**asked, "now": unit.now})}
    scored = [
        (-order.score(entry(row, setup), setup.order, unit.now).total, row.queued_at, row.id)
        for row in rows.values()
    ]
    return [rows[number] for _, _, number in sorted(scored)][:far]


def entry(row: Any, setup: Setup) -> order.Entry:
    value = row.attributes.get(setup.value)
    return order.Entry(
        conversation_id=row.id,
        since=row.queued_at,
        priority=Priority(row.priority),
        value=min(1.0, max(0.0, float(value))) if isinstance(value, int | float) else 0.0,
        due=row.due_at,
        warn_at=row.warn_at,
    )


def card(row: Any, agent: int | None = None, since: datetime | None = None) -> BoardCard:
    return BoardCard(
        id=row.id,
        customer=CustomerLine(id=row.customer_id, name=row.customer_name),
        channel=row.channel,
        subject=row.subject,
        preview=row.preview,
        stage=Stage(row.stage),
        priority=Priority(row.priority),
        queue_id=row.queue_id,
        agent_id=agent,
        since=since or row.queued_at,
        due_at=row.due_at,
        warn_at=row.warn_at,
        promise=row.promise,
    )


def staffed(queue: int, weight: float | None, agents: Sequence[BoardAgent]) -> tuple[int, float]:
    """Return how many could be offered something of a queue now, and their slots for it."""
    here = [
        one
        for one in agents
        if one.connected
        and one.availability is Availability.AVAILABLE
        and any(member.queue_id == queue for member in one.queues)
    ]
    slots = sum(preview.shared(one.capacity, weight, len(one.queues)) for one in here)
    return len(here), slots


# --- agents ---------------------------------------------------------------------------------
def people(unit: Unit) -> list[BoardAgent]:
    """Return everybody who answers, with what they are and how much they have."""
    execute = unit.connection.execute
    members: dict[int, list[BoardMembership]] = {}
    for row in execute(MEMBERS):
        if row.until is None or row.until > unit.now:
            members.setdefault(row.agent_id, []).append(
                BoardMembership(
                    queue_id=row.queue_id, membership=Membership(row.membership), until=row.until
                )
            )
    loads = {row.agent_id: row for row in execute(LOADS)}
    return [
        person(row, loads.get(row.id), members.get(row.id, []), unit.now) for row in execute(PEOPLE)
    ]


def person(row: Any, load: Any, queues: list[BoardMembership], now: datetime) -> BoardAgent:
    taken = 0.0 if load is None else load.load
    if load is not None and load.weighed < load.all:  # one of them takes all
        taken = max(taken, row.capacity)
    return BoardAgent(
        id=row.id,
        name=row.name,
        availability=Availability(row.availability or Availability.OFFLINE),
        reason=row.reason,
        since=row.since,
        connected=bool(row.connected_until and row.connected_until > now),
        on_call=bool(row.on_call),
        capacity=row.capacity,
        load=taken,
        conversations=load.accepted if load is not None else 0,
        offers=load.all - load.accepted if load is not None else 0,
        queues=queues,
    )


def held_by(unit: Unit, agent: int) -> list[BoardCard]:
    """Return what an agent has, and is asked to take."""
    rows = unit.connection.execute(OF_AGENT, {"agent": agent}).all()
    return [card(row, row.agent_id, row.since) for row in rows]
