"""Who is to answer: queues, the place of each conversation, offers and decisions."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from inbox.model.base import (
    AgentId,
    AssignmentId,
    ConsultId,
    ConversationId,
    DecisionId,
    MessageId,
    QueueId,
    SetupId,
    Value,
)


class Priority(StrEnum):
    """How much a conversation matters, before anybody has waited."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Stage(StrEnum):
    """Where routing has a conversation; it is in exactly one of these at any time."""

    QUEUED = "queued"  #: waits for somebody
    OFFERED = "offered"  #: somebody is being asked
    ACCEPTED = "accepted"  #: somebody has it
    HELD = "held"  #: snoozed, with the bot, or put aside by a supervisor
    RESOLVED = "resolved"


class AssignmentState(StrEnum):
    """How far an offer of a conversation to an agent got; the first two are live."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    MISSED = "missed"  #: nobody answered in time
    WITHDRAWN = "withdrawn"  #: taken back before it was answered
    ENDED = "ended"  #: resolved, passed on, returned to the queue


class Membership(StrEnum):
    """How an agent belongs to a queue."""

    PRIMARY = "primary"
    BACKUP = "backup"  #: only when no primary member can


class QueueRecord(Value):
    """A queue that the setup names, or once named."""

    id: QueueId
    name: str
    archived_at: datetime | None = None
    paused_at: datetime | None = None  #: nothing is offered from it until it goes on


class Member(Value):
    """An agent's belonging to a queue."""

    queue_id: QueueId
    agent_id: AgentId
    membership: Membership = Membership.PRIMARY
    until: datetime | None = None  #: of somebody lent


class Decision(Value):
    """What routing decided about a conversation, and why."""

    conversation_id: ConversationId
    kind: str  #: ``rules offer nobody overflow return``
    at: datetime
    why: str
    version: str = ""  #: of the rules
    setup_id: SetupId | None = None
    queue_id: QueueId | None = None
    agent_id: AgentId | None = None
    detail: dict[str, Any] = {}  #: rules tried; candidates, what removed them, scores
    id: DecisionId | None = None  #: none while it is not written


class Assignment(Value):
    """A conversation that an agent is asked to take, has, or had."""

    id: AssignmentId
    conversation_id: ConversationId
    agent_id: AgentId
    queue_id: QueueId | None
    state: AssignmentState
    weight: float | None  #: the room it takes; none takes all, as a call does
    offered_at: datetime
    expires_at: datetime | None = None  #: of the offer
    accepted_at: datetime | None = None
    ended_at: datetime | None = None
    why: str | None = None  #: it ended


class ConsultEnd(StrEnum):
    """How a question to a colleague came to be over."""

    ANSWERED = "answered"
    DECLINED = "declined"  #: by the colleague
    WITHDRAWN = "withdrawn"
    RESOLVED = "resolved"  #: the conversation was


class Consult(Value):
    """A colleague, or everybody of a queue, is asked about a conversation that somebody keeps."""

    id: ConsultId
    conversation_id: ConversationId
    asker_id: AgentId
    agent_id: AgentId | None  #: who is asked; none when a queue is
    queue_id: QueueId | None
    message_id: MessageId  #: the note that asks
    asked_at: datetime
    ended_at: datetime | None = None
    how: ConsultEnd | None = None


class Placement(Value):
    """Where routing has a conversation, and what was promised. Without one it is everybody's."""

    conversation_id: ConversationId
    stage: Stage
    began_at: datetime  #: of the oldest message that its promises count from
    queue_id: QueueId | None = None
    priority: Priority = Priority.NORMAL
    queued_at: datetime | None = None  #: since when it waits, while it is queued or offered
    stepped: int = 0  #: overflow steps that were taken
    relaxed: bool = False  #: skills have become wishes
    needs: tuple[dict[str, Any], ...] = ()  #: skills, as `routing.skills.Need`
    language: str | None = None
    tier: str | None = None  #: of the customer, when it was routed
    previous_id: AgentId | None = None  #: who had it last
    declined_by: tuple[AgentId, ...] = ()  #: since it was queued
    first_response_at: datetime | None = None
    resolved_at: datetime | None = None
    outcome: str | None = None  #: the wrap-up code
    promise: str | None = None  #: the most urgent one to be kept
    due_at: datetime | None = None
    warn_at: datetime | None = None
    callback_to: str | None = None  #: a telephone number, where the customer is to be called
    callback_at: datetime | None = None  #: and when
    callback_heard: MessageId | None = None  #: they are asked for both; what was taken in of it
