"""A plan over any day: the highest score first, nobody gets what they may not, nobody starves."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from inbox.model import AgentId, Availability, ConversationId, Membership, QueueId
from routing.model import Priority
from routing.order import Weights, score
from routing.plan import MANY, Floor, Person, Ticket
from routing.policies import Policy, choose
from routing.queues import Offering, Queue
from routing.skills import Need, Removal, Work, fit
from tests.conftest import MORNING

QUEUES = {QueueId(1): Queue(), QueueId(2): Queue(policy=Policy.BEST_SKILL)}
WEIGHTS = Weights()
SKILLS = st.dictionaries(st.sampled_from(["tax", "law"]), st.integers(0, 5))


def ticket(number, *, queue=1, waited=0.0, weight=1.0, at=MORNING, **fields):
    work = Work(weight=weight, **{key: fields.pop(key) for key in ("needs",) if key in fields})
    return Ticket(
        conversation_id=ConversationId(number),
        queue_id=QueueId(queue),
        since=at - timedelta(seconds=waited),
        work=work,
        **fields,
    )


def person(number, *queues, **fields):
    return Person(
        agent_id=AgentId(number),
        memberships=dict.fromkeys(map(QueueId, queues or (1, 2)), Membership.PRIMARY),
        **fields,
    )


class Day(RuleBasedStateMachine):
    """Customers come, agents come, leave, change their minds and are done, in any order."""

    @initialize()
    def begin(self):
        self.floor = Floor(QUEUES, WEIGHTS)
        self.now = MORNING
        self.numbers = 0
        self.waiting = {}
        self.held = {}

    @rule(
        queue=st.sampled_from([1, 2]),
        waited=st.integers(0, 5000),
        priority=st.sampled_from(list(Priority)),
        weight=st.sampled_from([0.5, 1.0, 2.0, None]),
        skill=st.sampled_from([None, "tax", "law"]),
        level=st.integers(1, 5),
    )
    def come(self, *, queue, waited, priority, weight, skill, level):
        self.numbers += 1
        needs = (Need(skill=skill, level=level),) if skill else ()
        one = ticket(
            self.numbers,
            queue=queue,
            waited=waited,
            priority=priority,
            weight=weight,
            needs=needs,
            at=self.now,
        )
        self.waiting[one.conversation_id] = one
        self.floor.enter(one)

    @rule(
        number=st.integers(1, 6),
        queues=st.sampled_from([(1,), (2,), (1, 2)]),
        availability=st.sampled_from(list(Availability)),
        connected=st.booleans(),
        capacity=st.sampled_from([1.0, 3.0]),
        skills=SKILLS,
    )
    def be(self, *, number, queues, availability, connected, capacity, skills):
        before = self.floor.people.get(AgentId(number))
        self.floor.put(
            person(
                number,
                *queues,
                availability=availability,
                connected=connected,
                capacity=max(capacity, load(before)),
                skills=skills,
                has=dict(before.has) if before else {},
            )
        )

    @rule(pick=st.randoms(use_true_random=False))
    def finish(self, pick):
        if self.held:
            which = pick.choice(sorted(self.held))
            agent = self.floor.people[self.held.pop(which)]
            agent.has.pop(which)
            self.floor.touch(agent.agent_id)

    @rule(pick=st.randoms(use_true_random=False))
    def leave(self, pick):
        if self.waiting:
            which = pick.choice(sorted(self.waiting))
            del self.waiting[which]
            self.floor.leave(which)

    @rule(seconds=st.integers(1, 4000))
    def wait(self, seconds):
        self.now += timedelta(seconds=seconds)

    @rule(limit=st.sampled_from([1, 3, 100]))
    def plan(self, limit):
        plan = self.floor.plan(self.now, limit)
        totals = [one.score.total for one in plan.offers]
        assert totals == sorted(totals, reverse=True)
        for one in plan.offers:
            asked = self.waiting.pop(one.conversation_id)
            agent = self.floor.people[one.agent_id]
            assert agent.connected
            assert Availability.AVAILABLE is agent.availability
            assert one.queue_id in agent.memberships
            for need in asked.work.needs:
                assert agent.skills.get(need.skill, 0) >= need.level
            self.held[one.conversation_id] = one.agent_id

    @invariant()
    def nobody_has_more_than_fits(self):
        for agent in self.floor.people.values() if hasattr(self, "floor") else ():
            weights = list(agent.has.values())
            if None in weights:
                assert 1 == len(weights)
            assert load(agent) <= agent.capacity

    @rule()
    def nobody_is_overlooked(self):
        """After a plan without limit nobody waits whom somebody could serve."""
        self.plan(1_000)
        kept = set(self.floor.reserved)
        for one in self.waiting.values():
            members = self.floor.members[one.queue_id].values()
            able = [each.agent_id for each in fit(one.work, list(members)).candidates]
            assert set(able) <= kept


def load(agent):
    return sum(weight or 0.0 for weight in agent.has.values()) if agent else 0.0


Day.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestDay = Day.TestCase


def test_with_endless_important_customers_the_least_important_are_served_in_their_time():
    """One agent, and for each conversation that ends an urgent customer comes."""
    floor = Floor({QueueId(1): Queue()}, WEIGHTS)
    floor.put(person(1, 1, capacity=1.0))
    now, limit = MORNING, timedelta(seconds=7200)
    floor.enter(
        ticket(
            1,
            priority=Priority.LOW,
            due=now + limit,
            warn_at=now + timedelta(seconds=5760),
        )
    )
    for number in range(2, 1000):
        one = ticket(number, priority=Priority.URGENT, value=1.0, at=now)
        floor.enter(one)
        (offer,) = floor.plan(now).offers
        if offer.conversation_id == 1:
            break
        floor.people[AgentId(1)].has.clear()
        floor.touch(AgentId(1))
        now += timedelta(seconds=60)

    assert now < MORNING + limit


@pytest.mark.parametrize("weight", [2.0, None])
def test_who_needs_more_room_than_is_left_gets_it_before_their_promise_is_broken(weight):
    """Small work keeps coming; room is kept for the large one once it is at risk."""
    floor = Floor({QueueId(1): Queue()}, WEIGHTS)
    floor.put(person(1, 1, capacity=2.0))
    now = MORNING
    due = now + timedelta(seconds=1000)
    floor.enter(ticket(1, weight=weight, due=due, warn_at=now + timedelta(seconds=800)))
    floor.people[AgentId(1)].has.update({ConversationId(-1): 1.0})
    floor.touch(AgentId(1))
    hand = [ConversationId(-1)]
    for number in range(2, 200):
        floor.enter(ticket(number, priority=Priority.URGENT, at=now))
        offers = floor.plan(now).offers
        if any(one.conversation_id == 1 for one in offers):
            break
        hand += [one.conversation_id for one in offers]
        floor.people[AgentId(1)].has.pop(hand.pop(0))
        floor.touch(AgentId(1))
        now += timedelta(seconds=30)

    assert now < due


def test_a_reservation_ends_with_whom_it_was_for_and_with_who_goes():
    floor = Floor({QueueId(1): Queue()}, WEIGHTS)
    floor.put(person(1, 1, capacity=2.0, has={ConversationId(9): 1.0}))
    late = MORNING - timedelta(hours=1)
    floor.enter(ticket(1, weight=None, due=late, warn_at=late))
    floor.enter(ticket(2))
    assert () == floor.plan(MORNING).offers
    floor.leave(ConversationId(1))
    (offer,) = floor.plan(MORNING).offers

    assert 2 == offer.conversation_id


def test_a_large_team_is_chosen_from_as_a_small_one():
    floor = Floor({QueueId(1): Queue()}, WEIGHTS)
    for number in range(1, MANY + 10):
        floor.put(person(number, 1, has={ConversationId(-number): 1.0} if number % 7 else {}))
    for number in range(1, 30):
        one = ticket(number)
        floor.enter(one)
        members = list(floor.members[QueueId(1)].values())
        expected = choose(one.work, members, MORNING, Policy.LEAST_BUSY)
        found = floor.choose(one, MORNING)
        best = {
            agent
            for agent, points in expected.scores.items()
            if points == max(expected.scores.values())
        }
        assert found.agent_id in best
        floor.plan(MORNING)


def test_a_large_team_prefers_whoever_had_it():
    floor = Floor({QueueId(1): Queue()}, WEIGHTS)
    for number in range(1, MANY + 10):
        floor.put(person(number, 1))
    work = Work(previous_id=AgentId(40))
    one = Ticket(
        conversation_id=ConversationId(1),
        queue_id=QueueId(1),
        since=MORNING,
        work=work,
        sticky=True,
    )

    assert 40 == floor.choose(one, MORNING).agent_id


def test_what_agents_take_themselves_is_offered_to_nobody():
    floor = Floor({QueueId(1): Queue(offering=Offering.PULL)}, WEIGHTS)
    floor.put(person(1, 1))
    floor.enter(ticket(1))

    assert () == floor.plan(MORNING).offers


def test_who_is_stuck_is_told_why_once():
    floor = Floor({QueueId(1): Queue()}, WEIGHTS)
    floor.put(person(1, 1, connected=False))
    floor.enter(ticket(1))
    (stuck,) = floor.plan(MORNING).stuck

    assert [Removal.DISCONNECTED] == [one.removal for one in stuck.choice.removed]
    assert () == floor.plan(MORNING).stuck


@given(waits=st.lists(st.integers(0, 100_000), min_size=2, max_size=20, unique=True))
def test_whoever_has_waited_longest_is_first_among_equals(waits):
    floor = Floor({QueueId(1): Queue()}, WEIGHTS)
    floor.put(person(1, 1, capacity=100.0))
    for number, waited in enumerate(waits):
        floor.enter(ticket(number, waited=waited))
    offers = floor.plan(MORNING).offers

    assert sorted(waits, reverse=True) == [waits[one.conversation_id] for one in offers]
    assert [one.score for one in offers] == [
        score(
            ticket(one.conversation_id, waited=waits[one.conversation_id]).entry, WEIGHTS, MORNING
        )
        for one in offers
    ]
