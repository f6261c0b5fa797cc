"""A version of the bot's understanding, played through with what customers really asked.

The questions are read by it and by the version that is live, elsewhere (`aside`), and the bot
thinks about each as it would (`think`), as if it were the first thing that was written. Nothing is
written, and nobody is answered. Beside it stands what was done then; where that speaks against an
answer, the case is a disagreement.
"""

import asyncio
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from inbox.channel import Capabilities
from inbox.desk import Desk
from inbox.errors import Invalid, NotFound
from inbox.model import (
    AccountId,
    Article,
    ArticleId,
    BotSession,
    Brain,
    BrainId,
    Conversation,
    ConversationId,
    Customer,
    Direction,
    Message,
    MessageId,
    SessionState,
    Status,
    TurnKind,
    Value,
)
from inbox.store import Unit
from routing import setups
from routing.bots.knowledge.library import Library
from routing.bots.model import Bot, Flow, HandOver, Notes, Say, Suggest
from routing.bots.teaching.aside import aside
from routing.bots.teaching.asked import Asked, asked
from routing.bots.teaching.objections import Answers
from routing.bots.turns.converse import search
from routing.bots.turns.matter import Matter
from routing.bots.turns.think import Thought, Tools, think
from routing.bots.understanding import Reading

MOST = 1_000  #: questions that are played, the latest
STRANGE = 0.08  #: an answer that is less like an article than this was about something else
BUTTONS = Capabilities(buttons=10)
OFTEN = 10  #: questions after which others have their turn


class Would(StrEnum):
    """What the bot does about a question."""

    ANSWER = "answer"
    FORM = "form"
    ASK = "ask"  #: which of some is meant
    SUGGEST = "suggest"  #: to a colleague
    HAND_OVER = "hand_over"
    TALK = "talk"  #: a greeting, thanks


SAID = {
    TurnKind.ANSWER: Would.ANSWER,
    TurnKind.FORM: Would.FORM,
    TurnKind.ASK: Would.ASK,
    TurnKind.OFFER: Would.ASK,
}


class Did(StrEnum):
    """What was done about it then."""

    ANSWERED = "answered"  #: by the bot
    ASKED = "asked"  #: by the bot
    PERSON = "person"  #: a person answered
    NOBODY = "nobody"


class Move(Value):
    """What a version makes of a question."""

    would: Would
    why: str
    article_id: ArticleId | None = None
    flow: str | None = None
    probability: float | None = None
    ambiguity: float | None = None
    novelty: float | None = None
    nearest: str | None = None  #: the example that is most like the question


class Case(Value):
    """A question, what two versions make of it, and what was done."""

    conversation_id: ConversationId
    message_id: MessageId
    at: datetime
    customer: str
    text: str
    tried: Move
    now: Move | None  #: of the version that is live; none where that is the one that is tried
    did: Did
    article_id: ArticleId | None = None  #: the bot answered with it then
    answer: str | None = None  #: of a person
    objection: str | None = None  #: why what was done speaks against what would be

    @property
    def changed(self) -> bool:
        """Whether the two versions do different things."""
        now, tried = self.now, self.tried
        same = ("would", "article_id", "flow")
        return now is not None and any(getattr(now, one) != getattr(tried, one) for one in same)


class Rehearsal(Value):
    """How a version would have done."""

    since: datetime
    until: datetime
    bot: str | None  #: whose settings were used; none: the usual ones
    tried: BrainId
    live: BrainId | None
    tried_would: Mapping[Would, int]
    now_would: Mapping[Would, int] | None
    did: Mapping[Did, int]
    agreed: int  #: answers that a person gave too, or a customer found helpful
    cases: tuple[Case, ...]
    more: bool  #: there were more questions than were played

    @property
    def objections(self) -> int:
        return sum(one.objection is not None for one in self.cases)


class Stage(Value):
    """All that a rehearsal needs to know."""

    asked: tuple[Asked, ...]
    more: bool
    tried: Brain
    live: Brain | None
    name: str | None
    bot: Bot
    flows: dict[str, Flow]
    answerable: dict[ArticleId, Article]
    articles: tuple[Article, ...]


async def rehearse(
    desk: Desk,
    since: datetime,
    until: datetime,
    *,
    brain: BrainId | None = None,
    library: Library | None = None,
) -> Rehearsal:
    """Play what was asked in a span through a version, the newest unless another is named.

    Raises `NotFound` when there is no such version, `Invalid` when there is none to be tried,
    `Unread` when it takes too long.
    """
    stage = await desk.read(staged, since, until, brain)
    files = [stage.tried, *([stage.live] if stage.live else [])]
    texts = [one.text for one in stage.asked]
    read = await aside(texts, [file(desk, one) for one in files]) if texts else None
    readings = read.readings if read else ((),) * len(files)
    tried = await played(stage, readings[0], library)
    now = await played(stage, readings[1], library) if stage.live else None
    return await asyncio.to_thread(told, stage, since, until, tried, now)


def file(desk: Desk, brain: Brain) -> Path:
    path = desk.blobs.path(brain.blob)
    if not path.exists():
        raise NotFound("What this version had learned is not there any more.")
    return path


def staged(unit: Unit, since: datetime, until: datetime, brain: BrainId | None) -> Stage:
    """Read what a rehearsal needs."""
    _, setup = setups.current(unit)
    versions = [one for one in unit.brains.all() if one.blob]
    if brain is None and not versions:
        raise Invalid("The bot was taught nothing yet: write an article first.")
    tried = unit.brains.get(brain) if brain is not None else versions[0]
    if not tried.blob:
        raise Invalid("Its training failed: there is nothing that could be tried.")
    live = unit.brains.live()
    name = setup.bot or next(iter(setup.bots), None)
    found = list(asked(unit, since, until))
    known = unit.articles.some(unit.articles.news())
    usual = Bot(languages=tuple(unit.articles.languages()) or ("en",))
    return Stage(
        asked=tuple(one for one in found[-MOST:] if one.text.strip()),
        more=len(found) > MOST,
        tried=tried,
        live=live if live and live.id != tried.id else None,
        name=name,
        bot=replace(setup.bots[name] if name else usual, model=False),
        flows=setup.flows,
        answerable={one.id: one for one in unit.articles.answerable(unit.now.date())},
        articles=tuple(one for one in known if one.archived_at is None),
    )


# --- one play -------------------------------------------------------------------------------
async def played(
    stage: Stage, readings: Sequence[Reading], library: Library | None
) -> tuple[Move, ...]:
    """Have the bot think about every question."""
    moves = []
    for number, (one, reading) in enumerate(zip(stage.asked, readings, strict=True)):
        matter = imagined(stage, one)
        tools = Tools(
            mind=Recorded(reading), search=partial(search, library, matter) if library else None
        )
        moves.append(move(await think(matter, tools)))
        if number % OFTEN == 0:
            await asyncio.sleep(0)
    return tuple(moves)


class Recorded:
    """A mind that has read already."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading

    async def read(self, _: str, __: Collection[str] = ()) -> tuple[Reading, None]:
        return self.reading, None


def imagined(stage: Stage, one: Asked) -> Matter:
    """Return what the bot would know if the question were the first thing that was written."""
    session = BotSession(
        conversation_id=one.conversation_id,
        bot=stage.name or "",
        state=SessionState.LISTENING,
        began_at=one.at,
    )
    talk = Conversation(
        id=one.conversation_id,
        customer_id=one.customer_id,
        account_id=AccountId(0),
        status=Status.PENDING,
        created_at=one.at,
        active_at=one.at,
    )
    message = Message(
        id=one.message_id,
        conversation_id=one.conversation_id,
        customer_id=one.customer_id,
        direction=Direction.IN,
        created_at=one.at,
        text=one.text,
    )
    return Matter(
        session=session,
        bot=stage.bot,
        flows=stage.flows,
        notes=Notes(),
        talk=talk,
        customer=Customer(id=one.customer_id, name=one.customer, created_at=one.at),
        heard=(message,),
        articles=stage.answerable,
        carrier=BUTTONS,
        at=one.at,
        today=one.at.astimezone(UTC).date(),
        somebody=True,
    )


def move(thought: Thought) -> Move:
    """Tell what a thought comes to."""
    reading, decision = thought.reading, thought.decision
    best = reading.candidates[0] if reading and reading.candidates else None
    return Move(
        would=would(thought),
        why=decision.why,
        article_id=decision.article_id if isinstance(decision, Say | Suggest) else None,
        flow=decision.flow if isinstance(decision, Say) else None,
        probability=best.probability if best else None,
        ambiguity=reading.ambiguity if reading else None,
        novelty=reading.novelty if reading else None,
        nearest=best.nearest if best else None,
    )


def would(thought: Thought) -> Would:
    decision = thought.decision
    if isinstance(decision, Say):
        return SAID.get(TurnKind(decision.kind), Would.TALK)
    if isinstance(decision, Suggest):
        return Would.SUGGEST
    return Would.HAND_OVER if isinstance(decision, HandOver) else Would.TALK


# --- what it comes to -----------------------------------------------------------------------
def told(
    stage: Stage,
    since: datetime,
    until: datetime,
    tried: Sequence[Move],
    now: Sequence[Move] | None,
) -> Rehearsal:
    """Compare what two versions would have done, and what was done."""
    library = Answers(stage.articles)
    before = now or (None,) * len(tried)
    pairs = list(zip(stage.asked, tried, before, strict=True))
    cases = tuple(case(one, mine, other, library) for one, mine, other in pairs)
    return Rehearsal(
        since=since,
        until=until,
        bot=stage.name,
        tried=stage.tried.id,
        live=stage.live.id if stage.live else None,
        tried_would=Counter(one.would for one in tried),
        now_would=Counter(one.would for one in now) if now is not None else None,
        did=Counter(one.did for one in cases),
        agreed=sum(library.agrees(one, answer_of(mine)) for one, mine, _ in pairs),
        cases=cases,
        more=stage.more,
    )


def case(one: Asked, tried: Move, now: Move | None, library: "Answers") -> Case:
    turn = one.turn
    by_bot = turn.kind if turn else None
    return Case(
        conversation_id=one.conversation_id,
        message_id=one.message_id,
        at=one.at,
        customer=one.customer,
        text=one.text,
        tried=tried,
        now=now,
        did=did(one),
        article_id=turn.article_id if turn and by_bot is TurnKind.ANSWER else None,
        answer=one.answered.text if one.answered else None,
        objection=library.objection(one, answer_of(tried)),
    )


def answer_of(move: Move) -> ArticleId | None:
    return move.article_id if move.would is Would.ANSWER else None


def did(one: Asked) -> Did:
    """Tell who answered a question; the bot, if it did at all, did so before anybody else."""
    if one.turn is not None and one.turn.kind is TurnKind.ANSWER:
        return Did.ANSWERED
    if one.answered is not None:
        return Did.PERSON
    if one.turn is not None and one.turn.kind in {TurnKind.ASK, TurnKind.OFFER}:
        return Did.ASKED
    return Did.NOBODY
