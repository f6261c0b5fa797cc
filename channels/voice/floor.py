"""The calls that run, as this process knows them, and who is next. No network here."""

from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from inbox.model import AgentId, Call, Direction, Message
from inbox.telephone import How, Mode, Running, Taker, Target

REMEMBERED = 10  #: waits, of which the mean is told
STALE = timedelta(seconds=20)  #: a telephone that rings longer than it should has been forgotten


@dataclass(slots=True)
class Rung:
    """A telephone that rings."""

    since: datetime
    line: str = ""  #: its SID, once Twilio has told it
    how: How = How.BROWSER


@dataclass(slots=True)
class Seat:
    """An agent's place in the conference."""

    line: str
    since: datetime
    mode: Mode | None = None  #: none for who speaks with the customer


@dataclass(slots=True)
class Passing:
    """A transfer under way."""

    by: AgentId
    to: Target
    warm: bool


@dataclass(slots=True)
class Live:
    """One call."""

    name: str  #: external id of its message, and the name of its conference
    peer: str | None  #: the customer's number
    began_at: datetime
    outward: bool = False
    language: str = ""
    state: str = "ringing"
    customer: str = ""  #: the customer's line; empty while they wait to be called (back)
    queue: str = ""
    queued_at: datetime | None = None
    turn: int = 0  #: how often the customer was put into the queue
    callback: bool = False
    tries: int = 0  #: how often the customer was called back in vain
    not_before: datetime | None = None  #: nobody is rung for it until then
    dialling: bool = False  #: the customer's telephone rings
    winner: AgentId | None = None  #: who answered first
    only: AgentId | None = None  #: nobody else is rung
    answered_at: datetime | None = None
    held: bool = False
    conference: str = ""
    passing: Passing | None = None
    rung: dict[AgentId, Rung] = field(default_factory=dict)
    tried: set[AgentId] = field(default_factory=set)
    seats: dict[AgentId, Seat] = field(default_factory=dict)
    wanted: dict[AgentId, Mode] = field(default_factory=dict)  #: who comes in to listen, and how
    outside: set[str] = field(default_factory=set)  #: lines of others than agents
    dropped: set[str] = field(default_factory=set)  #: lines that we had stop ringing
    looked_at: datetime | None = None  #: when Twilio was asked whether it is over
    over: bool = False

    @property
    def waits(self) -> bool:
        """Tell whether an agent is wanted."""
        return self.state == "queued" and self.winner is None and not self.over

    @property
    def waits_for_customer(self) -> bool:
        """Tell whether an agent has answered and the customer is still to come."""
        return self.state == "queued" and not self.over

    @property
    def speakers(self) -> list[AgentId]:
        """Return the agents whom the customer hears."""
        return [one for one, seat in self.seats.items() if seat.mode in {None, Mode.BARGE}]

    def shown(self, place: int | None) -> Running:
        """Return it as the desk shows it."""
        return Running(
            external_id=self.name,
            state="held" if self.held and self.state == "talking" else self.state,
            peer=self.peer,
            outward=self.outward,
            began_at=self.began_at,
            queue=self.queue or None,
            queued_at=self.queued_at,
            place=place,
            callback=self.callback,
            answered_at=self.answered_at,
            ringing=tuple(self.rung),
            takers=tuple(
                Taker(agent_id=agent, since=seat.since, mode=seat.mode)
                for agent, seat in self.seats.items()
            ),
            transfer=self.passing.by if self.passing else None,
            consulting=bool(self.passing and self.passing.warm),
        )


class Floor:
    """All calls of one account."""

    def __init__(self) -> None:
        self.calls: dict[str, Live] = {}
        self.waits: deque[float] = deque(maxlen=REMEMBERED)

    def __iter__(self) -> Iterator[Live]:
        return iter(list(self.calls.values()))

    def add(self, live: Live) -> Live:
        return self.calls.setdefault(live.name, live)

    def line(self) -> Sequence[Live]:
        """Return those who wait for an agent, the next one first."""
        waiting = [one for one in self if one.waits]
        return sorted(waiting, key=lambda one: (one.queued_at or one.began_at, one.name))

    def place(self, live: Live) -> int | None:
        """Return where a call stands in its queue; 1 is next."""
        same = [one.name for one in self.line() if one.queue == live.queue]
        return same.index(live.name) + 1 if live.name in same else None

    def estimate(self, live: Live) -> int | None:
        """Return the minutes that a caller may have to wait, from what others waited lately."""
        if not self.waits:
            return None
        mean = sum(self.waits) / len(self.waits)
        return max(1, round(mean * (self.place(live) or 1) / 60))

    def served(self, live: Live, now: datetime) -> None:
        """Remember how long a caller waited."""
        if live.queued_at:
            self.waits.append((now - live.queued_at).total_seconds())

    def running(self) -> list[Running]:
        ordered = sorted(self, key=lambda one: (one.began_at, one.name))
        return [one.shown(self.place(one)) for one in ordered]

    def due(self, now: datetime) -> Sequence[Live]:
        """Return the calls for which somebody is to be rung now, the next one first."""
        return [
            one
            for one in self.line()
            if not one.rung and (one.not_before is None or one.not_before <= now)
        ]


def whom(live: Live, free: Sequence[AgentId], together: int) -> Sequence[AgentId]:
    """Choose who is rung: of those who are free the longest idle, who were not tried yet.

    >>> call = Live(name="CA1", peer=None, began_at=datetime(2026, 3, 2), tried={AgentId(7)})
    >>> whom(call, [AgentId(7), AgentId(8), AgentId(9)], 1)
    [8]
    """
    if live.only is not None:
        return [live.only]
    return [one for one in free if one not in live.tried][:together]


def forgotten(live: Live, now: datetime, seconds: int) -> Collection[AgentId]:
    """Return whose telephones rang longer than they can: the news of their end was lost."""
    limit = timedelta(seconds=seconds) + STALE
    return [agent for agent, rung in live.rung.items() if now - rung.since > limit]


def restored(message: Message, language: str) -> Live | None:
    """Return a call as its record tells, for a process that has just begun."""
    call = message.content
    if not isinstance(call, Call) or message.external_id is None:
        return None
    outward = message.direction is Direction.OUT
    live = Live(
        name=message.external_id,
        peer=message.recipients[0] if outward and message.recipients else peer(call),
        began_at=call.began_at or message.created_at,
        outward=outward,
        language=language,
        state="talking" if call.state == "held" else call.state,
        held=call.state == "held",
        callback=call.callback,
        answered_at=call.answered_at,
    )
    for leg in call.legs:
        if leg.who == "queue":
            live.turn += 1
            live.queue = leg.address or live.queue
            live.queued_at = min(filter(None, (live.queued_at, leg.began_at)), default=None)
        elif leg.ended_at is None and leg.who == "customer":
            live.customer = leg.external_id
        elif leg.ended_at is None and leg.answered_at and leg.who == "agent" and leg.agent_id:
            live.seats[leg.agent_id] = Seat(line=leg.external_id, since=leg.answered_at)
            live.winner = leg.agent_id
    return live


def peer(call: Call) -> str | None:
    return next((leg.address for leg in call.legs if leg.who == "customer" and leg.address), None)
