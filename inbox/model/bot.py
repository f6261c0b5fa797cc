"""What the bot knows, what it does, and what it is to be taught."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from inbox.model.base import (
    AgentId,
    ArticleId,
    BrainId,
    ConversationId,
    MessageId,
    ProposalId,
    QueueId,
    SuggestionId,
    TurnId,
    Value,
)


class Audience(StrEnum):
    """Who may read an article."""

    EVERYBODY = "everybody"  #: customers too: the help page, the widget, the bot
    AGENTS = "agents"  #: only who works here


class ArticleText(Value):
    """An article in one language."""

    language: str  #: such as ``hr``
    title: str
    body: str  #: Markdown
    examples: tuple[str, ...] = ()  #: questions that it answers, as customers ask them
    category: str = ""  #: under which the help page lists it, such as ``Delivery``


class ArticleFile(Value):
    """A file that goes with an article."""

    name: str
    media_type: str
    size: int  #: bytes
    blob: str


class Article(Value):
    """Something that the desk knows, and how customers ask for it."""

    id: ArticleId
    slug: str  #: what its address is made of
    texts: tuple[ArticleText, ...]
    updated_at: datetime
    audience: Audience = Audience.EVERYBODY
    human_only: bool = False  #: the bot never answers it by itself
    review_by: date | None = None  #: after this day it is not answered until somebody looked
    archived_at: datetime | None = None
    revision: int = 1  #: grows with every change; a save names the one it began from
    files: tuple[ArticleFile, ...] = ()
    updated_by_id: AgentId | None = None

    def answerable(self, today: date) -> bool:
        """Tell whether the bot may answer it by itself."""
        return self.public and not self.human_only and not self.overdue(today)

    def overdue(self, today: date) -> bool:
        """Tell whether somebody should have looked whether it still holds."""
        return self.review_by is not None and self.review_by < today

    @property
    def public(self) -> bool:
        """Whether customers may read it."""
        return self.audience is Audience.EVERYBODY and self.archived_at is None

    def text(self, language: str | None) -> ArticleText | None:
        """Return the article in a language; none when it is not written in it."""
        return next((one for one in self.texts if one.language == language), None)

    def nearest(self, *languages: str | None) -> ArticleText:
        """Return the article in the first of some languages it is written in; else in its own."""
        return next(filter(None, map(self.text, languages)), self.texts[0])


class SessionState(StrEnum):
    """What the bot does in a conversation; in the first three it may speak."""

    LISTENING = "listening"  #: the next message is its to answer
    FILLING = "filling"  #: a form is being filled
    ASKING = "asking"  #: a colleague is being asked about its answer
    HANDED_OVER = "handed_over"  #: a person is to answer; it is silent
    SILENCED = "silenced"  #: a person spoke or took it; it is silent
    ENDED = "ended"  #: resolved

    @property
    def speaks(self) -> bool:
        return self in {SessionState.LISTENING, SessionState.FILLING, SessionState.ASKING}


class BotSession(Value):
    """The bot's part in a conversation, from its opening until a person has it or it is over."""

    conversation_id: ConversationId
    bot: str  #: its name in the setup
    state: SessionState
    began_at: datetime
    opening: int = 1  #: grows each time the conversation begins anew
    version: int = 0  #: grows with every change: what was thought about an older one is not said
    turns: int = 0  #: times it spoke since it began
    heard_id: MessageId | None = None  #: the customer's newest message that it dealt with
    deadline_at: datetime | None = None  #: then a person gets it, if it said nothing
    language: str | None = None
    queue_id: QueueId | None = None  #: where it goes when a person is to answer
    form: dict[str, Any] | None = None  #: `routing.bots.forms.flows.Filling` while one is filled
    notes: dict[str, Any] = {}  #: `routing.bots.model.Notes`: asked, collected, tried
    ended_at: datetime | None = None
    reason: str | None = None  #: why it speaks no more


class TurnKind(StrEnum):
    """What the bot did about a message."""

    ANSWER = "answer"  #: an article
    ASK = "ask"  #: which of some was meant
    OFFER = "offer"  #: the nearest articles, to choose from
    FORM = "form"  #: a step of a form
    SMALL_TALK = "small_talk"  #: a greeting, thanks
    SUGGEST = "suggest"  #: a colleague is asked first
    HAND_OVER = "hand_over"
    SILENT = "silent"


class BotTurn(Value):
    """One turn of the bot, and why."""

    conversation_id: ConversationId
    at: datetime
    kind: TurnKind
    why: str
    opening: int = 1
    message_id: MessageId | None = None  #: of the customer
    answer_id: MessageId | None = None  #: ours
    language: str | None = None
    article_id: ArticleId | None = None
    flow: str | None = None
    brain_id: BrainId | None = None
    probability: float | None = None
    ambiguity: float | None = None
    novelty: float | None = None
    helpful: bool | None = None  #: the customer's word
    wrong_at: datetime | None = None  #: somebody reported the answer
    wrong_by: AgentId | None = None
    id: TurnId | None = None  #: none while it is not written


class SuggestionState(StrEnum):
    """What became of an answer that the bot asked a colleague about."""

    WAITING = "waiting"
    APPROVED = "approved"
    EDITED = "edited"
    REJECTED = "rejected"
    EXPIRED = "expired"  #: nobody said anything in time
    WITHDRAWN = "withdrawn"  #: the conversation went on without it


class Suggestion(Value):
    """An answer that the bot would give, before a colleague who knows better."""

    id: SuggestionId
    conversation_id: ConversationId
    message_id: MessageId  #: what it answers
    text: str
    state: SuggestionState
    asked_at: datetime
    expires_at: datetime
    article_id: ArticleId | None = None
    language: str | None = None
    answered_at: datetime | None = None
    agent_id: AgentId | None = None  #: who answered
    answer: str | None = None  #: the text that was sent instead


class Brain(Value):
    """A version of what the bot understands."""

    id: BrainId
    at: datetime
    digest: str  #: of what it was taught
    examples: int
    blob: str  #: the trained model
    figures: dict[str, Any] = {}
    live_at: datetime | None = None  #: since when it answers, or last did; the newest is live
    agent_id: AgentId | None = None  #: who had it trained or put it back
    reason: str | None = None


class ProposalState(StrEnum):
    """What became of a proposal."""

    OPEN = "open"
    APPROVED = "approved"
    EDITED = "edited"
    REJECTED = "rejected"


class Proposal(Value):
    """Something the bot could be taught, for a supervisor to decide."""

    id: ProposalId
    kind: str  #: ``example`` of an article, new ``article``, ``edit`` of one
    state: ProposalState
    at: datetime
    fingerprint: str  #: so that the same is not proposed twice
    language: str | None = None
    article_id: ArticleId | None = None
    title: str = ""
    questions: tuple[str, ...] = ()
    answer: str = ""
    sources: tuple[ConversationId, ...] = ()
    weight: int = 1  #: how often it was asked
    revision: int | None = None  #: of the article, that the decision made
    decided_at: datetime | None = None
    decided_by: AgentId | None = None
