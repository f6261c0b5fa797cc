"""The questions behind the board: few, each answered by an index, and none counts to the end."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import chain, islice
from typing import Any

from sqlalchemy import (
    BindParameter,
    and_,
    bindparam,
    exists,
    func,
    literal,
    null,
    select,
    text,
    union_all,
)
from sqlalchemy.sql.visitors import replacement_traverse

from agents_ui.api.board_shapes import (
    BoardAgent,
    BoardCard,
    BoardMembership,
    BoardQueue,
)
from agents_ui.api.shapes import CustomerLine
from inbox.model import AgentId, Availability, Membership, Priority, Stage
from inbox.store import Unit
from inbox.store.numbers import numbered
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
CONSIDERED = 150  # of those who wait, for their order, channels and trend
LATELY = timedelta(hours=1)
STEP = timedelta(minutes=5)
TOGETHER = 40  # queues that are asked for in one statement
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
PLACES = (  # what says where somebody stands, and nothing that is only shown
    select(
        PlacementRow.conversation_id.label("id"),
        PlacementRow.queue_id,
        PlacementRow.queued_at,
        PlacementRow.priority,
        PlacementRow.due_at,
        PlacementRow.warn_at,
        AccountRow.kind.label("channel"),
        CustomerRow.attributes,
    )
    .join(ConversationRow, ConversationRow.id == PlacementRow.conversation_id)
    .join(CustomerRow, CustomerRow.id == ConversationRow.customer_id)
    .join(AccountRow, AccountRow.id == ConversationRow.account_id)
    .where(PlacementRow.queue_id == bindparam("queue"))
)
OLDEST = (
    PLACES.where(PlacementRow.stage == "queued")
    .order_by(PlacementRow.queued_at)
    .limit(bindparam("limit"))
)
ENDANGERED = (
    PLACES.where(WAITS, PlacementRow.warn_at <= NOW)
    .order_by(PlacementRow.warn_at)
    .limit(bindparam("limit"))
)
ASIDE = (
    select(PlacementRow.conversation_id.label("id"), PlacementRow.queue_id)
    .where(PlacementRow.queue_id == bindparam("queue"), ASIDE_NOW)
    .order_by(PlacementRow.conversation_id)
    .limit(bindparam("limit"))
)
SOME = CARDS.where(numbered(PlacementRow.conversation_id, "which"))
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
OUTSIDE = (  # what an agent has in no queue, as a card like those above
    select(
        ConversationRow.id,
        ConversationRow.customer_id,
        CustomerRow.name.label("customer_name"),
        AccountRow.kind.label("channel"),
        ConversationRow.subject,
        ConversationRow.preview,
        literal(Stage.ACCEPTED).label("stage"),
        literal(Priority.NORMAL).label("priority"),
        null().label("queue_id"),
        ConversationRow.waiting_since.label("queued_at"),
        null().label("due_at"),
        null().label("warn_at"),
        null().label("promise"),
    )
    .join(CustomerRow, CustomerRow.id == ConversationRow.customer_id)
    .join(AccountRow, AccountRow.id == ConversationRow.account_id)
    .where(numbered(ConversationRow.id, "which"))
    .order_by(ConversationRow.id)
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
        weight = self.weight
        slots = sum(preview.shared(one.capacity, weight, len(one.queues)) for one in agents)
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
            "team": len(agents),
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
    paces, teams = recent(unit), staff(agents)
    far = {row.id: MANY if row.id == deep else CONSIDERED for row in rows if row.waiting}
    waiting = in_line(unit, setup, far)
    shown = {queue: line[: MANY if queue == deep else SHOWN] for queue, line in waiting.items()}
    aside = by_queue(unit, ASIDE, {row.id: SHOWN for row in rows if row.held})
    known = cards_of(unit, [*chain(*shown.values()), *chain(*aside.values())])
    found = []
    for row in rows:
        pace = paces.get(row.id) or Pace((), unit.now)
        measured = pace.of(row, waiting.get(row.id, []), teams.get(row.id, []))
        first, held = [
            [known[one.id] for one in part.get(row.id, ()) if one.id in known]
            for part in (shown, aside)
        ]
        found.append(column(row, first, held, measured))
    return found


def by_queue(unit: Unit, question: Any, limits: Mapping[int, int]) -> dict[int, list[Any]]:
    """Ask the same of several queues at once, of each up to a limit."""
    found: dict[int, list[Any]] = {}
    for part in batched(limits.items(), TOGETHER):
        asked: dict[str, Any] = {"now": unit.now}
        for number, (queue, limit) in enumerate(part):
            asked |= {f"queue{number}": queue, f"limit{number}": limit}
        for row in unit.connection.execute(of_each(question, len(part)), asked):
            found.setdefault(row.queue_id, []).append(row)
    return found


def batched(items: Iterable[tuple[int, int]], many: int) -> Iterator[list[tuple[int, int]]]:
    rest = iter(items)
    while part := list(islice(rest, many)):
        yield part


@lru_cache(256)
def of_each(question: Any, many: int) -> Any:
    """Join a question about one queue for *many* of them; each keeps its index and its limit."""
    parts = []
    for number in range(many):
        names = {"queue": f"queue{number}", "limit": f"limit{number}"}
        parts.append(select(renamed(question, names).subquery()))
    return union_all(*parts)


def renamed(question: Any, names: Mapping[str, str]) -> Any:
    """Return a question whose parameters have other names."""

    def other(element: Any, **_: Any) -> Any:
        name = names.get(element.key) if isinstance(element, BindParameter) else None
        return bindparam(name, type_=element.type) if name else None

    return replacement_traverse(question, {}, other)


def cards_of(unit: Unit, found: Iterable[Any]) -> Mapping[int, Any]:
    """Return what is shown of some conversations."""
    which = [one.id for one in found]
    return {row.id: row for row in unit.connection.execute(SOME, {"which": which})}


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


def in_line(unit: Unit, setup: Setup, far: Mapping[int, int]) -> dict[int, list[Any]]:
    """Return who waits in some queues, in the order of their scores.

    Where more wait than *far*, these are who waits longest and whose promise is first at risk.
    """
    rows = by_queue(unit, OLDEST, far)
    full = {queue: far[queue] for queue, found in rows.items() if len(found) >= far[queue]}
    for queue, found in by_queue(unit, ENDANGERED, full).items():
        known = {one.id for one in rows[queue]}
        rows[queue] += [one for one in found if one.id not in known]
    lines = {}
    for queue, found in rows.items():
        scored = [
            (-order.score(entry(one, setup), setup.order, unit.now).total, one.queued_at, one.id)
            for one in found
        ]
        places = {one.id: one for one in found}
        lines[queue] = [places[number] for _, _, number in sorted(scored)][: far[queue]]
    return lines


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


def staff(agents: Sequence[BoardAgent]) -> Mapping[int, list[BoardAgent]]:
    """Return who could be offered something of each queue now."""
    found: dict[int, list[BoardAgent]] = {}
    for one in agents:
        if one.connected and one.availability is Availability.AVAILABLE:
            for member in one.queues:
                found.setdefault(member.queue_id, []).append(one)
    return found


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
    asides: dict[int, list[float]] = {}
    for one in unit.asides.all().values():
        asides.setdefault(one.agent_id, []).append(one.weight)
    return [
        person(row, loads.get(row.id), asides.get(row.id, ()), members.get(row.id, []), unit.now)
        for row in execute(PEOPLE)
    ]


def person(
    row: Any, load: Any, asides: Sequence[float], queues: list[BoardMembership], now: datetime
) -> BoardAgent:
    """Show an agent; what they have outside any queue takes room like the rest."""
    taken = sum(asides, 0.0 if load is None else load.load)
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
        conversations=len(asides) + (load.accepted if load is not None else 0),
        offers=load.all - load.accepted if load is not None else 0,
        queues=queues,
    )


def held_by(unit: Unit, agent: int) -> list[BoardCard]:
    """Return what an agent has, outside any queue too, and is asked to take."""
    rows = unit.connection.execute(OF_AGENT, {"agent": agent}).all()
    outside = unit.asides.of([AgentId(agent)])
    more = unit.connection.execute(OUTSIDE, {"which": list(outside)}).all() if outside else ()
    return [card(row, row.agent_id, row.since) for row in rows] + [card(row, agent) for row in more]
