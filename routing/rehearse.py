"""What a setup would have done with what really came: played through, beside what was.

The traffic is played through the setup that is tried and through the one that holds, by the same
simulator, so that what it simplifies falls on both alike. What really happened stands beside.
Everybody is counted where the tried setup sends them, and by its promises, in all three.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from math import ceil
from random import Random
from statistics import fmean, median

from inbox.model import AgentId, ConversationId, Membership, Value
from routing.facts import LANGUAGE, SEGMENTS, segments
from routing.hours import Hours
from routing.known import OWNER, worth
from routing.model import Priority
from routing.rules import Facts, decide
from routing.setup import Setup
from routing.simulate import Arrival, Ending, Member, Outcome, Simulation
from routing.skills import Candidate, Work
from routing.traffic import Came, Measure, Somebody, Traffic

USUAL_HANDLING = 300.0  #: seconds, when nothing at all was measured
OPEN = "open"  #: nobody has come yet, as far as it was looked
NOTABLE = 0.05  #: the share by which a figure has to differ to be named
NAMED = 40  #: differences that are named, the largest first


class Fate(Value):
    """What became, or would have become, of a conversation."""

    ending: str  #: one of `Ending`, or ``open``
    queue: str | None = None  #: where it was last
    waited: float | None = None  #: seconds until then; none while it waits
    agent_id: AgentId | None = None
    why: str = ""
    breached: bool = False  #: the first answer came too late, or never


class Case(Value):
    """A conversation, and its fates."""

    conversation_id: ConversationId
    at: datetime
    channel: str
    queue: str | None  #: where the tried setup sends it; none leaves it to everybody
    rule: str  #: and why
    due: datetime | None  #: by when that queue promises an answer
    tried: Fate
    now: Fate | None  #: in the setup that holds; none when that has no queues
    real: Fate


class Figures(Value):
    """How it went with some conversations."""

    conversations: int
    served: int
    breached: int
    abandoned: int
    elsewhere: int  #: found it full, or were offered something else
    open: int  #: nobody came
    mean_wait: float | None  #: seconds, of those who were served
    p50_wait: float | None
    p90_wait: float | None
    longest_wait: float | None


class Sides(Value):
    """The same conversations three times."""

    queue: str | None  #: none for all together, or for those in no queue
    tried: Figures
    now: Figures | None
    real: Figures


class Share(Value):
    """What an agent had."""

    conversations: int = 0
    seconds: float = 0.0  #: that they took


class Load(Value):
    """What an agent would have had, and had."""

    agent_id: AgentId
    name: str
    tried: Share
    now: Share | None
    real: Share
    there: float = 0.0  #: seconds of the span in which they could be offered something


class Moved(Value):
    """Conversations that go elsewhere than before."""

    before: str | None
    after: str | None
    conversations: int


class Rehearsal(Value):
    """How the tried setup would have done."""

    since: datetime
    until: datetime
    all: Sides
    queues: tuple[Sides, ...]
    agents: tuple[Load, ...]
    moved: tuple[Moved, ...]
    differences: tuple[str, ...]  #: to the setup that holds, or to what was when that has no queues
    notes: tuple[str, ...]  #: what was taken for granted
    measured: dict[Measure, int]  #: how it is known how long conversations take
    cases: tuple[Case, ...]


Look = Callable[[], None]


def nothing() -> None:
    """Look at nothing."""


def rehearse(
    traffic: Traffic, tried: Setup, now: Setup | None = None, *, look: Look = nothing
) -> Rehearsal:
    """Play *traffic* through a setup, and through the one that holds.

    *look* is called before everything that happens in a play, and may end it by raising.
    """
    handling = Handling(traffic.came)
    script = Script(tried, traffic, handling, look)
    fates = script.play()
    before = Script(now, traffic, handling, look).play() if now and now.queues else None
    cases = []
    for number, one in enumerate(traffic.came):
        if one.at < traffic.since:
            continue
        due = script.dues.get(number)
        cases.append(
            Case(
                conversation_id=one.conversation_id,
                at=one.at,
                channel=one.channel,
                queue=script.queue(number),
                rule=script.why[number],
                due=due,
                tried=in_time(one, fates[number], due),
                now=in_time(one, before[number], due) if before else None,
                real=real(one, due, traffic.known_until),
            )
        )
    return told(traffic, handling, script, cases)


# --- one play -------------------------------------------------------------------------------
class Handling:
    """How long conversations take: as measured, else as is usual on their channel."""

    def __init__(self, came: Sequence[Came]) -> None:
        measured = defaultdict(list)
        for one in came:
            if one.handling is not None:
                measured[one.channel].append(one.handling)
        every = [seconds for some in measured.values() for seconds in some]
        self.usual = median(every) if every else USUAL_HANDLING
        self.channels = {channel: median(some) for channel, some in measured.items()}

    def of(self, one: Came) -> float:
        if one.handling is not None:
            return one.handling
        return self.channels.get(one.channel, self.usual)


class Patience:
    """How long customers wait before they give up.

    Who gave up did so when they did. Of who did not we only know that they had waited so long;
    how much longer they would have is drawn, for each the same every time, from an exponential
    distribution with the mean that is likeliest for their channel: all waiting by all who left.
    """

    def __init__(self, came: Sequence[Came], known_until: datetime) -> None:
        left: Counter[str] = Counter()
        waited: Counter[str] = Counter()
        for one in came:
            left[one.channel] += one.left_at is not None
            waited[one.channel] += int(lasted(one, known_until) * 1000)
        self.means = {name: waited[name] / 1000 / left[name] for name in left if left[name]}
        self.known_until = known_until

    def of(self, one: Came) -> float | None:
        """Return the seconds after which somebody gives up; none waits on."""
        so_far = lasted(one, self.known_until)
        if one.left_at is not None:
            return so_far
        mean = self.means.get(one.channel)
        if not mean:
            return None
        chance = Random(f"{one.conversation_id} {one.at.isoformat()}")  # noqa: S311  # a play
        return so_far + chance.expovariate(1 / mean)


def lasted(one: Came, known_until: datetime) -> float:
    """Return the seconds that somebody really waited."""
    return max(0.0, ((one.taken_at or one.left_at or known_until) - one.at).total_seconds())


class Script:
    """What a setup makes of the traffic, ready to be played."""

    def __init__(self, setup: Setup, traffic: Traffic, handling: Handling, look: Look) -> None:
        self.setup, self.traffic, self.handling = setup, traffic, handling
        self.look = look
        self.hours = {name: Hours(calendar) for name, calendar in setup.hours.items()}
        self.patience = Patience(traffic.came, traffic.known_until)
        self.emails = {one.email.casefold(): one.agent_id for one in traffic.team}
        self.joined = {one for somebody in traffic.team for one in somebody.queues}
        self.deserted = [name for name in setup.queues if name not in self.joined]
        self.why: list[str] = []
        self.arrivals: dict[int, Arrival] = {}
        for number, one in enumerate(traffic.came):
            look()
            self.cast(number, one)
        self.simulation = Simulation(
            setup.queues, [self.member(one) for one in traffic.team], self.hours, setup.order
        )
        self.dues = {
            number: self.simulation.due(arrival, arrival.queue)[0]
            for number, arrival in self.arrivals.items()
        }

    def cast(self, number: int, one: Came) -> None:
        """Ask the rules where somebody goes."""
        decision = decide(self.setup.rules, facts(one, self.hours))
        queue = decision.then.queue or self.setup.usual
        said = [f"{tried.rule}: {tried.why}" for tried in decision.tried if tried.matched]
        self.why.append(" ".join(said) or "No rule speaks of it.")
        if queue not in self.setup.queues:
            return
        tier = one.customer.get(self.setup.tier)
        self.arrivals[number] = Arrival(
            conversation_id=ConversationId(number),  # somebody may come twice
            at=one.at,
            queue=queue,
            handling=self.handling.of(one),
            work=Work(
                weight=self.setup.weight(one.channel),
                needs=decision.then.needs,
                language=self.asked(queue, language(one.customer)),
                owner_id=self.emails.get(str(one.customer.get(OWNER, "")).strip().casefold()),
                previous_id=one.previous_id,
            ),
            patience=self.patience.of(one),
            priority=decision.then.priority or Priority.NORMAL,
            tier=tier if isinstance(tier, str) else None,
            value=worth(one.customer.get(self.setup.value)),
            again=one.previous_id is not None,
        )

    def asked(self, queue: str, spoken: str | None) -> str | None:
        """Return the language that an agent has to speak: the customer's, where anybody does."""
        speak = any(
            spoken in one.skilled.languages
            for one in self.traffic.team
            if queue in one.queues or queue in self.deserted
        )
        return spoken if speak else None

    def member(self, one: Somebody) -> Member:
        """Put an agent into the queues they belong to, and into those that have nobody yet."""
        queues = {name: how for name, how in one.queues.items() if name in self.setup.queues}
        queues |= dict.fromkeys(self.deserted, Membership.PRIMARY)
        skilled = one.skilled
        return Member(
            agent=Candidate(
                agent_id=one.agent_id,
                capacity=skilled.capacity,
                skills=skilled.skills,
                languages=frozenset(skilled.languages),
            ),
            queues=queues,
            shift=skilled.shift if skilled.shift in self.hours else None,
            there=one.there,
        )

    def queue(self, number: int) -> str | None:
        arrival = self.arrivals.get(number)
        return arrival.queue if arrival else None

    def play(self) -> list[Fate]:
        """Return what becomes of everybody; who goes to no queue is as they really were."""
        ended = self.simulation.play(list(self.arrivals.values()), look=self.look)
        outcomes = {int(one.conversation_id): one for one in ended}
        return [
            fate(outcomes[number]) if number in outcomes else self.unrouted(one)
            for number, one in enumerate(self.traffic.came)
        ]

    def unrouted(self, one: Came) -> Fate:
        return real(one, None, self.traffic.known_until)


def facts(one: Came, hours: Mapping[str, Hours]) -> Facts:
    """Return what was known when somebody came."""
    return Facts(
        channel=one.channel,
        account=one.account,
        text=one.text,
        language=language(one.customer),
        segments=segments(one.customer.get(SEGMENTS)),
        customer=one.customer,
        history=one.history,
        open=frozenset(name for name, some in hours.items() if some.is_open(one.at)),
    )


def language(customer: Mapping[str, object]) -> str | None:
    known = customer.get(LANGUAGE)
    return known.strip().lower() or None if isinstance(known, str) else None


def fate(outcome: Outcome) -> Fate:
    waits = outcome.ending is Ending.LEFT_OVER
    return Fate(
        ending=outcome.ending,
        queue=outcome.queue,
        waited=None if waits else outcome.waited,
        agent_id=outcome.agent_id,
        why=outcome.why,
        breached=outcome.breached,
    )


def in_time(one: Came, fate: Fate, due: datetime | None) -> Fate:
    """Hold a fate to a promise; between taking it and the answer lies what really lay there."""
    if fate.ending != Ending.SERVED or fate.waited is None:
        return with_breach(fate, due is not None)
    writing = timedelta()
    if one.taken_at and one.answered_at and one.measure is Measure.ASSIGNMENT:
        writing = max(timedelta(), one.answered_at - one.taken_at)
    answered = one.at + timedelta(seconds=fate.waited) + writing
    return with_breach(fate, due is not None and answered > due)


def with_breach(fate: Fate, breached: bool) -> Fate:
    return Fate(
        ending=fate.ending,
        queue=fate.queue,
        waited=fate.waited,
        agent_id=fate.agent_id,
        why=fate.why,
        breached=breached,
    )


def real(one: Came, due: datetime | None, known_until: datetime) -> Fate:
    """Return what really became of somebody."""
    if one.taken_at is not None:
        ending: str = Ending.SERVED
    else:
        ending = OPEN if one.left_at is None else Ending.ABANDONED
    by = one.answered_at or (None if one.left_at else known_until)
    return Fate(
        ending=ending,
        queue=one.queue,
        waited=None if ending == OPEN else lasted(one, known_until),
        agent_id=one.agent_id,
        breached=due is not None and (by is None or by > due),
    )


# --- what is told ---------------------------------------------------------------------------
def told(traffic: Traffic, handling: Handling, script: Script, cases: Sequence[Case]) -> Rehearsal:
    by_queue: dict[str | None, list[Case]] = {name: [] for name in script.setup.queues}
    for case in cases:
        by_queue.setdefault(case.queue, []).append(case)
    every = sides(None, cases)
    queues = tuple(sides(name, some) for name, some in by_queue.items())
    agents = tuple(loads(traffic, handling, cases))
    moved = tuple(moves(cases))
    counted = [one for one in traffic.came if one.at >= traffic.since]
    return Rehearsal(
        since=traffic.since,
        until=traffic.until,
        all=every,
        queues=queues,
        agents=agents,
        moved=moved,
        differences=tuple(differences(every, queues, agents, moved))[:NAMED],
        notes=tuple(notes(traffic, handling, script, counted)),
        measured=dict(Counter(one.measure for one in counted)),
        cases=tuple(cases),
    )


def sides(queue: str | None, cases: Sequence[Case]) -> Sides:
    before = [case.now for case in cases if case.now]
    return Sides(
        queue=queue,
        tried=figures([case.tried for case in cases]),
        now=figures(before) if len(before) == len(cases) and cases else None,
        real=figures([case.real for case in cases]),
    )


def figures(fates: Sequence[Fate]) -> Figures:
    """Count, and measure the waits of those who were served."""
    endings = Counter(one.ending for one in fates)
    waits = sorted(
        one.waited for one in fates if one.ending == Ending.SERVED and one.waited is not None
    )
    return Figures(
        conversations=len(fates),
        served=endings[Ending.SERVED],
        breached=sum(one.breached for one in fates),
        abandoned=endings[Ending.ABANDONED],
        elsewhere=endings[Ending.FULL] + endings[Ending.FALLBACK],
        open=endings[Ending.LEFT_OVER] + endings[OPEN],
        mean_wait=fmean(waits) if waits else None,
        p50_wait=percentile(waits, 0.5),
        p90_wait=percentile(waits, 0.9),
        longest_wait=waits[-1] if waits else None,
    )


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """Return what so large a share does not exceed: the nearest rank, never between two values."""
    if not ordered:
        return None
    return ordered[max(0, ceil(share * len(ordered)) - 1)]


def loads(traffic: Traffic, handling: Handling, cases: Sequence[Case]) -> Iterable[Load]:
    """Tell what each agent would have had; those who never had anything are left out."""
    seconds = [handling.of(one) for one in traffic.came if one.at >= traffic.since]
    tried = shares(zip((case.tried for case in cases), seconds, strict=True))
    before = shares(zip((case.now for case in cases), seconds, strict=True))
    really = shares(zip((case.real for case in cases), seconds, strict=True))
    compared = any(case.now for case in cases)
    for one in traffic.team:
        which = one.agent_id
        if which in tried or which in before or which in really or one.there:
            yield Load(
                agent_id=which,
                name=one.name,
                tried=tried.get(which, Share()),
                now=before.get(which, Share()) if compared else None,
                real=really.get(which, Share()),
                there=present(one, traffic.since, traffic.until),
            )


def shares(fates: Iterable[tuple[Fate | None, float]]) -> dict[AgentId, Share]:
    found: dict[AgentId, Share] = {}
    for fate, seconds in fates:
        if fate and fate.agent_id is not None and fate.ending == Ending.SERVED:
            had = found.get(fate.agent_id, Share())
            found[fate.agent_id] = Share(
                conversations=had.conversations + 1, seconds=had.seconds + seconds
            )
    return found


def present(one: Somebody, since: datetime, until: datetime) -> float:
    overlaps = (min(end, until) - max(begin, since) for begin, end in one.there)
    return sum(max(0.0, overlap.total_seconds()) for overlap in overlaps)


def moves(cases: Sequence[Case]) -> Iterable[Moved]:
    """Count who goes elsewhere than in the setup that holds, or than they really went."""
    ways = Counter(((case.now or case.real).queue, case.tried.queue) for case in cases)
    for (before, after), count in ways.most_common():
        if before != after:
            yield Moved(before=before, after=after, conversations=count)


# --- in words -------------------------------------------------------------------------------
def differences(
    every: Sides, queues: Sequence[Sides], agents: Sequence[Load], moved: Sequence[Moved]
) -> Iterable[str]:
    """Say what is different, that which concerns everybody first."""
    yield from between("Everybody", every)
    for one in queues:
        yield from between(one.queue or "In no queue", one)
    for way in moved:
        before, after = way.before or "no queue", way.after or "no queue"
        yield f"{way.conversations} would go to {after} instead of {before}."
    for agent in agents:
        mine, theirs = agent.tried.conversations, (agent.now or agent.real).conversations
        if differs(mine, theirs):
            yield f"{agent.name}: {mine} conversations instead of {theirs}."


def between(name: str, one: Sides) -> Iterable[str]:
    new, old = one.tried, one.now or one.real
    for what, mine, theirs in (
        ("mean wait", new.mean_wait, old.mean_wait),
        ("9 in 10 served within", new.p90_wait, old.p90_wait),
    ):
        if mine is None or theirs is None or spoken(mine) == spoken(theirs):
            continue
        if differs(mine, theirs, 1.0):
            yield f"{name}: {what} {spoken(mine)} instead of {spoken(theirs)}."
    for what, mine, theirs in (
        ("promises broken", new.breached, old.breached),
        ("given up", new.abandoned, old.abandoned),
        ("sent elsewhere or away", new.elsewhere, old.elsewhere),
        ("served by nobody", new.open, old.open),
    ):
        if mine != theirs:
            yield f"{name}: {mine} {what} instead of {theirs}."


def differs(mine: float, theirs: float, least: float = 0.0) -> bool:
    """Tell whether a difference is worth a sentence."""
    return abs(mine - theirs) > max(least, NOTABLE * max(mine, theirs))


def spoken(seconds: float | None) -> str:
    """Say a time as people do.

    >>> [spoken(one) for one in (0.4, 75, 5400, 200_000)]
    ['0 s', '75 s', '90 min', '2.3 d']
    """
    if seconds is None:
        return "-"
    for size, unit, digits in ((86_400, "d", 1), (3600, "h", 1), (60, "min", 0)):
        if seconds >= 2 * size:
            return f"{seconds / size:.{digits}f} {unit}"
    return f"{seconds:.0f} s"


def notes(
    traffic: Traffic, handling: Handling, script: Script, counted: Sequence[Came]
) -> Iterable[str]:
    """Say what was taken for granted."""
    if traffic.cut:
        yield f"There is more: only what came before {traffic.until:%Y-%m-%d %H:%M} UTC is played."
    unknown = [one for one in counted if one.handling is None]
    if unknown:
        channels = sorted({one.channel for one in unknown})
        said = ", ".join(
            f"{name} {spoken(handling.channels.get(name, handling.usual))}" for name in channels
        )
        yield (
            f"How long {len(unknown)} of {len(counted)} conversations took is not known; "
            f"they are taken to take the usual time of their channel ({said})."
        )
    for queue in script.deserted:
        yield f"Nobody belongs to {queue} yet; everybody is taken to."
    guessed = [one.name for one in traffic.team if one.guessed and one.there]
    if guessed:
        yield f"When they were there is guessed from what they did: {', '.join(guessed)}."
    if not any(one.there for one in traffic.team):
        yield "Nobody was there to be offered anything."
    if script.patience.means:
        said = ", ".join(
            f"{name} {spoken(mean)}" for name, mean in sorted(script.patience.means.items())
        )
        yield f"Customers who are not known to have given up wait on for a random time: {said}."
    if any(rule.then.bot for rule in script.setup.rules.rule):
        yield "Bots are taken to be silent."
