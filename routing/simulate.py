"""A day at the desk, played through: the same order, the same policies, no customer harmed.

Things happen at moments: somebody comes, loses patience, overflows, is done with; a desk or a shift
opens. After each of them whoever is next and can be served is given to an agent.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from heapq import heappop, heappush
from itertools import count
from typing import TypeAlias

from msgspec.structs import replace

from inbox.model import AgentId, ConversationId, Membership, Value
from routing.hours import ALWAYS, Hours, Span
from routing.model import Priority
from routing.order import USUAL, Entry, Waiting, Weights
from routing.policies import choose
from routing.queues import Overflow, Queue
from routing.service_levels import Progress, Promise, due
from routing.skills import Candidate, Work


class Arrival(Value):
    """Somebody who comes."""

    conversation_id: ConversationId
    at: datetime
    queue: str
    handling: float  #: seconds that an agent will take
    work: Work = Work()
    patience: float | None = None  #: seconds after which they give up; none waits on
    priority: Priority = Priority.NORMAL
    tier: str | None = None
    value: float = 0.0
    again: bool = False  #: whoever had it last goes before the policy in any queue


class Member(Value):
    """Somebody who answers."""

    agent: Candidate  #: at the start of the day
    queues: dict[str, Membership]
    shift: str | None = None  #: the name of the hours; always when none
    there: tuple[Span, ...] | None = None  #: when they are at the desk; always when none

    def is_there(self, now: datetime) -> bool:
        return self.there is None or any(begin <= now < end for begin, end in self.there)


class Ending(StrEnum):
    """What became of a conversation."""

    SERVED = "served"
    ABANDONED = "abandoned"
    FALLBACK = "fallback"
    FULL = "full"  #: the queue had no room
    LEFT_OVER = "left_over"  #: nobody ever came


class Outcome(Value):
    """What became of an arrival."""

    conversation_id: ConversationId
    queue: str  #: where it was last
    ending: Ending
    waited: float  #: seconds until then
    agent_id: AgentId | None = None
    why: str = ""  #: that agent
    breached: bool = False  #: the first response came too late, or never


class Arrived(Value):
    arrival: Arrival


class GivesUp(Value):
    which: ConversationId


class Overflows(Value):
    which: ConversationId
    queue: str  #: whose step it is
    step: Overflow


class Done(Value):
    agent: AgentId
    weight: float | None


class Opens(Value):
    hours: str


class Comes(Value):
    """Somebody is at the desk from now on."""


Event: TypeAlias = Arrived | GivesUp | Overflows | Done | Opens | Comes


Kind: TypeAlias = tuple[str, Work]  #: the queue, and what it takes


class Ticket(Value):
    """Somebody who waits."""

    arrival: Arrival
    queue: str
    work: Work
    due: datetime | None
    warn_at: datetime | None
    relaxed: bool = False  #: skills have become wishes

    @property
    def kind(self) -> Kind:
        """Return what says who can serve them; whom they know is no part of it."""
        return self.queue, replace(self.work, owner_id=None, previous_id=None)


class Simulation:
    """One play; made, played, and its outcomes read."""

    def __init__(
        self,
        queues: Mapping[str, Queue],
        team: Iterable[Member],
        hours: Mapping[str, Hours] | None = None,
        weights: Weights = USUAL,
    ) -> None:
        self.queues = queues
        self.hours = dict(hours or {})
        self.members = {member.agent.agent_id: member for member in team}
        self.agents = {one: member.agent for one, member in self.members.items()}
        self.waiting = Waiting(weights)
        self.tickets: dict[ConversationId, Ticket] = {}
        self.sizes: Counter[str] = Counter()  #: how many wait in a queue
        self.kinds: Counter[Kind] = Counter()  #: how many wait of a kind
        self.outcomes: list[Outcome] = []
        self.events: list[tuple[datetime, int, Event]] = []
        self.numbers = count()
        self.spans: dict[str, Iterator[Span]] = {}

    def play(
        self, arrivals: Sequence[Arrival], *, look: Callable[[], None] = lambda: None
    ) -> list[Outcome]:
        """Play until nobody waits or nothing more can happen, and tell what became of each.

        *look* is called before everything that happens; what it raises ends the play.
        """
        to_come = len(arrivals)
        for arrival in arrivals:
            self.plan(arrival.at, Arrived(arrival=arrival))
        if arrivals:
            self.plan_openings(min(arrival.at for arrival in arrivals))
        now = None
        while self.events and (to_come or self.tickets):
            look()
            now, _, event = heappop(self.events)
            to_come -= isinstance(event, Arrived)
            self.happen(event, now)
            self.serve(now)
        for ticket in list(self.tickets.values()):
            self.end(ticket, now or ticket.arrival.at, Ending.LEFT_OVER)
        return self.outcomes

    def plan(self, at: datetime, event: Event) -> None:
        heappush(self.events, (at, next(self.numbers), event))

    def plan_openings(self, since: datetime) -> None:
        """Plan what opens, and who comes, from a moment on."""
        for name, hours in self.hours.items():
            self.spans[name] = hours.after(since)
            self.plan_opening(name)
        for member in self.members.values():
            for begin, _ in member.there or ():
                if begin > since:
                    self.plan(begin, Comes())

    def plan_opening(self, hours: str) -> None:
        span = next(self.spans[hours], None)
        if span:
            self.plan(span[0], Opens(hours=hours))

    def happen(self, event: Event, now: datetime) -> None:
        match event:
            case Arrived(arrival=arrival):
                self.arrive(arrival, now)
            case GivesUp(which=which):
                if which in self.tickets:
                    self.end(self.tickets[which], now, Ending.ABANDONED)
            case Overflows(which=which, queue=queue, step=step):
                ticket = self.tickets.get(which)
                if ticket and ticket.queue == queue:
                    self.overflow(ticket, step, now)
            case Done(agent=agent, weight=weight):
                self.finish(agent, weight, now)
            case Opens(hours=hours):
                self.plan_opening(hours)
            case Comes():
                pass  # whoever waits is looked at after everything that happens

    def arrive(self, arrival: Arrival, now: datetime) -> None:
        ticket = self.ticket(arrival, arrival.queue)
        limit = self.queues[arrival.queue].limit
        if limit is not None and self.sizes[arrival.queue] >= limit:
            self.end(ticket, now, Ending.FULL)
            return
        if arrival.patience is not None:
            patience = timedelta(seconds=arrival.patience)
            self.plan(now + patience, GivesUp(which=arrival.conversation_id))
        self.wait(ticket)
        self.plan_overflow(ticket, now)

    def ticket(self, arrival: Arrival, where: str, *, relaxed: bool = False) -> Ticket:
        """Return somebody who waits in a queue, which has needs and promises of its own."""
        work = arrival.work.asking(self.queues[where].needs)
        due_at, warn_at = self.due(arrival, where)
        return Ticket(
            arrival=arrival,
            queue=where,
            work=work.relaxed() if relaxed else work,
            due=due_at,
            warn_at=warn_at,
            relaxed=relaxed,
        )

    def due(self, arrival: Arrival, where: str) -> tuple[datetime | None, datetime | None]:
        """Return until when a queue promised to answer, and from when that is at risk."""
        queue = self.queues[where]
        level = queue.service_level
        target = level.target(arrival.priority, arrival.tier)
        hours = self.hours[queue.hours] if queue.hours else ALWAYS
        for one in due(level, target, Progress(began_at=arrival.at), hours):
            if one.promise is Promise.FIRST_RESPONSE:
                return one.at, one.warn_at
        return None, None

    def wait(self, ticket: Ticket) -> None:
        """Let somebody wait, or wait on elsewhere; how long they have waited stays."""
        arrival = ticket.arrival
        self.leave(arrival.conversation_id)
        self.tickets[arrival.conversation_id] = ticket
        self.sizes[ticket.queue] += 1
        self.kinds[ticket.kind] += 1
        entry = Entry(
            conversation_id=arrival.conversation_id,
            since=arrival.at,
            priority=arrival.priority,
            value=arrival.value,
            due=ticket.due,
            warn_at=ticket.warn_at,
            kind=ticket.kind,
        )
        self.waiting.enter(entry)

    def leave(self, which: ConversationId) -> None:
        ticket = self.tickets.pop(which, None)
        if ticket:
            self.waiting.leave(which)
            self.sizes[ticket.queue] -= 1
            self.kinds[ticket.kind] -= 1

    def plan_overflow(self, ticket: Ticket, now: datetime) -> None:
        which = ticket.arrival.conversation_id
        for step in self.queues[ticket.queue].overflow:
            event = Overflows(which=which, queue=ticket.queue, step=step)
            self.plan(now + timedelta(seconds=step.after), event)

    def overflow(self, ticket: Ticket, step: Overflow, now: datetime) -> None:
        if step.fallback:
            self.end(ticket, now, Ending.FALLBACK)
        elif step.queue:
            moved = self.ticket(ticket.arrival, step.queue, relaxed=ticket.relaxed)
            self.wait(moved)
            self.plan_overflow(moved, now)
        else:
            self.wait(self.ticket(ticket.arrival, ticket.queue, relaxed=True))

    def serve(self, now: datetime) -> None:
        """Give whoever is next to an agent, until nobody who waits can be served."""
        self.kinds = +self.kinds  # forget those of whom nobody waits
        kinds: set[Hashable] = {
            (queue, work)
            for queue, work in self.kinds
            if self.is_open(self.queues[queue].hours, now)
        }
        while entry := self.waiting.first(now, kinds):
            ticket = self.tickets[entry.conversation_id]
            queue = self.queues[ticket.queue]
            choice = choose(
                ticket.work,
                self.candidates(ticket.queue, now),
                now,
                queue.policy,
                sticky=queue.sticky or ticket.arrival.again,
                owner_first=queue.owner_first,
            )
            if choice.agent_id is None:
                kinds.remove(entry.kind)
            else:
                self.begin(ticket, choice.agent_id, now)
                self.end(ticket, now, Ending.SERVED, choice.agent_id, choice.why)

    def is_open(self, hours: str | None, now: datetime) -> bool:
        return hours is None or self.hours[hours].is_open(now)

    def candidates(self, queue: str, now: datetime) -> list[Candidate]:
        """Return the members of a queue who are on shift and there."""
        return [
            replace(agent, membership=member.queues[queue])
            for agent, member in zip(self.agents.values(), self.members.values(), strict=True)
            if queue in member.queues and self.is_open(member.shift, now) and member.is_there(now)
        ]

    def begin(self, ticket: Ticket, agent_id: AgentId, now: datetime) -> None:
        agent, weight = self.agents[agent_id], ticket.work.weight
        self.agents[agent_id] = replace(
            agent,
            load=agent.load + (weight or 0),
            on_call=agent.on_call or weight is None,
            offered_at=now,
        )
        seconds = ticket.arrival.handling + self.queues[ticket.queue].wrap_up
        self.plan(now + timedelta(seconds=seconds), Done(agent=agent_id, weight=weight))

    def finish(self, agent_id: AgentId, weight: float | None, now: datetime) -> None:
        agent = self.agents[agent_id]
        self.agents[agent_id] = replace(
            agent,
            load=round(agent.load - (weight or 0), 9),  # a rest of rounding is no load
            on_call=agent.on_call and weight is not None,
            idle_since=now,
        )

    def end(
        self,
        ticket: Ticket,
        now: datetime,
        ending: Ending,
        agent_id: AgentId | None = None,
        why: str = "",
    ) -> None:
        self.leave(ticket.arrival.conversation_id)
        outcome = Outcome(
            conversation_id=ticket.arrival.conversation_id,
            queue=ticket.queue,
            ending=ending,
            waited=(now - ticket.arrival.at).total_seconds(),
            agent_id=agent_id,
            why=why,
            breached=ticket.due is not None and (ending is not Ending.SERVED or now > ticket.due),
        )
        self.outcomes.append(outcome)


class Summary(Value):
    """How a play went."""

    arrivals: int
    served: int
    abandoned: int
    breached: int
    mean_wait: float  #: seconds, of those who were served
    longest_wait: float  #: seconds, of all


def summary(outcomes: Sequence[Outcome]) -> Summary:
    served = [outcome.waited for outcome in outcomes if outcome.ending is Ending.SERVED]
    return Summary(
        arrivals=len(outcomes),
        served=len(served),
        abandoned=sum(outcome.ending is Ending.ABANDONED for outcome in outcomes),
        breached=sum(outcome.breached for outcome in outcomes),
        mean_wait=sum(served) / len(served) if served else 0.0,
        longest_wait=max((outcome.waited for outcome in outcomes), default=0.0),
    )
