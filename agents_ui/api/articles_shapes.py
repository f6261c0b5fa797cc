"""What crosses the wire about what the desk knows."""

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from agents_ui.api.shapes import Id, Shape
from inbox.actions.articles import LONGEST_BODY
from inbox.model import Audience

Words = Annotated[str, Meta(max_length=2_000)]
Body = Annotated[str, Meta(max_length=LONGEST_BODY)]


class TextShape(Shape):
    """An article in one language."""

    language: Annotated[str, Meta(max_length=8)]  #: such as ``hr``
    title: Words
    body: Body  #: Markdown
    examples: list[Words] = []  #: questions that it answers, as customers ask them
    category: Words = ""  #: under which the help page lists it; empty under none


class ArticleFileShape(Struct, kw_only=True):
    name: str
    media_type: str
    size: int  #: bytes
    url: str  #: for who works here


class ArticleShape(Struct, kw_only=True):
    """Something that the desk knows."""

    id: int
    slug: str  #: the last part of its public address
    texts: list[TextShape]  #: the first is shown where nothing else fits
    audience: Audience
    human_only: bool  #: the bot never answers it by itself
    review_by: date | None  #: after this day it is not answered until somebody looked
    due: bool  #: that day is over
    updated_at: datetime
    updated_by_id: int | None
    archived_at: datetime | None
    revision: int  #: send it back with what you save
    files: list[ArticleFileShape]
    url: str | None  #: where customers read it


class ArticleLine(Struct, kw_only=True):
    """What a list shows of an article."""

    id: int
    slug: str
    title: str
    languages: list[str]
    examples: int
    audience: Audience
    human_only: bool
    review_by: date | None
    due: bool
    updated_at: datetime
    updated_by_id: int | None
    archived: bool


class ArticleCounts(Struct, kw_only=True):
    """How many articles there are."""

    standing: int  #: in use
    due: int  #: for review
    archived: int
    languages: dict[str, int]
    categories: dict[str, list[str]]  #: in use, by language


class ArticlesPage(Struct, kw_only=True):
    """A slice of a list of articles, and how many there are."""

    items: list[ArticleLine]
    counts: ArticleCounts
    next: str | None = None


class FoundArticle(Struct, kw_only=True):
    """An article that fits what was searched."""

    id: int
    title: str
    language: str
    excerpt: str  #: of the paragraph that fits best
    score: float  #: 0 to 1
    human_only: bool
    audience: Audience
    due: bool
    url: str | None


class WriteArticle(Shape):
    """What an article is to say."""

    texts: list[TextShape]
    slug: Annotated[str, Meta(max_length=200)] = ""  #: empty: made of the title, or as it is
    audience: Audience = Audience.EVERYBODY
    human_only: bool = False
    review_by: date | None = None


class SaveArticle(WriteArticle, kw_only=True):
    """What an article is to say from now on."""

    revision: Id  #: that it was made from; 409 when somebody saved another meanwhile
    files: list[str] | None = None  #: names of those it keeps; left out: all of them


class ArticleVersion(Struct, kw_only=True):
    """What an article said since somebody saved it."""

    revision: int
    at: datetime
    agent_id: int | None
    texts: list[TextShape]
    audience: Audience
    human_only: bool
    review_by: date | None


class Previewed(Struct, kw_only=True):
    html: str  #: safe to be shown


class Preview(Shape):
    body: Body
    article_id: Id | None = None  #: whose files it may show


class ImportedArticle(Struct, kw_only=True):
    """What becomes of one article of an import."""

    slug: str
    title: str
    languages: list[str]
    examples: int
    does: Literal["add", "change", "same", "refused"]
    why: str = ""  #: it is refused
    id: int | None = None  #: once it is there


class ImportProblem(Struct, kw_only=True):
    """Something of an import that could not be read."""

    where: str  #: the file, or the line of it
    why: str


class Imported(Struct, kw_only=True):
    """What an import did, or would do."""

    articles: list[ImportedArticle]
    problems: list[ImportProblem]
