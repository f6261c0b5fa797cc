"""What was done about a question, held against an article that would answer it."""

from collections.abc import Mapping, Sequence

from inbox.model import Article, ArticleId
from routing.bots.assist.cleaning import body
from routing.bots.likeness import Weights, grams
from routing.bots.teaching.asked import Asked

RESEMBLES = 0.45  #: an answer that is this much like an article was taken from it
TELLING = 0.15  #: one that is less like every article tells nothing, such as "Done!"
STRANGE = 0.08  #: one that is less like it than this is about something else


class Answers:
    """What people answered, compared with articles."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self.titles = {one.id: one.texts[0].title for one in articles}
        self.bodies = [(one.id, grams(text.body)) for one in articles for text in one.texts]
        self.weights = Weights([text for _, text in self.bodies])

    def alike(self, answer: str) -> Mapping[ArticleId, float]:
        """Return how much an answer is like each article, in the language that fits best."""
        said = grams(body(answer))
        found: dict[ArticleId, float] = {}
        for which, text in self.bodies:
            found[which] = max(found.get(which, 0.0), self.weights.alike(said, text))
        return found

    def agrees(self, one: Asked, tried: ArticleId | None) -> bool:
        """Tell whether a person said the same, or the customer was helped by it."""
        if tried is None:
            return False
        if one.turn is not None and one.turn.article_id == tried and one.turn.helpful:
            return True
        said = one.answered.text if one.answered else ""
        return self.alike(said).get(tried, 0.0) >= RESEMBLES

    def objection(self, one: Asked, tried: ArticleId | None) -> str | None:
        """Return why an answer seems wrong by what was done then; none where nothing says so."""
        if tried is None:
            return None
        return reported(one, tried) or self.contradicted(one, tried)

    def contradicted(self, one: Asked, tried: ArticleId) -> str | None:
        """Return what speaks against an article in what a person answered."""
        if one.answered is None:
            return None
        alike = self.alike(one.answered.text)
        best = max(alike, key=lambda which: alike[which], default=tried)
        if best == tried:
            return None
        if alike[best] >= RESEMBLES:
            return f"A person answered out of another article: {self.titles[best]}."
        if alike[best] >= TELLING and alike.get(tried, 0.0) < STRANGE:
            return "A person answered something that is not in the article."
        return None


def reported(one: Asked, tried: ArticleId) -> str | None:
    """Return what was said about the same answer of the bot."""
    turn = one.turn
    if turn is None or turn.article_id != tried:
        return None
    if turn.wrong_at is not None:
        return "Somebody reported the same answer as wrong."
    return "The same answer did not help the customer." if turn.helpful is False else None
