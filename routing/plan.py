"""Who is offered what next: the floor as it is known in memory, and a plan made of it.

The floor holds those who wait and those who answer. Planning takes whoever is served next, gives
them to whom their queue's policy chooses, and goes on until nobody who waits can be served. What
was planned is booked at once, so that the next plan builds on it; the store has the last word, and
what it refuses is learnt anew.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from inbox.model import AgentId, Availability, ConversationId, Membership, Priority, QueueId, Value
from routing.crews import Crew
from routing.order import Entry, Score, Waiting, Weights, alarm, score
from routing.policies import Choice, choose
from routing.queues import Offering, Queue
from routing.skills import Candidate, Need, Removal, Work

MANY = 48  #: members from which on a queue is not looked through for each conversation
TOLD = 12  #: candidates, and removed ones, that a decision names; the rest are counted


class Kind(NamedTuple):
    """What says who can serve a conversation: those of a kind can be served by the same agents."""

    queue_id: QueueId
    weight: float | None
    needs: tuple[Need, ...]
    language: str | None
    declined_by: frozenset[AgentId]


class Ticket(Value):
    """A conversation that waits, as far as it matters who gets it and when."""

    conversation_id: ConversationId
    queue_id: QueueId
    since: datetime
    work: Work
    priority: Priority = Priority.NORMAL
    value: float = 0.0  #: of the customer, 0 to 1
    due: datetime | None = None
    warn_at: datetime | None = None
    sticky: bool = False  #: whoever had it last goes before the policy

    @property
    def kind(self) -> Kind:
        work = self.work
        return Kind(self.queue_id, work.weight, work.needs, work.language, work.declined_by)

    @property
    def entry(self) -> Entry:
        return Entry(
            conversation_id=self.conversation_id,
            since=self.since,
            priority=self.priority,
            value=self.value,
            due=self.due,
            warn_at=self.warn_at,
            kind=self.kind,
        )


class Person(Struct):
    """An agent, and what they have in hand."""

    agent_id: AgentId
    memberships: dict[QueueId, Membership] = {}
    availability: Availability = Availability.AVAILABLE
    connected: bool = True
    on_call: bool = False
    on_shift: bool = True
    skills: dict[str, int] = {}
    languages: frozenset[str] = frozenset()
    capacity: float = 6.0
    idle_since: datetime | None = None
    offered_at: datetime | None = None
    has: dict[Hashable, float | None] = {}  #: weights of what they have, or are finishing

    def candidate(self) -> Candidate:
        weights = self.has.values()
        return Candidate(
            agent_id=self.agent_id,
            connected=self.connected,
            availability=self.availability if self.on_shift else Availability.OFFLINE,
            load=round(sum(filter(None, weights)), 9),
            capacity=self.capacity,
            on_call=self.on_call or None in weights,
            skills=self.skills,
            languages=self.languages,
            membership=None,
            idle_since=self.idle_since,
            offered_at=self.offered_at,
        )


class Offer(Value):
    """Whom a plan offers a conversation, and why."""

    conversation_id: ConversationId
    queue_id: QueueId
    agent_id: AgentId
    weight: float | None
    choice: Choice
    score: Score


class Stuck(Value):
    """Who is next of a kind, and why nobody may have it."""

    conversation_id: ConversationId
    queue_id: QueueId
    choice: Choice


class Plan(Value):
    """What to offer whom, the highest score first."""

    offers: tuple[Offer, ...] = ()
    stuck: tuple[Stuck, ...] = ()


class Floor:
    """Those who wait and those who answer; nothing here knows of a database or a clock."""

    def __init__(self, queues: dict[QueueId, Queue], weights: Weights) -> None:
        self.queues = queues
        self.weights = weights
        self.waiting = Waiting(weights)
        self.tickets: dict[ConversationId, Ticket] = {}
        self.kinds: Counter[Kind] = Counter()  #: how many wait of a kind
        self.people: dict[AgentId, Person] = {}
        self.members: defaultdict[QueueId, dict[AgentId, Candidate]] = defaultdict(dict)
        self.closed: set[QueueId] = set()  #: nothing is offered of these: closed, or paused
        self.served: dict[QueueId, set[Kind]] = {}  #: kinds for whom nobody was found
        self.reserved: dict[AgentId, ConversationId] = {}  #: whose next room is for whom
        self.crews: dict[Kind, Crew] = {}

    # --- who waits --------------------------------------------------------------------------
    def enter(self, ticket: Ticket) -> None:
        """Let a conversation wait, or wait with other facts from now on."""
        known = self.tickets.get(ticket.conversation_id)
        if known == ticket:
            return
        self.leave(ticket.conversation_id)
        entry = ticket.entry
        self.tickets[ticket.conversation_id] = ticket
        self.kinds[entry.kind] += 1  # type: ignore[index]  # an entry's kind is a ticket's
        self.waiting.enter(entry)

    def leave(self, which: ConversationId) -> Ticket | None:
        """Let a conversation wait no longer."""
        ticket = self.tickets.pop(which, None)
        if ticket is None:
            return None
        self.waiting.leave(which)
        kind = ticket.kind
        self.kinds[kind] -= 1
        if not self.kinds[kind]:
            self.forget(kind)
        for agent in [one for one, held in self.reserved.items() if held == which]:
            del self.reserved[agent]
            self.touch(agent)
        return ticket

    def forget(self, kind: Kind) -> None:
        """Forget a kind of which nobody waits any more."""
        del self.kinds[kind]
        self.crews.pop(kind, None)
        self.stuck_in(kind.queue_id).discard(kind)

    def stuck_in(self, queue: QueueId) -> set[Kind]:
        return self.served.setdefault(queue, set())

    # --- who answers ------------------------------------------------------------------------
    def put(self, person: Person) -> None:
        """Have an agent answer, or answer as they are from now on."""
        self.remove(person.agent_id, but=person.memberships)
        self.people[person.agent_id] = person
        self.touch(person.agent_id)

    def remove(self, agent: AgentId, *, but: Collection[QueueId] = ()) -> None:
        """Have an agent answer nobody any more, *but* in some queues."""
        known = self.people.pop(agent, None)
        for queue in known.memberships if known else ():
            if queue not in but:
                self.members[queue].pop(agent, None)
                for crew in self.crews_of(queue):
                    crew.leave(agent)

    def touch(self, agent: AgentId) -> None:
        """Look at an agent anew: for whom nobody was found there may be somebody now."""
        person = self.people.get(agent)
        if person is None:
            return
        if not (person.connected and person.on_shift) or person.availability != "available":
            self.reserved.pop(agent, None)
        self.place(person)
        for queue in person.memberships:
            self.served.pop(queue, None)

    def place(self, person: Person) -> None:
        """Have the queues of an agent know them as they are."""
        base = person.candidate()
        for queue, membership in person.memberships.items():
            candidate = replace(base, membership=membership)
            self.members[queue][person.agent_id] = candidate
            for crew in self.crews_of(queue):
                crew.put(candidate)

    def crews_of(self, queue: QueueId) -> Iterable[Crew]:
        return [crew for kind, crew in self.crews.items() if kind.queue_id == queue]

    def reopen(self, queue: QueueId) -> None:
        """Try everybody again who waits in a queue."""
        self.served.pop(queue, None)

    def book(self, ticket: Ticket, agent: AgentId, at: datetime) -> None:
        """Put a conversation that waited into an agent's hand."""
        self.leave(ticket.conversation_id)
        person = self.people[agent]
        person.has[ticket.conversation_id] = ticket.work.weight
        person.offered_at = at
        self.place(person)  # nobody who waits gains by less room

    # --- planning ---------------------------------------------------------------------------
    def plan(self, at: datetime, limit: int = 256) -> Plan:
        """Offer those who wait to those who may have them, the highest score first."""
        offers: list[Offer] = []
        stuck: list[Stuck] = []
        kinds = self.open_kinds()
        while kinds and len(offers) < limit:
            everybody = len(kinds) == len(self.kinds)
            entry = self.waiting.first(at, None if everybody else kinds)
            if entry is None:
                break
            ticket = self.tickets[entry.conversation_id]
            choice = self.choose(ticket, at)
            if choice.agent_id is None:
                kinds.discard(ticket.kind)
                self.stuck_in(ticket.queue_id).add(ticket.kind)
                stuck.append(self.held_up(ticket, choice))
                self.reserve(ticket, choice, at)
                continue
            offers.append(self.offered(ticket, choice.agent_id, choice, at))
            if ticket.kind not in self.kinds:
                kinds.discard(ticket.kind)
        return Plan(offers=tuple(offers), stuck=tuple(stuck))

    def open_kinds(self) -> set[Kind]:
        """Return the kinds that may find somebody."""
        return {
            kind
            for kind in self.kinds
            if kind.queue_id not in self.closed
            and kind not in self.served.get(kind.queue_id, ())
            and self.queues[kind.queue_id].offering is not Offering.PULL
        }

    def offered(self, ticket: Ticket, agent: AgentId, choice: Choice, at: datetime) -> Offer:
        standing = score(ticket.entry, self.weights, at)
        self.book(ticket, agent, at)
        return Offer(
            conversation_id=ticket.conversation_id,
            queue_id=ticket.queue_id,
            agent_id=agent,
            weight=ticket.work.weight,
            choice=choice,
            score=standing,
        )

    def held_up(self, ticket: Ticket, choice: Choice) -> Stuck:
        return Stuck(
            conversation_id=ticket.conversation_id, queue_id=ticket.queue_id, choice=choice
        )

    def choose(self, ticket: Ticket, at: datetime) -> Choice:
        """Choose whom to offer a conversation, and say why; nobody when nobody may have it."""
        queue = self.queues[ticket.queue_id]
        members = self.members[ticket.queue_id]
        kept = [agent for agent, held in self.reserved.items() if held != ticket.conversation_id]
        if len(members) >= MANY and not kept and not ticket.work.declined_by:
            crew = self.crew(ticket.kind, queue, ticket.work)
            found = crew.choose(ticket.work, queue, sticky=ticket.sticky)
            if found.agent_id is not None:
                return found
        return choose(
            ticket.work,
            [one for agent, one in members.items() if agent not in kept],
            at,
            queue.policy,
            sticky=ticket.sticky,
            owner_first=queue.owner_first,
        )

    def crew(self, kind: Kind, queue: Queue, work: Work) -> Crew:
        """Return who may serve a kind, in the order of the policy."""
        if kind not in self.crews:
            self.crews[kind] = Crew(work, queue.policy, self.members[kind.queue_id].values())
        return self.crews[kind]

    def reserve(self, ticket: Ticket, choice: Choice, at: datetime) -> None:
        """Keep somebody's room for who is at risk and takes more room than anybody has left.

        Else what takes less would always be there first.
        """
        if at < alarm(ticket.entry, self.weights):
            return
        members = self.members[ticket.queue_id]
        crowded = [
            members[one.agent_id]
            for one in choice.removed
            if one.removal is Removal.NO_ROOM and one.agent_id not in self.reserved
        ]
        little = [
            one
            for one in crowded
            if not one.on_call
            and one.load < one.capacity
            and (ticket.work.weight is None or ticket.work.weight <= one.capacity)
        ]
        if little and ticket.conversation_id not in self.reserved.values():
            chosen = min(little, key=lambda one: (one.load, one.agent_id))
            self.reserved[chosen.agent_id] = ticket.conversation_id
