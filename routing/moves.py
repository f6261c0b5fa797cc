"""A supervisor moves many conversations at once, and may put them back for half a minute.

What is needed to put them back lies in the store, so that it survives a reload and a restart. What
somebody else did with one meanwhile stands: it is left as it is, and said so.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import convert, to_builtins
from sqlalchemy import and_, bindparam, insert, select, text, update

from inbox.actions import placing
from inbox.errors import Conflict, DeskError, Invalid, NotFound
from inbox.model import (
    AgentId,
    AssignmentId,
    ConversationId,
    Priority,
    QueueId,
    Stage,
    Status,
    Value,
)
from inbox.store import Unit
from inbox.store.numbers import numbered
from inbox.tables import (
    AccountRow,
    AgentRow,
    AssignmentRow,
    ConversationRow,
    MoveRow,
    PlacementRow,
    QueueRow,
)

UNDO = timedelta(seconds=30)
MOST = 500  #: conversations moved at once; a writer has others to serve
LIVE = text("assignment.state IN ('offered','accepted')")  # written out, for the partial index
WAITS = (Stage.QUEUED, Stage.OFFERED)

STANDING = (
    select(
        PlacementRow.conversation_id,
        PlacementRow.stage,
        PlacementRow.queue_id,
        PlacementRow.queued_at,
        PlacementRow.stepped,
        PlacementRow.relaxed,
        PlacementRow.declined_by,
        PlacementRow.previous_id,
        AssignmentRow.id.label("assignment_id"),
        AssignmentRow.agent_id,
        AssignmentRow.weight,
        AccountRow.kind.label("channel"),
        ConversationRow.status,
    )
    .join(ConversationRow, ConversationRow.id == PlacementRow.conversation_id)
    .join(AccountRow, AccountRow.id == ConversationRow.account_id)
    .outerjoin(
        AssignmentRow, and_(AssignmentRow.conversation_id == PlacementRow.conversation_id, LIVE)
    )
    .where(numbered(PlacementRow.conversation_id, "which"))
)
OF_QUEUE = (
    select(PlacementRow.conversation_id)
    .where(PlacementRow.queue_id == bindparam("which"), PlacementRow.stage == Stage.QUEUED)
    .order_by(PlacementRow.queued_at)
    .limit(MOST)
)
OF_AGENT = (
    select(AssignmentRow.conversation_id)
    .where(AssignmentRow.agent_id == bindparam("which"), LIVE)
    .limit(MOST)
)
LAST = (
    select(MoveRow.id, MoveRow.at, MoveRow.target, MoveRow.before)
    .where(MoveRow.agent_id == bindparam("agent"), MoveRow.undone_at.is_(None))
    .order_by(MoveRow.id.desc())
    .limit(1)
)
ONE = select(MoveRow.at, MoveRow.before, MoveRow.undone_at).where(
    MoveRow.id == bindparam("which"), MoveRow.agent_id == bindparam("agent")
)


class Standing(Value):
    """Where a conversation stands, as far as moving it changes that."""

    conversation_id: ConversationId
    stage: Stage
    queue_id: QueueId | None
    queued_at: datetime | None
    stepped: int
    relaxed: bool
    declined_by: tuple[AgentId, ...]
    previous_id: AgentId | None
    assignment_id: AssignmentId | None  #: of who is asked, or has it
    agent_id: AgentId | None
    weight: float | None
    channel: str
    status: Status

    @property
    def is_over(self) -> bool:
        return self.stage is Stage.RESOLVED or self.status is Status.RESOLVED


class Step(Value):
    """One conversation of a move: as it was, and as it was left."""

    before: Standing
    after: Standing


class Skipped(Value):
    """A conversation that was left as it is."""

    conversation_id: ConversationId
    why: str


class Moved(Value):
    """What became of a move."""

    id: int | None  #: none when nothing moved
    until: datetime | None  #: it can be undone
    moved: tuple[ConversationId, ...]
    skipped: tuple[Skipped, ...]


class Target(Value):
    """Where conversations go: exactly one of the three."""

    queue: QueueId | None = None
    agent: AgentId | None = None
    back: bool = False  #: to the queues they came from


class Source(Value):
    """What is moved: some conversations, or all that wait in a queue or lie with an agent."""

    conversations: tuple[ConversationId, ...] = ()
    queue: QueueId | None = None
    agent: AgentId | None = None


Verb = Callable[..., None]
Weigh = Callable[[str], float | None]  #: the room that a conversation of a channel takes


def found(unit: Unit, source: Source) -> list[ConversationId]:
    """Return what is to be moved, as much of it as is moved at once."""
    execute = unit.connection.scalars
    which = list(dict.fromkeys(source.conversations))
    if source.queue is not None:
        which += execute(OF_QUEUE, {"which": source.queue})
    if source.agent is not None:
        which += execute(OF_AGENT, {"which": source.agent})
    if len(which) > MOST:
        raise Invalid(f"At most {MOST} conversations are moved at once.")
    return which


def standing(
    unit: Unit, which: Sequence[ConversationId], *, hold: bool = False
) -> Mapping[ConversationId, Standing]:
    """Say where conversations stand; those without a queue are left out.

    Held ones are changed by nobody else until the commit.
    """
    if hold:
        unit.placements.hold(which)
    rows = unit.connection.execute(STANDING, {"which": which}).mappings()
    return {row["conversation_id"]: convert(dict(row), Standing) for row in rows}


def target_name(unit: Unit, target: Target) -> str:
    """Return what a target is called. Raises `Invalid` when nothing can go there."""
    if (target.queue is not None) + (target.agent is not None) + target.back != 1:
        raise Invalid("Say one of a queue, an agent, and back to the queue.")
    if target.back:
        return "their queues"
    table = QueueRow if target.queue is not None else AgentRow
    question = select(table.name).where(table.id == bindparam("which"), table.archived_at.is_(None))
    name = unit.connection.scalar(question, {"which": target.queue or target.agent})
    if name is None:
        raise Invalid("There is no such queue, or no such agent.")
    return str(name)


def move(
    unit: Unit, source: Source, target: Target, weigh: Weigh, *, by: AgentId, why: str | None = None
) -> Moved:
    """Move conversations into a queue or onto somebody's desk, and remember where they were.

    Raises `Invalid` when they are too many, or when nothing can go there.
    """
    name = target_name(unit, target)
    which = found(unit, source)
    before = standing(unit, which, hold=True)
    skipped = []
    done = []
    for one in sorted(which):
        was = before.get(one)
        reason = obstacle(was, target)
        if was and not reason:
            reason = tried(bring(was, target, weigh), unit, by, why or "moved")
        if reason:
            skipped.append(Skipped(conversation_id=one, why=reason))
        else:
            done.append(one)
    return Moved(
        id=remembered(unit, name, done, before, by) if done else None,
        until=unit.now + UNDO if done else None,
        moved=tuple(done),
        skipped=tuple(skipped),
    )


def obstacle(was: Standing | None, target: Target) -> str | None:
    """Say why a conversation need not be moved, or cannot."""
    if was is None:
        return "It is in no queue."
    if was.is_over:
        return "It is resolved."
    if target.queue is not None and was.stage is Stage.QUEUED and was.queue_id == target.queue:
        return "It waits there already."
    if target.agent is not None and was.stage is Stage.ACCEPTED and was.agent_id == target.agent:
        return "They have it already."
    if target.back and (was.queue_id is None or was.agent_id is None):
        return "Nobody has it from a queue."
    return None


def bring(was: Standing, target: Target, weigh: Weigh) -> Verb:
    """Return what moves a conversation to its target."""
    which = was.conversation_id

    def go(unit: Unit, by: AgentId, why: str) -> None:
        if target.agent is not None:
            placing.take(unit, which, target.agent, by=by, weight=weigh(was.channel))
        elif target.queue is not None:
            placing.enqueue(unit, which, target.queue, by=by, why=why)
        else:
            placing.give_back(unit, which, by=by, why=why)

    return go


def tried(verb: Verb, unit: Unit, *args: Any) -> str | None:
    """Do something with one of many; returns why it was refused."""
    try:
        verb(unit, *args)
    except DeskError as error:
        return str(error)
    return None


def remembered(
    unit: Unit,
    name: str,
    done: Sequence[ConversationId],
    before: Mapping[ConversationId, Standing],
    by: AgentId,
) -> int:
    """Write down what is needed to put conversations back."""
    after = standing(unit, done)
    steps = [Step(before=before[one], after=after[one]) for one in done]
    row = {
        "at": unit.now,
        "agent_id": by,
        "target": name,
        "before": to_builtins(steps),
        "undone_at": None,
    }
    return int(
        unit.connection.execute(insert(MoveRow).values(row).returning(MoveRow.id)).scalar_one()
    )


# --- putting back ---------------------------------------------------------------------------
def undo(unit: Unit, which: int, *, by: AgentId) -> Moved:
    """Put back what a move moved, but for what somebody touched since.

    Raises `NotFound` when it was somebody else's, `Conflict` when it is too late.
    """
    row = unit.connection.execute(ONE, {"which": which, "agent": by}).one_or_none()
    if row is None:
        raise NotFound("You moved nothing of that number.")
    if row.undone_at is not None:
        raise Conflict("It was undone already.")
    if unit.now > row.at + UNDO:
        raise Conflict("It is too late to undo that.")
    steps = convert(row.before, list[Step])
    now = standing(unit, [step.before.conversation_id for step in steps], hold=True)
    skipped, done = [], []
    for step in steps:
        one = step.before.conversation_id
        reason = touched(step, now.get(one)) or tried(put_back, unit, step.before, by)
        if reason:
            skipped.append(Skipped(conversation_id=one, why=reason))
        else:
            done.append(one)
    unit.connection.execute(update(MoveRow).where(MoveRow.id == which).values(undone_at=unit.now))
    return Moved(id=which, until=None, moved=tuple(done), skipped=tuple(skipped))


def touched(step: Step, now: Standing | None) -> str | None:
    """Say what somebody did with a conversation since it was moved; being asked is nothing yet."""
    left = step.after
    if now is None or now.is_over:
        return "It has been resolved."
    if now.queue_id != left.queue_id:
        return "It has been moved on."
    if left.stage in WAITS:
        return None if now.stage in WAITS else OTHERWISE[now.stage]
    if now.stage is not left.stage or now.assignment_id != left.assignment_id:
        return OTHERWISE.get(now.stage, "It has gone back to the queue.")
    return None


OTHERWISE = {
    Stage.ACCEPTED: "Somebody has taken it.",
    Stage.HELD: "It has been put on hold.",
}


def put_back(unit: Unit, was: Standing, by: AgentId) -> None:
    """Have a conversation stand where it stood, with all that its queue knew of it."""
    which = was.conversation_id
    if was.queue_id is not None:
        placing.enqueue(unit, which, was.queue_id, by=by, why="undone", at=was.queued_at)
    if was.stage is Stage.ACCEPTED and was.agent_id is not None:
        placing.take(unit, which, was.agent_id, by=by, weight=was.weight)
    elif was.stage is Stage.HELD:
        placing.hold(unit, which, by=by)
    fields = {
        name: getattr(was, name) for name in ("queue_id", "stepped", "relaxed", "previous_id")
    }
    fields["declined_by"] = list(was.declined_by)
    if was.stage in WAITS:
        fields["queued_at"] = was.queued_at
    unit.connection.execute(
        update(PlacementRow).where(PlacementRow.conversation_id == which).values(**fields)
    )
    unit.conversations.change(which, queue_id=was.queue_id, status=was.status)


def undoable(unit: Unit, by: AgentId) -> tuple[int, datetime, str, int] | None:
    """Return a supervisor's last move if it can be undone: id, until when, whither, how many."""
    row = unit.connection.execute(LAST, {"agent": by}).one_or_none()
    if row is None or unit.now > row.at + UNDO:
        return None
    return row.id, row.at + UNDO, row.target, len(row.before)


# --- many at once ---------------------------------------------------------------------------
def prioritise(
    unit: Unit, which: Iterable[ConversationId], priority: Priority, *, by: AgentId
) -> list[Skipped]:
    """Say how much conversations matter; returns those of which it could not be said."""
    return each(unit, which, placing.prioritise, priority, by=by)


def hold(unit: Unit, which: Iterable[ConversationId], on: bool, *, by: AgentId) -> list[Skipped]:
    """Put conversations aside so that they are offered to nobody, or put them back."""
    return each(unit, which, placing.hold, on, by=by)


def each(
    unit: Unit, which: Iterable[ConversationId], verb: Verb, *args: Any, by: AgentId
) -> list[Skipped]:
    skipped = []
    for one in sorted(set(which)):
        reason = tried(lambda unit, one: verb(unit, one, *args, by=by), unit, one)
        if reason:
            skipped.append(Skipped(conversation_id=one, why=reason))
    return skipped
