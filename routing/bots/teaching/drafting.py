"""Proposals made of what was asked: which questions, for which article, and in whose words."""

from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import sha256

from inbox.actions.proposals import MOST_QUESTIONS, Draft, merged
from inbox.model import (
    Article,
    ArticleId,
    ConversationId,
    Proposal,
    ProposalState,
    TurnKind,
    Value,
)
from inbox.words import cut
from routing.bots import understanding
from routing.bots.assist.cleaning import GAP, fit
from routing.bots.likeness import Weights, grams, words
from routing.bots.teaching.aside import Result
from routing.bots.teaching.asked import Asked
from routing.bots.teaching.objections import RESEMBLES, Answers
from routing.bots.understanding import Reading

CUSTOMERS = 2  #: who ask the same before it is worth a proposal
SHARE = 0.5  #: of a group that has to point to an article
LIKELY = 0.4  #: a reading with this probability points to its article
TITLE = 120  #: letters


class Pool(Value):
    """What is looked through."""

    asked: tuple[Asked, ...]  #: and not answered by the bot, or wrongly
    questions: tuple[str, ...]  #: of each, as it is compared
    before: tuple[Proposal, ...]  #: that wait or were rejected: not to be made again
    articles: tuple[Article, ...]
    languages: tuple[str, ...]  #: that the desk speaks, the most frequent first
    names: tuple[str, ...]  #: of those who work here
    novelty: float = 0.95  #: beyond it the bot answers no question
    ambiguity: float = 0.6

    @property
    def anchors(self) -> tuple[tuple[Proposal, str], ...]:
        """Every question of what was proposed before."""
        return tuple((one, question) for one in self.before for question in one.questions)


def drafted(pool: Pool, result: Result) -> list[Draft]:
    """Make proposals of what asks the same."""
    return list(Drafting(pool, result).all())


class Drafting:
    """One look through a pool whose questions were read, and put together, elsewhere."""

    def __init__(self, pool: Pool, result: Result) -> None:
        self.pool = pool
        self.groups = result.groups
        nothing: tuple[Reading | None, ...] = (None,) * len(pool.asked)
        self.readings = result.readings[0] if result.readings else nothing
        self.anchors = [proposal for proposal, _ in pool.anchors]
        self.often = often_said(pool)

    def all(self) -> Iterable[Draft]:
        """Return the proposals, those with most questions first."""
        count = len(self.pool.asked)
        for group in self.groups:
            before = [self.anchors[at - count] for at in group if at >= count]
            if any(one.state is ProposalState.REJECTED for one in before):
                continue
            yield from self.of([at for at in group if at < count], before)

    def of(self, group: Sequence[int], before: Sequence[Proposal]) -> Iterable[Draft]:
        """Return the proposals of a group, one in each language."""
        languages: dict[str | None, list[int]] = {}
        for at in group:
            if not self.answers_now(at):
                languages.setdefault(self.language(at), []).append(at)
        for language, some in languages.items():
            standing = next((one for one in before if one.language == language), None)
            customers = {self.pool.asked[at].customer_id for at in some}
            if standing or len(customers) >= CUSTOMERS:
                yield from self.draft(some, language, standing)

    def draft(
        self, group: Sequence[int], language: str | None, standing: Proposal | None
    ) -> Iterable[Draft]:
        """Return what is proposed; nothing when no question may be shown."""
        questions = self.shown(group)
        if not questions:
            return
        article = self.pointed_to(group, language)
        asked = sorted((self.pool.asked[at] for at in group), key=lambda one: one.message_id)
        kind = "example" if article else "article"
        yield Draft(
            kind=kind,
            fingerprint=fingerprint(kind, language, article, questions[0]),
            language=language,
            article_id=article,
            title=cut(questions[0], TITLE),
            questions=questions,
            answer="" if article else self.best_answer(asked),
            sources=tuple(dict.fromkeys(one.conversation_id for one in asked)),
            adds_to=standing.id if standing else None,
        )

    # --- what a question is -----------------------------------------------------------------
    def language(self, at: int) -> str | None:
        """Return the language of a question, of those that the desk speaks."""
        turn, spoken = self.pool.asked[at].turn, self.pool.languages
        if (turn and turn.language) or not spoken:
            return turn.language if turn else None
        return understanding.languages(self.pool.questions[at], spoken) or spoken[0]

    def answers_now(self, at: int) -> bool:
        """Tell whether the live version would answer a question, and differently if wrongly."""
        reading = self.readings[at]
        if reading is None or not reading.candidates:
            return False
        again = answered_with(self.pool.asked[at]) in {*points(reading)}
        sure = reading.novelty <= self.pool.novelty and reading.ambiguity <= self.pool.ambiguity
        return sure and not again

    def shown(self, group: Sequence[int]) -> tuple[str, ...]:
        """Return the questions without what could be somebody's, the most typical first."""
        fitted = [self.fit(self.pool.questions[at], self.pool.asked[at]) for at in group]
        whole = [one for one in fitted if one and GAP not in one]
        return merged(whole or filter(None, fitted), ())[:MOST_QUESTIONS]

    def fit(self, text: str, one: Asked) -> str | None:
        return fit(text, {one.customer, *self.pool.names}, self.often.__contains__)

    # --- which article, and which answer ----------------------------------------------------
    def pointed_to(self, group: Sequence[int], language: str | None) -> ArticleId | None:
        """Return the article that most of a group belong to, as bot or people understood them.

        The one that was answered wrongly is not meant, nor one that is not written in the
        language of the questions.
        """
        written = [one for one in self.pool.articles if one.text(language) is not None]
        possible = {one.id for one in written}
        answers = Answers(written)
        votes: Counter[ArticleId] = Counter()
        for at in group:
            asked, reading = self.pool.asked[at], self.readings[at]
            meant = {*points(reading)} if reading and likely(reading) else set()
            if asked.answered:
                alike = answers.alike(asked.answered.text)
                meant |= {one for one in alike if alike[one] >= RESEMBLES}
            votes.update((meant & possible) - {answered_with(asked)})
        best = votes.most_common(1)
        return best[0][0] if best and best[0][1] > SHARE * len(group) else None

    def best_answer(self, asked: Iterable[Asked]) -> str:
        """Return what has most in common with all that people answered, fit for everybody."""
        fitted = [
            said
            for one in asked
            if one.answered and (said := self.fit(one.answered.text, one)) is not None
        ]
        heard = [grams(one) for one in fitted]
        weights = Weights(heard)
        scores = [sum(weights.alike(one, other) for other in heard) for one in heard]
        order = sorted(range(len(fitted)), key=lambda at: (GAP in fitted[at], -scores[at]))
        return fitted[order[0]] if order else ""


def often_said(pool: Pool) -> set[str]:
    """Return the words of articles and of more than one conversation: they are nobody's name."""
    known = {
        word
        for article in pool.articles
        for one in article.texts
        for word in words(f"{one.title} {one.body} {' '.join(one.examples)}")
    }
    said: dict[ConversationId, set[str]] = {}
    for one in pool.asked:
        answer = one.answered.text if one.answered else ""
        said.setdefault(one.conversation_id, set()).update(words(f"{one.text} {answer}"))
    often = Counter(word for some in said.values() for word in some)
    return known | {word for word, count in often.items() if count > 1}


def answered_with(one: Asked) -> ArticleId | None:
    """Return the article that the bot answered with."""
    return one.turn.article_id if one.turn and one.turn.kind is TurnKind.ANSWER else None


def points(reading: Reading) -> Iterable[ArticleId]:
    """Return the article that a reading points to, sure or not."""
    for best in reading.candidates[:1]:
        if best.intent.startswith("article:"):
            yield ArticleId(int(best.intent.removeprefix("article:")))


def likely(reading: Reading) -> bool:
    return reading.candidates[0].probability >= LIKELY if reading.candidates else False


def fingerprint(kind: str, language: str | None, article: ArticleId | None, said: str) -> str:
    """Name a proposal: the same is made once."""
    content = f"{language}:{article}:{' '.join(words(said))}"
    return f"{kind}:{sha256(content.encode()).hexdigest()[:32]}"
