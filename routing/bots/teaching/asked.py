"""What customers asked in a span of time, what the bot did about it, and what a person answered.

It is what a rehearsal plays and what teaching learns from. A question is the message that a
conversation began with, or began anew with, and every later one that the bot had to understand.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import bindparam, false, func, select

from inbox.model import (
    AgentId,
    BotTurn,
    ConversationId,
    CustomerId,
    MessageId,
    Status,
    TurnKind,
    Value,
)
from inbox.store import Unit
from inbox.store.numbers import numbered
from inbox.store.sessions import TURN_COLUMNS, as_turn
from inbox.tables import BotTurnRow, ConversationRow, CustomerRow, EventRow, MessageRow, Utc

MOST = 3_000  #: conversations that are looked at, the latest
SOME = 400  #: in one question to the store
LONGEST = 2_000  #: letters of a message
UNDERSTOOD = {
    TurnKind.ANSWER,
    TurnKind.ASK,
    TurnKind.OFFER,
    TurnKind.SUGGEST,
    TurnKind.HAND_OVER,
}  #: turns about a message that had to be understood; forms and thanks are none
SINCE = bindparam("since", type_=Utc())

TALKS = (
    select(ConversationRow.id)
    .where(ConversationRow.active_at >= SINCE, ConversationRow.spam == false())
    .order_by(ConversationRow.active_at.desc(), ConversationRow.id.desc())
    .limit(bindparam("limit"))
)
REOPENED = select(EventRow.message_id, EventRow.change).where(
    numbered(EventRow.conversation_id, "which"),
    EventRow.verb == "conversation.reopened",
    EventRow.message_id.is_not(None),
)
SAID = (
    select(
        MessageRow.id,
        MessageRow.conversation_id,
        MessageRow.customer_id,
        MessageRow.direction,
        MessageRow.created_at,
        MessageRow.author_id,
        func.substr(func.coalesce(MessageRow.visible_text, MessageRow.text), 1, LONGEST),
        CustomerRow.name,
    )
    .join(CustomerRow, CustomerRow.id == MessageRow.customer_id)
    .where(
        numbered(MessageRow.conversation_id, "which"),
        MessageRow.kind == "message",
        MessageRow.direction != "note",
        MessageRow.deleted_at.is_(None),
    )
    .order_by(MessageRow.conversation_id, MessageRow.id)
)
TURNS = (
    select(*TURN_COLUMNS)
    .where(numbered(BotTurnRow.conversation_id, "which"), BotTurnRow.message_id.is_not(None))
    .order_by(BotTurnRow.id)
)


class Answered(Value):
    """What a person answered first."""

    text: str
    by: AgentId
    at: datetime


class Asked(Value):
    """A question of a customer, and what came of it."""

    conversation_id: ConversationId
    message_id: MessageId
    customer_id: CustomerId
    customer: str  #: what they are called
    at: datetime
    text: str
    turn: BotTurn | None = None  #: of the bot, about it
    answered: Answered | None = None


def asked(unit: Unit, since: datetime, until: datetime, *, most: int = MOST) -> Sequence[Asked]:
    """Return what was asked in a span of time, the oldest first."""
    rows = unit.connection.scalars(TALKS, {"since": since, "limit": most}).all()
    talks = iter([ConversationId(one) for one in rows])
    found: list[Asked] = []
    while some := list(islice(talks, SOME)):
        found += (one for one in in_talks(unit, some) if since <= one.at < until)
    return sorted(found, key=lambda one: (one.at, one.message_id))


def in_talks(unit: Unit, which: Sequence[ConversationId]) -> Iterator[Asked]:
    """Return everything that was asked in some conversations."""
    chosen = {"which": list(which)}
    reopened = unit.connection.execute(REOPENED, chosen).all()
    anew = {row.message_id for row in reopened if row.change["status"][0] == Status.RESOLVED}
    turns = {turn.message_id: turn for turn in map(as_turn, unit.connection.execute(TURNS, chosen))}
    said = defaultdict(list)
    for row in unit.connection.execute(SAID, chosen):
        said[row.conversation_id].append(row)
    for rows in said.values():
        yield from in_talk(rows, {rows[0].id, *anew}, turns)


def in_talk(
    rows: Sequence[Any], opened: set[int], turns: Mapping[MessageId | None, BotTurn]
) -> Iterator[Asked]:
    """Return what was asked in one conversation, the newest first."""
    answered: Answered | None = None
    for which, talk, customer, direction, at, author, text, name in reversed(rows):
        if direction == "out":
            if author is not None:
                answered = Answered(text=text, by=author, at=at)
            continue
        turn = turns.get(which)
        if which in opened or (turn is not None and turn.kind in UNDERSTOOD):
            yield Asked(
                conversation_id=talk,
                message_id=which,
                customer_id=customer,
                customer=name,
                at=at,
                text=text,
                turn=turn if turn is not None and turn.kind in UNDERSTOOD else None,
                answered=answered,
            )
        if which in opened:
            answered = None  # what follows answers the next time that it began
