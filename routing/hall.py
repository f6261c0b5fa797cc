"""All that the dispatcher knows: the floor it plans on, and the clocks that run beside it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from inbox.model import (
    AgentId,
    Assignment,
    AssignmentState,
    ConversationId,
    Duty,
    Stage,
)
from inbox.store.asides import Aside
from routing import clocks
from routing.clocks import (
    Act,
    Alarms,
    AtRisk,
    Breached,
    Forgiven,
    LentBack,
    Promised,
    Returned,
    ShiftOver,
    due_acts,
    left_at,
    moments,
)
from routing.hours import ALWAYS, Hours
from routing.known import Colleague, Known, Rulebook
from routing.plan import Floor, Person, Plan
from routing.wrapping import wraps_until

FORGIVE = timedelta(seconds=30)  # after everybody declined, until all are asked again
AGAIN = timedelta(seconds=2)  # after an act, until it is seen whether it had an effect
WRAPPING = "wrapping"
ASIDE = "aside"


class Hall:
    """What one process knows of who waits and who answers."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        self.floor = Floor(book.queues, book.setup.order)
        self.known: dict[ConversationId, Known] = {}
        self.colleagues: dict[AgentId, Colleague] = {}
        self.hands: dict[AgentId, dict[ConversationId, Assignment]] = {}
        self.wrapping: dict[ConversationId, tuple[AgentId, float | None]] = {}
        self.asides: dict[ConversationId, Aside] = {}  #: what agents have outside any queue
        self.burdens: dict[AgentId, dict[object, float | None]] = {}  #: the same, by agent
        self.alarms = Alarms()
        self.checked: set[AgentId] = set()  #: agents who were just read
        self.orphaned: set[AgentId] = set()  #: who have something, and of whom nothing is known
        self.late: set[ConversationId] = set()  #: conversations whose clock rang
        self.forgiven: set[ConversationId] = set()

    # --- agents -----------------------------------------------------------------------------
    def meet(
        self,
        found: Mapping[AgentId, Colleague],
        now: datetime,
        *,
        only: Collection[AgentId] | None = None,
    ) -> None:
        """Take in what was read of all agents, or of *only* some."""
        asked = self.colleagues.keys() | self.hands.keys() if only is None else set(only)
        for agent in asked - found.keys():
            self.colleagues.pop(agent, None)
            self.floor.remove(agent)
        for agent, colleague in found.items():
            self.colleagues[agent] = colleague
            self.seat(agent, now)
        self.checked |= asked | found.keys()
        self.orphaned -= asked

    def seat(self, agent: AgentId, now: datetime) -> None:
        """Have the floor know an agent as they are."""
        person = self.person(self.colleagues[agent], now)
        if self.floor.people.get(agent) != person:
            self.floor.put(person)
        self.wind_agent(agent, now)

    def person(self, colleague: Colleague, now: datetime) -> Person:
        duty, skilled = colleague.duty, colleague.skilled
        agent = duty.agent_id
        before = self.floor.people.get(agent)
        has: dict[object, float | None] = {
            which: one.weight for which, one in self.hands.get(agent, {}).items()
        }
        for which, (who, weight) in self.wrapping.items():
            if who == agent:
                has[WRAPPING, which] = weight
        has |= self.burdens.get(agent, {})
        shift = self.shift(colleague)
        return Person(
            agent_id=agent,
            memberships={
                one.queue_id: one.membership
                for one in colleague.members
                if one.queue_id in self.book.queues and (one.until is None or one.until > now)
            },
            availability=duty.availability,
            connected=duty.connected_until is not None and duty.connected_until > now,
            on_call=duty.on_call,
            on_shift=shift is None or shift.is_open(now) or self.stays(colleague, shift, now),
            skills=skilled.skills,
            languages=frozenset(skilled.languages),
            capacity=skilled.capacity,
            idle_since=latest(duty.idle_since, before.idle_since if before else None),
            offered_at=latest(duty.offered_at, before.offered_at if before else None),
            has=has,
        )

    def shift(self, colleague: Colleague) -> Hours | None:
        name = colleague.skilled.shift
        return self.book.hours.get(name) if name else None

    def stays(self, colleague: Colleague, shift: Hours, now: datetime) -> bool:
        """Tell whether an agent chose to work outside their shift."""
        return not clocks.shift_ended(colleague.duty, shift, now)

    def lay(
        self, found: Mapping[ConversationId, Aside], asked: Collection[ConversationId] | None = None
    ) -> None:
        """Note what agents have outside any queue: all of it, or what is so of those *asked*."""
        known = self.asides if asked is None else self.asides.keys() & asked
        for which in [one for one in known if self.asides[one] != found.get(one)]:
            agent = self.asides.pop(which).agent_id
            del self.burdens[agent][ASIDE, which]
            if person := self.floor.people.get(agent):
                person.has.pop((ASIDE, which), None)
                self.floor.touch(agent)
        for which in found.keys() - self.asides.keys():
            one = self.asides[which] = found[which]
            self.burdens.setdefault(one.agent_id, {})[ASIDE, which] = one.weight
            if person := self.floor.people.get(one.agent_id):
                person.has[ASIDE, which] = one.weight
                self.floor.touch(one.agent_id)

    # --- conversations ----------------------------------------------------------------------
    def learn(
        self,
        asked: Iterable[ConversationId],
        found: Mapping[ConversationId, Known],
        now: datetime,
    ) -> None:
        """Take in what was read of some conversations; those that are not there are forgotten."""
        for which in asked:
            known = found.get(which)
            if known and known.placement.stage is not Stage.RESOLVED:
                self.wrapped(which)
            self.hand(which, known, now)
            if known is None or known.placement.stage is Stage.RESOLVED:
                self.forget(which)
            else:
                self.keep(known)

    def keep(self, known: Known) -> None:
        self.known[known.id] = known
        ticket = self.book.ticket(known)
        if ticket:
            self.floor.enter(ticket)
        else:
            self.floor.leave(known.id)
        self.late.add(known.id)

    def forget(self, which: ConversationId) -> None:
        self.known.pop(which, None)
        self.floor.leave(which)
        self.alarms.set("talk", which, None)
        self.alarms.set("forgive", which, None)

    def hand(self, which: ConversationId, known: Known | None, now: datetime) -> None:
        """Put a conversation into the hands of who has it, and out of those of who had it."""
        before = self.known.get(which)
        old, new = before.live if before else None, known.live if known else None
        if old and (new is None or new.agent_id != old.agent_id):
            self.take_out(old, known, now)
        if new:
            self.hands.setdefault(new.agent_id, {})[which] = new
            if new.agent_id not in self.colleagues:
                self.orphaned.add(new.agent_id)
            self.busy(new.agent_id, which, new.weight)
            if old is None or old.id != new.id or old.state is not new.state:
                self.wind_agent(new.agent_id, now)

    def busy(self, agent: AgentId, which: ConversationId, weight: float | None) -> None:
        person = self.floor.people.get(agent)
        if person and person.has.get(which, -1) != weight:
            person.has[which] = weight
            self.floor.touch(agent)

    def take_out(self, old: Assignment, known: Known | None, now: datetime) -> None:
        """Take a conversation out of an agent's hands; who resolved it wraps up."""
        which, agent = old.conversation_id, old.agent_id
        self.hands.get(agent, {}).pop(which, None)
        person = self.floor.people.get(agent)
        if person is None:
            return
        person.has.pop(which, None)
        if old.state is AssignmentState.ACCEPTED:
            person.idle_since = now
            if known and known.placement.stage is Stage.RESOLVED:
                self.wrap_up(replace(old, ended_at=known.placement.resolved_at or now), now)
        self.floor.touch(agent)

    def wrap_up(self, old: Assignment, now: datetime) -> None:
        """Have whoever had what was resolved take the time that its queue gives them."""
        until, person = wraps_until(self.book, old), self.floor.people.get(old.agent_id)
        if person is None or until is None or until <= now:
            return
        person.has[WRAPPING, old.conversation_id] = old.weight
        self.wrapping[old.conversation_id] = old.agent_id, old.weight
        self.alarms.set(WRAPPING, old.conversation_id, until)
        self.floor.touch(old.agent_id)

    def made(self, assignments: Sequence[Assignment]) -> None:
        """Take in what we wrote ourselves."""
        for one in assignments:
            known = self.known.get(one.conversation_id)
            if known is None:
                continue
            accepted = one.state is AssignmentState.ACCEPTED
            stage = Stage.ACCEPTED if accepted else Stage.OFFERED
            queued_at = None if accepted else known.placement.queued_at
            placement = replace(known.placement, stage=stage, queued_at=queued_at)
            known = replace(known, placement=placement, live=one)
            self.hands.setdefault(one.agent_id, {})[one.conversation_id] = one
            self.known[one.conversation_id] = known
            soonest = min(moments(self.book, known), default=None)
            self.alarms.set("talk", one.conversation_id, soonest)

    def refused(self, which: ConversationId, agent: AgentId) -> None:
        """Take a conversation out of the hands into which it was planned in vain."""
        person = self.floor.people.get(agent)
        if person and which not in self.hands.get(agent, {}):
            person.has.pop(which, None)
            self.floor.touch(agent)

    # --- time -------------------------------------------------------------------------------
    def forgive_later(self, which: ConversationId, now: datetime) -> None:
        """Have those who declined a conversation be asked again in a while."""
        if ("forgive", which) not in self.alarms.next:
            self.alarms.set("forgive", which, now + FORGIVE)

    def wind_agent(self, agent: AgentId, now: datetime) -> None:
        """Look at an agent again when something may be over for them."""
        colleague = self.colleagues.get(agent)
        if colleague is None:
            return
        duty = colleague.duty
        times = [one.until for one in colleague.members if one.until]
        if duty.connected_until:
            times.append(duty.connected_until)
        for one in self.hands.get(agent, {}).values():
            times += [left_at(duty), self.patient_until(duty, one)]
        if shift := self.shift(colleague):
            opens, closes = next(shift.after(now), (now, now))
            times += [opens, closes]
        self.alarms.set("agent", agent, min((one for one in times if one > now), default=None))

    def wind_queues(self, now: datetime) -> None:
        """Close the queues whose hours are over, or that are paused, and open the others."""
        for queue in self.book.queues:
            hours = self.book.hours_of(queue)
            shut = queue in self.book.paused or not hours.is_open(now)
            if shut != (queue in self.floor.closed):
                self.floor.closed ^= {queue}
            if hours is not ALWAYS and ("queue", queue) not in self.alarms.next:
                opens, closes = next(hours.after(now), (None, None))
                self.alarms.set("queue", queue, closes if opens and opens <= now else opens)

    def ring(self, now: datetime) -> set[AgentId]:
        """Note what is due, and return the agents who have to be read anew for that."""
        doubtful = set(self.orphaned)
        for what, which in self.alarms.ring(now):
            match what:
                case "talk":
                    self.late.add(ConversationId(which))
                case "forgive":
                    self.forgiven.add(ConversationId(which))
                case "agent":
                    doubtful.add(AgentId(which))
                case "wrapping":
                    self.wrapped(ConversationId(which))
        self.wind_queues(now)
        return doubtful

    def wrapped(self, which: ConversationId) -> None:
        """Give an agent back the room in which they wrapped up."""
        if which not in self.wrapping:
            return
        agent, _ = self.wrapping.pop(which)
        self.alarms.set(WRAPPING, which, None)
        person = self.floor.people.get(agent)
        if person:
            person.has.pop((WRAPPING, which), None)
            self.floor.touch(agent)

    def due(self, now: datetime) -> list[Act]:
        """Return what is to be done now, and take it for done."""
        acts: list[Act] = []
        for agent in self.checked:
            acts += self.due_for_agent(agent, now)
        for which in self.late:
            acts += self.due_for(which, now)
        acts += [Forgiven(conversation_id=which) for which in self.forgiven if which in self.known]
        self.checked, self.late, self.forgiven = set(), set(), set()
        return acts

    def due_for(self, which: ConversationId, now: datetime) -> list[Act]:
        known = self.known.get(which)
        if known is None:
            return []
        acts = list(due_acts(self.book, known, now))
        for act in acts:
            known = after(known, act)
        if acts:
            self.known[which] = known
            if ticket := self.book.ticket(known):
                self.floor.enter(ticket)
        soonest = min(moments(self.book, known), default=None)
        self.alarms.set("talk", which, max(soonest, now + AGAIN) if soonest and acts else soonest)
        return acts

    def due_for_agent(self, agent: AgentId, now: datetime) -> list[Act]:
        """Return what is over for an agent who was just read."""
        held = self.hands.get(agent, {}).values()
        colleague = self.colleagues.get(agent)
        if colleague is None:
            return [back(one, clocks.GONE) for one in held]
        duty = colleague.duty
        acts: list[Act] = [
            LentBack(queue_id=one.queue_id, agent_id=agent)
            for one in colleague.members
            if one.until and one.until <= now
        ]
        shift = self.shift(colleague)
        if shift and clocks.shift_ended(duty, shift, now):
            acts.append(ShiftOver(agent_id=agent))
            return acts + [back(one, clocks.SHIFT_OVER) for one in held]
        left = left_at(duty)
        if left <= now:
            acts += [back(one, clocks.LEFT) for one in held if self.patient_until(duty, one) <= now]
        return acts

    def patient_until(self, duty: Duty, one: Assignment) -> datetime:
        """Return how long an agent who left keeps what they have; an offer not at all."""
        if one.accepted_at is None:
            return left_at(duty)
        return max(left_at(duty), one.accepted_at) + timedelta(seconds=self.book.setup.grace)

    def plan(self, now: datetime, limit: int) -> Plan:
        return self.floor.plan(now, limit)

    def soonest(self) -> datetime | None:
        """Return when the next clock rings."""
        return self.alarms.soonest()


def back(one: Assignment, why: str) -> Returned:
    return Returned(conversation_id=one.conversation_id, assignment_id=one.id, why=why)


def after(known: Known, act: Act) -> Known:
    """Return a conversation as it is once an act that changes no stage was done."""
    match act:
        case Promised(promise=what, due=due, warn_at=warn_at):
            placement = replace(known.placement, promise=what, due_at=due, warn_at=warn_at)
            return replace(known, placement=placement, warned=False, breached=False)
        case AtRisk():
            return replace(known, warned=True)
        case Breached():
            return replace(known, breached=True)
    return known


def latest(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((moment for moment in (one, other) if moment), default=None)
