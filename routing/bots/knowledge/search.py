"""Find articles by what somebody typed, in any language, without knowing its grammar.

Words of inflected languages share most of their letters, so the pieces that are compared are runs
of three letters, and a query finds what has the rare ones among its own. Titles, questions and
paragraphs are weighed one by one: the best of an article counts, and is what is shown of it.
"""

import re
import unicodedata
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from math import log
from typing import NamedTuple

from inbox.model import Article, ArticleId, ArticleText
from inbox.words import cut
from routing.bots.knowledge.markdown import plain

WORD = re.compile(r"\w+")
CROWDED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # no spaces between words
LETTERS = str.maketrans({"đ": "d", "ø": "o", "æ": "ae", "ß": "ss", "ł": "l", "ı": "i"})
LONGEST = 300  #: letters of a query that are looked at
PARAGRAPHS = 200  #: of an article that are searched
TITLE, QUESTION, PARAGRAPH = 1.0, 0.95, 0.7  #: what a find is worth by where it was found
SOFT = 0.6  #: how much a longer text must say the same more often: BM25 has it as b
EXCERPT = 200  #: letters that are shown
LEAST = 0.3  #: of a query has to be found


class Found(NamedTuple):
    """An article, and how well it fits what somebody typed."""

    article: Article
    language: str
    score: float  #: 0 to 1: the share of the query that was found, by weight
    excerpt: str  #: of the paragraph that fits best


class Piece(NamedTuple):
    """One text of an article that is compared with a query."""

    article: ArticleId
    language: str
    weight: float
    text: str


@lru_cache(20_000)
def pieces_of(word: str) -> tuple[str, ...]:
    """Return the runs of letters of a word; its ends are letters, too.

    >>> pieces_of("post")
    (' po', 'pos', 'ost', 'st ')
    """
    if CROWDED.search(word):
        return tuple(word) if len(word) == 1 else tuple(map("".join, pairwise(word)))
    padded = f" {word} "
    return tuple(padded[at : at + 3] for at in range(len(padded) - 2))


def grams(text: str) -> Iterator[str]:
    """Yield what of a text is compared, however it is written."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(LETTERS))
    said = "".join(one for one in apart if not unicodedata.combining(one))
    for word in WORD.findall(unicodedata.normalize("NFC", said)):
        yield from pieces_of(word)


class Index:
    """The pieces of many articles, found by what is in them."""

    def __init__(self) -> None:
        self.pieces: list[Piece | None] = []  #: none when its article says something else now
        self.lengths = array("f")
        self.holding: dict[str, array[int]] = defaultdict(lambda: array("L"))  #: gram -> pieces
        self.often: dict[str, array[int]] = defaultdict(lambda: array("B"))  #: how often, each
        self.articles: dict[ArticleId, Article] = {}
        self.of: dict[ArticleId, list[int]] = {}
        self.letters = 0.0  #: of all pieces that count

    def __len__(self) -> int:
        return len(self.articles)

    def put(self, article: Article) -> None:
        """Have an article found as it is now."""
        self.drop(article.id)
        self.articles[article.id] = article
        self.of[article.id] = [self.add(one) for one in told(article)]

    def drop(self, which: ArticleId) -> None:
        """Have an article found no more."""
        if self.articles.pop(which, None) is None:
            return
        for number in self.of.pop(which):
            self.pieces[number] = None
            self.letters -= self.lengths[number]
        if len(self.pieces) > 1_000 and 2 * self.standing() < len(self.pieces):
            self.renew()

    def standing(self) -> int:
        return sum(map(len, self.of.values()))

    def renew(self) -> None:
        """Forget what is found no more."""
        articles = list(self.articles.values())
        self.__init__()  # type: ignore[misc]  # it begins anew
        for one in articles:
            self.put(one)

    def add(self, piece: Piece) -> int:
        number = len(self.pieces)
        counted = Counter(grams(piece.text))
        self.pieces.append(piece)
        self.lengths.append(counted.total())
        self.letters += counted.total()
        for gram, count in counted.items():
            self.holding[gram].append(number)
            self.often[gram].append(min(count, 255))
        return number

    def search(
        self,
        query: str,
        language: str | None = None,
        *,
        among: Callable[[Article], bool] = lambda _: True,
        limit: int = 10,
    ) -> list[Found]:
        """Return the articles that fit a query, the best first.

        What is written in *language* goes before what is not; each article is found once.
        """
        allowed = {which for which, one in self.articles.items() if among(one)}
        best: dict[ArticleId, tuple[float, bool, Piece]] = {}
        for number, score in self.scores(query).items():
            piece = self.pieces[number]
            if piece is None or score < LEAST or piece.article not in allowed:
                continue
            native = language is None or piece.language == language
            rank = (score * piece.weight * (1.0 if native else 0.8), native)
            if piece.article not in best or rank > best[piece.article][:2]:
                best[piece.article] = (*rank, piece)
        ordered = sorted(best.items(), key=lambda one: (-one[1][0], one[0]))[:limit]
        return [self.found(rank[0], rank[2]) for _, rank in ordered]

    def scores(self, query: str) -> dict[int, float]:
        """Return which share of a query each piece has, rare parts counting more."""
        scores: dict[int, float] = defaultdict(float)
        many = len(self.pieces) or 1
        usual = self.letters / max(1, self.standing()) or 1.0
        asked = Counter(grams(query[:LONGEST]))
        worth = {gram: times * self.rarity(gram, many) for gram, times in asked.items()}
        total = sum(worth.values()) or 1.0
        for gram, weight in worth.items():
            if gram not in self.holding:
                continue
            for number, count in zip(self.holding[gram], self.often[gram], strict=True):
                stretch = 1 - SOFT + SOFT * max(1.0, self.lengths[number] / usual)
                scores[number] += weight / total * min(1.0, 2 * count / (count + stretch))
        return scores

    def rarity(self, gram: str, many: int) -> float:
        holding = len(self.holding[gram]) if gram in self.holding else 0
        return log(1 + (many - holding + 0.5) / (holding + 0.5))

    def found(self, score: float, piece: Piece) -> Found:
        article = self.articles[piece.article]
        text = article.text(piece.language) or article.texts[0]
        excerpt = piece.text if piece.weight == PARAGRAPH else beginning(text)
        return Found(article, text.language, min(1.0, score), cut(excerpt, EXCERPT))


def told(article: Article) -> Iterator[Piece]:
    """Yield the pieces of an article."""
    for text in article.texts:
        yield Piece(article.id, text.language, TITLE, text.title)
        for example in text.examples:
            yield Piece(article.id, text.language, QUESTION, example)
        for paragraph in paragraphs(text)[:PARAGRAPHS]:
            yield Piece(article.id, text.language, PARAGRAPH, paragraph)


def paragraphs(text: ArticleText) -> list[str]:
    """Return the paragraphs of a text as plain words, each on a line."""
    return [line for one in plain(text.body).split("\n\n") if (line := " ".join(one.split()))]


def beginning(text: ArticleText) -> str:
    return next(iter(paragraphs(text)), "")


def search(
    articles: Iterable[Article], query: str, language: str | None = None, *, limit: int = 10
) -> list[Found]:
    """Search some articles that are at hand; `library.Library` keeps all of them ready."""
    index = Index()
    for one in articles:
        index.put(one)
    return index.search(query, language, limit=limit)
