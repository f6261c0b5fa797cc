"""What the bot knows, what it did, and what it is to be taught."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from inbox.tables.base import Row


class ArticleRow(Row):
    """Something that the desk knows."""

    __tablename__ = "article"
    __table_args__ = (Index("ix_article_updated", "updated_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    audience: Mapped[str]
    human_only: Mapped[bool]
    review_by: Mapped[date | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    updated_by_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    archived_at: Mapped[datetime | None]
    revision: Mapped[int]
    files: Mapped[list[dict[str, Any]]]  # name, media_type, size, blob


class ArticleTextRow(Row):
    """An article in one language."""

    __tablename__ = "article_text"

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int]  # the first is shown where nothing else fits
    title: Mapped[str]
    body: Mapped[str]  # Markdown
    examples: Mapped[list[str]]
    category: Mapped[str]  # under which the help page lists it


class ArticleVoteRow(Row):
    """What readers of the help page said about an article on a day."""

    __tablename__ = "article_vote"

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)  # in UTC
    helpful: Mapped[int]
    unhelpful: Mapped[int]


class ArticleVersionRow(Row):
    """What an article said when somebody had saved it."""

    __tablename__ = "article_version"

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    content: Mapped[dict[str, Any]]


class BotSessionRow(Row):
    """The bot's part in a conversation."""

    __tablename__ = "bot_session"

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), primary_key=True)
    bot: Mapped[str]
    state: Mapped[str]
    opening: Mapped[int]
    version: Mapped[int]
    turns: Mapped[int]
    began_at: Mapped[datetime]
    heard_id: Mapped[int | None]
    deadline_at: Mapped[datetime | None]
    language: Mapped[str | None]
    queue_id: Mapped[int | None] = mapped_column(ForeignKey("queue.id"))
    form: Mapped[dict[str, Any] | None]
    notes: Mapped[dict[str, Any]]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str | None]


class BotTurnRow(Row):
    """What the bot did about a message, and why. Append-only but for the words on it."""

    __tablename__ = "bot_turn"
    __table_args__ = (Index("ix_bot_turn_conversation", "conversation_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    conversation_id: Mapped[int]
    opening: Mapped[int]
    kind: Mapped[str]
    why: Mapped[str]
    message_id: Mapped[int | None]
    answer_id: Mapped[int | None]
    language: Mapped[str | None]
    article_id: Mapped[int | None]
    flow: Mapped[str | None]
    brain_id: Mapped[int | None]
    probability: Mapped[float | None]
    ambiguity: Mapped[float | None]
    novelty: Mapped[float | None]
    helpful: Mapped[bool | None]
    wrong_at: Mapped[datetime | None]
    wrong_by_id: Mapped[int | None]


class SuggestionRow(Row):
    """An answer of the bot's that a colleague is asked about; one waits at most."""

    __tablename__ = "suggestion"
    __table_args__ = (
        Index(
            "ix_suggestion_waiting",
            "conversation_id",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), index=True)
    message_id: Mapped[int]
    article_id: Mapped[int | None]
    language: Mapped[str | None]
    text: Mapped[str]
    state: Mapped[str]
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    answer: Mapped[str | None]


class BrainRow(Row):
    """A version of what the bot understands; its model lies in a blob."""

    __tablename__ = "brain"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    digest: Mapped[str]
    examples: Mapped[int]
    blob: Mapped[str]
    figures: Mapped[dict[str, Any]]
    live_at: Mapped[datetime | None] = mapped_column(index=True)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    reason: Mapped[str | None]


class ProposalRow(Row):
    """Something the bot could be taught."""

    __tablename__ = "proposal"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime]
    fingerprint: Mapped[str] = mapped_column(unique=True)
    language: Mapped[str | None]
    article_id: Mapped[int | None] = mapped_column(ForeignKey("article.id"))
    title: Mapped[str]
    questions: Mapped[list[str]]
    answer: Mapped[str]
    sources: Mapped[list[int]]
    weight: Mapped[int]
    revision: Mapped[int | None]  # of the article, that the decision made
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
