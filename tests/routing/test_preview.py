"""What a move does to the waits, as far as arithmetic can tell."""

import math

from hypothesis import given
from hypothesis import strategies as st

from routing import erlang
from routing.preview import Flow, moved, outlook, shared

FLOWS = st.builds(
    Flow,
    waiting=st.integers(0, 500),
    rate=st.floats(0, 2),
    handling=st.floats(1, 5000),
    slots=st.floats(0, 50),
)


def test_five_more_double_the_wait():
    billing = Flow(waiting=4, rate=0.0, handling=240.0, slots=5)

    assert 4 * 60 == outlook(billing).wait
    assert 8 * 60 == outlook(moved(billing, 5)).wait


def test_with_nobody_waiting_only_a_full_team_makes_one_wait():
    flow = Flow(waiting=0, rate=0.01, handling=300.0, slots=5)

    assert math.isclose(outlook(flow).wait, erlang.waits(3, 5) * 60)
    assert 0.0 == outlook(Flow(waiting=0, rate=0.0, handling=300.0, slots=5)).wait


def test_a_queue_empties_by_what_its_team_has_left():
    flow = Flow(waiting=12, rate=0.01, handling=300.0, slots=5)  # three of five are busy with news

    assert 12 * 300 / 2 == outlook(flow).empty_in


def test_a_team_that_does_not_keep_up_never_empties_its_queue():
    assert outlook(Flow(waiting=1, rate=0.02, handling=300.0, slots=5)).empty_in is None


def test_nobody_there_is_no_estimate():
    told = outlook(Flow(waiting=3, rate=0.0, handling=60.0, slots=0))

    assert (3, None, None) == (told.waiting, told.wait, told.empty_in)


def test_who_works_for_two_queues_gives_each_the_half():
    assert 3.0 == shared(6.0, 1.0, 2)
    assert 12.0 == shared(6.0, 0.5, 1)
    assert 0.5 == shared(6.0, None, 2)  # a call takes all


@given(FLOWS, st.integers(1, 50))
def test_more_ahead_is_never_a_shorter_wait(flow, by):
    before, after = outlook(flow).wait, outlook(moved(flow, by)).wait

    assert (before is None) == (after is None)
    assert before is None or before <= after


@given(FLOWS)
def test_nobody_leaves_who_is_not_there(flow):
    assert 0 == moved(flow, -501).waiting
