"""What theory says of a queue with random arrivals, random handling and patient customers.

A. K. Erlang 1917; the recursion is the usual one (Cooper, Introduction to Queueing Theory, 1981).
It knows of one queue, equal agents and nothing else: what it says is exact for that, and what the
simulator has to agree with.
"""

from math import exp, inf


def waits(offered: float, agents: int) -> float:
    """Return the share of customers who wait (Erlang C).

    *offered* is the work that comes, in agents: arrivals a second times seconds of handling.
    """
    if offered >= agents:
        return 1.0
    blocked = 1.0  # Erlang B, for no agent at first
    for number in range(1, agents + 1):
        blocked = offered * blocked / (number + offered * blocked)
    return blocked / (1 - offered / agents * (1 - blocked))


def mean_wait(rate: float, handling: float, agents: int) -> float:
    """Return the mean seconds that customers wait; *rate* is how many come a second."""
    offered = rate * handling
    if offered >= agents:
        return inf
    return waits(offered, agents) * handling / (agents - offered)


def served_within(rate: float, handling: float, agents: int, seconds: float) -> float:
    """Return the share of customers who wait no longer than some seconds."""
    spare = agents - rate * handling
    if spare <= 0:
        return 0.0
    return 1 - waits(rate * handling, agents) * exp(-spare * seconds / handling)


def agents_needed(rate: float, handling: float, seconds: float, share: float) -> int:
    """Return how many agents answer a share of customers, less than 1, within some seconds."""
    agents = int(rate * handling) + 1
    while served_within(rate, handling, agents, seconds) < share:
        agents += 1
    return agents
