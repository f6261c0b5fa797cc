"""All articles, kept at hand and ready to be searched, as new as the store has them."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

from inbox.desk import Desk
from inbox.model import Article, ArticleId
from inbox.store import Unit
from routing.bots.knowledge.search import Found, Index


def standing(article: Article) -> bool:
    """Tell whether an article is in use."""
    return article.archived_at is None


def public(article: Article) -> bool:
    """Tell whether customers may read an article."""
    return article.public


class Library:
    """Searches what the desk knows; what others changed meanwhile is read first."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.index = Index()
        self.lock = asyncio.Lock()

    async def search(
        self,
        query: str,
        language: str | None = None,
        *,
        among: Callable[[Article], bool] = standing,
        limit: int = 10,
    ) -> Sequence[Found]:
        """Return the articles that fit a query, the best first, those in *language* before others.

        For the bot: ``among=lambda article: article.answerable(today)``.
        """
        async with self.lock:
            await self.refresh()
            return await asyncio.to_thread(
                self.index.search, query, language, among=among, limit=limit
            )

    async def articles(self) -> Mapping[ArticleId, Article]:
        """Return all articles, archived ones too."""
        async with self.lock:
            await self.refresh()
            return dict(self.index.articles)

    async def refresh(self) -> None:
        known = {one.id: one.revision for one in self.index.articles.values()}
        gone, changed = await self.desk.read(changes, known)
        if gone or changed:
            await asyncio.to_thread(self.learn, gone, changed)

    def learn(self, gone: Sequence[ArticleId], changed: Sequence[Article]) -> None:
        for which in gone:
            self.index.drop(which)
        for article in changed:
            self.index.put(article)


def changes(
    unit: Unit, known: Mapping[ArticleId, int]
) -> tuple[list[ArticleId], Sequence[Article]]:
    """Return which articles are there no more, and those that are not as they were known."""
    news = unit.articles.news()
    other = [which for which, revision in news.items() if known.get(which) != revision]
    gone = [which for which in known if which not in news]
    return gone, unit.articles.some(other) if other else ()
