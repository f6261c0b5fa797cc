"""A team is sized by theory, and what is played agrees with it."""

import math

import pytest

from inbox.errors import Invalid
from routing import erlang
from routing.sizing import Demand, size


def test_what_is_played_agrees_with_theory():
    demand = Demand(rate=0.02, handling=180.0)
    told = size(demand)
    needed = next(one for one in told.sizes if one.agents == told.needed)

    assert told.agents == told.needed == erlang.agents_needed(0.02, 180.0, 20.0, 0.8)
    assert needed.within >= 0.8
    assert told.mean_wait.low <= needed.mean_wait <= told.mean_wait.high
    assert told.within.low <= needed.within <= told.within.high
    assert told.within.high - told.within.low < 0.2


def test_the_neighbours_of_a_team_are_told_and_the_one_there_is():
    told = size(Demand(rate=0.01, handling=120.0, agents=9))

    assert 9 == told.agents
    assert [1, 2, 3, 4, 5, 9] == [one.agents for one in told.sizes]
    assert told.sizes[0].mean_wait is None
    assert (1.0, 1.0, 0.0) == (told.sizes[0].busy, told.sizes[0].waits, told.sizes[0].within)


def test_a_team_that_never_keeps_up_is_not_played():
    told = size(Demand(rate=0.05, handling=180.0, agents=9))

    assert (None, None) == (told.mean_wait, told.within)


@pytest.mark.parametrize(
    "wrong",
    [
        {"rate": 0.0},
        {"handling": -1.0},
        {"rate": math.inf},
        {"handling": math.nan},
        {"share": 1.0},
        {"within": 0.0},
        {"agents": 0},
        {"rate": 100.0},
    ],
)
def test_what_cannot_be_meant_is_refused(wrong):
    with pytest.raises(Invalid):
        size(Demand(**{"rate": 0.01, "handling": 60.0} | wrong))
