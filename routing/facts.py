"""What is known of a conversation when the rules decide about it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select

from inbox.model import Conversation, ConversationId, Customer, Message, QueueId
from inbox.store import Unit
from inbox.tables import ConversationRow
from routing.hours import Hours
from routing.known import Rulebook
from routing.rules import Facts

LANGUAGE, SEGMENTS = "language", "segments"  #: attributes of a customer
WORDS = 20_000  #: characters of what was said that rules look through
EARLIER = select(func.count(), func.max(ConversationRow.active_at)).where(
    ConversationRow.customer_id == bindparam("customer"),
    ConversationRow.id < bindparam("which"),
)
LAST_QUEUE = (
    select(ConversationRow.queue_id)
    .where(
        ConversationRow.customer_id == bindparam("customer"),
        ConversationRow.id < bindparam("which"),
        ConversationRow.queue_id.is_not(None),
    )
    .order_by(ConversationRow.id.desc())
    .limit(1)
)


def gather(unit: Unit, book: Rulebook, which: ConversationId, at: datetime) -> Facts:
    """Return what is known of a conversation. Raises `NotFound`."""
    talk = unit.conversations.get(which)
    account = unit.accounts.get(talk.account_id)
    customer = unit.customers.get(talk.customer_id)
    heard = unit.messages.heard_before(which)
    return Facts(
        channel=account.kind,
        account=account.name,
        text=said(talk, heard),
        language=language(customer),
        segments=segments(customer.attributes.get(SEGMENTS)),
        customer=dict(customer.attributes),
        history=history(unit, book.names, talk, at),
        open=open_now(book.hours, at),
    )


def said(talk: Conversation, heard: Message | None) -> str:
    """Return the words of the customer's newest message, and what it is about."""
    parts = [talk.subject, heard.text if heard else None]
    return "\n".join(part for part in parts if part)[:WORDS]


def language(customer: Customer) -> str | None:
    known = customer.attributes.get(LANGUAGE)
    return known.strip().lower() or None if isinstance(known, str) else None


def segments(known: Any) -> frozenset[str]:
    """Return the segments of a customer, written as a list or with commas between them."""
    listed: Iterable[Any] = known.split(",") if isinstance(known, str) else known
    if not isinstance(listed, list | tuple):
        return frozenset()
    return frozenset(one.strip() for one in listed if isinstance(one, str) and one.strip())


def history(
    unit: Unit, names: Mapping[QueueId, str], talk: Conversation, at: datetime
) -> dict[str, Any]:
    """Return what happened between us and a customer before."""
    asked = {"customer": talk.customer_id, "which": talk.id}
    earlier, last = unit.connection.execute(EARLIER, asked).one()
    queue = unit.connection.scalar(LAST_QUEUE, asked) if earlier else None
    there = unit.placements.get(talk.id)
    found: dict[str, Any] = {"earlier": earlier, "reopened": there is not None}
    if last:
        found["days_since"] = max(0.0, (at - last).total_seconds() / 86_400)
    if queue is not None and QueueId(queue) in names:
        found["last_queue"] = names[QueueId(queue)]
    return found


def open_now(hours: Mapping[str, Hours], at: datetime) -> frozenset[str]:
    return frozenset(name for name, one in hours.items() if one.is_open(at))
