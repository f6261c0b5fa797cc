"""What crosses the wire about the bot's part in a conversation, and what it asks colleagues."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from agents_ui.api.shapes import Shape
from inbox.model import SessionState, SuggestionState, TurnKind


class NotesShape(Struct, kw_only=True):
    """What the bot tells whoever takes over."""

    asked: list[str] = []  #: what the customer wanted, in their words, cut short
    collected: dict[str, str] = {}  #: what a form asked for, as people read it
    tried: list[int] = []  #: the articles that it answered with
    offered: list[str] = []
    why: str = ""  #: it was handed over


class SessionShape(Struct, kw_only=True):
    """The bot's part in a conversation."""

    bot: str
    state: SessionState
    began_at: datetime
    opening: int  #: grows each time the conversation begins anew
    turns: int  #: times it spoke since it began
    deadline_at: datetime | None  #: then a person gets it, if it said nothing
    language: str | None
    ended_at: datetime | None
    reason: str | None  #: why it speaks no more
    notes: NotesShape


class TurnShape(Struct, kw_only=True):
    """One thing that the bot did, and why."""

    id: int
    at: datetime
    opening: int
    kind: TurnKind
    why: str
    message_id: int | None  #: of the customer
    answer_id: int | None  #: its own
    language: str | None
    article_id: int | None
    flow: str | None
    probability: float | None
    ambiguity: float | None
    novelty: float | None
    helpful: bool | None  #: the customer's word
    wrong_at: datetime | None  #: somebody reported the answer


class BotShape(Struct, kw_only=True):
    """What the bot did in a conversation: the summary for whoever takes over, and each turn."""

    session: SessionShape | None  #: none when it never had a part in it
    turns: list[TurnShape]
    titles: dict[str, str]  #: of the articles that it answered with, by their number


class SuggestionShape(Struct, kw_only=True):
    """An answer that the bot would give, before a colleague who knows better."""

    id: int
    conversation_id: int
    message_id: int  #: what it answers
    text: str
    state: SuggestionState
    asked_at: datetime
    expires_at: datetime  #: then a person gets the conversation
    article_id: int | None
    language: str | None
    answered_at: datetime | None
    agent_id: int | None  #: who answered
    answer: str | None  #: the text that was sent instead


class VerdictGiven(Shape):
    """What somebody says about a suggestion."""

    verdict: Literal["approve", "edit", "reject"]
    text: Annotated[str, Meta(max_length=20_000)] = ""  #: what is sent instead, when it is edited
