"""Rules tried on conversations of the past: where each would have gone, and why.

A conversation is looked at as it was when it began: by its first words, by the hours of that time.
Attributes of customers are those of today, for nobody wrote them down. Nothing is changed.
"""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace
from sqlalchemy import bindparam, select

from inbox.model import ConversationId, Value
from inbox.store import Unit
from inbox.store.rows import Found
from inbox.tables import ConversationRow, CustomerRow, DecisionRow, MessageRow, QueueRow
from routing import facts
from routing.known import Rulebook
from routing.rules import Decision, Facts, decide
from routing.setup import Setup

SHOWN = 200  #: letters of what the customer said
RECENT = (
    select(
        ConversationRow.id,
        ConversationRow.created_at,
        ConversationRow.subject,
        CustomerRow.name,
        QueueRow.name.label("queue"),
    )
    .join(CustomerRow, CustomerRow.id == ConversationRow.customer_id)
    .outerjoin(QueueRow, QueueRow.id == ConversationRow.queue_id)
    .where(ConversationRow.spam.is_(False))
    .order_by(ConversationRow.id.desc())
    .limit(bindparam("limit"))
)
FIRST_WORDS = (
    select(MessageRow.text)
    .where(MessageRow.conversation_id == bindparam("which"), MessageRow.direction == "in")
    .order_by(MessageRow.id)
    .limit(1)
)
RULED = (
    select(QueueRow.name)
    .join(DecisionRow, DecisionRow.queue_id == QueueRow.id)
    .where(DecisionRow.conversation_id == bindparam("which"), DecisionRow.kind == "rules")
    .order_by(DecisionRow.id)
    .limit(1)
)


class Attempt(Value):
    """What rules would have done with a conversation."""

    conversation_id: ConversationId
    customer: str
    at: datetime
    facts: Facts
    decision: Decision
    queue: str | None  #: where it would have gone; none when it would be everybody's
    was: str | None  #: where it went


def attempts(unit: Unit, setup: Setup, limit: int) -> Sequence[Attempt]:
    """Try the rules of a setup on the newest conversations."""
    names = {one.id: one.name for one in unit.queues.all()}
    book = Rulebook(None, setup, names)
    rows = unit.connection.execute(RECENT, {"limit": limit}).all()
    return [attempt(unit, book, row) for row in rows]


def attempt(unit: Unit, book: Rulebook, row: Found) -> Attempt:
    which, at, subject, customer, queue = row
    known = began(unit, book, which, at, subject)
    decision = decide(book.setup.rules, known)
    went = unit.connection.scalar(RULED, {"which": which})
    return Attempt(
        conversation_id=which,
        customer=customer,
        at=at,
        facts=known,
        decision=decision,
        queue=decision.then.queue or book.setup.usual,
        was=went or queue,
    )


def began(
    unit: Unit, book: Rulebook, which: ConversationId, at: datetime, subject: str | None
) -> Facts:
    """Return what was known of a conversation when it began."""
    words = unit.connection.scalar(FIRST_WORDS, {"which": which})
    known = facts.gather(unit, book, which, at)
    text = "\n".join(part for part in (subject, words) if part)[: facts.WORDS]
    return replace(known, text=text, history=known.history | {"reopened": False})
