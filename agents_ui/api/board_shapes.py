"""What the supervisor's board shows, and what it is told to do."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from agents_ui.api.shapes import CustomerLine, Id, Shape
from inbox.model import Availability, Membership, Priority, Stage
from routing.preview import Outlook

Several = Annotated[list[Id], Meta(max_length=500)]


class BoardCard(Struct, kw_only=True):
    """A conversation that waits, or that somebody has."""

    id: int
    customer: CustomerLine
    channel: str
    subject: str | None
    preview: str
    stage: Stage
    priority: Priority
    queue_id: int | None
    agent_id: int | None  #: who has it, or is asked
    since: datetime | None  #: it waits, or they have it
    due_at: datetime | None
    warn_at: datetime | None
    promise: str | None


class BoardQueue(Struct, kw_only=True):
    """A queue and who waits in it. A number of 1000 means that many or more."""

    id: int
    name: str
    paused_at: datetime | None
    waiting: int
    offered: int  #: somebody is asked
    accepted: int  #: somebody has
    held: int
    at_risk: int  #: of those who wait, the breached ones too
    breached: int
    longest: datetime | None  #: since when the one who waits longest does
    channels: dict[str, int]  #: of the first 150 who wait
    trend: list[int]  #: how many of them waited, every five minutes of the last hour
    team: int  #: members who could be offered something now
    arrivals: int  #: in the last hour
    handling: float  #: seconds that a conversation takes
    measured: bool  #: that was measured rather than assumed
    slots: float  #: conversations that its team can have at the same time
    outlook: Outlook
    cards: list[BoardCard]  #: who is served first is first
    more: bool  #: others wait who are not shown
    aside: list[BoardCard]  #: the first forty that are on hold


class BoardMembership(Struct, kw_only=True):
    queue_id: int
    membership: Membership
    until: datetime | None  #: lent until then


class BoardAgent(Struct, kw_only=True):
    """Somebody who answers, and how much they have."""

    id: int
    name: str
    availability: Availability
    reason: str | None
    since: datetime | None
    connected: bool
    on_call: bool
    capacity: float
    load: float  #: what they have and are asked to take; all of it when that takes all
    conversations: int
    offers: int
    queues: list[BoardMembership]


class UndoShape(Struct, kw_only=True):
    """The last move of this supervisor's that can be undone."""

    id: int
    until: datetime
    seconds: float  #: until then, by the desk's clock
    target: str
    count: int


class BoardShape(Struct, kw_only=True):
    """Queues and agents, as they are now."""

    at: datetime
    queues: list[BoardQueue]
    agents: list[BoardAgent]
    undo: UndoShape | None


class BoardMove(Shape):
    """What goes where: one source or several, and exactly one target."""

    conversations: Several = []
    from_queue: Id | None = None  #: all that wait there
    from_agent: Id | None = None  #: all that they have
    to_queue: Id | None = None
    to_agent: Id | None = None
    back: bool = False  #: to the queues they came from
    why: Annotated[str, Meta(max_length=200)] | None = None


class BoardUndo(Shape):
    id: Id


class BoardChange(Shape):
    """What is changed of several conversations; what is left out stays."""

    conversations: Several
    priority: Priority | None = None
    held: bool | None = None


class SkippedShape(Struct, kw_only=True):
    conversation_id: int
    why: str


class BoardMoved(Struct, kw_only=True):
    """What became of a move, or of undoing one."""

    id: int | None
    until: datetime | None  #: it can be undone
    moved: list[int]
    skipped: list[SkippedShape]


class QueueEffect(Struct, kw_only=True):
    """What a move would do to a queue."""

    id: int
    name: str
    before: Outlook
    after: Outlook


class AgentEffect(Struct, kw_only=True):
    """What a move would do to an agent."""

    id: int
    name: str
    capacity: float
    before: float
    after: float


class BoardPreview(Struct, kw_only=True):
    """What a move would do; nothing of it has happened."""

    count: int
    queues: list[QueueEffect]
    agents: list[AgentEffect]
    skipped: list[SkippedShape]
