"""What the dispatcher writes: offers, what time brought about, and why, in one transaction.

Each act looks again at what it is about while it holds it, so one that comes too late does nothing.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from operator import itemgetter
from typing import Any

from inbox.actions import duties, placing, queues
from inbox.actions.offers import Offer, offer_many
from inbox.errors import Conflict
from inbox.leases import Lease
from inbox.model import (
    Assignment,
    AssignmentState,
    Availability,
    ConversationId,
    Decision,
    Placement,
    Stage,
    Value,
)
from inbox.store import Unit
from inbox.store.floors import Floors
from routing import callbacks
from routing.callbacks import say
from routing.clocks import (
    SHIFT_OVER,
    Act,
    AtRisk,
    Breached,
    CallDue,
    Forgiven,
    Heard,
    LentBack,
    Missed,
    Promised,
    Returned,
    ShiftOver,
    Stepped,
)
from routing.known import Rulebook
from routing.plan import TOLD
from routing.policies import Choice
from routing.queues import Fallback

TOO_LONG = "Nobody came in time."
SAID = {
    Fallback.CALLBACK: "All of us are busy at the moment. We will call you back.",
    Fallback.VOICEMAIL: "All of us are busy at the moment. Leave us a message, and we will answer.",
    Fallback.REPLY: "All of us are busy at the moment. We will answer as soon as we can.",
}


class Orders(Value):
    """What is to be written together."""

    acts: tuple[Act, ...] = ()
    offers: tuple[Offer, ...] = ()
    decisions: tuple[Decision, ...] = ()  #: those about conversations that are offered, too

    def __bool__(self) -> bool:
        return bool(self.acts or self.offers or self.decisions)


def execute(unit: Unit, lease: Lease, book: Rulebook, orders: Orders) -> list[Assignment]:
    """Write *orders*, and return the offers that were made. Raises `Conflict` without the lease."""
    lease.check(unit)
    decisions: list[Decision] = []
    for act in orders.acts:
        with suppress(Conflict):  # somebody was faster
            decisions += perform(unit, book, act)
    promise(unit, [act for act in orders.acts if isinstance(act, Promised)])
    made = offer_many(unit, orders.offers) if orders.offers else []
    there = {(one.conversation_id, one.agent_id) for one in made}
    decisions += [
        one
        for one in orders.decisions
        if one.agent_id is None or (one.conversation_id, one.agent_id) in there
    ]
    unit.decisions.add(decisions)
    return made


def perform(unit: Unit, book: Rulebook, act: Act) -> list[Decision]:
    """Do what is due, and say what was decided by that."""
    match act:
        case Missed(assignment_id=which):
            placing.miss(unit, which, limit=book.setup.misses)
        case Returned(conversation_id=which, assignment_id=assignment, why=why):
            return give_back(unit, book, which, assignment, why)
        case Stepped():
            return step(unit, book, act)
        case AtRisk(conversation_id=which, promise=what, due=due):
            warn(unit, "promise.at_risk", which, what, due)
        case Breached(conversation_id=which, promise=what, due=due):
            warn(unit, "promise.breached", which, what, due)
        case Forgiven(conversation_id=which):
            forgive(unit, which)
        case Heard() | CallDue():
            return call_back(unit, book, act)
        case ShiftOver() | LentBack():
            release(unit, act)
    return []


def call_back(unit: Unit, book: Rulebook, act: Heard | CallDue) -> list[Decision]:
    """Go on with a customer who is called back."""
    which = act.conversation_id
    if isinstance(act, CallDue):
        callbacks.due(unit, which)
    elif said := callbacks.heard(unit, book, which):
        return [decision(unit.now, book, which, "overflow", said)]
    return []


def release(unit: Unit, act: ShiftOver | LentBack) -> None:
    """Have an agent go home, or go back to where they were lent from."""
    if isinstance(act, ShiftOver):
        duties.choose(unit, act.agent_id, Availability.OFFLINE, by=None, reason=SHIFT_OVER)
        return
    there = unit.queues.member(act.queue_id, act.agent_id)
    if there and there.until and there.until <= unit.now:
        queues.part(unit, act.queue_id, act.agent_id, by=None)


def give_back(
    unit: Unit, book: Rulebook, which: ConversationId, assignment: int, why: str
) -> list[Decision]:
    """Return a conversation to its queue, unless its agent has answered or let go meanwhile."""
    talk = unit.conversations.hold(which)
    live = unit.assignments.live(which)
    if live is None or live.id != assignment:
        return []
    silent = live.state is AssignmentState.ACCEPTED and why != SHIFT_OVER
    if silent and why.startswith("They did not answer") and not talk.waiting_since:
        return []
    placing.give_back(unit, which, by=None, why=why)
    return [decision(unit.now, book, which, "return", why, agent_id=live.agent_id)]


def step(unit: Unit, book: Rulebook, act: Stepped) -> list[Decision]:
    """Take a step of overflow, unless the conversation has left meanwhile."""
    unit.conversations.hold(act.conversation_id)
    there = unit.placements.get(act.conversation_id)
    if not is_meant(there, act):
        return []
    which, number = act.conversation_id, act.number + 1
    if act.step.queue is not None:
        queue = book.ids[act.step.queue]
        placing.enqueue(unit, which, queue, why=TOO_LONG)
        return [decision(unit.now, book, which, "overflow", f"It goes to {act.step.queue}.")]
    if act.step.fallback is not None:
        why = answer(unit, book, act, act.step.fallback)
        unit.placements.change(which, stepped=number)
        return [decision(unit.now, book, which, "overflow", why, queue_id=act.queue_id)]
    unit.placements.change(which, stepped=number, relaxed=True)
    unit.happened("conversation.relaxed", conversation=which, change={"relaxed": [False, True]})
    why = "Skills are wishes from now on."
    return [decision(unit.now, book, which, "overflow", why, queue_id=act.queue_id)]


def is_meant(there: Placement | None, act: Stepped) -> bool:
    """Tell whether a step is still the next one of a conversation that waits."""
    return (
        there is not None
        and there.stage is Stage.QUEUED
        and there.queue_id == act.queue_id
        and there.stepped == act.number
    )


def answer(unit: Unit, book: Rulebook, act: Stepped, fallback: Fallback) -> str:
    """Tell a customer that nobody comes for now."""
    away = book.queues[act.queue_id].away_reply
    if fallback is Fallback.CALLBACK and (
        why := callbacks.ask(unit, book, act.conversation_id, away)
    ):
        return why
    text = away or SAID[fallback]
    if say(unit, act.conversation_id, text):
        return f"The customer was told: {fallback}."
    return "The customer could not be told that nobody comes."


def forgive(unit: Unit, which: ConversationId) -> None:
    """Let everybody be asked again who declined."""
    unit.conversations.hold(which)
    there = unit.placements.get(which)
    if there and there.stage is Stage.QUEUED and there.declined_by:
        unit.placements.change(which, declined_by=())
        change = {"declined_by": [list(there.declined_by), []]}
        unit.happened("conversation.forgiven", conversation=which, change=change)


def warn(unit: Unit, verb: str, which: ConversationId, promise: str, due: datetime) -> None:
    change = {"promise": promise, "due_at": due.isoformat()}
    unit.happened(verb, conversation=which, change=change)


def promise(unit: Unit, promised: Sequence[Promised]) -> None:
    """Write what is promised from now on."""
    rows = [
        {"which": one.conversation_id, "what": one.promise, "due": one.due, "warn": one.warn_at}
        for one in promised
    ]
    Floors(unit.connection).promise(rows)
    for one in promised:
        change = {"promise": one.promise, "due_at": one.due.isoformat() if one.due else None}
        unit.happened("promise.made", conversation=one.conversation_id, change=change)


def decision(
    at: datetime, book: Rulebook, which: ConversationId, kind: str, why: str, **fields: Any
) -> Decision:
    return Decision(
        conversation_id=which,
        kind=kind,
        at=at,
        why=why,
        version=book.version,
        setup_id=book.id,
        **fields,
    )


def told(choice: Choice) -> dict[str, Any]:
    """Return what a decision keeps of a choice: the best, and some of those who may not."""
    best = sorted(choice.scores.items(), key=itemgetter(1), reverse=True)
    counts: dict[str, int] = {}
    for one in choice.removed:
        counts[one.removal] = counts.get(one.removal, 0) + 1
    return {
        "candidates": len(best),
        "scores": best[:TOLD],
        "removed": [(one.agent_id, one.removal, one.why) for one in choice.removed[:TOLD]],
        "removed_by": counts,
    }
