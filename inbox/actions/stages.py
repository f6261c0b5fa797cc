"""The steps that the verbs of routing are made of: begin, wait, end, give, write, tell."""

from typing import Any

from msgspec.structs import replace

from inbox.actions.silence import TAKEN, silence
from inbox.errors import Conflict, Invalid, NotFound
from inbox.model import (
    AgentId,
    Assignment,
    AssignmentId,
    AssignmentState,
    Conversation,
    ConversationId,
    Placement,
    Stage,
    Status,
)
from inbox.store import Unit
from inbox.store.asides import USUAL

WAITING = {Stage.QUEUED, Stage.OFFERED}
NOWHERE = "This conversation is in no queue."
OVER = "This offer is over."
REFUSED = {
    AssignmentState.DECLINED: "conversation.declined",
    AssignmentState.MISSED: "conversation.missed",
}


def asked(
    unit: Unit, which: AssignmentId, by: AgentId | None = None
) -> tuple[Conversation, Placement, Assignment]:
    """Return a live assignment, with its conversation held. Raises `Conflict` when it is over.

    Somebody else's is none: raises `NotFound`.
    """
    talk = unit.conversations.hold(unit.assignments.get(which).conversation_id)
    offered = unit.assignments.get(which)  # again: it may have changed until we held it
    if by is not None and offered.agent_id != by:
        raise NotFound("There is no such offer.")
    if offered.ended_at is not None:
        raise Conflict(OVER)
    return talk, placed(unit, talk.id), offered


def placed(unit: Unit, which: ConversationId) -> Placement:
    """Return where routing has a conversation. Raises `Invalid` when it does not have it."""
    there = unit.placements.get(which)
    if there is None:
        raise Invalid(NOWHERE)
    return there


def begun(unit: Unit, talk: Conversation, there: Placement | None) -> Placement:
    """Return a placement that is not resolved: as it is, or one that begins now."""
    if there and there.stage is not Stage.RESOLVED:
        return there
    began = talk.waiting_since or unit.now
    if there is None:
        return Placement(conversation_id=talk.id, stage=Stage.HELD, began_at=began)
    return replace(
        there,
        began_at=began,
        stepped=0,
        relaxed=False,
        declined_by=(),
        first_response_at=None,
        resolved_at=None,
        outcome=None,
    )


def queued(unit: Unit, talk: Conversation, there: Placement) -> Placement:
    """Return a placement that waits: since before, or since its customer does."""
    since = there.queued_at if there.stage in WAITING else None
    return replace(there, stage=Stage.QUEUED, queued_at=since or talk.waiting_since or unit.now)


def end(unit: Unit, there: Placement, why: str) -> Placement:
    """End the live assignment of a placement, and return it with who had it last."""
    live = unit.assignments.live(there.conversation_id)
    if live is None:
        return there
    if live.state is AssignmentState.OFFERED:
        unit.assignments.end(live.id, AssignmentState.WITHDRAWN, at=unit.now, why=why)
        return there
    unit.assignments.end(live.id, AssignmentState.ENDED, at=unit.now, why=why)
    unit.duties.change(live.agent_id, idle_since=unit.now)
    return replace(there, previous_id=live.agent_id)


def give(
    unit: Unit,
    talk: Conversation,
    before: Placement,
    agent: AgentId,
    *,
    by: AgentId | None,
    weight: float | None,
    why: str | None = None,
) -> Assignment:
    """Put a conversation on an agent's desk."""
    there = end(unit, begun(unit, talk, before), "Somebody else has it now.")
    unit.duties.hold_some([agent])
    made = unit.assignments.add(
        conversation_id=talk.id,
        agent_id=agent,
        queue_id=before.queue_id,
        state=AssignmentState.ACCEPTED,
        weight=weight,
        offered_at=unit.now,
        accepted_at=unit.now,
    )
    unit.duties.change(agent, offered_at=unit.now)
    after = replace(there, stage=Stage.ACCEPTED, queued_at=None, declined_by=())
    move(
        unit,
        talk,
        before,
        after,
        "conversation.assigned",
        by=by,
        to=agent,
        about=agent,
        made=made,
        why=why,
    )
    return made


def weighed(unit: Unit, talk: Conversation) -> float | None:
    """Return the room that a conversation takes, which its channel says; none takes all."""
    return unit.setups.weights().get(unit.accounts.get(talk.account_id).kind, USUAL)


def hand_over(unit: Unit, talk: Conversation, to: AgentId | None, *, by: AgentId | None) -> None:
    """Write on a conversation whose it is, past routing."""
    if talk.assignee_id == to:
        return
    unit.conversations.change(talk.id, assignee_id=to)
    change: dict[str, Any] = {"assignee_id": [talk.assignee_id, to]}
    about = to or talk.assignee_id
    if to is not None and talk.status is Status.PENDING:
        unit.conversations.change(talk.id, status=Status.OPEN)
        silence(unit, talk, by=by, why=TAKEN)
        change["status"] = [Status.PENDING, Status.OPEN]
    tell(unit, "conversation.assigned", talk, by=by, about=about, change=change)


def pass_on(
    unit: Unit,
    talk: Conversation,
    before: Placement,
    offered: Assignment,
    state: AssignmentState,
    *,
    by: AgentId | None,
) -> None:
    """Put what was offered in vain back where it waits."""
    unit.assignments.end(offered.id, state, at=unit.now, why=None)
    who = offered.agent_id
    refused = (*(one for one in before.declined_by if one != who), who)
    after = replace(before, stage=Stage.QUEUED, declined_by=refused)
    move(unit, talk, before, after, REFUSED[state], by=by, about=who, made=offered)


def move(
    unit: Unit,
    talk: Conversation,
    before: Placement | None,
    after: Placement,
    verb: str,
    *,
    by: AgentId | None,
    to: AgentId | None = None,
    why: str | None = None,
    about: AgentId | None = None,
    made: Assignment | None = None,
) -> None:
    """Write where a conversation is now, there and on itself, and tell it.

    One that leaves the bot is a person's from now on.
    """
    write(unit, before, after)
    if talk.status is Status.PENDING and after.stage is not Stage.HELD:
        silence(unit, talk, by=by, why=why or TAKEN)
    shown: dict[str, Any] = {"queue_id": after.queue_id, "assignee_id": to}
    if after.stage is not Stage.HELD:
        shown["status"] = Status.OPEN
    changed = {name: value for name, value in shown.items() if getattr(talk, name) != value}
    if changed:
        unit.conversations.change(talk.id, **changed)
    change: dict[str, Any] = {name: [getattr(talk, name), value] for name, value in changed.items()}
    for name in ("stage", "priority"):
        was, now = getattr(before, name, None), getattr(after, name)
        if was != now:
            change[name] = [was, now]
    change |= {"assignment_id": made.id} if made else {}
    about = about or talk.assignee_id
    tell(unit, verb, talk, by=by, about=about, change=change, why=why)


def write(unit: Unit, before: Placement | None, after: Placement) -> None:
    """Write what changed of a placement, and nothing that somebody else writes meanwhile."""
    if before is None:
        unit.placements.add(after)
        return
    names = Placement.__struct_fields__
    changed = [name for name in names if getattr(before, name) != getattr(after, name)]
    if changed:
        unit.placements.change(
            after.conversation_id, **{name: getattr(after, name) for name in changed}
        )


def tell(
    unit: Unit,
    verb: str,
    talk: Conversation,
    *,
    by: AgentId | None,
    change: dict[str, Any],
    about: AgentId | None = None,
    why: str | None = None,
) -> None:
    reason = {"reason": why} if why else {}
    unit.happened(
        verb,
        by=by,
        conversation=talk.id,
        customer=talk.customer_id,
        about=about,
        change=change | reason,
    )
