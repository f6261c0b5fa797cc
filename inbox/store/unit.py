"""One transaction over the tables: read, write, promise, tell; all or nothing."""

from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection

from inbox.jobs import Job
from inbox.model import AgentId, ConversationId, CustomerId, JournalId, MessageId
from inbox.notices import Notice, Promised, Seen
from inbox.store.accounts import Accounts
from inbox.store.agents import Agents
from inbox.store.articles import Articles
from inbox.store.asides import Asides
from inbox.store.assignments import Assignments
from inbox.store.attachments import Attachments
from inbox.store.brains import Brains
from inbox.store.consents import Consents
from inbox.store.consults import Consults
from inbox.store.conversations import Conversations
from inbox.store.customers import Customers
from inbox.store.decisions import Decisions
from inbox.store.duties import Duties
from inbox.store.events import Events
from inbox.store.jobs import Jobs
from inbox.store.journal import Journal
from inbox.store.leases import Leases
from inbox.store.merges import Merges
from inbox.store.messages import Messages
from inbox.store.placements import Placements
from inbox.store.proposals import Proposals
from inbox.store.queues import Queues
from inbox.store.reactions import Reactions
from inbox.store.sessions import Sessions, Suggestions, Turns
from inbox.store.setups import Setups
from inbox.store.sight import Sight
from inbox.store.tags import Tags
from inbox.store.trays import Trays


class Unit:
    """A unit of work. Verbs get one; they never commit, never await, never sleep.

    Verbs of one group share it. Events, jobs and payloads are gathered and written together
    before the commit, so no verb sees those of its own group.
    """

    def __init__(self, connection: Connection, now: datetime) -> None:
        self.connection = connection
        self.now = now
        self.notices: list[Notice] = []

    @cached_property
    def accounts(self) -> Accounts:
        return Accounts(self.connection)

    @cached_property
    def agents(self) -> Agents:
        return Agents(self.connection)

    @cached_property
    def asides(self) -> Asides:
        return Asides(self.connection)

    @cached_property
    def articles(self) -> Articles:
        return Articles(self.connection)

    @cached_property
    def assignments(self) -> Assignments:
        return Assignments(self.connection)

    @cached_property
    def attachments(self) -> Attachments:
        return Attachments(self.connection)

    @cached_property
    def brains(self) -> Brains:
        return Brains(self.connection)

    @cached_property
    def consents(self) -> Consents:
        return Consents(self.connection)

    @cached_property
    def consults(self) -> Consults:
        return Consults(self.connection, self.now)

    @cached_property
    def conversations(self) -> Conversations:
        return Conversations(self.connection)

    @cached_property
    def customers(self) -> Customers:
        return Customers(self.connection)

    @cached_property
    def decisions(self) -> Decisions:
        return Decisions(self.connection)

    @cached_property
    def duties(self) -> Duties:
        return Duties(self.connection)

    @cached_property
    def events(self) -> Events:
        return Events(self.connection)

    @cached_property
    def jobs(self) -> Jobs:
        return Jobs(self.connection)

    @cached_property
    def journal(self) -> Journal:
        return Journal(self.connection)

    @cached_property
    def leases(self) -> Leases:
        return Leases(self.connection)

    @cached_property
    def merges(self) -> Merges:
        return Merges(self.connection)

    @cached_property
    def messages(self) -> Messages:
        return Messages(self.connection)

    @cached_property
    def placements(self) -> Placements:
        return Placements(self.connection)

    @cached_property
    def proposals(self) -> Proposals:
        return Proposals(self.connection)

    @cached_property
    def queues(self) -> Queues:
        return Queues(self.connection)

    @cached_property
    def reactions(self) -> Reactions:
        return Reactions(self.connection)

    @cached_property
    def sessions(self) -> Sessions:
        return Sessions(self.connection)

    @cached_property
    def setups(self) -> Setups:
        return Setups(self.connection)

    @cached_property
    def suggestions(self) -> Suggestions:
        return Suggestions(self.connection)

    @cached_property
    def tags(self) -> Tags:
        return Tags(self.connection)

    @cached_property
    def turns(self) -> Turns:
        return Turns(self.connection)

    @cached_property
    def sight(self) -> Sight:
        return Sight(self.connection, self.now)

    @cached_property
    def trays(self) -> Trays:
        return Trays(self.connection)

    def enqueue(self, job: Job, *, at: datetime | None = None) -> None:
        """Promise *job*; it is written with this transaction and survives everything after."""
        self.jobs.gather(job, now=self.now, at=at or self.now)

    def happened(
        self,
        verb: str,
        *,
        by: AgentId | None = None,
        conversation: ConversationId | None = None,
        customer: CustomerId | None = None,
        message: MessageId | None = None,
        journal: JournalId | None = None,
        about: AgentId | None = None,
        change: dict[str, Any] | None = None,
        seen: Seen | None = None,
    ) -> None:
        """Write one line of the record, and tell everybody who looks once it committed.

        Who gives what can be *seen* of it spares those who tell it a question.
        """
        self.events.gather(
            seen,
            at=self.now,
            verb=verb,
            agent_id=by,
            conversation_id=conversation,
            customer_id=customer,
            message_id=message,
            journal_id=journal,
            for_agent_id=about,
            change=change,
        )

    def notify(self, notice: Notice) -> None:
        """Tell whoever looks, once it committed, what is not worth a line of the record."""
        self.notices.append(notice)

    def flush(self) -> None:
        """Write what was gathered, all but the record, when all verbs have run."""
        self.journal.flush()
        if due := self.jobs.flush():
            self.notices.append(Promised(due=due))

    @property
    def has_record(self) -> bool:
        """Tell whether something happened that has to be recorded."""
        return bool(self.events.gathered)

    def record(self) -> None:
        """Write what happened: the last thing before the commit, for others wait from here on."""
        self.notices.extend(self.events.flush())
