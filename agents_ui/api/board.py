"""The supervisor's board: who waits, who answers, and moving work from here to there."""

from collections import Counter
from collections.abc import Mapping, Sequence

from msgspec import Struct

from agents_ui.api import board_questions as questions
from agents_ui.api.board_shapes import (
    AgentEffect,
    BoardAgent,
    BoardCard,
    BoardChange,
    BoardMove,
    BoardMoved,
    BoardPreview,
    BoardQueue,
    BoardShape,
    BoardUndo,
    QueueEffect,
    SkippedShape,
    UndoShape,
)
from agents_ui.api.shapes import Page
from agents_ui.calls import Call, Endpoints
from inbox.model import AgentId, ConversationId, QueueId, Role, Stage
from inbox.store import Unit
from routing import moves, preview
from routing.setup import Setup
from routing.setups import current

endpoints = Endpoints("board")


class BoardQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    """What of the board to show."""

    deep: int | None = None  #: the queue that is looked through: up to a thousand of its cards


@endpoints("GET", "/board", needs=Role.SUPERVISOR)
async def board(call: Call, query: BoardQuery) -> BoardShape:
    """Show queues and agents as they are now; a websocket frame ``board`` says when to ask again.

    The first forty of each queue are shown, in the order in which they are served.
    """
    return await call.read(shown, call.agent.id, query.deep)


def shown(unit: Unit, supervisor: AgentId, deep: int | None = None) -> BoardShape:
    agents = questions.people(unit)
    return BoardShape(
        at=unit.now,
        queues=questions.columns(unit, current(unit)[1], agents, deep),
        agents=agents,
        undo=undoable(unit, supervisor),
    )


def undoable(unit: Unit, supervisor: AgentId) -> UndoShape | None:
    last = moves.undoable(unit, supervisor)
    if last is None:
        return None
    number, until, target, count = last
    left = (until - unit.now).total_seconds()
    return UndoShape(id=number, until=until, seconds=left, target=target, count=count)


@endpoints("GET", "/board/agents/{id}", needs=Role.SUPERVISOR)
async def board_agent(call: Call, id: int) -> Page[BoardCard]:  # noqa: A002  # the path's word
    """List what an agent has, and is asked to take."""
    return Page(items=await call.read(held_by, AgentId(id)))


def held_by(unit: Unit, agent: AgentId) -> list[BoardCard]:
    unit.agents.get(agent)
    return questions.held_by(unit, agent)


# --- moving ---------------------------------------------------------------------------------
@endpoints("POST", "/board/move", needs=Role.SUPERVISOR)
async def board_move(call: Call, body: BoardMove) -> BoardMoved:
    """Move conversations into a queue or to an agent; it can be undone for thirty seconds."""
    return await call.write(moved, body, call.agent.id)


def moved(unit: Unit, wanted: BoardMove, by: AgentId) -> BoardMoved:
    source, target = read(wanted)
    return told(moves.move(unit, source, target, current(unit)[1].weight, by=by, why=wanted.why))


def read(wanted: BoardMove) -> tuple[moves.Source, moves.Target]:
    source = moves.Source(
        conversations=tuple(ConversationId(one) for one in wanted.conversations),
        queue=None if wanted.from_queue is None else QueueId(wanted.from_queue),
        agent=None if wanted.from_agent is None else AgentId(wanted.from_agent),
    )
    target = moves.Target(
        queue=None if wanted.to_queue is None else QueueId(wanted.to_queue),
        agent=None if wanted.to_agent is None else AgentId(wanted.to_agent),
        back=wanted.back,
    )
    return source, target


def told(done: moves.Moved) -> BoardMoved:
    return BoardMoved(
        id=done.id,
        until=done.until,
        moved=list(done.moved),
        skipped=skipped(done.skipped),
    )


def skipped(found: Sequence[moves.Skipped]) -> list[SkippedShape]:
    return [SkippedShape(conversation_id=one.conversation_id, why=one.why) for one in found]


@endpoints("POST", "/board/undo", needs=Role.SUPERVISOR)
async def board_undo(call: Call, body: BoardUndo) -> BoardMoved:
    """Put back what you moved, but for what somebody touched since; 409 when it is too late."""
    return await call.write(undone, body.id, call.agent.id)


def undone(unit: Unit, which: int, by: AgentId) -> BoardMoved:
    return told(moves.undo(unit, which, by=by))


@endpoints("POST", "/board/change", needs=Role.SUPERVISOR)
async def board_change(call: Call, body: BoardChange) -> Page[SkippedShape]:
    """Give several conversations a priority, or put them on hold; lists those left as they are."""
    return Page(items=skipped(await call.write(changed, body, call.agent.id)))


def changed(unit: Unit, wanted: BoardChange, by: AgentId) -> list[moves.Skipped]:
    which = [ConversationId(one) for one in wanted.conversations]
    left = []
    if wanted.priority is not None:
        left += moves.prioritise(unit, which, wanted.priority, by=by)
    if wanted.held is not None:
        left += moves.hold(unit, which, wanted.held, by=by)
    return left


# --- what a move would do -------------------------------------------------------------------
@endpoints("POST", "/board/preview", needs=Role.SUPERVISOR)
async def board_preview(call: Call, body: BoardMove) -> BoardPreview:
    """Say what a move would do to those who wait; nothing is moved."""
    return await call.read(foreseen, body)


def foreseen(unit: Unit, wanted: BoardMove) -> BoardPreview:
    source, target = read(wanted)
    moves.target_name(unit, target)
    _, setup = current(unit)
    which = moves.found(unit, source)
    standing = moves.standing(unit, which)
    reasons = {one: moves.obstacle(standing.get(one), target) for one in which}
    going = [standing[one] for one in which if not reasons[one]]
    agents = questions.people(unit)
    return BoardPreview(
        count=len(going),
        queues=on_queues(questions.columns(unit, setup, agents), going, target),
        agents=on_agents(agents, going, target, setup),
        skipped=[SkippedShape(conversation_id=one, why=why) for one, why in reasons.items() if why],
    )


def on_queues(
    queues: Sequence[BoardQueue], going: Sequence[moves.Standing], target: moves.Target
) -> list[QueueEffect]:
    """Say how the waits change where somebody comes or goes."""
    by: Counter[int] = Counter()
    for one in going:
        if one.queue_id is not None and one.stage is Stage.QUEUED:
            by[one.queue_id] -= 1
        to = one.queue_id if target.back else target.queue
        if to is not None:
            by[to] += 1
    return [
        QueueEffect(
            id=queue.id,
            name=queue.name,
            before=queue.outlook,
            after=preview.outlook(preview.moved(flow(queue), by[queue.id])),
        )
        for queue in queues
        if by[queue.id]
    ]


def flow(queue: BoardQueue) -> preview.Flow:
    return preview.Flow(
        waiting=queue.waiting,
        rate=queue.arrivals / questions.LATELY.total_seconds(),
        handling=queue.handling,
        slots=queue.slots,
    )


def on_agents(
    agents: Sequence[BoardAgent],
    going: Sequence[moves.Standing],
    target: moves.Target,
    setup: Setup,
) -> list[AgentEffect]:
    """Say how the loads change of those who give and of who takes."""
    after: Mapping[int, BoardAgent] = {one.id: one for one in agents}
    loads = {one.id: one.load for one in agents}
    for one in going:
        if one.agent_id in loads:
            loads[one.agent_id] -= room(after[one.agent_id], one.weight)
        if target.agent in loads:
            loads[target.agent] += room(after[target.agent], setup.weight(one.channel))
    return [
        AgentEffect(
            id=one.id,
            name=one.name,
            capacity=one.capacity,
            before=one.load,
            after=max(0.0, loads[one.id]),
        )
        for one in agents
        if loads[one.id] != one.load
    ]


def room(agent: BoardAgent, weight: float | None) -> float:
    return agent.capacity if weight is None else weight
