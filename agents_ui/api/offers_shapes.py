"""What crosses the wire about offers, availability and decisions."""

from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct

from agents_ui.api.shapes import ConversationShape, Id, Shape
from inbox.model import AssignmentState, Availability, Priority, Stage

Tag = Annotated[str, Meta(min_length=1, max_length=60)]


class AvailabilityShape(Struct, kw_only=True):
    """What an agent chose to be, and how much they have."""

    agent_id: int
    availability: Availability
    reason: str | None  #: why away, in their words or ours
    since: datetime | None  #: they chose so; none when they never opened the desk
    connected: bool  #: a browser of theirs is open
    on_call: bool
    load: float  #: the sum of the weights of what they have
    capacity: float
    wraps_up_until: datetime | None  #: new work waits for that; none when there is nothing


class NewAvailability(Shape):
    availability: Availability
    reason: Annotated[str, Meta(max_length=200)] | None = None


class Handover(Shape):
    """To whom a conversation is passed on: name an agent or a queue."""

    agent_id: Id | None = None
    queue_id: Id | None = None
    note: Annotated[str, Meta(max_length=20_000)] | None = None  #: for whoever gets it
    consult: bool = False  #: only ask them, by the note; it stays where it is


class ConsultShape(Struct, kw_only=True):
    """A question to a colleague about a conversation that somebody else keeps."""

    id: int
    conversation: ConversationShape
    question: str
    asker_id: int
    agent_id: int | None  #: who is asked; none when all of a queue are
    queue_id: int | None
    asked_at: datetime


class Returning(Shape):
    reason: Annotated[str, Meta(max_length=500)] | None = None


class Holding(Shape):
    on: bool = True  #: false puts it back


class NewPriority(Shape):
    priority: Priority


class Tagging(Shape):
    add: list[Tag] = []
    remove: list[Tag] = []


class DecisionShape(Struct, kw_only=True):
    """Something that routing decided, and why."""

    id: int
    at: datetime
    kind: str  #: ``rules offer nobody overflow return``
    why: str
    queue_id: int | None
    agent_id: int | None
    setup_id: int | None  #: the version of the setup
    version: str  #: of the rules
    detail: dict[str, Any]  #: rules tried; candidates, what removed them, scores


class AssignmentShape(Struct, kw_only=True):
    """An agent who was asked to take a conversation, has it, or had it."""

    id: int
    agent_id: int
    queue_id: int | None
    state: AssignmentState
    offered_at: datetime
    expires_at: datetime | None
    accepted_at: datetime | None
    ended_at: datetime | None
    why: str | None  #: it ended


class Why(Struct, kw_only=True):
    """How a conversation came to where it is."""

    stage: Stage | None  #: none when routing has nothing to do with it
    queue_id: int | None
    queue_paused: bool  #: nothing is offered from it
    priority: Priority
    queued_at: datetime | None
    needs: list[dict[str, Any]]  #: skills
    language: str | None
    relaxed: bool  #: skills have become wishes
    declined_by: list[int]
    previous_id: int | None  #: who had it last
    decisions: list[DecisionShape]  #: the newest first
    assignments: list[AssignmentShape]  #: the newest first
