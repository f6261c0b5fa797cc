"""Conversations that were about the same, among all that were resolved.

They are compared by their first question and its first answer by a person. An index of words names
those that come near (`routing.bots.assist.index`); of them, and of the latest `WINDOW`, those that
the agent may see now are read and compared. What is kept between two questions are numbers made
of words, not the words.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from heapq import nlargest
from itertools import islice
from threading import Lock
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, bindparam, false, func, select
from sqlalchemy.orm import aliased

from inbox.model import Agent, ConversationId, MessageId
from inbox.store import Unit
from inbox.store.numbers import numbered
from inbox.store.rows import Question
from inbox.store.sight import SEEN
from inbox.tables import AgentRow, ConversationRow, CustomerRow, EventRow, IdentityRow, MessageRow
from routing.bots.assist.index import Index, stems
from routing.bots.likeness import Grams, Weights, grams, words

WINDOW = 400  # resolved conversations that are compared in any case, the latest
KEPT = 4_000  # conversations of which all numbers are kept
INDEXED = 100_000  # conversations that can be found, the latest
SLICE = 1_000  # conversations that are put into the index with one question
NEWS = 4_000  # events that are looked through for what was resolved meanwhile
BIGGEST = 2**62  # no number of a conversation is larger
OVERLAP = 500  # events that are looked at again: PostgreSQL may commit them in another order
FITTING = 1_000  # conversations that may come near, of which those are chosen that are seen
CLOSEST = 80  # of them that are compared
ALIKE = 0.35  # two of three first finds are about the same: tests/benchmarks/bot/assisting.py


def first_question() -> ScalarSelect[int]:
    """Select the first that a customer wrote in a conversation."""
    asking = aliased(MessageRow, name="asking")
    return (
        select(asking.id)
        .where(asking.conversation_id == ConversationRow.id, asking.direction == "in")
        .where(asking.kind == "message", asking.deleted_at.is_(None), asking.text != "")
        .order_by(asking.id)
        .limit(1)
        .scalar_subquery()
    )


def pairs() -> Question:
    """Select the first question of some conversations, and a person's first answer to it."""
    asked = first_question()
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


def seen_among(*sight: ColumnElement[bool]) -> Question:
    """Select those of some conversations that are resolved, and their newest message."""
    return select(ConversationRow.id, ConversationRow.last_message_id).where(
        numbered(ConversationRow.id, "which"),
        ConversationRow.status == "resolved",
        ConversationRow.spam == false(),
        *sight,
    )


LATELY = lately()
SEEN_LATELY = lately(SEEN)
AMONG = seen_among()
SEEN_AMONG = seen_among(SEEN)
OLDER = (
    select(ConversationRow.id)
    .where(
        ConversationRow.id < bindparam("below"),
        ConversationRow.status == "resolved",
        ConversationRow.spam == false(),
    )
    .order_by(ConversationRow.id.desc())
    .limit(bindparam("limit"))
)
LAST_EVENT = select(func.coalesce(func.max(EventRow.id), 0))
NEWER = (
    select(EventRow.id, EventRow.verb, EventRow.conversation_id)
    .where(EventRow.id > bindparam("after"))
    .order_by(EventRow.id)
    .limit(NEWS)
)
FIRST = select(ConversationRow.id, first_question().label("asked")).where(
    numbered(ConversationRow.id, "which")
)
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
        self.index = Index()
        self.learning = Lock()  # one of them at a time puts something into the index
        self.below: int | None = None  #: older conversations are to be indexed; 0 when none are
        self.heard = 0  #: the last event that was looked at

    # --- the latest -------------------------------------------------------------------------
    def recent(self, unit: Unit, agent: Agent) -> dict[ConversationId, Told]:
        """Return what the latest resolved conversations that *agent* sees were about."""
        seen = unit.sight.of(agent)
        question = LATELY if seen is None else SEEN_LATELY
        asked = {"agent": agent.id, "now": seen, "limit": WINDOW}
        rows = unit.connection.execute(question, asked)
        return self.told(unit, {row[0]: row[1] for row in rows})

    def told(
        self, unit: Unit, which: Mapping[ConversationId, MessageId | None]
    ) -> dict[ConversationId, Told]:
        """Return what some conversations were about, each with its newest message."""
        strange = [one for one, last in which.items() if not self.knows(one, last)]
        fresh = read(unit, strange, which) if strange else {}
        with self.lock:
            self.known |= fresh
            told = {one: self.known[one] for one in which if one in self.known}
            for one in list(self.known)[: max(0, len(self.known) - KEPT)]:
                del self.known[one]
        return told

    def knows(self, which: ConversationId, last: MessageId | None) -> bool:
        told = self.known.get(which)
        return told is not None and told.last == last

    # --- all --------------------------------------------------------------------------------
    def alike(
        self,
        unit: Unit,
        agent: Agent,
        question: str,
        recent: Mapping[ConversationId, Told],
        *,
        but: ConversationId,
    ) -> Sequence[Alike]:
        """Return the resolved conversations that *agent* sees whose question is most like one."""
        self.learn(unit)
        near = self.index.near(question, FITTING)
        seen = unit.sight.of(agent)
        asked = {"agent": agent.id, "now": seen, "which": near}
        rows = unit.connection.execute(AMONG if seen is None else SEEN_AMONG, asked)
        found = {row[0]: row[1] for row in rows}
        closest = {one: found[one] for one in near if one in found and one not in {but, *recent}}
        some = dict(islice(closest.items(), CLOSEST))
        return alike(question, {**recent, **self.told(unit, some)}, weighed=recent)

    def learn(self, unit: Unit) -> None:
        """Index what was resolved since, and a slice of what was resolved before."""
        if not self.learning.acquire(blocking=False):
            return  # somebody does already
        try:
            self.learn_newer(unit)
            self.learn_older(unit)
        finally:
            self.learning.release()

    def learn_newer(self, unit: Unit) -> None:
        if self.below is None:
            self.heard = unit.connection.scalar(LAST_EVENT) or 0
            return
        rows = unit.connection.execute(NEWER, {"after": self.heard - OVERLAP}).all()
        resolved = {row.conversation_id for row in rows if row.verb == "conversation.resolved"}
        for one, said in asked(unit, [one for one in resolved if one not in self.index]):
            self.index.add(one, said)
        self.heard = max([self.heard, *(row.id for row in rows)])

    def learn_older(self, unit: Unit) -> None:
        if self.below == 0 or len(self.index) >= INDEXED:
            return
        wanted = {"below": self.below or BIGGEST, "limit": SLICE}
        which = [ConversationId(one) for one in unit.connection.scalars(OLDER, wanted)]
        for one, said in asked(unit, which):
            self.index.add(one, said, older=True)
        self.below = which[-1] if len(which) == SLICE else 0


def asked(
    unit: Unit, which: Sequence[ConversationId]
) -> Iterator[tuple[ConversationId, frozenset[int]]]:
    """Return the words of the first question of some conversations, in their order."""
    rows = unit.connection.execute(FIRST, {"which": list(which)}).all() if which else ()
    first = {row.id: row.asked for row in rows if row.asked is not None}
    said = texts(unit, set(first.values()))
    return ((one, stems(said[first[one]].text)) for one in which if first.get(one) in said)


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
    question: str,
    among: Mapping[ConversationId, Told],
    *,
    weighed: Mapping[ConversationId, Told],
    least: float = ALIKE,
    limit: int = 5,
) -> Sequence[Alike]:
    """Return the conversations whose question is most like *question*, the most alike first.

    What is rare among those *weighed* tells the others apart.
    """
    said = grams(question)
    weights = Weights([told.question for told in weighed.values()])
    scores = {one: weights.alike(said, told.question, least) for one, told in among.items()}
    near = nlargest(limit, scores, key=lambda one: scores[one])
    return [Alike(one, scores[one], among[one]) for one in near if scores[one] > 0]


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
