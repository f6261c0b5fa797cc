"""Customers, the addresses by which they are known, and who answers them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from inbox.model.base import AgentId, CustomerId, IdentityId, MessageId, Value


class Availability(StrEnum):
    """What an agent chose to be; being connected is a fact beside it."""

    AVAILABLE = "available"
    BUSY = "busy"  #: goes on with what they have, takes nothing new
    AWAY = "away"
    OFFLINE = "offline"


class Proof(StrEnum):
    """How sure we are that an identity belongs to its customer."""

    CLAIMED = "claimed"  #: somebody typed it
    HEARD = "heard"  #: a message came from there; the sender may be forged
    VERIFIED = "verified"  #: signed, confirmed, or vouched for by the provider

    def outranks(self, other: "Proof") -> bool:
        return PROOFS.index(self) > PROOFS.index(other)


PROOFS = (Proof.CLAIMED, Proof.HEARD, Proof.VERIFIED)


class Role(StrEnum):
    """What an agent may do; each role may do all that the ones before it may."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"  #: sees quarantine and dead letters, moves others' work
    ADMIN = "admin"  #: manages agents, accounts and tokens

    def covers(self, needed: "Role") -> bool:
        return ROLES.index(self) >= ROLES.index(needed)


ROLES = (Role.AGENT, Role.SUPERVISOR, Role.ADMIN)


class Address(Value):
    """Where somebody can be reached, such as ``email:ada@example.org``."""

    kind: str
    value: str  #: normalised by the channel of that kind
    name: str | None = None  #: as the sender wrote it

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"


class Customer(Value):
    """A person we talk with."""

    id: CustomerId
    name: str
    created_at: datetime
    attributes: dict[str, Any] = {}
    merged_into_id: CustomerId | None = None  #: who they turned out to be


class Identity(Value):
    """An address of a customer."""

    id: IdentityId
    customer_id: CustomerId
    kind: str
    value: str
    proof: Proof
    created_at: datetime


class Agent(Value):
    """Somebody who answers customers."""

    id: AgentId
    name: str
    email: str
    role: Role
    archived_at: datetime | None = None
    phone: str | None = None  #: where they may be rung


class Skilled(Value):
    """What an agent can do, as far as routing asks."""

    skills: dict[str, int] = {}  #: levels, 0 to 5
    languages: tuple[str, ...] = ()  #: such as ``hr``
    capacity: float = 6.0  #: the sum of the weights of what they may have at once
    shift: str | None = None  #: the name of the hours in which they work; any when none


class Duty(Value):
    """What an agent is doing at the desk, on whichever process."""

    agent_id: AgentId
    since: datetime  #: they chose so
    availability: Availability = Availability.OFFLINE
    reason: str | None = None  #: why away, in their words or ours
    connected_until: datetime | None = None  #: renewed while a browser is open
    on_call: bool = False
    misses: int = 0  #: offers in a row that were not answered
    idle_since: datetime | None = None  #: of the last work that ended
    offered_at: datetime | None = None  #: the last offer


class Consent(Value):
    """A word on whether somebody wants to be written to at an address."""

    customer_id: CustomerId
    kind: str  #: of the channel, such as ``sms``
    value: str
    granted: bool
    at: datetime
    source: str  #: how it is known, such as: wrote STOP
    message_id: MessageId | None = None
    agent_id: AgentId | None = None  #: who wrote it down
