"""What is known of conversations, queues and agents: read from the store, many at once."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec

from inbox.model import (
    AgentId,
    Assignment,
    ConversationId,
    Duty,
    Member,
    MessageId,
    Placement,
    QueueId,
    SetupId,
    Skilled,
    Stage,
    Value,
)
from inbox.store import Unit
from inbox.store.floors import Floors
from routing import service_levels
from routing.hours import ALWAYS, Hours
from routing.plan import Ticket
from routing.queues import Queue
from routing.service_levels import Due, Progress, Promise
from routing.setup import Setup, read
from routing.skills import Need, Work

CHUNK = 2_000  #: conversations read at once
RUNNING = {Stage.QUEUED, Stage.OFFERED, Stage.ACCEPTED}  #: where promises count
OWNER = "owner"  #: the attribute of a customer that holds the email address of who looks after them


class Known(Value):
    """A conversation that routing has, and what matters around it."""

    placement: Placement
    channel: str
    waiting_since: datetime | None = None
    entered_at: datetime | None = None  #: when it came into its queue, where that matters
    heard_id: MessageId | None = None  #: the customer's newest message
    live: Assignment | None = None
    value: float = 0.0  #: of the customer, 0 to 1
    owner_id: AgentId | None = None
    warned: bool = False  #: it was told that its promise is at risk
    breached: bool = False

    @property
    def id(self) -> ConversationId:
        return self.placement.conversation_id


class Colleague(Value):
    """An agent who answers."""

    duty: Duty
    skilled: Skilled
    members: tuple[Member, ...] = ()


class Rulebook:
    """The setup that holds, ready to be asked."""

    def __init__(
        self,
        which: SetupId | None,
        setup: Setup,
        names: Mapping[QueueId, str],
        paused: Collection[QueueId] = (),
    ) -> None:
        self.id = which
        self.setup = setup
        self.names = {queue: name for queue, name in names.items() if name in setup.queues}
        self.ids = {name: queue for queue, name in self.names.items()}
        self.queues = {queue: setup.queues[name] for queue, name in self.names.items()}
        self.paused = set(paused)
        self.version = setup.rules.version
        self.hours = {name: Hours(calendar) for name, calendar in setup.hours.items()}

    def hours_of(self, queue: QueueId | None) -> Hours:
        """Return when a queue is open."""
        found = self.queues.get(queue) if queue is not None else None
        return self.hours[found.hours] if found and found.hours else ALWAYS

    def queue(self, known: Known) -> Queue | None:
        where = known.placement.queue_id
        return None if where is None else self.queues.get(where)

    def promised(self, known: Known) -> Due | None:
        """Return the most urgent promise that is to be kept in a conversation."""
        queue, placement = self.queue(known), known.placement
        if queue is None or placement.stage not in RUNNING:
            return None
        target = queue.service_level.target(placement.priority, placement.tier)
        so_far = Progress(
            began_at=placement.began_at,
            waiting_since=known.waiting_since,
            first_response_at=placement.first_response_at,
            resolved_at=placement.resolved_at,
        )
        hours = self.hours_of(placement.queue_id)
        dues = service_levels.due(queue.service_level, target, so_far, hours)
        called = placement.callback_at
        if called and placement.stage is not Stage.ACCEPTED:
            dues.append(Due(promise=Promise.CALLBACK, at=called, warn_at=called))
        return min(dues, key=lambda one: one.at, default=None)

    def ticket(self, known: Known) -> Ticket | None:
        """Return a conversation as one that waits; none when it does not, or nowhere we know."""
        placement, queue = known.placement, self.queue(known)
        if queue is None or placement.queue_id is None or placement.stage is not Stage.QUEUED:
            return None
        work = Work(
            weight=self.setup.weight(known.channel),
            needs=joined(needs(placement.needs), queue.needs),
            language=placement.language,
            owner_id=known.owner_id,
            previous_id=placement.previous_id,
            declined_by=frozenset(placement.declined_by),
        )
        return Ticket(
            conversation_id=placement.conversation_id,
            queue_id=placement.queue_id,
            since=placement.queued_at or placement.began_at,
            work=work.relaxed() if placement.relaxed else work,
            priority=placement.priority,
            value=known.value,
            due=placement.due_at,
            warn_at=placement.warn_at,
            sticky=queue.sticky or bool(placement.previous_id),
        )


def needs(given: Iterable[Mapping[str, Any]]) -> tuple[Need, ...]:
    return tuple(msgspec.convert(dict(one), Need) for one in given)


def joined(first: Sequence[Need], then: Sequence[Need]) -> tuple[Need, ...]:
    """Join needs; of two that speak of the same skill the first stands."""
    return tuple({need.skill: need for need in (*then, *first)}.values())


# --- what is read ---------------------------------------------------------------------------
def rulebook(unit: Unit) -> Rulebook:
    """Return the setup that holds."""
    found = unit.setups.newest()
    there = unit.queues.named().values()
    names = tuple((one.id, one.name) for one in there)
    paused = tuple(one.id for one in there if one.paused_at)
    which, content = found or (None, {})
    return bound(which, msgspec.json.encode(content), names, paused)


@lru_cache(8)
def bound(
    which: SetupId | None,
    content: bytes,
    names: tuple[tuple[QueueId, str], ...],
    paused: tuple[QueueId, ...],
) -> Rulebook:
    """Make a rulebook, once for each setup: its hours take a while."""
    return Rulebook(which, read(msgspec.json.decode(content)), dict(names), paused)


def conversations(
    unit: Unit, which: Iterable[ConversationId], book: Rulebook
) -> dict[ConversationId, Known]:
    """Return what is known of some conversations; those that routing does not have are left out."""
    setup = book.setup
    overflowing = {queue for queue, one in book.queues.items() if one.overflow}
    placements = unit.placements.some(which)
    lives = unit.assignments.live_for(placements)
    floors = Floors(unit.connection)
    late = [one.conversation_id for one in placements.values() if is_late(one, unit.now)]
    told = floors.told(late) if late else {}
    over = [one.conversation_id for one in placements.values() if one.queue_id in overflowing]
    entered = floors.entered(over) if over else {}
    emails = floors.emails() if any(one.owner_first for one in setup.queues.values()) else {}
    found = {}
    for where, waiting_since, heard_id, channel, attributes in floors.facts(placements):
        placement = placements[where]
        found[placement.conversation_id] = Known(
            placement=placement,
            channel=channel,
            waiting_since=waiting_since,
            entered_at=entered.get(where),
            heard_id=heard_id,
            live=lives.get(where),
            value=worth(attributes.get(setup.value)),
            owner_id=emails.get(str(attributes.get(OWNER, "")).strip().lower()),
            warned=was_told(told.get((where, "promise.at_risk")), placement.warn_at),
            breached=was_told(told.get((where, "promise.breached")), placement.due_at),
        )
    return found


def is_late(placement: Placement, now: datetime) -> bool:
    return placement.warn_at is not None and placement.warn_at <= now


def was_told(told: datetime | None, of: datetime | None) -> bool:
    """Tell whether something was told that was true since *of*."""
    return told is not None and of is not None and told >= of


def worth(value: object) -> float:
    """Return how valuable a customer is, 0 to 1, whatever stands in the attribute."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return 0.0
    try:
        number = float(value)
    except ValueError:
        return 0.0
    return min(1.0, max(0.0, number)) if number == number else 0.0  # noqa: PLR0124  # not a number


def colleagues(unit: Unit, which: Collection[AgentId] | None = None) -> dict[AgentId, Colleague]:
    """Return those who belong to a queue or ever opened the desk, or those of some agents."""
    skilled = unit.duties.all_skilled()
    members: dict[AgentId, list[Member]] = {}
    for member in unit.queues.members():
        members.setdefault(member.agent_id, []).append(member)
    if which is None:
        duties = {duty.agent_id: duty for duty in unit.duties.all()}
    else:
        duties = dict(Floors(unit.connection).duties(which))
    asked = duties.keys() | (members.keys() if which is None else members.keys() & set(which))
    return {
        agent: Colleague(
            duty=duties.get(agent) or Duty(agent_id=agent, since=unit.now),
            skilled=skilled[agent],
            members=tuple(members.get(agent, ())),
        )
        for agent in asked & skilled.keys()
    }
