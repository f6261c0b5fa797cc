"""Who answers: what agents are offered, what they chose to be, and how work is passed on."""

from datetime import datetime
from typing import Any

from agents_ui.api import views
from agents_ui.api.conversations import one_line
from agents_ui.api.offers_shapes import (
    AssignmentShape,
    AvailabilityShape,
    ConsultShape,
    DecisionShape,
    Handover,
    Holding,
    NewAvailability,
    NewPriority,
    Returning,
    Tagging,
    Why,
)
from agents_ui.api.shapes import ConversationShape, Page
from agents_ui.calls import Call, Endpoints
from agents_ui.problems import Refused
from inbox.actions import consulting, duties, placing
from inbox.actions import tags as tagging
from inbox.actions.note import ask as asking
from inbox.actions.note import note
from inbox.errors import Forbidden, NotFound
from inbox.model import (
    Agent,
    AgentId,
    Assignment,
    AssignmentId,
    AssignmentState,
    Availability,
    ConsultId,
    ConversationId,
    Decision,
    Duty,
    Placement,
    Priority,
    QueueId,
    Role,
)
from inbox.store import Unit
from routing import setups
from routing.wrapping import who_wraps_up

endpoints = Endpoints("offers")

NOBODY = "There is no such agent."


# --- availability ---------------------------------------------------------------------------
@endpoints("GET", "/availability")
async def availabilities(call: Call) -> Page[AvailabilityShape]:
    """List what everybody who answers chose to be, and how much they have."""
    return Page(items=await call.read(everybody))


def everybody(unit: Unit) -> list[AvailabilityShape]:
    return available(unit, [one.id for one in unit.agents.all() if one.archived_at is None])


def available(unit: Unit, agents: list[AgentId]) -> list[AvailabilityShape]:
    known = {duty.agent_id: duty for duty in unit.duties.all()}
    wraps = who_wraps_up(unit)
    rooms, loads = unit.duties.capacities(agents), unit.assignments.loads(agents)
    return [
        availability(
            unit,
            one,
            known.get(one),
            rooms.get(one, 0.0),
            loads.get(one, (0.0, 0, False)),
            wraps.get(one),
        )
        for one in agents
    ]


def availability(  # noqa: PLR0917  # what there is to know of an agent
    unit: Unit,
    agent: AgentId,
    duty: Duty | None,
    capacity: float,
    load: tuple[float, int, bool],
    wraps_up_until: datetime | None,
) -> AvailabilityShape:
    """Show what an agent is; something that takes all, as a call does, fills them."""
    weight, _, full = load
    until = duty.connected_until if duty else None
    return AvailabilityShape(
        agent_id=agent,
        availability=duty.availability if duty else Availability.OFFLINE,
        reason=duty.reason if duty else None,
        since=duty.since if duty else None,
        connected=until is not None and until > unit.now,
        on_call=bool(duty and duty.on_call),
        load=max(weight, capacity) if full else weight,
        capacity=capacity,
        wraps_up_until=wraps_up_until,
    )


@endpoints("GET", "/me/availability")
async def my_availability(call: Call) -> AvailabilityShape:
    """Read what I chose to be, and how much I have."""
    return await call.read(one_availability, call.agent.id)


def one_availability(unit: Unit, agent: AgentId) -> AvailabilityShape:
    return available(unit, [agent])[0]


@endpoints("PUT", "/me/availability")
async def set_my_availability(call: Call, body: NewAvailability) -> AvailabilityShape:
    """Say whether I am available, busy, away or offline; only who is available is asked."""
    return await call.write(choose, call.agent.id, body, call.agent)


@endpoints("PUT", "/agents/{id}/availability", needs=Role.SUPERVISOR)
async def set_availability(
    call: Call,
    id: int,  # noqa: A002  # the path's word
    body: NewAvailability,
) -> AvailabilityShape:
    """Say what somebody else is."""
    return await call.write(choose, AgentId(id), body, call.agent)


def choose(unit: Unit, which: AgentId, wanted: NewAvailability, by: Agent) -> AvailabilityShape:
    duties.choose(unit, which, wanted.availability, by=by.id, reason=wanted.reason)
    return one_availability(unit, which)


# --- offers ---------------------------------------------------------------------------------
@endpoints("GET", "/offers")
async def offers(call: Call) -> Page[ConversationShape]:
    """List the conversations that I am asked to take, each with its `offer`."""
    return Page(items=await call.read(offered_to, call.agent))


def offered_to(unit: Unit, agent: Agent) -> list[ConversationShape]:
    live = unit.assignments.live_of(agent.id)
    asked = [one.conversation_id for one in live if one.state is AssignmentState.OFFERED]
    return [views.conversation(row) for row in unit.trays.lines(asked, agent.id)] if asked else []


@endpoints("POST", "/offers/{id}/accept")
async def accept_offer(call: Call, id: int) -> ConversationShape:  # noqa: A002
    """Take what was offered to me; 409 when the offer is over."""
    return await call.write(accept, AssignmentId(id), call.agent)


def accept(unit: Unit, which: AssignmentId, agent: Agent) -> ConversationShape:
    placing.accept(unit, which, by=agent.id)
    return one_line(unit, unit.assignments.get(which).conversation_id, agent)


@endpoints("POST", "/offers/{id}/decline")
async def decline_offer(call: Call, id: int) -> None:  # noqa: A002
    """Say no to what was offered to me; it goes on to the next. 409 when the offer is over."""
    await call.write(placing.decline, AssignmentId(id), by=call.agent.id)


# --- passing work on ------------------------------------------------------------------------
@endpoints("POST", "/conversations/{id}/take")
async def take_conversation(call: Call, id: int) -> ConversationShape:  # noqa: A002
    """Put a conversation on my desk, whoever has it."""
    return await call.write(take, ConversationId(id), call.agent)


def take(unit: Unit, which: ConversationId, agent: Agent) -> ConversationShape:
    give(unit, which, agent.id, agent)
    return one_line(unit, which, agent)


def give(unit: Unit, which: ConversationId, to: AgentId, by: Agent) -> None:
    unit.sight.check(by, which)
    talk = unit.conversations.get(which)
    kind = unit.accounts.get(talk.account_id).kind
    placing.take(unit, which, to, by=by.id, weight=setups.current(unit)[1].weight(kind))


@endpoints("POST", "/conversations/{id}/transfer")
async def transfer_conversation(call: Call, id: int, body: Handover) -> ConversationShape:  # noqa: A002
    """Pass a conversation on to an agent or a queue, with a note for whoever gets it.

    With `consult` they are only asked: they see the conversation until they answer by a note.
    """
    if (body.agent_id is None) == (body.queue_id is None):
        raise Refused(422, "Name an agent or a queue, and one of them only.")
    if body.consult and not (body.note or "").strip():
        raise Refused(422, "A question is asked by a note.", field="consult")
    return await call.write(transfer, ConversationId(id), body, call.agent)


def transfer(
    unit: Unit, which: ConversationId, wanted: Handover, agent: Agent
) -> ConversationShape:
    unit.sight.check(agent, which)
    to = None if wanted.agent_id is None else known_agent(unit, AgentId(wanted.agent_id))
    queue = None if wanted.queue_id is None else known_queue(unit, QueueId(wanted.queue_id))
    text = wanted.note or ""
    if wanted.consult:
        asking(unit, which, text, by=agent.id, agent=to, queue=queue)
        return one_line(unit, which, agent)
    unit.conversations.hold(which)
    if text.strip():
        note(unit, which, text, by=agent.id)
    if to is not None:
        give(unit, which, to, agent)
    elif queue is not None:
        placing.enqueue(unit, which, queue, by=agent.id, why="It was passed on.")
    return one_line(unit, which, agent)


def known_agent(unit: Unit, which: AgentId) -> AgentId:
    """Return an agent; one nobody knows is a wrong value, not a wrong address."""
    try:
        return unit.agents.get(which).id
    except NotFound:
        raise Refused(422, NOBODY, field="agent_id") from None


def known_queue(unit: Unit, which: QueueId) -> QueueId:
    """Return a queue that is in use."""
    try:
        found = unit.queues.get(which)
    except NotFound:
        raise Refused(422, "There is no such queue.", field="queue_id") from None
    if found.archived_at is not None:
        raise Refused(422, "This queue is not used any more.", field="queue_id")
    return which


@endpoints("POST", "/conversations/{id}/return")
async def return_conversation(call: Call, id: int, body: Returning) -> ConversationShape:  # noqa: A002
    """Give a conversation back to its queue, in front of those who came later."""
    return await call.write(give_back, ConversationId(id), body.reason, call.agent)


def give_back(
    unit: Unit, which: ConversationId, reason: str | None, agent: Agent
) -> ConversationShape:
    check_hand(unit, which, agent)
    placing.give_back(unit, which, by=agent.id, why=reason or "It was given back.")
    return one_line(unit, which, agent)


@endpoints("POST", "/conversations/{id}/hold")
async def hold_conversation(call: Call, id: int, body: Holding) -> ConversationShape:  # noqa: A002
    """Put a conversation aside so that it is offered to nobody, or put it back."""
    return await call.write(put_aside, ConversationId(id), body.on, call.agent)


def put_aside(unit: Unit, which: ConversationId, on: bool, agent: Agent) -> ConversationShape:
    check_hand(unit, which, agent)
    placing.hold(unit, which, on, by=agent.id)
    return one_line(unit, which, agent)


def check_hand(unit: Unit, which: ConversationId, agent: Agent) -> None:
    """Refuse whoever neither has a conversation, or is asked, nor supervises those who do."""
    unit.sight.check(agent, which)
    if agent.role.covers(Role.SUPERVISOR):
        return
    talk = unit.conversations.hold(which)
    live = unit.assignments.live(which)
    if {talk.assignee_id, live.agent_id if live else None} - {agent.id, None}:
        raise Forbidden("Somebody else has this conversation.")


@endpoints("POST", "/conversations/{id}/priority")
async def prioritise_conversation(call: Call, id: int, body: NewPriority) -> ConversationShape:  # noqa: A002
    """Say how much a conversation matters."""
    return await call.write(prioritise, ConversationId(id), body.priority, call.agent)


def prioritise(
    unit: Unit, which: ConversationId, priority: Priority, agent: Agent
) -> ConversationShape:
    unit.sight.check(agent, which)
    placing.prioritise(unit, which, priority, by=agent.id)
    return one_line(unit, which, agent)


# --- questions to colleagues ----------------------------------------------------------------
@endpoints("GET", "/consults")
async def consults(call: Call) -> Page[ConsultShape]:
    """List what I am asked, by name or with my queue, and what I asked and still wait for."""
    return Page(items=await call.read(open_consults, call.agent))


def open_consults(unit: Unit, agent: Agent) -> list[ConsultShape]:
    found = unit.consults.with_(agent.id)
    seen = unit.sight.some(agent, {one.conversation_id for one in found})
    lines = {row.id: views.conversation(row) for row in unit.trays.lines([*seen], agent.id)}
    asked = {row.id: row.text for row in unit.messages.shown([one.message_id for one in found])}
    return [
        ConsultShape(
            id=one.id,
            conversation=lines[one.conversation_id],
            question=asked.get(one.message_id, ""),
            asker_id=one.asker_id,
            agent_id=one.agent_id,
            queue_id=one.queue_id,
            asked_at=one.asked_at,
        )
        for one in found
        if one.conversation_id in lines
    ]


@endpoints("DELETE", "/consults/{id}")
async def end_consult(call: Call, id: int) -> None:  # noqa: A002
    """Take a question back, or decline one that I am asked; 409 when it is over."""
    await call.write(consulting.put_away, ConsultId(id), by=call.agent)


# --- tags -----------------------------------------------------------------------------------
@endpoints("GET", "/tags")
async def tags(call: Call) -> Page[str]:
    """List the words that conversations I see are filed under, the most frequent first."""
    return Page(items=await call.read(tags_of, call.agent))


def tags_of(unit: Unit, agent: Agent) -> list[str]:
    seen = unit.sight.of(agent)
    return list(unit.tags.all() if seen is None else unit.tags.seen(agent.id, seen))


@endpoints("POST", "/conversations/{id}/tags")
async def tag_conversation(call: Call, id: int, body: Tagging) -> ConversationShape:  # noqa: A002
    """File a conversation under some words, or no longer."""
    return await call.write(tag, ConversationId(id), body, call.agent)


def tag(unit: Unit, which: ConversationId, wanted: Tagging, agent: Agent) -> ConversationShape:
    unit.sight.check(agent, which)
    unit.conversations.get(which)
    if wanted.remove:
        tagging.untag(unit, which, wanted.remove, by=agent.id)
    if wanted.add:
        tagging.tag(unit, which, wanted.add, by=agent.id)
    return one_line(unit, which, agent)


# --- why ------------------------------------------------------------------------------------
@endpoints("GET", "/conversations/{id}/why")
async def why(call: Call, id: int) -> Why:  # noqa: A002
    """Say how a conversation came to where it is: what was decided, by what, and who was asked."""
    return await call.read(explained, ConversationId(id), call.agent)


def explained(unit: Unit, which: ConversationId, agent: Agent) -> Why:
    unit.sight.check(agent, which)
    unit.conversations.get(which)
    there = unit.placements.get(which)
    return Why(
        decisions=[decision(one) for one in unit.decisions.of(which)],
        assignments=[assignment(one) for one in reversed(unit.assignments.of(which))],
        **place_of(unit, there),
    )


def place_of(unit: Unit, there: Placement | None) -> dict[str, Any]:
    queue = there.queue_id if there else None
    paused = queue is not None and unit.queues.get(queue).paused_at is not None
    return {
        "stage": there and there.stage,
        "queue_id": queue,
        "queue_paused": paused,
        "priority": there.priority if there else Priority.NORMAL,
        "queued_at": there and there.queued_at,
        "needs": list(there.needs) if there else [],
        "language": there and there.language,
        "relaxed": bool(there and there.relaxed),
        "declined_by": list(there.declined_by) if there else [],
        "previous_id": there and there.previous_id,
    }


def decision(one: Decision) -> DecisionShape:
    return DecisionShape(
        id=one.id or 0,
        at=one.at,
        kind=one.kind,
        why=one.why,
        queue_id=one.queue_id,
        agent_id=one.agent_id,
        setup_id=one.setup_id,
        version=one.version,
        detail=one.detail,
    )


def assignment(one: Assignment) -> AssignmentShape:
    return AssignmentShape(
        id=one.id,
        agent_id=one.agent_id,
        queue_id=one.queue_id,
        state=one.state,
        offered_at=one.offered_at,
        expires_at=one.expires_at,
        accepted_at=one.accepted_at,
        ended_at=one.ended_at,
        why=one.why,
    )
