"""Conversations that were about the same, among those resolved lately.

The latest `WINDOW` resolved conversations that an agent may see are compared by their first
question and its first answer by a person, never all messages there are. What is kept between two
questions are numbers made of words, not the words.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from threading import Lock
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, false, func, select
from sqlalchemy.orm import aliased

from inbox.model import Agent, ConversationId, MessageId
from inbox.store import Unit
from inbox.store.numbers import numbered
from inbox.store.rows import Question
from inbox.store.sight import SEEN
from inbox.tables import AgentRow, ConversationRow, CustomerRow, IdentityRow, MessageRow
from routing.bots.likeness import Grams, Weights, grams, words

WINDOW = 400  # resolved conversations that are looked through, the latest first
KEPT = 4_000  # conversations of which numbers are kept
ALIKE = 0.22  # below, two questions have hardly more in common than their language


def pairs() -> Question:
    """Select the first question of some conversations, and a person's first answer to it."""
    asking = aliased(MessageRow, name="asking")
    asked = (
        select(asking.id)
        .where(asking.conversation_id == ConversationRow.id, asking.direction == "in")
        .where(asking.kind == "message", asking.deleted_at.is_(None), asking.text != "")
        .order_by(asking.id)
        .limit(1)
        .scalar_subquery()
    )
    answering = aliased(MessageRow, name="answering")
    answered = (
        select(answering.id)
        .where(answering.conversation_id == ConversationRow.id, answering.direction == "out")
        .where(answering.kind == "message", answering.deleted_at.is_(None), answering.text != "")
        .where(answering.author_id.is_not(None), answering.id > asked)
        .order_by(answering.id)
        .limit(1)
        .scalar_subquery()
    )
    return select(ConversationRow.id, asked.label("asked"), answered.label("answered")).where(
        numbered(ConversationRow.id, "which")
    )


def lately(*sight: ColumnElement[bool]) -> Question:
    """Select the conversations that were resolved lately, and their newest message."""
    return (
        select(ConversationRow.id, ConversationRow.last_message_id)
        .where(ConversationRow.status == "resolved", ConversationRow.spam == false(), *sight)
        .order_by(ConversationRow.active_at.desc(), ConversationRow.id.desc())
        .limit(bindparam("limit"))
    )


LATELY = lately()
SEEN_LATELY = lately(SEEN)
PAIRS = pairs()
TEXTS = select(
    MessageRow.id,
    func.coalesce(MessageRow.visible_text, MessageRow.text).label("text"),
    MessageRow.author_id,
    MessageRow.created_at,
).where(numbered(MessageRow.id, "which"), MessageRow.deleted_at.is_(None))

WHERE = (
    select(
        ConversationRow.id,
        ConversationRow.customer_id,
        ConversationRow.subject,
        ConversationRow.active_at,
        CustomerRow.name,
    )
    .join(CustomerRow, CustomerRow.id == ConversationRow.customer_id)
    .where(numbered(ConversationRow.id, "which"))
)
ADDRESSES = select(IdentityRow.customer_id, IdentityRow.value).where(
    numbered(IdentityRow.customer_id, "which")
)
COLLEAGUES = select(AgentRow.name)


class Told(NamedTuple):
    """What a conversation was about, in numbers."""

    last: MessageId | None  #: its newest message when this was found out
    asked: MessageId | None
    answered: MessageId | None
    question: Grams
    said: frozenset[int]  #: the words of question and answer


class Alike(NamedTuple):
    """A conversation that was about the same."""

    id: ConversationId
    score: float  #: 0 to 1
    told: Told


class Near(NamedTuple):
    """A conversation that was about the same, with its words."""

    id: ConversationId
    score: float
    subject: str | None
    at: datetime
    question: Any  #: a row of `TEXTS`
    answer: Any  #: the same, of a person's first answer; none when nobody answered
    names: set[str]  #: that the desk knows of its customer and of whoever answered


class Past:
    """What resolved conversations were about, as far as it was asked for before."""

    def __init__(self) -> None:
        self.known: dict[ConversationId, Told] = {}
        self.lock = Lock()  # several readers ask at once

    def recent(self, unit: Unit, agent: Agent) -> dict[ConversationId, Told]:
        """Return what the latest resolved conversations that *agent* sees were about."""
        seen = unit.sight.of(agent)
        question = LATELY if seen is None else SEEN_LATELY
        asked = {"agent": agent.id, "now": seen, "limit": WINDOW}
        rows = unit.connection.execute(question, asked).all()
        strange = [row[0] for row in rows if not self.knows(row[0], row[1])]
        found = {row[0]: row[1] for row in rows}
        fresh = read(unit, strange, found) if strange else {}
        with self.lock:
            self.known |= fresh
            recent = {one: self.known[one] for one in found}
            for one in list(self.known)[: max(0, len(self.known) - KEPT)]:
                del self.known[one]
        return recent

    def knows(self, which: ConversationId, last: MessageId | None) -> bool:
        told = self.known.get(which)
        return told is not None and told.last == last


def read(
    unit: Unit, which: Sequence[ConversationId], last: Mapping[ConversationId, MessageId | None]
) -> dict[ConversationId, Told]:
    """Find out what some conversations were about."""
    rows = unit.connection.execute(PAIRS, {"which": which}).all()
    said = texts(unit, {one for row in rows for one in (row.asked, row.answered) if one})
    return {
        row.id: Told(
            last[row.id],
            row.asked,
            row.answered,
            grams(said[row.asked].text) if row.asked in said else frozenset(),
            spoken(*(said[one].text for one in (row.asked, row.answered) if one in said)),
        )
        for row in rows
    }


def texts(unit: Unit, which: Collection[MessageId]) -> dict[MessageId, Any]:
    """Return what some messages say, without those that were taken back."""
    rows = unit.connection.execute(TEXTS, {"which": list(which)}) if which else ()
    return {row.id: row for row in rows}


def spoken(*texts: str) -> frozenset[int]:
    """Return the words of some texts, as numbers."""
    return frozenset(hash(word) for text in texts for word in words(text))


def alike(
    question: str, recent: Mapping[ConversationId, Told], *, limit: int = 5
) -> Sequence[Alike]:
    """Return the conversations whose question is most like *question*, the most alike first."""
    asked = grams(question)
    weights = Weights([told.question for told in recent.values()])
    found = [Alike(one, weights.alike(asked, told.question), told) for one, told in recent.items()]
    near = sorted((one for one in found if one.score >= ALIKE), key=lambda one: -one.score)
    return near[:limit]


def near(unit: Unit, found: Sequence[Alike]) -> list[Near]:
    """Return similar conversations with their words, as they are now."""
    said = texts(
        unit, {one for each in found for one in (each.told.asked, each.told.answered) if one}
    )
    asked = {"which": [one.id for one in found]}
    rows = {row.id: row for row in unit.connection.execute(WHERE, asked)} if found else {}
    known = names(unit, {row.customer_id: row.name for row in rows.values()})
    return [
        Near(
            one.id,
            one.score,
            rows[one.id].subject,
            rows[one.id].active_at,
            said[one.told.asked],
            said.get(one.told.answered or MessageId(0)),
            known[rows[one.id].customer_id],
        )
        for one in found
        if one.id in rows and one.told.asked in said
    ]


def names(unit: Unit, customers: Mapping[int, str]) -> dict[int, set[str]]:
    """Return by what names and addresses the desk knows some customers, and its own people."""
    ours = {row.name for row in unit.connection.execute(COLLEAGUES)}
    known = {customer: {name, *ours} for customer, name in customers.items()}
    for customer, value in unit.connection.execute(ADDRESSES, {"which": list(customers)}):
        known[customer].add(value)
    return known
