"""Who is served next: a score, and a line that always has its highest at hand.

A score is counted in seconds: how long somebody has waited, the head start that their priority and
their value give them, less the slack that their promise leaves. It grows by the same amount for
all while they wait, so nobody who comes later stays ahead forever, and the order of those who wait
does not change while nothing happens. It changes once for each: when a promise is at risk, it goes
before all that are not, the oldest promise first (Jackson 1955: the earliest due date first makes
the greatest lateness least). Who was promised nothing is at risk after the desk's patience.
"""

from collections.abc import Container, Hashable, Iterable
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from itertools import chain

from msgspec import field

from inbox.model import ConversationId, Value
from routing.model import YEAR, Priority, refuse

RUSH = 1e10  #: seconds by which a promise at risk goes before all others


def head_starts() -> dict[Priority, float]:
    return {
        Priority.LOW: 0.0,
        Priority.NORMAL: 300.0,
        Priority.HIGH: 900.0,
        Priority.URGENT: 3600.0,
    }


class Weights(Value, forbid_unknown_fields=True):
    """What counts how much in a queue; all in seconds of waiting."""

    priority: dict[Priority, float] = field(default_factory=head_starts)
    value: float = 600.0  #: the head start of the most valuable customer
    slack: float = 1.0  #: for each second less of slack
    patience: float = 86_400.0  #: after which who was promised nothing goes before all others


class Entry(Value):
    """A conversation that waits."""

    conversation_id: ConversationId
    since: datetime
    priority: Priority = Priority.NORMAL
    value: float = 0.0  #: of the customer, 0 to 1
    due: datetime | None = None  #: of the most urgent promise
    warn_at: datetime | None = None  #: when that is at risk
    kind: Hashable = None  #: who needs the same agents has the same kind, such as a queue


class Score(Value):
    """Why a conversation stands where it stands; the terms add up to the total."""

    waited: float
    priority: float
    value: float
    slack: float
    rush: float  #: 0 while no promise is at risk
    total: float


USUAL = Weights()


def check(weights: Weights, where: str = "order") -> None:
    """Refuse weights under which somebody could starve. Raises Invalid."""
    terms = {"value": weights.value, "slack": weights.slack, "patience": weights.patience}
    for name, seconds in [*terms.items(), *weights.priority.items()]:
        if not 0 <= seconds <= YEAR:
            refuse(f"{where}.{name}", "It takes a number of seconds, at most a year.")
    missing = sorted(set(Priority) - set(weights.priority))
    if missing:
        refuse(f"{where}.priority", f"It has no head start for {missing[0]}.")


def due(entry: Entry, weights: Weights) -> datetime:
    """Return by when an entry must be served."""
    return entry.due or entry.since + timedelta(seconds=weights.patience)


def alarm(entry: Entry, weights: Weights) -> datetime:
    """Return from when on an entry is at risk."""
    return entry.warn_at or due(entry, weights)


def score(entry: Entry, weights: Weights, at: datetime) -> Score:
    """Say how urgent a conversation is at a moment; the highest total is served first."""
    left = (due(entry, weights) - at).total_seconds()
    if at >= alarm(entry, weights):
        return Score(waited=0, priority=0, value=0, slack=-left, rush=RUSH, total=RUSH - left)
    waited = (at - entry.since).total_seconds()
    priority = weights.priority[entry.priority]
    value = weights.value * entry.value
    slack = -weights.slack * left
    total = waited + priority + value + slack
    return Score(waited=waited, priority=priority, value=value, slack=slack, rush=0, total=total)


def rank(entry: Entry, weights: Weights) -> float:
    """Return what orders entries like their scores while nothing is at risk; least is first."""
    head_start = weights.priority[entry.priority] + weights.value * entry.value
    return entry.since.timestamp() + weights.slack * due(entry, weights).timestamp() - head_start


Place = tuple[float, int]  #: rank and number; equal ranks are served as they came


class Line:
    """Places in order: a sorted run that only shrinks, and a heap of those who came since.

    Taking from the end of a run is several times as fast as from a heap of the same length.
    """

    def __init__(self) -> None:
        self.run: list[Place] = []  #: the first is the last
        self.fresh: list[Place] = []

    def __len__(self) -> int:
        return len(self.run) + len(self.fresh)

    def push(self, place: Place) -> None:
        heappush(self.fresh, place)
        if len(self.fresh) > 64 + len(self.run):
            self.extend(())

    def extend(self, places: Iterable[Place]) -> None:
        """Add many places, and sort all."""
        self.run += [*self.fresh, *places]
        self.run.sort(reverse=True)
        self.fresh = []

    def keep(self, numbers: Container[int]) -> None:
        """Forget all places but those of some *numbers*."""
        self.run = [place for place in self.run if place[1] in numbers]
        self.fresh = [place for place in self.fresh if place[1] in numbers]
        heapify(self.fresh)

    def first(self, numbers: Container[int]) -> Place | None:
        """Return the first place of one of *numbers*, and forget those before it."""
        run, fresh = self.run, self.fresh
        while run or fresh:
            from_run = run and (not fresh or run[-1] < fresh[0])
            place = run[-1] if from_run else fresh[0]
            if place[1] in numbers:
                return place
            if from_run:
                run.pop()
            else:
                heappop(fresh)
        return None

    def take(self, numbers: Container[int]) -> Place | None:
        """Remove and return the first place of one of *numbers*."""
        run, fresh = self.run, self.fresh
        while run or fresh:
            from_run = run and (not fresh or run[-1] < fresh[0])
            place = run.pop() if from_run else heappop(fresh)
            if place[1] in numbers:
                return place
        return None


class Waiting:
    """All who wait, with the highest score of all and of any kind at hand.

    It is lazy: who left is skipped when their place comes up. Moments never go back.
    """

    def __init__(self, weights: Weights = USUAL) -> None:
        self.weights = weights
        self.entries: dict[int, Entry] = {}
        self.numbers: dict[ConversationId, int] = {}
        self.everybody = Line()
        self.lines: dict[Hashable, Line] = {}
        self.alarms: list[tuple[datetime, int]] = []
        self.last = 0
        self.gone = 0  #: who may still have a place
        self.spare = 1024  #: how many of them never hurt

    def __len__(self) -> int:
        return len(self.entries)

    def __contains__(self, which: ConversationId) -> bool:
        return which in self.numbers

    def enter(self, entry: Entry) -> None:
        """Let a conversation wait, or have it wait with other facts from now on."""
        number = self.number(entry)
        self.place(entry, (rank(entry, self.weights), number))
        heappush(self.alarms, (alarm(entry, self.weights), number))

    def fill(self, entries: Iterable[Entry]) -> None:
        """Let many enter at once, which is faster."""
        kinds: dict[Hashable, list[Place]] = {}
        for entry in entries:
            number = self.number(entry)
            kinds.setdefault(entry.kind, []).append((rank(entry, self.weights), number))
            self.alarms.append((alarm(entry, self.weights), number))
        heapify(self.alarms)
        for kind, places in kinds.items():
            self.lines.setdefault(kind, Line()).extend(places)
        self.everybody.extend(chain.from_iterable(kinds.values()))

    def number(self, entry: Entry) -> int:
        """Give an entry a number, in place of the one it may have."""
        self.leave(entry.conversation_id)
        self.last += 1
        self.entries[self.last] = entry
        self.numbers[entry.conversation_id] = self.last
        return self.last

    def place(self, entry: Entry, place: Place) -> None:
        """Give an entry a place among all and among its kind."""
        self.everybody.push(place)
        self.lines.setdefault(entry.kind, Line()).push(place)

    def leave(self, which: ConversationId) -> Entry | None:
        """Remove a conversation; none when it did not wait."""
        number = self.numbers.get(which)
        return None if number is None else self.forget(number)

    def forget(self, number: int) -> Entry:
        entry = self.entries.pop(number)
        del self.numbers[entry.conversation_id]
        self.gone += 1
        if self.gone > self.spare + 8 * len(self.entries):
            self.sweep()
        return entry

    def sweep(self) -> None:
        """Forget the places of all who left."""
        self.gone = 0
        self.alarms = [alarm for alarm in self.alarms if alarm[1] in self.entries]
        heapify(self.alarms)
        for line in self.everybody, *self.lines.values():
            line.keep(self.entries)
        self.lines = {kind: line for kind, line in self.lines.items() if len(line)}

    def ring(self, at: datetime) -> None:
        """Put those whose promise has come to be at risk before all others."""
        while self.alarms and self.alarms[0][0] <= at:
            _, number = heappop(self.alarms)
            entry = self.entries.get(number)
            if entry:
                self.place(entry, (due(entry, self.weights).timestamp() - RUSH, number))

    def first(self, at: datetime, kinds: Iterable[Hashable] | None = None) -> Entry | None:
        """Return who is served next, of all or of some *kinds*; none when nobody waits."""
        self.ring(at)
        if kinds is None:
            place = self.everybody.first(self.entries)
        else:
            lines = [self.lines[kind] for kind in kinds if kind in self.lines]
            places = [place for line in lines if (place := line.first(self.entries))]
            place = min(places, default=None)
        return self.entries[place[1]] if place else None

    def take(self, at: datetime, kinds: Iterable[Hashable] | None = None) -> Entry | None:
        """Remove and return who is served next."""
        if kinds is not None:
            entry = self.first(at, kinds)
            return entry and self.leave(entry.conversation_id)
        if self.alarms and self.alarms[0][0] <= at:
            self.ring(at)
        place = self.everybody.take(self.entries)
        return place and self.forget(place[1])
