"""What helps an agent: replies with their source, similar conversations, a gist, hints.

It comes from the articles and from resolved conversations alone, and goes to agents only; nothing
is sent before somebody took it and sent it.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from inbox.model import Agent, AgentId, ConversationId, Direction, MessageId, Value
from inbox.store import Unit
from routing.bots.assist import answers, past
from routing.bots.assist.answers import Answer
from routing.bots.assist.gist import Line, gist, sentences
from routing.bots.assist.mood import Hint, felt
from routing.bots.assist.past import Near, Past
from routing.bots.knowledge.search import Found
from routing.bots.understanding import Reading

LOOKED_AT = 200  # messages of a conversation, the newest
ASKED = 2_000  # letters of what a customer asks
PARTS = 5  # of its sentences that are looked up by themselves
LATELY = 3  # of the customer's messages tell how they feel
LONG = 4  # messages after which a gist is worth reading
TAGS = 3
SHARE = 0.34  # of similar conversations, by weight, that have a tag that is hinted at


class Question(Value):
    """What a customer asked last, and what was said before."""

    text: str
    message_id: MessageId | None = None  #: the newest message of it
    waits: bool = False  #: we have not answered since
    said: tuple[Line, ...] = ()


class Similar(Value):
    """A resolved conversation about the same."""

    conversation_id: ConversationId
    question: str
    score: float  #: 0 to 1
    at: datetime
    by: AgentId | None = None  #: who answered
    subject: str | None = None


class Help(Value):
    """Everything that helps with a conversation now."""

    message_id: MessageId | None  #: it is about this message and those before it
    answers: tuple[Answer, ...] = ()
    similar: tuple[Similar, ...] = ()
    tags: tuple[str, ...] = ()
    mood: Hint | None = None
    gist: tuple[Line, ...] = ()


def question(unit: Unit, which: ConversationId) -> Question:
    """Return what the customer waits to hear about; else what they wrote last."""
    said = [
        Line(message_id=row.id, direction=Direction(row.direction), text=words_of(row))
        for row in reversed(unit.messages.page(which, limit=LOOKED_AT))
        if row.kind == "message" and row.direction != Direction.NOTE and row.deleted_at is None
    ]
    unanswered = since_answer(said)
    asked = unanswered or [one for one in said if one.direction is Direction.IN][-1:]
    return Question(
        text="\n".join(one.text for one in asked)[-ASKED:],
        message_id=MessageId(asked[-1].message_id) if asked else None,
        waits=bool(unanswered),
        said=tuple(said),
    )


def parts(said: str) -> list[str]:
    """Return the last sentences of what was said; any of them may be the question."""
    line = Line(message_id=0, direction=Direction.IN, text=said)
    return [one.text for one in sentences(line)][-PARTS:]


def words_of(row: Any) -> str:
    return str(row.text if row.visible_text is None else row.visible_text)


def since_answer(said: Sequence[Line]) -> list[Line]:
    """Return what the customer wrote since we answered."""
    ours = [at for at, one in enumerate(said) if one.direction is Direction.OUT]
    return list(said[ours[-1] + 1 if ours else 0 :])


def assist(
    unit: Unit,
    which: ConversationId,
    asked: Question,
    *,
    agent: Agent,
    memory: Past,
    today: date,
    reading: Reading | None = None,
    found: Sequence[Found] = (),
) -> Help:
    """Return what helps *agent*; *found* are articles that fit what the customer wrote."""
    recent = memory.recent(unit, agent)
    recent.pop(which, None)
    near = past.near(unit, memory.alike(unit, agent, asked.text, recent, but=which))
    theirs = [one.text for one in asked.said if one.direction is Direction.IN]
    replies: tuple[Answer, ...] = ()
    if asked.waits:
        written = answers.from_articles(unit, reading, found, today)
        spoken = answers.from_colleagues(near, answers.Common(recent.values(), found, asked.text))
        replies = answers.offered(written, spoken)
    return Help(
        message_id=asked.message_id,
        answers=replies,
        similar=tuple(map(similar, near)),
        tags=tags(unit, which, near),
        mood=felt(theirs[-LATELY:]),
        gist=tuple(gist(asked.said)) if len(asked.said) >= LONG else (),
    )


def similar(one: Near) -> Similar:
    return Similar(
        conversation_id=one.id,
        question=" ".join(one.question.text.split())[:200],
        score=one.score,
        at=one.at,
        by=one.answer.author_id if one.answer else None,
        subject=one.subject,
    )


def tags(unit: Unit, which: ConversationId, near: Sequence[Near]) -> tuple[str, ...]:
    """Return what similar conversations are filed under, and this one is not."""
    filed = unit.tags.some([which, *(one.id for one in near)])
    weight: dict[str, float] = defaultdict(float)
    for one in near:
        for name in filed.get(one.id, ()):
            weight[name] += one.score
    whole = sum(one.score for one in near)
    usual = sorted(weight, key=lambda name: -weight[name])
    own = filed.get(which, ())
    return tuple(one for one in usual if one not in own and weight[one] >= SHARE * whole)[:TAGS]
