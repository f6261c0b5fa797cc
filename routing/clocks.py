"""What time alone brings about: offers that expire, steps of overflow, promises in danger.

What is known of a conversation says what is due for it at a moment, and when to look again. So a
clock that rings too early, twice or for somebody who has left does no harm.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from typing import TypeAlias

from inbox.model import (
    AgentId,
    AssignmentId,
    AssignmentState,
    Availability,
    ConversationId,
    Duty,
    QueueId,
    Stage,
    Value,
)
from routing.hours import Hours
from routing.known import RUNNING, Known, Rulebook
from routing.queues import Overflow

LEFT = "They left the desk."
SILENT = "They did not answer in time."
GONE = "They do not answer any more."
SHIFT_OVER = "Their shift is over."


# --- what is due ----------------------------------------------------------------------------
class Missed(Value):
    """An offer was not answered in time."""

    conversation_id: ConversationId
    assignment_id: AssignmentId


class Returned(Value):
    """A conversation goes back to its queue."""

    conversation_id: ConversationId
    assignment_id: AssignmentId  #: which ends by that
    why: str


class Stepped(Value):
    """A conversation has waited so long that its queue does something about it."""

    conversation_id: ConversationId
    queue_id: QueueId
    number: int  #: of the step, from 0
    step: Overflow


class AtRisk(Value):
    """A promise may not be kept."""

    conversation_id: ConversationId
    promise: str
    due: datetime


class Breached(Value):
    """A promise was not kept."""

    conversation_id: ConversationId
    promise: str
    due: datetime


class Promised(Value):
    """What is promised in a conversation is another thing than what was written down."""

    conversation_id: ConversationId
    promise: str | None
    due: datetime | None
    warn_at: datetime | None


class Forgiven(Value):
    """Everybody declined; all are asked again."""

    conversation_id: ConversationId


class Heard(Value):
    """A customer wrote who was asked where and when to call them back."""

    conversation_id: ConversationId


class CallDue(Value):
    """A customer is to be called back now."""

    conversation_id: ConversationId


class ShiftOver(Value):
    """An agent goes home."""

    agent_id: AgentId


class LentBack(Value):
    """An agent who was lent to a queue belongs to it no longer."""

    queue_id: QueueId
    agent_id: AgentId


OfTalk: TypeAlias = (
    Missed | Returned | Stepped | AtRisk | Breached | Promised | Forgiven | Heard | CallDue
)
Act: TypeAlias = OfTalk | ShiftOver | LentBack


def due_acts(book: Rulebook, known: Known, at: datetime) -> Iterator[Act]:
    """Return what is to be done about a conversation at a moment."""
    placement, live = known.placement, known.live
    which = placement.conversation_id
    wanted = book.promised(known)
    told = (placement.promise, placement.due_at, placement.warn_at)
    after = (str(wanted.promise), wanted.at, wanted.warn_at) if wanted else (None, None, None)
    if placement.stage in RUNNING and told != after:
        yield Promised(conversation_id=which, promise=after[0], due=after[1], warn_at=after[2])
    elif placement.stage in RUNNING and placement.promise and placement.due_at:
        what, due = placement.promise, placement.due_at
        if placement.warn_at and placement.warn_at <= at and not known.warned:
            yield AtRisk(conversation_id=which, promise=what, due=due)
        if due <= at and not known.breached:
            yield Breached(conversation_id=which, promise=what, due=due)
    if has_answered(known):
        yield Heard(conversation_id=which)
    elif (called := called_at(known)) and called <= at:
        yield CallDue(conversation_id=which)
    if live and live.state is AssignmentState.OFFERED and live.expires_at and live.expires_at <= at:
        yield Missed(conversation_id=which, assignment_id=live.id)
        return
    silent = silent_at(book, known)
    if silent and silent <= at and live:
        yield Returned(conversation_id=which, assignment_id=live.id, why=SILENT)
    step = next_step(book, known)
    if step and step[0] <= at and placement.queue_id is not None:
        yield Stepped(
            conversation_id=which,
            queue_id=placement.queue_id,
            number=placement.stepped,
            step=step[1],
        )


def moments(book: Rulebook, known: Known) -> Iterator[datetime]:
    """Return when a conversation has to be looked at again, if nothing happens before."""
    placement, live = known.placement, known.live
    if placement.stage in RUNNING and placement.promise:
        if placement.warn_at and not known.warned:
            yield placement.warn_at
        if placement.due_at and not known.breached:
            yield placement.due_at
    if live and live.state is AssignmentState.OFFERED and live.expires_at:
        yield live.expires_at
    if called := called_at(known):
        yield called
    if silent := silent_at(book, known):
        yield silent
    if step := next_step(book, known):
        yield step[0]


def has_answered(known: Known) -> bool:
    """Tell whether a customer wrote since they were asked where and when to call them back."""
    asked = known.placement.callback_heard
    waits = known.placement.stage is not Stage.ACCEPTED
    return waits and asked is not None and (known.heard_id or 0) > asked


def called_at(known: Known) -> datetime | None:
    """Return when a customer is to be called back for whom that is still to be seen to."""
    there = known.placement
    held = there.stage is Stage.HELD and there.callback_heard is not None
    return there.callback_at if held else None


def silent_at(book: Rulebook, known: Known) -> datetime | None:
    """Return when whoever has a conversation has been silent for too long."""
    queue, live = book.queue(known), known.live
    if queue is None or queue.answer_seconds is None or live is None or not live.accepted_at:
        return None
    if live.state is not AssignmentState.ACCEPTED or not known.waiting_since:
        return None
    return max(live.accepted_at, known.waiting_since) + timedelta(seconds=queue.answer_seconds)


def next_step(book: Rulebook, known: Known) -> tuple[datetime, Overflow] | None:
    """Return the next step of overflow, and when it is taken."""
    queue, placement = book.queue(known), known.placement
    since = known.entered_at or placement.queued_at
    if queue is None or placement.stage is not Stage.QUEUED or not since:
        return None
    if placement.stepped >= len(queue.overflow):
        return None
    step = queue.overflow[placement.stepped]
    return since + timedelta(seconds=step.after), step


# --- agents ---------------------------------------------------------------------------------
def left_at(duty: Duty) -> datetime:
    """Return since when an agent is not at the desk, or until when they surely are."""
    connected_until = duty.connected_until or duty.since
    offline = duty.availability is Availability.OFFLINE
    return min(connected_until, duty.since) if offline else connected_until


def shift_ended(duty: Duty, hours: Hours | None, at: datetime) -> bool:
    """Tell whether a shift ended since an agent chose to be there; who chooses so later stays."""
    if hours is None or duty.availability is Availability.OFFLINE or hours.is_open(at):
        return False
    return hours.seconds(duty.since, at) > 0 if duty.since < at else False


class Alarms:
    """Who is to be looked at when; the earliest first."""

    def __init__(self) -> None:
        self.heap: list[tuple[datetime, int, str]] = []
        self.next: dict[tuple[str, int], datetime] = {}

    def set(self, what: str, which: int, at: datetime | None) -> None:
        """Look at somebody at a moment, and at no other; none is never."""
        key = (what, which)
        if at is None:
            self.next.pop(key, None)
        elif self.next.get(key) != at:
            self.next[key] = at
            heappush(self.heap, (at, which, what))
            if len(self.heap) > 1024 + 4 * len(self.next):
                self.sweep()

    def sweep(self) -> None:
        """Forget what is not meant any more."""
        self.heap = [(at, which, what) for (what, which), at in self.next.items()]
        heapify(self.heap)

    def ring(self, at: datetime) -> list[tuple[str, int]]:
        """Return who is to be looked at by now, once."""
        due = []
        while self.heap and self.heap[0][0] <= at:
            moment, which, what = heappop(self.heap)
            if self.next.get((what, which)) == moment:
                del self.next[what, which]
                due.append((what, which))
        return due

    def soonest(self) -> datetime | None:
        """Return when the next one rings."""
        while self.heap and self.next.get((self.heap[0][2], self.heap[0][1])) != self.heap[0][0]:
            heappop(self.heap)
        return self.heap[0][0] if self.heap else None
