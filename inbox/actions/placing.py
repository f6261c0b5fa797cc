"""Where routing has a conversation: queued, offered, accepted, held, resolved; and how it moves.

Every verb holds the conversation first, so two of them never cross. An agent has, or is asked
for, a conversation by one live assignment, which the store allows only once. The conversation
itself repeats its queue and who has it, for the lists.
"""

from datetime import datetime
from typing import Any

from msgspec.structs import replace

from inbox.actions import duties
from inbox.actions.silence import SPOKE, silence
from inbox.actions.stages import (
    OVER,
    WAITING,
    asked,
    begun,
    end,
    give,
    hand_over,
    move,
    pass_on,
    placed,
    queued,
    tell,
    weighed,
    write,
)
from inbox.errors import Conflict, Invalid
from inbox.jobs import Route
from inbox.model import (
    AgentId,
    Assignment,
    AssignmentId,
    AssignmentState,
    ConversationId,
    Priority,
    QueueId,
    Stage,
    Status,
)
from inbox.store import Unit

GONE = "This agent does not answer any more."
ANSWERED = "They answered."
NO_CALLBACK = {"callback_to": None, "callback_at": None, "callback_heard": None}


# --- into a queue -------------------------------------------------------------------------
def enqueue(
    unit: Unit,
    which: ConversationId,
    queue: QueueId,
    *,
    by: AgentId | None = None,
    why: str | None = None,
    priority: Priority | None = None,
    at: datetime | None = None,
    **facts: Any,
) -> None:
    """Have a conversation wait in *queue*, whoever had it before; it keeps its place in time.

    *at* is since when it waits, if not since before or now. *facts* are further fields of its
    placement: ``needs``, ``language``, ``tier``. One that is resolved stays where it is.
    """
    talk = unit.conversations.hold(which)
    if talk.status is Status.RESOLVED:
        return
    before = unit.placements.get(which)
    there = begun(unit, talk, before)
    if there.queue_id != queue or there.stage not in WAITING:
        there = replace(there, stepped=0, relaxed=False, declined_by=())
    after = queued(unit, talk, end(unit, there, why or "It went to a queue."))
    after = replace(
        after,
        queue_id=queue,
        queued_at=at or after.queued_at,
        priority=priority or there.priority,
        **facts,
    )
    move(unit, talk, before, after, "conversation.queued", by=by, why=why)


def lend(
    unit: Unit,
    which: ConversationId,
    queue: QueueId,
    *,
    why: str | None = None,
    priority: Priority | None = None,
    **facts: Any,
) -> None:
    """Keep a conversation that goes to *queue* with the bot first: it is offered to nobody."""
    talk = unit.conversations.hold(which)
    before = unit.placements.get(which)
    there = begun(unit, talk, before)
    after = replace(
        end(unit, there, why or "The bot answers first."),
        stage=Stage.HELD,
        queue_id=queue,
        queued_at=None,
        stepped=0,
        relaxed=False,
        declined_by=(),
        priority=priority or there.priority,
        **facts,
    )
    move(unit, talk, before, after, "conversation.held", by=None, why=why)


def give_back(unit: Unit, which: ConversationId, *, by: AgentId | None, why: str) -> None:
    """Return a conversation to its queue, in front of those who came later.

    Whoever had it is not asked again, unless nobody else can.
    """
    talk = unit.conversations.hold(which)
    before, live = unit.placements.get(which), unit.assignments.live(which)
    if before is None or live is None:
        return
    after = queued(unit, talk, end(unit, before, why))
    after = replace(after, stepped=0, relaxed=False, declined_by=(live.agent_id,))
    about = live.agent_id
    move(unit, talk, before, after, "conversation.returned", by=by, why=why, about=about)


def take_up(unit: Unit, which: ConversationId, *, by: AgentId | None) -> None:
    """Have routing go on with a conversation that was resolved and is open again.

    Whoever had it last and opens it has it; else it waits in its queue. When there is no such
    queue any more, the rules say where it goes.
    """
    talk = unit.conversations.hold(which)
    before = unit.placements.get(which)
    if before is None or before.stage is not Stage.RESOLVED or talk.status is Status.RESOLVED:
        return
    if before.queue_id is None or unit.queues.get(before.queue_id).archived_at:
        unit.enqueue(Route(conversation_id=which))
    elif by is not None and by == before.previous_id:
        give(unit, talk, before, by, by=by, weight=weighed(unit, talk))
    else:
        after = queued(unit, talk, begun(unit, talk, before))
        move(unit, talk, before, after, "conversation.queued", by=by)


def hold(
    unit: Unit,
    which: ConversationId,
    on: bool = True,
    *,
    by: AgentId | None,
    why: str | None = None,
    until: datetime | None = None,
) -> None:
    """Put a conversation aside so that it is offered to nobody, or put it back.

    *until* is when its customer is called back, if that is why. Raises `Invalid` for one that
    routing does not have, `Conflict` for one that is resolved.
    """
    talk = unit.conversations.hold(which)
    before = placed(unit, which)
    if talk.status is Status.RESOLVED:
        raise Conflict("This conversation is resolved.")
    if on == (before.stage is Stage.HELD):
        if on:
            unit.placements.change(which, callback_at=until)
    elif on:
        after = end(unit, begun(unit, talk, before), "It was put aside.")
        after = replace(after, stage=Stage.HELD, queued_at=None, declined_by=())
        after = replace(after, callback_at=until)
        move(unit, talk, before, after, "conversation.held", by=by, why=why)
    else:
        after = queued(unit, talk, before)
        move(unit, talk, before, after, "conversation.queued", by=by, why=why)


def empty(unit: Unit, queue: QueueId, into: QueueId, *, by: AgentId | None, why: str) -> None:
    """Have all that a queue has go on in another; agents keep what they have."""
    for which in unit.placements.in_queue(queue):
        talk = unit.conversations.hold(which)
        there = placed(unit, which)
        if there.queue_id != queue:
            continue
        if there.stage in WAITING:
            enqueue(unit, which, into, by=by, why=why)
            continue
        if live := unit.assignments.live(which):
            unit.assignments.change(live.id, queue_id=into)
        after = replace(there, queue_id=into)
        move(unit, talk, there, after, "conversation.queued", by=by, to=talk.assignee_id)


def let_go(unit: Unit, which: ConversationId, *, by: AgentId | None) -> None:
    """Have routing forget a conversation: it is everybody's, as without queues."""
    talk = unit.conversations.hold(which)
    there = unit.placements.get(which)
    if there is None:
        return
    end(unit, there, "There are no queues any more.")
    unit.placements.drop(which)
    unit.conversations.change(which, queue_id=None)
    change = {"stage": [there.stage, None], "queue_id": [there.queue_id, None]}
    tell(unit, "conversation.returned", talk, by=by, change=change)


# --- to an agent --------------------------------------------------------------------------
def offer(
    unit: Unit,
    which: ConversationId,
    agent: AgentId,
    *,
    weight: float | None,
    expires_at: datetime | None,
    accepted: bool = False,
    by: AgentId | None = None,
) -> Assignment | None:
    """Ask an agent to take a queued conversation, or give it to them; none when it is not queued.

    Whether they have room is for the caller to know; `offers.offer_many` looks itself.
    """
    talk = unit.conversations.hold(which)
    before = unit.placements.get(which)
    if before is None or before.stage is not Stage.QUEUED or talk.status is Status.RESOLVED:
        return None
    if accepted:
        return give(unit, talk, before, agent, by=by, weight=weight)
    unit.duties.hold_some([agent])
    made = unit.assignments.add(
        conversation_id=which,
        agent_id=agent,
        queue_id=before.queue_id,
        state=AssignmentState.OFFERED,
        weight=weight,
        offered_at=unit.now,
        expires_at=expires_at,
    )
    unit.duties.change(agent, offered_at=unit.now)
    after = replace(before, stage=Stage.OFFERED)
    move(unit, talk, before, after, "conversation.offered", by=by, about=agent, made=made)
    return made


def accept(unit: Unit, which: AssignmentId, *, by: AgentId, why: str | None = None) -> None:
    """Take what was offered. Raises `Conflict` when the offer is over."""
    talk, before, offered = asked(unit, which, by)
    if offered.state is AssignmentState.ACCEPTED:
        return
    unit.assignments.change(which, state=AssignmentState.ACCEPTED, accepted_at=unit.now)
    unit.duties.change(by, misses=0)
    after = replace(before, stage=Stage.ACCEPTED, queued_at=None, declined_by=())
    facts: dict[str, Any] = {"to": by, "about": by, "made": offered, "why": why}
    move(unit, talk, before, after, "conversation.accepted", by=by, **facts)


def decline(unit: Unit, which: AssignmentId, *, by: AgentId) -> None:
    """Say no to an offer; it goes on to the next. Raises `Conflict` when it is over."""
    talk, before, offered = asked(unit, which, by)
    if offered.state is not AssignmentState.OFFERED:
        raise Conflict(OVER)
    unit.duties.change(by, misses=0)
    pass_on(unit, talk, before, offered, AssignmentState.DECLINED, by=by)


def miss(unit: Unit, which: AssignmentId, *, limit: int) -> None:
    """Note that an offer was not answered in time; after *limit* in a row its agent is away.

    Raises `Conflict` when it is over.
    """
    talk, before, offered = asked(unit, which)
    if offered.state is not AssignmentState.OFFERED:
        raise Conflict(OVER)
    pass_on(unit, talk, before, offered, AssignmentState.MISSED, by=None)
    duties.note_miss(unit, offered.agent_id, limit)


def take(
    unit: Unit,
    which: ConversationId,
    agent: AgentId,
    *,
    by: AgentId | None,
    weight: float | None,
    why: str | None = None,
) -> None:
    """Put a conversation on somebody's desk, whoever had it: what `assign` does with routing.

    One that is resolved stays so, and goes to them when it is opened again. Raises `Invalid`
    when that agent does not answer any more.
    """
    talk = unit.conversations.hold(which)
    if unit.agents.get(agent).archived_at:
        raise Invalid(GONE)
    before, live = unit.placements.get(which), unit.assignments.live(which)
    if before is None or talk.status is Status.RESOLVED:
        if before:
            unit.placements.change(which, previous_id=agent)
        hand_over(unit, talk, agent, by=by)
    elif live is None or live.agent_id != agent:
        give(unit, talk, before, agent, by=by, weight=weight, why=why)
    elif live.state is AssignmentState.OFFERED:
        accept(unit, live.id, by=agent, why=why)


def take_over(unit: Unit, which: ConversationId, *, by: AgentId) -> None:
    """Have who spoke to a customer of the bot's have them; without queues it is everybody's."""
    talk = unit.conversations.hold(which)
    if talk.status is not Status.PENDING:
        return
    if unit.placements.get(which):
        take(unit, which, by, by=by, weight=weighed(unit, talk))
    else:
        open_up(unit, which, by=by, why=SPOKE)


def open_up(unit: Unit, which: ConversationId, *, by: AgentId | None, why: str) -> None:
    """Take a conversation from the bot: it waits in its queue, or is everybody's."""
    talk = unit.conversations.hold(which)
    if talk.status is not Status.PENDING:
        return
    there = unit.placements.get(which)
    if there and there.queue_id is not None:
        enqueue(unit, which, there.queue_id, by=by, why=why, at=talk.waiting_since)
        return
    unit.conversations.change(which, status=Status.OPEN)
    silence(unit, talk, by=by, why=why, status=[talk.status, Status.OPEN])


# --- what else becomes of it --------------------------------------------------------------
def prioritise(
    unit: Unit, which: ConversationId, priority: Priority, *, by: AgentId | None
) -> None:
    """Say how much a conversation matters. Raises `Invalid` when routing does not have it."""
    talk = unit.conversations.hold(which)
    there = placed(unit, which)
    if there.priority is priority:
        return
    unit.placements.change(which, priority=priority)
    change = {"priority": [there.priority, priority]}
    tell(unit, "conversation.prioritised", talk, by=by, change=change)


def answered(unit: Unit, which: ConversationId, *, by: AgentId) -> None:
    """Note that an agent answered: the first response is given, and nobody calls them silent.

    What waits, or is offered to anybody, is theirs by that, so that nobody answers a second time.
    """
    there = unit.placements.get(which)
    if there is None:
        return
    if there.stage in WAITING:
        weight = weighed(unit, unit.conversations.get(which))
        take(unit, which, by, by=by, weight=weight, why=ANSWERED)
    if there.first_response_at is None:
        unit.placements.change(which, first_response_at=unit.now)
    if there.callback_heard or there.callback_at:
        unit.placements.change(which, **NO_CALLBACK)
    unit.duties.change(by, misses=0)


def finish(
    unit: Unit, which: ConversationId, *, outcome: str | None = None
) -> dict[str, list[str | None]]:
    """End what routing has to do with a conversation that was just resolved.

    Who resolves it writes the event, with what this returns of what changed. Raises `Conflict`
    for one that is not resolved.
    """
    talk = unit.conversations.hold(which)
    before = unit.placements.get(which)
    if talk.status is not Status.RESOLVED:
        raise Conflict("This conversation is not resolved.")
    if before is None or before.stage is Stage.RESOLVED:
        return {}
    after = replace(
        end(unit, before, "It was resolved."),
        stage=Stage.RESOLVED,
        queued_at=None,
        resolved_at=unit.now,
        outcome=outcome,
        promise=None,
        due_at=None,
        warn_at=None,
        **NO_CALLBACK,
    )
    write(unit, before, after)
    change: dict[str, list[str | None]] = {"stage": [before.stage, Stage.RESOLVED]}
    return change | ({"outcome": [None, outcome]} if outcome else {})
