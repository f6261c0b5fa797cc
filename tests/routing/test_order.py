"""Whoever has the highest score is served first, and nobody waits forever."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from inbox.errors import Invalid
from inbox.model import AgentId, ConversationId
from routing.ladder import Ladder
from routing.model import Priority
from routing.order import RUSH, Entry, Waiting, Weights, check, score

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
WEIGHTS = Weights(patience=5000.0)


def after(seconds):
    return START + timedelta(seconds=seconds)


def served_first(entries: Sequence[Entry], at):
    """Look through all who wait, in the order they came."""
    return max(entries, key=lambda entry: score(entry, WEIGHTS, at).total, default=None)


class TheLineAndAPlainScan(RuleBasedStateMachine):
    """Whatever happens, a line serves the one that a look through all would find."""

    def __init__(self):
        super().__init__()
        self.waiting = Waiting(WEIGHTS)
        self.waiting.spare = 4
        self.plain = {}
        self.now = 0

    @rule(
        which=st.integers(1, 40),
        priority=st.sampled_from(Priority),
        value=st.sampled_from([0.0, 0.5, 1.0]),
        promised=st.none() | st.integers(1, 4000),
        kind=st.sampled_from("abc"),
    )
    def enters(self, which, priority, value, promised, kind):
        entry = Entry(
            conversation_id=ConversationId(which),
            since=after(self.now),
            priority=priority,
            value=value,
            due=promised and after(self.now + promised),
            warn_at=promised and after(self.now + promised // 2),
            kind=kind,
        )
        self.plain.pop(which, None)
        self.plain[which] = entry
        self.waiting.enter(entry)

    @rule(which=st.integers(1, 40))
    def leaves(self, which):
        assert self.plain.pop(which, None) == self.waiting.leave(ConversationId(which))

    @rule(seconds=st.integers(0, 1500))
    def time_goes_by(self, seconds):
        self.now += seconds

    @precondition(lambda self: self.plain)
    @rule(kinds=st.none() | st.sets(st.sampled_from("abcd")))
    def is_served(self, kinds):
        fitting = [e for e in self.plain.values() if kinds is None or e.kind in kinds]
        expected = served_first(fitting, after(self.now))
        if expected:
            del self.plain[expected.conversation_id]

        assert expected == self.waiting.take(after(self.now), kinds)

    @invariant()
    def nothing_is_lost_or_kept(self):
        assert len(self.plain) == len(self.waiting)
        assert all(ConversationId(which) in self.waiting for which in self.plain)
        kept = [self.waiting.alarms, *self.waiting.lines.values()]
        assert sum(map(len, kept)) <= 5 * (self.waiting.spare + 9 * (len(self.plain) + 1))


TheLineAndAPlainScan.TestCase.settings = settings(
    deadline=None, max_examples=60, stateful_step_count=40
)
test_the_line_and_a_plain_scan = TheLineAndAPlainScan.TestCase


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(st.sampled_from(Priority), st.integers(0, 5000)), max_size=300),
    st.integers(0, 9000),
)
def test_who_came_at_once_leaves_in_order_of_scores(people, at):
    entries = [
        Entry(conversation_id=ConversationId(number), since=after(since), priority=priority)
        for number, (priority, since) in enumerate(people)
    ]
    waiting = Waiting(WEIGHTS)
    waiting.fill(entries)
    expected = sorted(entries, key=lambda one: -score(one, WEIGHTS, after(at)).total)

    assert expected == [waiting.take(after(at)) for _ in entries]


@settings(deadline=None, max_examples=40)
@given(
    st.integers(300, 6000),
    st.sampled_from([Priority.URGENT, Priority.HIGH]),
    st.integers(1, 3),
    st.booleans(),
)
def test_endless_important_arrivals_never_starve_anybody(limit, priority, a_minute, promised):
    """A desk that serves one a minute hears of *a_minute* important customers each minute."""
    waiting = Waiting(Weights(patience=float(limit)))
    low = Entry(
        conversation_id=ConversationId(0),
        since=START,
        priority=Priority.LOW,
        due=after(limit) if promised else None,
        warn_at=after(limit * 0.8) if promised else None,
    )
    waiting.enter(low)
    number = served_at = 0
    while ConversationId(0) in waiting:
        served_at += 60
        for _ in range(a_minute):
            number += 1
            vip = Entry(
                conversation_id=ConversationId(number),
                since=after(served_at),
                priority=priority,
                value=1.0,
                due=after(served_at + limit),
                warn_at=after(served_at + limit * 0.8),
            )
            waiting.enter(vip)
        waiting.take(after(served_at))

    assert served_at <= limit + 60


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(-1, 5)), max_size=80))
@settings(deadline=None)
def test_a_ladder_serves_whoever_a_look_through_all_would_find(steps):
    ladder, plain = Ladder(), {}
    for which, rung in steps:
        plain.pop(which, None)
        if rung < 0:
            ladder.leave(AgentId(which))
        else:
            plain[which] = rung
            ladder.put(AgentId(which), rung)

        assert min(plain, key=plain.__getitem__, default=None) == ladder.first()
        assert len(plain) == len(ladder)


def test_a_ladder_does_not_grow_by_those_who_move_on():
    ladder = Ladder()
    for number in range(5000):
        ladder.put(AgentId(number % 7), float(number))

    assert len(ladder.rungs) < 200
    assert len(ladder.heap) == len(ladder.rungs)
    assert AgentId(4993 % 7) == ladder.first()


def test_the_terms_of_a_score_add_up():
    entry = Entry(
        conversation_id=ConversationId(1),
        since=START,
        priority=Priority.HIGH,
        value=0.5,
        due=after(600),
        warn_at=after(480),
    )
    calm, rushed = (score(entry, WEIGHTS, after(seconds)) for seconds in (60, 500))

    assert (60, 900, 300, -540) == (calm.waited, calm.priority, calm.value, calm.slack)
    assert 720 == calm.total
    assert RUSH - 100 == rushed.total


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        (Weights(value=-1.0), "order.value: It takes a number of seconds, at most a year."),
        (Weights(priority={Priority.LOW: 0.0}), "order.priority: It has no head start for high."),
    ],
)
def test_weights_under_which_somebody_could_starve_are_refused(weights, sentence):
    with pytest.raises(Invalid) as refused:
        check(weights)

    assert sentence == str(refused.value)
