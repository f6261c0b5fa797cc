"""A day played through agrees with theory, and breaks no rule of the desk."""

import math
from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import fmean, stdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox.model import AgentId, ConversationId
from routing import erlang
from routing.hours import Calendar, Hours
from routing.model import Priority
from routing.queues import Fallback, Overflow, Queue
from routing.service_levels import ServiceLevel, Target
from routing.simulate import Arrival, Ending, Member, Simulation, summary
from routing.skills import Candidate, Membership, Need, Work

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
T_19 = 3.883  #: Student's t, 19 degrees of freedom, 99.9 % on both sides
CALL = Work(weight=None)
OFFICE = Hours(Calendar(weekly={"mon-fri": ("09:00-17:00",)}))


def at(seconds):
    return MONDAY + timedelta(seconds=seconds)


def member(number, *queues, shift=None, **facts):
    return Member(
        agent=Candidate(agent_id=AgentId(number), **facts),
        queues=dict.fromkeys(queues or ("support",), Membership.PRIMARY),
        shift=shift,
    )


def arrival(number, seconds=0.0, handling=60.0, queue="support", **facts):
    return Arrival(
        conversation_id=ConversationId(number),
        at=at(seconds),
        queue=queue,
        handling=handling,
        **facts,
    )


def a_day(chance, rate, handling, calls):
    """Calls that come at random and take random times."""
    now, day = 0.0, []
    for number in range(calls):
        now += chance.expovariate(rate)
        talk = chance.expovariate(1 / handling)
        day.append(arrival(number, now, talk, work=CALL))
    return day


@pytest.mark.parametrize(("agents", "busy"), [(1, 0.5), (4, 0.75)])
def test_waits_agree_with_erlang(agents, busy):
    handling = 180.0
    rate = busy * agents / handling
    means, shares = [], []
    for seed in range(20):
        day = a_day(Random(seed), rate, handling, 900)
        team = [member(number) for number in range(agents)]
        outcomes = Simulation({"support": Queue()}, team).play(day)
        waits = [one.waited for one in outcomes if one.conversation_id >= 100]
        means.append(fmean(waits))
        shares.append(fmean(wait > 0 for wait in waits))

    for measured, theory in (
        (means, erlang.mean_wait(rate, handling, agents)),
        (shares, erlang.waits(rate * handling, agents)),
    ):
        within = T_19 * stdev(measured) / math.sqrt(len(measured))
        assert within < theory / 2
        assert abs(fmean(measured) - theory) <= within


def test_erlang_knows_the_textbook():
    """With one agent the share who wait is the share of time that they are busy (M/M/1)."""
    assert erlang.waits(0.6, 1) == pytest.approx(0.6)
    assert erlang.mean_wait(0.01, 60, 1) == pytest.approx(0.6 / (1 - 0.6) * 60)
    assert erlang.waits(2, 2) == 1
    assert math.isinf(erlang.mean_wait(1, 2, 2))


@settings(deadline=None)
@given(st.floats(0.001, 0.2), st.floats(10, 600), st.floats(1, 120), st.floats(0.5, 0.99))
def test_the_team_that_is_needed_is_the_smallest(rate, handling, seconds, share):
    agents = erlang.agents_needed(rate, handling, seconds, share)

    assert erlang.served_within(rate, handling, agents, seconds) >= share
    assert agents == 1 or erlang.served_within(rate, handling, agents - 1, seconds) < share


arrivals = st.lists(
    st.builds(
        Arrival,
        conversation_id=st.integers(1, 10**6).map(ConversationId),
        at=st.integers(0, 4000).map(at),
        queue=st.sampled_from(["support", "billing"]),
        handling=st.integers(1, 900).map(float),
        work=st.builds(
            Work,
            weight=st.sampled_from([None, 1.0, 2.0]),
            needs=st.sampled_from([(), (Need(skill="money", level=3),)]),
            language=st.sampled_from([None, "hr"]),
        ),
        patience=st.none() | st.integers(1, 3000).map(float),
        priority=st.sampled_from(Priority),
    ),
    unique_by=lambda one: one.conversation_id,
    max_size=40,
)
TEAM = (
    member(1, "support", "billing", capacity=3.0, skills={"money": 3}),
    member(2, "support", capacity=2.0, languages=frozenset(["hr"])),
    member(3, "billing", capacity=4.0, skills={"money": 1}),
)
QUEUES = {
    "support": Queue(
        overflow=(Overflow(after=300, relax=True), Overflow(after=600, queue="billing"))
    ),
    "billing": Queue(overflow=(Overflow(after=2000, fallback=Fallback.CALLBACK),), limit=10),
}


@settings(deadline=None, max_examples=80)
@given(arrivals)
def test_everybody_ends_once_and_nobody_is_over_capacity(day):
    outcomes = {}
    for one in Simulation(QUEUES, TEAM).play(day):
        assert one.conversation_id not in outcomes
        outcomes[one.conversation_id] = one

    assert {one.conversation_id for one in day} == set(outcomes)
    changes = []
    for one in day:
        outcome = outcomes[one.conversation_id]
        if outcome.ending is Ending.SERVED:
            team = next(m.agent for m in TEAM if m.agent.agent_id == outcome.agent_id)
            assert one.work.language is None or one.work.language in team.languages
            weight = team.capacity if one.work.weight is None else one.work.weight
            begun = one.at + timedelta(seconds=outcome.waited)
            done = begun + timedelta(seconds=one.handling)
            changes += [(begun, 1, weight, team), (done, 0, -weight, team)]
    loads = Counter()
    for _, _, change, agent in sorted(changes, key=lambda one: one[:2]):
        loads[agent.agent_id] += change
        assert loads[agent.agent_id] <= agent.capacity


def test_who_has_no_patience_left_is_gone():
    day = [arrival(1, 0, 600, work=CALL), arrival(2, 1, 60, work=CALL, patience=30.0)]
    outcomes = Simulation({"support": Queue()}, [member(1)]).play(day)

    assert {1: Ending.SERVED, 2: Ending.ABANDONED} == {
        one.conversation_id: one.ending for one in outcomes
    }
    assert 30 == summary(outcomes).longest_wait


def test_a_queue_that_is_closed_waits_for_the_morning():
    friday = 4 * 86_400 + 8 * 3600.0
    queues = {"support": Queue(hours="office")}
    day = [arrival(1, friday + 60)]
    (outcome,) = Simulation(queues, [member(1)], {"office": OFFICE}).play(day)

    assert 64 * 3600 - 60 == outcome.waited


def test_nobody_is_served_by_an_agent_off_shift():
    team = [member(1, shift="late"), member(2, shift="early", load=5.0, capacity=6.0)]
    hours = {
        "early": OFFICE,
        "late": Hours(Calendar(weekly={"mon-fri": ("12:00-20:00",)})),
    }
    outcomes = Simulation({"support": Queue()}, team, hours).play([arrival(1), arrival(2)])

    assert {(2, 0.0), (2, 60.0)} == {(one.agent_id, one.waited) for one in outcomes}


def test_skills_relax_then_another_queue_helps_then_a_call_is_promised():
    wants = Work(needs=(Need(skill="art"),))
    queues = {
        "support": Queue(overflow=(Overflow(after=20, relax=True),)),
        "empty": Queue(overflow=(Overflow(after=50, queue="support"),)),
        "hopeless": Queue(overflow=(Overflow(after=90, fallback=Fallback.VOICEMAIL),)),
    }
    day = [
        arrival(1, work=wants),
        arrival(2, queue="empty"),
        arrival(3, queue="hopeless"),
    ]
    outcomes = Simulation(queues, [member(1)]).play(day)

    assert {
        1: (Ending.SERVED, 20),
        2: (Ending.SERVED, 50),
        3: (Ending.FALLBACK, 90),
    } == {one.conversation_id: (one.ending, one.waited) for one in outcomes}


def test_who_finds_a_full_queue_is_told_and_who_finds_nobody_is_left_over():
    queues = {"support": Queue(limit=1)}
    outcomes = Simulation(queues, []).play([arrival(1), arrival(2)])

    assert {1: Ending.LEFT_OVER, 2: Ending.FULL} == {
        one.conversation_id: one.ending for one in outcomes
    }


def test_endless_important_customers_leave_room_for_the_least_important_one():
    level = ServiceLevel(targets=(Target(first_response=1800),), warn_at=0.8)
    low = arrival(0, 0.5, 60, priority=Priority.LOW, work=CALL)
    vips = [
        arrival(number + 1, number * 30, 60, priority=Priority.URGENT, value=1.0, work=CALL)
        for number in range(100)
    ]
    outcomes = Simulation({"support": Queue(service_level=level)}, [member(1)]).play([low, *vips])
    (outcome,) = (one for one in outcomes if not one.conversation_id)

    assert not outcome.breached
    assert outcome.waited <= 1800


def test_an_agent_wraps_up_before_the_next():
    queues = {"support": Queue(wrap_up=30)}
    day = [arrival(1, work=CALL), arrival(2, 1, work=CALL)]

    assert [0, 89] == [one.waited for one in Simulation(queues, [member(1)]).play(day)]


def test_what_a_queue_needs_is_needed_of_whoever_serves_it():
    art, law = Need(skill="art"), Need(skill="law", level=2)
    queues = {
        "art": Queue(needs=(art,), overflow=(Overflow(after=30, queue="law"),)),
        "law": Queue(needs=(law,), overflow=(Overflow(after=40, relax=True),)),
    }
    team = [member(1, "art", "law", skills={"law": 1}), member(2, "art", skills={"art": 1})]
    painted = arrival(1, 0, 600, queue="art", work=Work(weight=6.0))
    rest = arrival(2, 1, queue="art", work=Work(weight=6.0))
    outcomes = Simulation(queues, team).play([painted, rest])

    assert [(2, 0.0, "art"), (1, 70.0, "law")] == [
        (one.agent_id, one.waited, one.queue) for one in outcomes
    ]


def test_somebody_is_served_when_whoever_can_comes_back():
    there = ((at(-60), at(5)), (at(300), at(400)))
    day = [arrival(1), arrival(2, 10), arrival(3, 350), arrival(4, 500)]
    one = Member(
        agent=Candidate(agent_id=AgentId(1)),
        queues={"support": Membership.PRIMARY},
        there=there,
    )
    outcomes = Simulation({"support": Queue()}, [one]).play(day)

    assert [0, 290, 0] == [one.waited for one in outcomes[:3]]
    assert Ending.LEFT_OVER is outcomes[3].ending


def test_a_promise_is_that_of_the_queue_somebody_waits_in():
    strict = ServiceLevel(targets=(Target(first_response=100),))
    queues = {
        "slow": Queue(overflow=(Overflow(after=50, queue="strict"),)),
        "strict": Queue(service_level=strict),
    }
    there = ((at(120), at(900)),)
    one = Member(
        agent=Candidate(agent_id=AgentId(1)),
        queues={"strict": Membership.PRIMARY},
        there=there,
    )
    (outcome,) = Simulation(queues, [one]).play([arrival(1, queue="slow")])

    assert outcome.breached
