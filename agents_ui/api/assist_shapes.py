"""What helps agents, as it crosses the wire."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from agents_ui.api.shapes import Id, Shape
from inbox.model import Direction
from routing.bots.assist.answers import Care
from routing.bots.assist.mood import Mood

LONGEST = 12_000  #: letters of a text that is translated
Language = Annotated[str, Meta(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=20)]


class AnswerShape(Struct, kw_only=True):
    """A reply that could be sent; nothing is before an agent does so."""

    text: str  #: with ``[…]`` where something is to be filled in
    title: str
    score: float  #: 0 to 1
    article_id: int | None = None
    conversation_id: int | None = None  #: in which a colleague answered so
    language: str | None = None
    care: Care | None = None  #: why to look at it twice
    by: int | None = None  #: the colleague
    at: datetime | None = None


class SimilarShape(Struct, kw_only=True):
    """A resolved conversation about the same."""

    conversation_id: int
    question: str
    score: float
    at: datetime
    by: int | None = None  #: who answered
    subject: str | None = None


class MoodShape(Struct, kw_only=True):
    """How the customer seems to feel: a hint, with the words it comes from."""

    mood: Mood
    because: tuple[str, ...]


class GistShape(Struct, kw_only=True):
    """A sentence of a conversation that tells what it is about."""

    message_id: int
    direction: Direction
    text: str


class AssistShape(Struct, kw_only=True):
    """What helps with a conversation now."""

    message_id: int | None  #: it is about this message of the customer's
    answers: list[AnswerShape]
    similar: list[SimilarShape]
    tags: list[str]
    mood: MoodShape | None
    gist: list[GistShape]
    language: str | None  #: of the customer, as far as it can be told
    writes: bool  #: a language model is there: it drafts, sums up and translates


class OutcomeWanted(Shape):
    """What became of an article that was suggested, once the reply was sent."""

    message_id: Id  #: the reply
    article_id: Id
    outcome: Literal["used", "declined"]  #: declined: it did not fit, and the reply says it
    language: Language | None = None  #: in which it was suggested


class OutcomeShape(Struct, kw_only=True):
    """Whether it became a proposal for the knowledge, for a supervisor to decide."""

    proposed: bool


class DraftWanted(Shape):
    """What an agent wants to say, in a word; the rest is drafted."""

    wish: Annotated[str, Meta(max_length=2_000)] = ""
    language: Language | None = None  #: the customer's, when left out


class SourceShape(Struct, kw_only=True):
    """Where a draft comes from."""

    title: str
    article_id: int | None = None
    conversation_id: int | None = None


class DraftReply(Struct, kw_only=True):
    """A reply for an agent to look over."""

    text: str
    sources: list[SourceShape]


class SummaryWanted(Shape):
    language: Language = "en"


class Written(Struct, kw_only=True):
    """What the language model wrote."""

    text: str


class TranslationWanted(Shape):
    """A text of a conversation, or for it."""

    text: Annotated[str, Meta(min_length=1, max_length=LONGEST)]
    to: Language
    conversation_id: Id | None = None  #: whose customer's names the model is not told
