"""What crosses the wire about the setup, its queues and who belongs to them."""

from datetime import datetime
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from agents_ui.api.shapes import Id, Shape
from inbox.model import Membership
from routing.queues import Offering
from routing.rules import Then, Tried
from routing.setup import Setup

Note = Annotated[str, Meta(max_length=500)]
Text = Annotated[str, Meta(max_length=500_000)]
Level = Annotated[int, Meta(ge=0, le=5)]


# --- the setup ------------------------------------------------------------------------------
class SetupShape(Struct, kw_only=True):
    """A version of the setup."""

    id: int | None  #: none while nothing was ever decided
    at: datetime | None
    agent_id: int | None
    note: str
    setup: Setup
    text: str  #: the same in TOML


class VersionShape(Struct, kw_only=True):
    """That there is a version, and whose it is."""

    id: int
    at: datetime
    agent_id: int | None
    note: str


class Written(Shape):
    """A setup: either its parts, or its text in TOML or JSON."""

    setup: dict[str, Any] | None = None
    text: Text | None = None


class SaveSetup(Shape):
    """A setup that holds from now on."""

    setup: dict[str, Any] | None = None
    text: Text | None = None
    note: Note = ""
    base: Id | None = None  #: the version it was made from; 409 when that does not hold any more
    renamed: dict[str, str] = {}  #: queues that are called otherwise now, by the names they had
    move_to: dict[str, str] = {}  #: where the conversations of queues go that are left out


class CheckedShape(Struct, kw_only=True):
    """Whether a setup could be saved, and both ways of writing it down when it can be read."""

    setup: Setup | None
    text: str | None
    where: str | None  #: of what is wrong, such as ``queues.Billing.overflow[0]``
    why: str | None


class NamesShape(Struct, kw_only=True):
    """The names that a setup may use beside its own."""

    channels: list[str]  #: kinds
    accounts: list[str]
    history: list[str]  #: what is known of a customer's past
    attributes: list[str]  #: of customers, that some of them have
    holidays: dict[str, list[str]]  #: countries and their parts


class TrySetup(Shape):
    """Rules to be tried on conversations of the past."""

    setup: dict[str, Any] | None = None
    text: Text | None = None
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class TriedShape(Struct, kw_only=True):
    """What the rules would have done with a conversation."""

    conversation_id: int
    customer: str
    channel: str
    account: str
    at: datetime
    text: str  #: the beginning of what the customer said first
    then: Then
    tried: list[Tried]
    queue: str | None  #: where it would have gone; none when it would be everybody's
    was: str | None  #: where it went


# --- queues and their members ---------------------------------------------------------------
class MemberShape(Struct, kw_only=True):
    """Who belongs to a queue."""

    agent_id: int
    membership: Membership
    until: datetime | None  #: of somebody lent


class QueueShape(Struct, kw_only=True):
    """Where conversations wait."""

    id: int
    name: str
    paused: bool
    paused_at: datetime | None
    waiting: int  #: those that are offered among them
    offering: Offering
    codes: list[str]  #: what a conversation may have been about
    membership: Membership | None  #: of whoever asks
    members: list[MemberShape]


class SetMember(Shape):
    """How somebody belongs to a queue."""

    membership: Membership = Membership.PRIMARY
    until: datetime | None = None  #: when they are only lent


class SkilledShape(Struct, kw_only=True):
    """What an agent can do."""

    agent_id: int
    skills: dict[str, int]
    languages: list[str]
    capacity: float
    shift: str | None


class SkillsChange(Shape):
    """What is left out stays."""

    skills: dict[str, Level] | UnsetType = UNSET
    languages: list[str] | UnsetType = UNSET
    capacity: Annotated[float, Meta(ge=0, le=1000)] | UnsetType = UNSET
    shift: str | UnsetType | None = UNSET
