"""What moving conversations does to those who wait: "Billing wait 4 -> 9 min".

Two figures, which are estimates and nothing else:

*The wait of whoever comes next.* With *n* ahead and every slot taken, c slots that each take *h*
seconds for a conversation begin one every h/c seconds, so whoever comes waits until n + 1 have
been begun: (n + 1) h/c. It is exact for exponential handling, first come first served
(W. Whitt, *Predicting queueing delays*, Management Science 45, 1999, section 2). While nobody
waits, they wait only with the probability that every slot is taken, which is Erlang's C:

    wait = (n + C) h/c        with C = 1 when n > 0

*When nobody waits any more.* a slots' worth of work comes meanwhile (a = arrivals a second times
h), so that c - a slots are left for those who wait: n h/(c - a), and never when a >= c. It is the
fluid approximation (G. F. Newell, *Applications of Queueing Theory*, 1982, chapter 2).
"""

from math import floor

from inbox.model import Value
from routing import erlang


class Flow(Value):
    """A queue as far as its waits depend on it."""

    waiting: int  #: how many wait
    rate: float  #: arrivals a second
    handling: float  #: seconds that one conversation takes a slot
    slots: float  #: conversations that its team can have at the same time


class Outlook(Value):
    """What to expect of a queue."""

    waiting: int
    wait: float | None  #: seconds that whoever comes next waits; none when nobody is there
    empty_in: float | None  #: seconds until nobody waits; none when the team does not keep up


def outlook(flow: Flow) -> Outlook:
    """Say what whoever comes next has to expect."""
    if flow.slots <= 0:
        return Outlook(waiting=flow.waiting, wait=None, empty_in=None)
    work = flow.rate * flow.handling
    taken = 1.0 if flow.waiting else erlang.waits(work, max(1, floor(flow.slots)))
    wait = (flow.waiting + taken) * flow.handling / flow.slots
    spare = flow.slots - work
    empty_in = flow.waiting * flow.handling / spare if spare > 0 else None
    return Outlook(waiting=flow.waiting, wait=wait, empty_in=empty_in)


def moved(flow: Flow, by: int) -> Flow:
    """Return a queue to which *by* conversations come; they go when it is negative."""
    return Flow(
        waiting=max(0, flow.waiting + by),
        rate=flow.rate,
        handling=flow.handling,
        slots=flow.slots,
    )


def shared(room: float, weight: float | None, queues: int) -> float:
    """Return the slots that an agent gives to each of their queues.

    An agent has room for as many conversations of a weight, one when it takes all of it, and is
    thought to divide it alike between their queues.
    """
    at_once = 1.0 if weight is None else room / weight if weight > 0 else room
    return max(0.0, at_once) / max(1, queues)
