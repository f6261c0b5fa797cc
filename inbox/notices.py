"""News that may be missed: a browser that missed some asks for what changed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from inbox.model import (
    AccountId,
    AgentId,
    ConversationId,
    CustomerId,
    EventId,
    JournalId,
    MessageId,
    Value,
)


class Notice(Value, tag=True):
    """Base of every notice; published only after its change has committed."""


class Seen(NamedTuple):
    """What an event left behind, as whoever wrote it knows without asking the store.

    The objects are the writer's own, and are not changed any more once they have committed.
    """

    talk: Any  #: the conversation
    customer: Any  #: whose it is
    accounts: Mapping[AccountId, Any]
    message: Mapping[str, Any] | None = None  #: all columns of its row; it has no files


class Happened(Notice, tag="happened"):
    """An event was written. Its id is the sequence number a browser resumes from."""

    id: EventId
    at: datetime
    verb: str  #: such as ``message.added``; see `inbox.store.events`
    conversation_id: ConversationId | None = None
    customer_id: CustomerId | None = None
    message_id: MessageId | None = None
    journal_id: JournalId | None = None
    agent_id: AgentId | None = None  #: the event is about or for this agent
    by: AgentId | None = None  #: this agent did it
    change: dict[str, Any] | None = None
    seen: Seen | None = None  #: never leaves this process


class Typing(Notice, tag="typing"):
    """Somebody is writing; never stored."""

    conversation_id: ConversationId
    agent_id: AgentId | None = None  #: none when it is the customer
    text: str | None = None


class Promised(Notice, tag="promised"):
    """Jobs were written; the worker need not wait for its next round."""

    due: datetime  #: when the first of them is to run


class Ringing(Notice, tag="ringing"):
    """A call rings some agents, or has stopped ringing them; never stored."""

    account_id: AccountId
    external_id: str  #: of the call's message, which may be understood a moment later
    agents: tuple[AgentId, ...]
    on: bool = True
    peer: str | None = None  #: the customer's number
    outward: bool = False  #: the agent's own call: their telephone rings first
    callback: bool = False
    queue: str | None = None
    how: str = "browser"  #: or ``phone``
