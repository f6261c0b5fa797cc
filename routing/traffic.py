"""What came in a span of time, who was there, and what became of it: read from the record.

It is read in batches, each in a short transaction of its own, and nothing is written. The events of
the span say who came and who was at the desk; messages and assignments say what was done. What
came shortly before the span is read, too, so that a play does not begin with an empty desk.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from msgspec import Struct, field
from sqlalchemy import bindparam, func, select

from inbox.desk import Desk
from inbox.errors import Invalid
from inbox.model import AgentId, Availability, ConversationId, Duty, Membership, Skilled, Value
from inbox.store import Unit
from inbox.store.numbers import numbered
from inbox.tables import (
    AssignmentRow,
    ConversationRow,
    CustomerRow,
    EventRow,
    MessageRow,
)
from routing.facts import WORDS
from routing.hours import Span

LEAD = timedelta(hours=4)  #: read before the span, and played without being counted
TAIL = timedelta(hours=12)  #: after it, in which what came in it is followed
SKEW = timedelta(minutes=1)  #: events lie in the order of their commits, nearly that of their times
QUIET = timedelta(minutes=30)  #: who did something is taken to be there so long before and after
EVENTS = 5_000  #: read at once
TALKS = 250  #: conversations read at once
LONGEST = timedelta(days=31)
LOST = frozenset({"abandoned", "missed"})  #: how calls end that nobody answered


class Measure(StrEnum):
    """How it is known how long a conversation kept its agent."""

    ASSIGNMENT = "assignment"  #: from when they took it to when they were done with it
    CALL = "call"  #: from when it was answered to when it ended
    ANSWERS = "answers"  #: from our first answer to our last
    NONE = "none"  #: it is not known


class Came(Value):
    """A conversation that came, or came again, and what really became of it."""

    conversation_id: ConversationId
    at: datetime
    channel: str
    account: str
    text: str = ""
    customer: dict[str, Any] = {}  #: their attributes
    history: dict[str, Any] = {}
    previous_id: AgentId | None = None  #: who had it last, when it came again
    queue: str | None = None  #: it went into
    agent_id: AgentId | None = None  #: who took it
    taken_at: datetime | None = None  #: or answered it, when nobody had to take it
    answered_at: datetime | None = None
    left_at: datetime | None = None  #: without an answer
    handling: float | None = None  #: seconds
    measure: Measure = Measure.NONE


class Somebody(Value):
    """An agent, and when they could have been offered something."""

    agent_id: AgentId
    name: str
    email: str
    skilled: Skilled
    queues: dict[str, Membership]
    there: tuple[Span, ...]
    guessed: bool = False  #: from what they did, since nothing else is known


class Traffic(Value):
    """All of it."""

    since: datetime
    until: datetime
    known_until: datetime  #: what happened later was not looked at
    came: tuple[Came, ...]  #: in their order, those of the lead before *since*
    team: tuple[Somebody, ...]
    cut: bool = False  #: more came than was asked for; *until* is where it was broken off


class Limits(Value):
    """How much is read at most."""

    arrivals: int = 100_000
    events: int = 20_000_000


class Record(Struct):
    """What the events of the span say."""

    begins: list[tuple[datetime, ConversationId, bool]] = field(default_factory=list)
    queued: dict[ConversationId, list[tuple[datetime, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    resolved: dict[ConversationId, list[datetime]] = field(
        default_factory=lambda: defaultdict(list)
    )
    presence: dict[AgentId, list[tuple[datetime, dict[str, Any]]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    acts: dict[AgentId, list[Span]] = field(default_factory=lambda: defaultdict(list))


# --- the questions --------------------------------------------------------------------------
LAST_EVENT = select(func.max(EventRow.id))
NEXT_EVENT = (
    select(EventRow.id, EventRow.at)
    .where(EventRow.id > bindparam("after"))
    .order_by(EventRow.id)
    .limit(1)
)
SOME_EVENTS = (
    select(
        EventRow.id,
        EventRow.at,
        EventRow.verb,
        EventRow.agent_id,
        EventRow.conversation_id,
        EventRow.for_agent_id,
        EventRow.change,
    )
    .where(EventRow.id > bindparam("after"))
    .order_by(EventRow.id)
    .limit(bindparam("limit"))
)
SOME_TALKS = select(
    ConversationRow.id,
    ConversationRow.customer_id,
    ConversationRow.account_id,
    ConversationRow.subject,
    ConversationRow.spam,
).where(numbered(ConversationRow.id, "which"))
THEIR_TALKS = (
    select(
        ConversationRow.id,
        ConversationRow.customer_id,
        ConversationRow.created_at,
        ConversationRow.active_at,
        ConversationRow.queue_id,
    )
    .where(numbered(ConversationRow.customer_id, "which"))
    .order_by(ConversationRow.created_at, ConversationRow.id)
)
ATTRIBUTES = select(CustomerRow.id, CustomerRow.attributes).where(numbered(CustomerRow.id, "which"))
SAID = (
    select(
        MessageRow.conversation_id,
        MessageRow.id,
        MessageRow.direction,
        MessageRow.kind,
        MessageRow.created_at,
        MessageRow.author_id,
        MessageRow.journal_id,
        MessageRow.content,
    )
    .where(numbered(MessageRow.conversation_id, "which"))
    .order_by(MessageRow.conversation_id, MessageRow.id)
)
TEXTS = select(MessageRow.id, func.substr(MessageRow.text, 1, WORDS)).where(
    numbered(MessageRow.id, "which")
)
ASSIGNED = (
    select(
        AssignmentRow.conversation_id,
        AssignmentRow.agent_id,
        AssignmentRow.queue_id,
        AssignmentRow.accepted_at,
        AssignmentRow.ended_at,
    )
    .where(numbered(AssignmentRow.conversation_id, "which"), AssignmentRow.accepted_at.is_not(None))
    .order_by(AssignmentRow.conversation_id, AssignmentRow.id)
)


async def read(
    desk: Desk, since: datetime, until: datetime, limits: Limits | None = None
) -> Traffic:
    """Read what came from *since* up to *until*. Raises `Invalid` for a span that has not been."""
    limits, now = limits or Limits(), desk.clock()
    until = min(until, now)
    if since >= until:
        raise Invalid("The span ends before it begins, or has not begun yet.")
    if until - since > LONGEST:
        raise Invalid(f"A rehearsal takes at most {LONGEST.days} days.")
    record, ended, known = await recorded(desk, since, until, limits)
    came: list[Came] = []
    ids = sorted({which for _, which, _ in record.begins})
    for batch in (ids[at : at + TALKS] for at in range(0, len(ids), TALKS)):
        came += await desk.read(told, batch, record, known)
    came.sort(key=lambda one: (one.at, one.conversation_id))
    team = await desk.read(staff, record, since - LEAD, known)
    return Traffic(
        since=since,
        until=ended,
        known_until=known,
        came=tuple(came),
        team=tuple(team),
        cut=ended < until,
    )


# --- the events -----------------------------------------------------------------------------
async def recorded(
    desk: Desk, since: datetime, until: datetime, limits: Limits
) -> tuple[Record, datetime, datetime]:
    """Read the events of a span; return them, where it ends, and until when they are known."""
    record, count = Record(), 0
    known = min(desk.clock(), until + TAIL)
    after = await desk.read(last_before, since - LEAD - SKEW)
    while rows := await desk.read(some_events, after):
        for row in rows:
            if since - LEAD <= row.at < known:
                fold(record, row, until)
        after, count = rows[-1].id, count + len(rows)
        if count > limits.events or len(record.begins) > limits.arrivals:
            until = min(until, max(rows[-1].at, since))
            known = min(known, until + TAIL)
        if rows[-1].at > known + SKEW:
            break
    if len(record.begins) > limits.arrivals:
        until = min(until, record.begins[limits.arrivals][0])
    record.begins = [one for one in record.begins if one[0] < until]
    return record, until, known


def last_before(unit: Unit, at: datetime) -> int:
    """Return the last event before a moment: the key is halved, for times have no index."""
    low, high = 0, unit.connection.scalar(LAST_EVENT) or 0
    while low < high:
        middle = (low + high) // 2
        row = unit.connection.execute(NEXT_EVENT, {"after": middle}).one_or_none()
        if row is None or row.at >= at:
            high = middle
        else:
            low = row.id
    return low


def some_events(unit: Unit, after: int) -> Sequence[Any]:
    return unit.connection.execute(SOME_EVENTS, {"after": after, "limit": EVENTS}).all()


def fold(record: Record, row: Any, until: datetime) -> None:
    """Note what an event says."""
    change = row.change or {}
    match row.verb:
        case "conversation.opened" | "conversation.reopened" if row.at < until:
            if row.agent_id is None:  # the customer wrote
                again = row.verb == "conversation.reopened"
                record.begins.append((row.at, row.conversation_id, again))
        case "conversation.queued":
            queue = (change.get("queue_id") or (None, None))[1]
            if queue is not None:
                record.queued[row.conversation_id].append((row.at, queue))
        case "conversation.resolved":
            record.resolved[row.conversation_id].append(row.at)
        case "agent.availability" if row.for_agent_id:
            record.presence[row.for_agent_id].append((row.at, change))
    if row.agent_id is not None and row.verb != "agent.availability":
        join(record.acts[row.agent_id], (row.at - QUIET, row.at + QUIET))


def join(spans: list[Span], span: Span) -> None:
    """Add a span that begins after all others began, nearly; those that touch become one."""
    if spans and span[0] <= spans[-1][1]:
        spans[-1] = (min(spans[-1][0], span[0]), max(spans[-1][1], span[1]))
    else:
        spans.append(span)


# --- conversations --------------------------------------------------------------------------
class Gathered(Struct):
    """What the store says of some conversations."""

    talks: dict[int, Any]
    attributes: dict[int, dict[str, Any]]
    theirs: dict[int, list[Any]]  #: all conversations of each customer
    said: dict[int, list[Any]]
    assigned: dict[int, list[Any]]
    accounts: dict[int, tuple[str, str]]  #: kind and name
    queues: dict[int, str]


def gather(unit: Unit, which: Sequence[ConversationId]) -> Gathered:
    ask = unit.connection.execute
    talks = {row.id: row for row in ask(SOME_TALKS, {"which": which})}
    customers = sorted({row.customer_id for row in talks.values()})
    return Gathered(
        talks=talks,
        attributes={row.id: row.attributes for row in ask(ATTRIBUTES, {"which": customers})},
        theirs=grouped(ask(THEIR_TALKS, {"which": customers}), "customer_id"),
        said=grouped(ask(SAID, {"which": which}), "conversation_id"),
        assigned=grouped(ask(ASSIGNED, {"which": which}), "conversation_id"),
        accounts={one.id: (one.kind, one.name) for one in unit.accounts.all()},
        queues={one.id: one.name for one in unit.queues.all()},
    )


def grouped(rows: Iterable[Any], name: str) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, name)].append(row)
    return groups


def told(
    unit: Unit, which: Sequence[ConversationId], record: Record, known: datetime
) -> list[Came]:
    """Tell what came in some conversations, and what became of it."""
    asked = set(which)
    found = gather(unit, which)
    begins: dict[ConversationId, list[tuple[datetime, bool]]] = defaultdict(list)
    for at, talk, again in record.begins:
        if talk in asked and talk in found.talks and not found.talks[talk].spam:
            begins[talk].append((at, again))
    episodes = []
    for talk, moments in begins.items():
        ends = [at for at, _ in moments[1:]] + [known]
        for (at, again), end in zip(moments, ends, strict=True):
            episode = Episode(found, record, talk, at, again, end)
            if episode.first is not None:
                episodes.append(episode)
    firsts = [one.first.id for one in episodes]
    texts = {row[0]: row[1] for row in unit.connection.execute(TEXTS, {"which": firsts})}
    return [one.came(texts.get(one.first.id) or "") for one in episodes]


class Episode:
    """A conversation from when its customer came until they came again."""

    def __init__(  # noqa: PLR0917  # it is all there is to say of it
        self,
        found: Gathered,
        record: Record,
        talk: ConversationId,
        at: datetime,
        again: bool,
        end: datetime,
    ) -> None:
        self.found, self.record, self.talk, self.at, self.again = found, record, talk, at, again
        self.end = end
        every = found.said.get(talk, [])
        self.before = [one for one in every if one.created_at < at]
        self.said = [one for one in every if at <= one.created_at < end]
        self.replies = [one for one in self.said if is_reply(one)]
        self.assigned = [one for one in found.assigned.get(talk, []) if at <= one.accepted_at < end]
        self.calls = [one.content for one in self.said if is_call(one)]

    @property
    def first(self) -> Any:
        """Return the customer's message that began it; none when somebody else began it."""
        spoken = [one for one in self.said if one.direction != "note"]
        begun = spoken and spoken[0].direction == "in" and spoken[0].kind == "message"
        return spoken[0] if begun and spoken[0].created_at - self.at < SKEW else None

    def came(self, text: str) -> Came:
        row = self.found.talks[self.talk]
        kind, account = self.found.accounts[row.account_id]
        handling, measure = self.handling()
        answered = self.answered_at()
        return Came(
            conversation_id=self.talk,
            at=self.at,
            channel=kind,
            account=account,
            text="\n".join(filter(None, [row.subject, text]))[:WORDS],
            customer=self.found.attributes.get(row.customer_id, {}),
            history=self.history(row.customer_id),
            previous_id=self.previous(),
            queue=self.queue(),
            agent_id=self.agent(),
            taken_at=self.assigned[0].accepted_at if self.assigned else answered,
            answered_at=answered,
            left_at=None if answered else self.left_at(),
            handling=handling,
            measure=measure,
        )

    def history(self, customer: int) -> dict[str, Any]:
        """Return what rules may ask of the time before, as it was then."""
        earlier = [
            one
            for one in self.found.theirs.get(customer, [])
            if one.created_at < self.at and one.id != self.talk
        ]
        history: dict[str, Any] = {"earlier": len(earlier), "reopened": self.again}
        if earlier:
            last = max(min(one.active_at, self.at) for one in earlier)
            history["days_since"] = (self.at - last).total_seconds() / 86_400
            queue = self.found.queues.get(earlier[-1].queue_id)
            if queue is not None:
                history["last_queue"] = queue
        return history

    def previous(self) -> AgentId | None:
        """Return who had it last, when it came again."""
        if not self.again:
            return None
        had = [one for one in self.found.assigned.get(self.talk, []) if one.accepted_at < self.at]
        if had:
            return AgentId(had[-1].agent_id)
        authors = [one.author_id for one in self.before if is_reply(one) and one.author_id]
        return AgentId(authors[-1]) if authors else None

    def queue(self) -> str | None:
        for at, queue in self.record.queued.get(self.talk, ()):
            if self.at <= at < self.end:
                return self.found.queues.get(queue)
        return None

    def agent(self) -> AgentId | None:
        """Return who took it, or else answered it."""
        talked = [leg.get("agent_id") for call in self.calls for leg in call.get("legs", ())]
        names = [one.agent_id for one in self.assigned] + [one.author_id for one in self.replies]
        return next((AgentId(one) for one in [*names, *talked] if one), None)

    def answered_at(self) -> datetime | None:
        picked = [moment(call, "answered_at") for call in self.calls if answered(call)]
        return min(
            [one.created_at for one in self.replies] + list(filter(None, picked)), default=None
        )

    def left_at(self) -> datetime | None:
        """Return when it was over without an answer."""
        hung_up = [moment(call, "ended_at") for call in self.calls if call.get("outcome") in LOST]
        closed = self.record.resolved.get(self.talk, ())
        ends = [at for at in [*hung_up, *closed] if at and self.at <= at < self.end]
        return min(ends, default=None)

    def handling(self) -> tuple[float | None, Measure]:
        """Return for how many seconds it kept its agents, and how that is known."""
        if self.assigned:
            spans = [((one.ended_at or self.end), one.accepted_at) for one in self.assigned]
            return sum((min(end, self.end) - at).total_seconds() for end, at in spans), (
                Measure.ASSIGNMENT
            )
        talked = [
            (moment(call, "ended_at"), moment(call, "answered_at"))
            for call in self.calls
            if answered(call)
        ]
        seconds = sum((end - at).total_seconds() for end, at in talked if end and at)
        if seconds > 0:
            return seconds, Measure.CALL
        if len(self.replies) > 1:
            first, last = self.replies[0].created_at, self.replies[-1].created_at
            if last > first:
                return (last - first).total_seconds(), Measure.ANSWERS
        return None, Measure.NONE


def is_reply(row: Any) -> bool:
    """Tell whether a person on our side wrote it, here or with the provider's own program."""
    return row.direction == "out" and bool(row.author_id or row.journal_id) and not is_call(row)


def is_call(row: Any) -> bool:
    return isinstance(row.content, Mapping) and row.content.get("type") == "call"


def answered(call: Mapping[str, Any]) -> bool:
    return bool(call.get("answered_at")) and call.get("outcome") not in LOST


def moment(call: Mapping[str, Any], name: str) -> datetime | None:
    text = call.get(name)
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


# --- who was there --------------------------------------------------------------------------
def staff(unit: Unit, record: Record, since: datetime, until: datetime) -> list[Somebody]:
    """Return everybody who answers, with what they can do and when they were there."""
    names = {one.id: one.name for one in unit.queues.all()}
    members: dict[int, dict[str, Membership]] = defaultdict(dict)
    for one in unit.queues.members():
        members[one.agent_id][names[one.queue_id]] = one.membership
    duties = {duty.agent_id: duty for duty in unit.duties.all()}
    skilled = unit.duties.all_skilled()
    team = []
    for agent in unit.agents.all():
        if agent.archived_at and agent.archived_at <= since:
            continue
        seen, acts = record.presence.get(agent.id, []), record.acts.get(agent.id, [])
        spans = known_presence(seen, acts, duties.get(agent.id), since, until)
        team.append(
            Somebody(
                agent_id=agent.id,
                name=agent.name,
                email=agent.email,
                skilled=skilled.get(agent.id, Skilled()),
                queues=members.get(agent.id, {}),
                there=tuple(acts if spans is None else spans),
                guessed=spans is None,
            )
        )
    return team


def known_presence(
    seen: Sequence[tuple[datetime, dict[str, Any]]],
    acts: Sequence[Span],
    duty: Duty | None,
    since: datetime,
    until: datetime,
) -> list[Span] | None:
    """Return when somebody was connected and available; none when that is not known.

    Who is there when the record ends stays, so that the play can end.
    """
    if not seen:
        steady = (
            duty is not None
            and duty.since <= since
            and duty.availability is Availability.AVAILABLE
            and duty.connected_until is not None
            and duty.connected_until > until
        )
        return [(since, until + TAIL)] if steady else None
    return list(stretches(seen, acts, duty, since, until))


def stretches(
    seen: Sequence[tuple[datetime, dict[str, Any]]],
    acts: Sequence[Span],
    duty: Duty | None,
    since: datetime,
    until: datetime,
) -> Iterator[Span]:
    """Walk through what changed; what was before the first change is said by that change.

    Of who went without a word, as when a process is killed, only the coming back is told: they
    are taken to have gone a while after the last thing they did.
    """
    chosen = duty.availability if duty and duty.since <= since else Availability.AVAILABLE
    state = {"availability": first_of(seen, "availability", chosen)}
    state["connected"] = first_of(seen, "connected", True)
    began = since if is_there(state) else None
    for at, change in seen:
        if began and state["connected"] and change.get("connected") == [False, True]:
            gone = max((end for start, end in acts if start < at), default=began)
            yield from span(began, min(at, gone))
            began = None
        state |= {name: change[name][1] for name in state if name in change}
        if is_there(state):
            began = began or at
        elif began:
            yield from span(began, at)
            began = None
    if began:
        last = duty.connected_until if duty else None
        yield from span(began, last if last and last < until else until + TAIL)


def span(begin: datetime, end: datetime) -> Iterator[Span]:
    if begin < end:
        yield begin, end


def first_of(seen: Sequence[tuple[datetime, dict[str, Any]]], name: str, usual: Any) -> Any:
    return next((change[name][0] for _, change in seen if name in change), usual)


def is_there(state: Mapping[str, Any]) -> bool:
    return bool(state["connected"]) and state["availability"] == Availability.AVAILABLE
