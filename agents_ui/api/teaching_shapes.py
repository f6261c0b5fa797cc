"""What crosses the wire about what the bot is taught."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from agents_ui.api.shapes import Id, Shape
from inbox.actions.articles import LONGEST_BODY
from inbox.model import ProposalState, TurnKind
from routing.bots.teaching.figures import Openings
from routing.bots.teaching.rehearsal import Did, Would

Moment = Annotated[datetime, Meta(tz=True)]
Words = Annotated[str, Meta(max_length=2_000)]


# --- versions -------------------------------------------------------------------------------
class BrainShape(Struct, kw_only=True):
    """A version of what the bot understands."""

    id: int
    at: datetime
    agent_id: int | None  #: whose change it came of
    examples: int
    live: bool  #: it is the one that answers
    live_at: datetime | None  #: since when it does, or last did
    reason: str | None  #: why its training failed; it can never be live then
    figures: dict[str, Any]  #: what the training measured on examples that it held back


class BrainsShape(Struct, kw_only=True):
    """Every version that is kept."""

    items: list[BrainShape]  #: the newest first
    training: bool  #: another one is being learned, or waits to be
    rehearse_first: bool  #: new ones wait until somebody puts them live


# --- proposals ------------------------------------------------------------------------------
class SourceShape(Struct, kw_only=True):
    """A conversation that speaks for a proposal."""

    conversation_id: int
    customer: str
    subject: str | None
    said: str  #: the beginning of what the customer wrote first
    at: datetime


class AboutShape(Struct, kw_only=True):
    """The article that a proposal is about, in its language."""

    id: int
    title: str
    body: str  #: Markdown
    examples: list[str]
    revision: int


class ProposalShape(Struct, kw_only=True):
    """Something the bot could be taught."""

    id: int
    kind: str  #: ``example`` of an article, new ``article``, ``edit`` of one
    state: ProposalState
    at: datetime
    language: str | None
    title: str
    questions: list[str]
    answer: str
    weight: int  #: how often it was asked
    article: AboutShape | None
    sources: list[SourceShape]  #: those that you may see
    decided_at: datetime | None
    decided_by_id: int | None


class ProposalsQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    """Which proposals."""

    state: Literal["open", "decided"] = "open"


class ProposalsShape(Struct, kw_only=True):
    """What waits for a decision, or was decided lately."""

    items: list[ProposalShape]
    waiting: int
    looking: bool  #: what was asked is being looked through
    looked: bool  #: there is enough to look through: an article or a bot


class Decide(Shape):
    """What becomes of a proposal; what is given beside approval is written instead."""

    decision: Literal["approve", "reject", "undo"]
    title: Words | None = None
    questions: list[Words] | None = None
    answer: Annotated[str, Meta(max_length=LONGEST_BODY)] | None = None
    article_id: Id | None = None  #: the questions belong to this article


# --- rehearsal ------------------------------------------------------------------------------
class Rehearse(Shape):
    """Which version is played through what."""

    brain_id: Id | None = None  #: the newest, when left out
    since: Moment | None = None  #: a week before the end, when left out
    until: Moment | None = None  #: now, when left out


class MoveShape(Struct, kw_only=True):
    """What a version makes of a question."""

    would: Would
    why: str
    article_id: int | None
    title: str | None  #: of the article or form
    probability: float | None
    ambiguity: float | None
    novelty: float | None
    nearest: str | None


class CaseShape(Struct, kw_only=True):
    """A question, what two versions make of it, and what was done."""

    conversation_id: int
    at: datetime
    customer: str
    text: str
    tried: MoveShape
    now: MoveShape | None
    did: Did
    title: str | None  #: of the article that the bot answered with then
    answer: str | None  #: of a person
    objection: str | None
    changed: bool


class BrainRehearsalShape(Struct, kw_only=True):
    """How a version would have done, beside the one that is live and what was."""

    since: datetime
    until: datetime
    bot: str | None  #: whose settings were used
    tried: int
    live: int | None  #: none where that is the one that was tried
    questions: int
    more: bool  #: there were more than were played
    tried_would: dict[Would, int]
    now_would: dict[Would, int] | None
    did: dict[Did, int]
    agreed: int
    objections: int
    changed: int
    cases: list[CaseShape]  #: objections first, then what changed, then the latest
    left_out: int


# --- figures --------------------------------------------------------------------------------
class FiguresQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    """Of which time."""

    since: Moment | None = None  #: four weeks before the end when left out
    until: Moment | None = None  #: not part of it; now when left out
    zone: str = "UTC"  #: whose days, such as ``Europe/Zagreb``


class ArticleFigures(Struct, kw_only=True):
    """How an article did."""

    article_id: int
    title: str
    answers: int
    helpful: int
    unhelpful: int
    wrong: int
    handed_over: int
    read_helpful: int  #: readers of the help page who said so
    read_unhelpful: int


class LanguageFigures(Struct, kw_only=True):
    """How the bot did in a language."""

    language: str | None
    all: Openings


class DayFigures(Struct, kw_only=True):
    """How the bot did on a day."""

    day: date
    all: Openings


class ReasonShape(Struct, kw_only=True):
    """Why conversations were given to people."""

    why: str
    openings: int


class BotFigures(Struct, kw_only=True):
    """How the bot did in a span of time."""

    since: datetime
    until: datetime
    all: Openings
    helpful: int
    unhelpful: int
    kinds: dict[TurnKind, int]
    suggestions: dict[str, int]
    reasons: list[ReasonShape]
    articles: list[ArticleFigures]
    languages: list[LanguageFigures]
    days: list[DayFigures]
