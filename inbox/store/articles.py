"""What the desk knows: articles, what they say in each language, and what they said before."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    Integer,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)

from inbox.errors import NotFound
from inbox.model import AgentId, Article, ArticleFile, ArticleId, ArticleText, Audience, Value
from inbox.store.numbers import among, numbered
from inbox.store.rows import Found, Question
from inbox.store.upsert import insert_new
from inbox.tables import ArticleRow, ArticleTextRow, ArticleVersionRow, ArticleVoteRow, Utc

COLUMNS = (
    ArticleRow.id,
    ArticleRow.slug,
    ArticleRow.updated_at,
    ArticleRow.audience,
    ArticleRow.human_only,
    ArticleRow.review_by,
    ArticleRow.archived_at,
    ArticleRow.revision,
    ArticleRow.files,
    ArticleRow.updated_by_id,
)
WHICH = ArticleRow.id == bindparam("which")
STANDING = ArticleRow.archived_at.is_(None)
EVERYBODY = ArticleRow.audience == Audience.EVERYBODY.value
TODAY: ColumnElement[date] = bindparam("today", type_=Date())
ANSWERABLE = (
    STANDING,
    EVERYBODY,
    ArticleRow.human_only.is_(False),
    or_(ArticleRow.review_by.is_(None), ArticleRow.review_by >= TODAY),
)
GET = select(*COLUMNS).where(WHICH)
BY_SLUG = select(*COLUMNS).where(ArticleRow.slug == bindparam("slug"))
WITH_SLUGS = select(*COLUMNS).where(among(ArticleRow.slug, "slugs"))
SOME = select(*COLUMNS).where(numbered(ArticleRow.id, "which")).order_by(ArticleRow.id)
TO_ANSWER = select(*COLUMNS).where(*ANSWERABLE).order_by(ArticleRow.id)
TEXTS = (
    select(
        ArticleTextRow.article_id,
        ArticleTextRow.language,
        ArticleTextRow.title,
        ArticleTextRow.body,
        ArticleTextRow.examples,
        ArticleTextRow.category,
    )
    .where(numbered(ArticleTextRow.article_id, "which"))
    .order_by(ArticleTextRow.article_id, ArticleTextRow.place)
)
ADD = insert(ArticleRow).returning(ArticleRow.id)
ADD_TEXTS = insert(ArticleTextRow)
DROP_TEXTS = delete(ArticleTextRow).where(ArticleTextRow.article_id == bindparam("which"))
ADD_VERSION = insert(ArticleVersionRow)
VERSIONS = (
    select(
        ArticleVersionRow.revision,
        ArticleVersionRow.at,
        ArticleVersionRow.agent_id,
        ArticleVersionRow.content,
    )
    .where(
        ArticleVersionRow.article_id == bindparam("which"),
        ArticleVersionRow.revision < bindparam("before"),
    )
    .order_by(ArticleVersionRow.revision.desc())
    .limit(bindparam("limit"))
)
SLUGS = select(ArticleRow.slug).where(ArticleRow.slug.startswith(bindparam("slug")))
NEWS = select(ArticleRow.id, ArticleRow.revision).order_by(ArticleRow.id)
DUE = (STANDING, ArticleRow.review_by < TODAY)
LANGUAGES = (
    select(ArticleTextRow.language, func.count())
    .join(ArticleRow, ArticleRow.id == ArticleTextRow.article_id)
    .where(STANDING)
    .group_by(ArticleTextRow.language)
    .order_by(func.count().desc(), ArticleTextRow.language)
)
CATEGORIES = (
    select(ArticleTextRow.language, ArticleTextRow.category)
    .join(ArticleRow, ArticleRow.id == ArticleTextRow.article_id)
    .where(STANDING, ArticleTextRow.category != "")
    .distinct()
    .order_by(ArticleTextRow.language, ArticleTextRow.category)
)
COUNTS = select(
    func.count().filter(STANDING).label("standing"),
    func.count().filter(*DUE).label("due"),
    func.count().filter(ArticleRow.archived_at.is_not(None)).label("archived"),
).select_from(ArticleRow)
BEGIN_DAY = insert_new(ArticleVoteRow, "article_id", "day")
VOTE = (
    update(ArticleVoteRow)
    .where(ArticleVoteRow.article_id == bindparam("which"), ArticleVoteRow.day == bindparam("on"))
    .values(
        helpful=ArticleVoteRow.helpful + bindparam("yes", type_=Integer()),
        unhelpful=ArticleVoteRow.unhelpful + bindparam("no", type_=Integer()),
    )
)
VOTES = (
    select(
        ArticleVoteRow.article_id,
        func.sum(ArticleVoteRow.helpful),
        func.sum(ArticleVoteRow.unhelpful),
    )
    .where(
        ArticleVoteRow.day >= bindparam("since", type_=Date()),
        ArticleVoteRow.day < bindparam("until", type_=Date()),
    )
    .group_by(ArticleVoteRow.article_id)
)

Place = tuple[datetime, int]  #: where a page ends: `updated_at` and `id` of its last article
START: Place = (datetime(9999, 12, 31, tzinfo=UTC), 2**63 - 1)


def page(*which: ColumnElement[bool]) -> Question:
    """Select a page of the articles for which *which* holds, the latest change first."""
    place = tuple_(ArticleRow.updated_at, ArticleRow.id)
    return (
        select(*COLUMNS)
        .where(*which, place < tuple_(bindparam("at", type_=Utc()), bindparam("place")))
        .order_by(ArticleRow.updated_at.desc(), ArticleRow.id.desc())
        .limit(bindparam("limit"))
    )


PAGES = {
    "all": page(STANDING),
    "due": page(*DUE),
    "human_only": page(STANDING, ArticleRow.human_only.is_(True)),
    "agents": page(STANDING, ArticleRow.audience == Audience.AGENTS.value),
    "archived": page(ArticleRow.archived_at.is_not(None)),
}


class Content(Value):
    """All that somebody may write about an article."""

    slug: str
    texts: tuple[ArticleText, ...]
    audience: Audience = Audience.EVERYBODY
    human_only: bool = False
    review_by: date | None = None
    files: tuple[ArticleFile, ...] = ()


class Version(NamedTuple):
    """What an article said, since when, and who wrote it."""

    revision: int
    at: datetime
    agent_id: AgentId | None
    content: Content


class Votes(NamedTuple):
    """What readers of the help page said about an article."""

    helpful: int
    unhelpful: int


class Articles:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    # --- questions ------------------------------------------------------------------------
    def get(self, which: ArticleId) -> Article:
        """Return an article. Raises `NotFound`."""
        found = self.asked(GET, which=which)
        if not found:
            raise NotFound("There is no such article.")
        return found[0]

    def by_slug(self, slug: str) -> Article | None:
        """Return the article of an address, archived ones too."""
        found = self.asked(BY_SLUG, slug=slug)
        return found[0] if found else None

    def with_slugs(self, slugs: Iterable[str]) -> dict[str, Article]:
        """Return the articles of some addresses, archived ones too."""
        return {one.slug: one for one in self.asked(WITH_SLUGS, slugs=list(slugs))}

    def some(self, which: Iterable[ArticleId]) -> Sequence[Article]:
        """Return some articles in the order of their numbers; those left out that are not there."""
        return self.asked(SOME, which=list(which))

    def answerable(self, today: date) -> Sequence[Article]:
        """Return what the bot may answer by itself: nothing else is for it to say."""
        return self.asked(TO_ANSWER, today=today)

    def page(
        self, which: str, today: date, *, after: Place = START, limit: int = 50
    ) -> Sequence[Article]:
        """Return a page of one of the lists of `PAGES`, the latest change first."""
        asked = {"today": today, "at": after[0], "place": after[1], "limit": limit}
        return self.asked(PAGES[which], **asked)

    def news(self) -> dict[ArticleId, int]:
        """Return the revision of every article: who knows them sees what changed since."""
        return {ArticleId(row[0]): row[1] for row in self.connection.execute(NEWS)}

    def counts(self, today: date) -> Found:
        """Return how many are `standing`, `due` for review, and `archived`."""
        return self.connection.execute(COUNTS, {"today": today}).one()

    def languages(self) -> dict[str, int]:
        """Return how many articles there are in each language, the most frequent first."""
        return {row[0]: row[1] for row in self.connection.execute(LANGUAGES)}

    def categories(self) -> dict[str, list[str]]:
        """Return the categories in use, by language."""
        found: dict[str, list[str]] = {}
        for language, category in self.connection.execute(CATEGORIES):
            found.setdefault(language, []).append(category)
        return found

    def slugs(self, beginning: str) -> set[str]:
        """Return the addresses in use that begin so."""
        return set(self.connection.scalars(SLUGS, {"slug": beginning}))

    def versions(
        self, which: ArticleId, *, before: int = 2**31 - 1, limit: int = 50
    ) -> Sequence[Version]:
        """Return a page of what an article said over time, the newest first."""
        asked = {"which": which, "before": before, "limit": limit}
        return [
            Version(row[0], row[1], row[2], msgspec.convert(row[3], Content))
            for row in self.connection.execute(VERSIONS, asked)
        ]

    def votes(self, since: date, until: date) -> dict[ArticleId, Votes]:
        """Return what readers said about articles from one day until before another."""
        rows = self.connection.execute(VOTES, {"since": since, "until": until})
        return {ArticleId(row[0]): Votes(int(row[1]), int(row[2])) for row in rows}

    def asked(self, question: Question, **asked: Any) -> list[Article]:
        """Answer with articles, whose texts are read in one go."""
        rows = self.connection.execute(question, asked).all()
        if not rows:
            return []
        texts: dict[int, list[ArticleText]] = {}
        for row in self.connection.execute(TEXTS, {"which": [row[0] for row in rows]}):
            texts.setdefault(row[0], []).append(as_text(row))
        return [as_article(row, texts.get(row[0], [])) for row in rows]

    # --- changes --------------------------------------------------------------------------
    def add(self, content: Content, *, at: datetime, by: AgentId | None) -> ArticleId:
        """Write an article down for the first time."""
        row = {
            **fields(content),
            "created_at": at,
            "updated_at": at,
            "updated_by_id": by,
            "archived_at": None,
            "revision": 1,
        }
        which = ArticleId(self.connection.execute(ADD, row).scalar_one())
        self.write_texts(which, content)
        self.keep_version(which, 1, content, at=at, by=by)
        return which

    def save(
        self, which: ArticleId, revision: int, content: Content, *, at: datetime, by: AgentId | None
    ) -> bool:
        """Write what an article says now; False when it is not at that *revision* any more."""
        changed = {**fields(content), "updated_at": at, "updated_by_id": by}
        if not self.change(which, revision, **changed):
            return False
        self.connection.execute(DROP_TEXTS, {"which": which})
        self.write_texts(which, content)
        self.keep_version(which, revision + 1, content, at=at, by=by)
        return True

    def change(self, which: ArticleId, revision: int, **fields: Any) -> bool:
        """Set some fields; False when the article is not at that *revision* any more."""
        statement = (
            update(ArticleRow)
            .where(ArticleRow.id == which, ArticleRow.revision == revision)
            .values(**fields, revision=revision + 1)
        )
        return bool(self.connection.execute(statement).rowcount)

    def vote(self, which: ArticleId, on: date, *, helpful: bool) -> None:
        """Count what a reader said about an article; nothing is kept about the reader."""
        day = {"article_id": which, "day": on, "helpful": 0, "unhelpful": 0}
        BEGIN_DAY(self.connection, day)
        said = {"which": which, "on": on, "yes": int(helpful), "no": int(not helpful)}
        self.connection.execute(VOTE, said)

    def write_texts(self, which: ArticleId, content: Content) -> None:
        rows = [
            {"article_id": which, "place": place, **msgspec.to_builtins(text)}
            for place, text in enumerate(content.texts)
        ]
        self.connection.execute(ADD_TEXTS, rows)

    def keep_version(
        self,
        which: ArticleId,
        revision: int,
        content: Content,
        *,
        at: datetime,
        by: AgentId | None,
    ) -> None:
        row = {"article_id": which, "revision": revision, "at": at, "agent_id": by}
        self.connection.execute(ADD_VERSION, {**row, "content": msgspec.to_builtins(content)})


def fields(content: Content) -> dict[str, Any]:
    """Return what of an article stands in its own row."""
    return {
        "slug": content.slug,
        "audience": content.audience.value,
        "human_only": content.human_only,
        "review_by": content.review_by,
        "files": msgspec.to_builtins(content.files),
    }


def as_text(row: Found) -> ArticleText:
    return ArticleText(
        language=row[1], title=row[2], body=row[3], examples=tuple(row[4]), category=row[5]
    )


def as_article(row: Found, texts: Iterable[ArticleText]) -> Article:
    """Make a value of *row*, which has `COLUMNS`."""
    return Article(
        id=row[0],
        slug=row[1],
        texts=tuple(texts),
        updated_at=row[2],
        audience=Audience(row[3]),
        human_only=row[4],
        review_by=row[5],
        archived_at=row[6],
        revision=row[7],
        files=tuple(ArticleFile(**one) for one in row[8]),
        updated_by_id=row[9],
    )


def content_of(article: Article) -> Content:
    """Return what somebody wrote about an article."""
    return Content(
        slug=article.slug,
        texts=article.texts,
        audience=article.audience,
        human_only=article.human_only,
        review_by=article.review_by,
        files=article.files,
    )
