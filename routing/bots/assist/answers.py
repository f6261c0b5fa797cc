"""Replies that an agent could send, each with where it comes from and what to look at twice.

They come out of articles, in the customer's language where there is one, and out of what
colleagues answered to the same question; what another customer was told is offered only without
what could be theirs (`cleaning`).
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum

from inbox.model import AgentId, Article, ArticleId, ArticleText, Audience, ConversationId, Value
from inbox.store import Unit
from routing.bots.assist import cleaning
from routing.bots.assist.past import Near, Told
from routing.bots.knowledge.markdown import plain
from routing.bots.knowledge.search import Found
from routing.bots.likeness import words
from routing.bots.understanding import Reading

REPLY = 1_200  # letters of an article that go into a reply
MOST = 3  # of them that are offered
# By tests/benchmarks/bot/assisting.py, where a third of what is asked is nowhere to be found:
LIKELY = 0.45  # an article that the bot understood with this probability: two of three are right
FITS = 0.4  # one that was found by this share of the customer's words: two of three
SAME = 0.4  # an answer to a question this much alike: two of three


class Care(StrEnum):
    """Why an agent looks twice before using an answer."""

    HUMAN_ONLY = "human_only"  #: the bot may not answer it
    REVIEW = "review"  #: nobody looked at the article since it was due
    INTERNAL = "internal"  #: for agents: it is not for customers to read
    GAPS = "gaps"  #: from another conversation: something is to be filled in


class Answer(Value):
    """A reply that could be sent."""

    text: str
    title: str
    score: float  #: 0 to 1
    article_id: ArticleId | None = None
    conversation_id: ConversationId | None = None
    language: str | None = None
    care: Care | None = None
    by: AgentId | None = None  #: who gave it to another customer
    at: datetime | None = None


class Common:
    """Tells whether a word is more than one conversation's: it is nobody's name then.

    What is *asked* now counts, too: its customer wrote it.
    """

    def __init__(self, told: Collection[Told], found: Collection[Found], asked: str) -> None:
        self.often = Counter(word for one in told for word in one.said)
        texts = [text for one in found for text in one.article.texts]
        written = (word for text in texts for word in words(f"{text.title} {text.body}"))
        self.written = {*words(asked), *written}

    def __call__(self, word: str) -> bool:
        return word in self.written or self.often[hash(word)] > 1


def offered(written: Sequence[Answer], spoken: Sequence[Answer]) -> tuple[Answer, ...]:
    """Choose among articles and what colleagues said; one of those keeps a place."""
    best = sorted(written, key=lambda one: -one.score)[: MOST - bool(spoken)]
    return (*best, *spoken[: MOST - len(best)])


# --- articles -------------------------------------------------------------------------------
def from_articles(
    unit: Unit, reading: Reading | None, found: Sequence[Found], today: date
) -> list[Answer]:
    """Return the articles that fit, by what the bot understood and by what a search found."""
    scores = {one.article.id: one.score for one in found if one.score >= FITS}
    for which, probability in understood(reading).items():
        scores[which] = max(probability, scores.get(which, 0.0))
    language = reading.language if reading else None
    return [
        as_answer(article, scores[article.id], language, today)
        for article in (unit.articles.some(scores) if scores else ())
        if article.archived_at is None and article.texts
    ]


def understood(reading: Reading | None) -> Mapping[ArticleId, float]:
    """Return the articles that the customer probably asks for."""
    return {
        ArticleId(int(one.intent.removeprefix("article:"))): one.probability
        for one in (reading.candidates if reading and reading.novelty < 1 else ())
        if one.intent.startswith("article:") and one.probability >= LIKELY
    }


def as_answer(article: Article, score: float, language: str | None, today: date) -> Answer:
    text = article.text(language) or article.texts[0]
    return Answer(
        text=reply_of(text),
        title=text.title,
        score=min(1.0, score),
        article_id=article.id,
        language=text.language,
        care=care_of(article, today),
    )


def care_of(article: Article, today: date) -> Care | None:
    if article.audience is Audience.AGENTS:
        return Care.INTERNAL
    if article.review_by is not None and article.review_by < today:
        return Care.REVIEW
    return Care.HUMAN_ONLY if article.human_only else None


def reply_of(text: ArticleText) -> str:
    """Return as many whole paragraphs of an article as go into a reply."""
    kept: list[str] = []
    left = REPLY
    for paragraph in plain(text.body).split("\n\n"):
        left -= len(paragraph) + 2
        if kept and left < 0:
            break
        kept.append(paragraph)
    return "\n\n".join(kept)[:REPLY].strip()


# --- colleagues -----------------------------------------------------------------------------
def from_colleagues(near: Sequence[Near], common: Common) -> list[Answer]:
    """Return what was answered to the same question, fit for another customer."""
    found = [one for one in near if one.score >= SAME and one.answer is not None]
    fit = [(one, cleaning.fit(one.answer.text, one.names, common)) for one in found]
    return distinct([spoken(one, text) for one, text in fit if text and len(text) <= 2 * REPLY])


def spoken(one: Near, text: str) -> Answer:
    return Answer(
        text=text,
        title=one.subject or "",
        score=one.score,
        conversation_id=one.id,
        care=Care.GAPS if cleaning.GAP in text else None,
        by=one.answer.author_id,
        at=one.answer.created_at,
    )


def distinct(found: Sequence[Answer]) -> list[Answer]:
    """Leave out what says the same as one before it."""
    kept: dict[frozenset[str], Answer] = {}
    for one in found:
        kept.setdefault(frozenset(words(one.text)), one)
    return list(kept.values())
