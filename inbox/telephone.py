"""What the desk asks of a channel that carries calls, while one of them runs."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from inbox.channel import Line
from inbox.model import Agent, AgentId, Message, Value
from inbox.presence import Presence


class How(StrEnum):
    """Where an agent speaks."""

    BROWSER = "browser"  #: in the page
    PHONE = "phone"  #: at their own telephone


class Mode(StrEnum):
    """How somebody takes part in another's call."""

    MONITOR = "monitor"  #: hears both, is heard by nobody
    WHISPER = "whisper"  #: hears both, is heard by the agent
    BARGE = "barge"  #: speaks with both


class Target(Value):
    """To whom a call is passed on: one of these."""

    agent_id: AgentId | None = None
    queue: str | None = None
    number: str | None = None  #: somebody outside the desk


class Taker(Value):
    """An agent in a call."""

    agent_id: AgentId
    since: datetime
    mode: Mode | None = None  #: none for who speaks with the customer


class Running(Value):
    """A call as it stands now."""

    external_id: str  #: of its message
    state: str  #: as in `inbox.model.Call`
    peer: str | None  #: the customer's number; none when it is withheld
    outward: bool
    began_at: datetime
    queue: str | None = None
    queued_at: datetime | None = None
    place: int | None = None  #: in the queue; 1 is next
    callback: bool = False
    answered_at: datetime | None = None
    ringing: tuple[AgentId, ...] = ()
    takers: tuple[Taker, ...] = ()
    transfer: AgentId | None = None  #: who is passing it on at the moment
    consulting: bool = False  #: a warm transfer: the agents speak, the customer waits


class Softphone(Value):
    """What a browser needs to be rung."""

    token: str
    identity: str
    expires_at: datetime


class Switchboard(Line, Protocol):
    """What a channel that carries calls may ask of the desk besides."""

    @property
    def presence(self) -> Presence:
        """Return who is at the desk."""

    async def agents(self) -> Sequence[Agent]:
        """Return everybody who answers, with their telephones."""

    async def calls(self) -> Sequence[Message]:
        """Return the calls of this account that are not over, the oldest first."""

    def ring(
        self,
        call: str,
        agents: Sequence[AgentId],
        *,
        on: bool,
        peer: str | None = None,
        outward: bool = False,
        callback: bool = False,
        queue: str | None = None,
        how: How = How.BROWSER,
    ) -> None:
        """Tell the browsers of *agents* that a call rings them, or has stopped."""


class Telephone(ABC):
    """A channel whose calls the desk can steer.

    All raise `NotFound` for a call that is over, `Conflict` for one in another state, and a
    `DeliveryError` when the provider does not do it.
    """

    @abstractmethod
    def running(self) -> Sequence[Running]:
        """Return every call that is not over, the oldest first."""

    @abstractmethod
    def softphone(self, agent: AgentId) -> Softphone:
        """Return what the browser of *agent* needs to be rung. Raises `Invalid`."""

    @abstractmethod
    def allow(self, number: str) -> str:
        """Return *number* as it is dialled. Raises `Invalid` for one that must not be."""

    @abstractmethod
    async def dial(self, call: str, to: str, by: AgentId, how: How) -> None:
        """Ring *by*, then the customer at *to*."""

    @abstractmethod
    async def answer(self, call: str, by: AgentId, how: How) -> None:
        """Ring *by* and nobody else for a call that waits."""

    @abstractmethod
    async def hang_up(self, call: str, by: AgentId) -> None:
        """End it; of several agents, or for one who only listens, only *by* leaves."""

    @abstractmethod
    async def hold(self, call: str, *, on: bool) -> None:
        """Have the customer hear music, or come back."""

    @abstractmethod
    async def transfer(self, call: str, by: AgentId, to: Target, *, warm: bool) -> None:
        """Pass it on; when *warm*, both agents speak before the customer comes back."""

    @abstractmethod
    async def watch(self, call: str, by: AgentId, mode: Mode, how: How) -> None:
        """Let *by* take part in another's call, or change how."""

    @abstractmethod
    async def discard(self, recording: str) -> None:
        """Delete a recording at the provider; one that is gone already is fine."""
