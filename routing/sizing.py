"""How many agents a traffic takes: what theory says, and what made-up days say that are played.

Customers come at random, take random times and wait patiently; each takes an agent's whole room.
Theory is exact for that (`routing.erlang`), so the two have to agree; from there on the simulator
goes where theory does not.
"""

from datetime import UTC, datetime, timedelta
from math import isfinite, sqrt
from random import Random
from statistics import fmean, stdev

from inbox.errors import Invalid
from inbox.model import AgentId, ConversationId, Membership, Value
from routing import erlang
from routing.queues import Queue
from routing.rehearse import Look, nothing
from routing.simulate import Arrival, Member, Simulation
from routing.skills import Candidate, Work

DAYS = 20  #: that are played
CALLS = 1_000  #: of each of them
WARM = 100  #: the first of a day, and five more for each agent, find an empty desk: not counted
T_19 = 3.883  #: Student's t with 19 degrees of freedom, 99.9 % on both sides
BUSIEST = 200.0  #: agents' worth of work; nobody plays more
BEGIN = datetime(2026, 1, 5, tzinfo=UTC)  # any moment does


class Demand(Value, forbid_unknown_fields=True):
    """What comes, and how soon it is to be answered."""

    rate: float  #: arrivals a second
    handling: float  #: seconds, on average
    within: float = 20.0  #: seconds within which so large a share is to be answered
    share: float = 0.8
    agents: int | None = None  #: how many there are; as many as are needed when none


class Size(Value):
    """What theory says of a team."""

    agents: int
    busy: float  #: the share of their time
    waits: float  #: the share of customers
    mean_wait: float | None  #: seconds; none when they never keep up
    within: float  #: the share that is answered in time


class Played(Value):
    """A figure of made-up days, and between which values it lies with 99.9 % confidence."""

    mean: float
    low: float
    high: float


class Sizing(Value):
    """A team, what theory says of it and its neighbours, and what was played."""

    needed: int  #: agents that answer the share in time
    agents: int  #: that were played
    sizes: tuple[Size, ...]
    mean_wait: Played | None = None  #: none when the team never keeps up
    within: Played | None = None


def size(demand: Demand, *, look: Look = nothing) -> Sizing:
    """Size a team. Raises `Invalid` for what cannot be meant."""
    check(demand)
    needed = erlang.agents_needed(demand.rate, demand.handling, demand.within, demand.share)
    agents = demand.agents or needed
    around = sorted({*range(max(1, needed - 2), needed + 3), agents})
    sizes = tuple(theory(demand, number) for number in around)
    if demand.rate * demand.handling >= agents:
        return Sizing(needed=needed, agents=agents, sizes=sizes)
    days = [played(demand, agents, seed, look) for seed in range(DAYS)]
    return Sizing(
        needed=needed,
        agents=agents,
        sizes=sizes,
        mean_wait=interval([fmean(waits) for waits in days]),
        within=interval([fmean(wait <= demand.within for wait in waits) for waits in days]),
    )


def check(demand: Demand) -> None:
    numbers = (demand.rate, demand.handling, demand.within, demand.share)
    if not all(isfinite(number) and number > 0 for number in numbers):
        raise Invalid("Arrivals, handling, seconds and share are more than nothing.")
    if demand.share >= 1:
        raise Invalid("No team answers everybody in time: the share is less than 1.")
    if demand.rate * demand.handling > BUSIEST:
        raise Invalid(f"More than {BUSIEST:g} agents' worth of work is not played.")
    if demand.agents is not None and not 1 <= demand.agents <= 2 * BUSIEST:
        raise Invalid(f"A team has 1 to {2 * BUSIEST:g} agents.")


def theory(demand: Demand, agents: int) -> Size:
    """Say what Erlang's C says of a team."""
    offered = demand.rate * demand.handling
    wait = erlang.mean_wait(demand.rate, demand.handling, agents)
    return Size(
        agents=agents,
        busy=min(1.0, offered / agents),
        waits=erlang.waits(offered, agents),
        mean_wait=wait if isfinite(wait) else None,
        within=erlang.served_within(demand.rate, demand.handling, agents, demand.within),
    )


def played(demand: Demand, agents: int, seed: int, look: Look) -> list[float]:
    """Return the waits of a made-up day."""
    team = [
        Member(
            agent=Candidate(agent_id=AgentId(number)),
            queues={"queue": Membership.PRIMARY},
        )
        for number in range(agents)
    ]
    warm = WARM + 5 * agents
    day = arrivals(demand, Random(seed), warm + CALLS)  # noqa: S311  # a play
    outcomes = Simulation({"queue": Queue()}, team).play(day, look=look)
    return [one.waited for one in outcomes if one.conversation_id >= warm]


def arrivals(demand: Demand, chance: Random, count: int) -> list[Arrival]:
    """Make up customers who come at random and take random times."""
    seconds, made = 0.0, []
    for number in range(count):
        seconds += chance.expovariate(demand.rate)
        made.append(
            Arrival(
                conversation_id=ConversationId(number),
                at=BEGIN + timedelta(seconds=seconds),
                queue="queue",
                handling=chance.expovariate(1 / demand.handling),
                work=Work(weight=None),
            )
        )
    return made


def interval(means: list[float]) -> Played:
    mean = fmean(means)
    half = T_19 * stdev(means) / sqrt(len(means))
    return Played(mean=mean, low=max(0.0, mean - half), high=mean + half)
