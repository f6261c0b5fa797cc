"""How much alike two texts are, by the beginnings, middles and ends of their words.

Inflected languages change the ends of words: what two forms have in common are runs of letters.
Nothing of a text is kept but numbers, which are others each time the process starts.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable
from functools import lru_cache
from math import log, sqrt

WORD = re.compile(r"[^\W_]+")
RUN = 4  # letters; shorter words count as a whole
LETTERS = 2_000  # of a text that count
SPACELESS = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")

Grams = frozenset[int]


def words(text: str) -> list[str]:
    """Return the words of a text as they are compared: without case and accents.

    >>> words("Gdje je MOJA narudžba?")
    ['gdje', 'je', 'moja', 'narudzba']
    """
    apart = unicodedata.normalize("NFKD", text[:LETTERS].casefold())
    return WORD.findall("".join(one for one in apart if not unicodedata.combining(one)))


def grams(text: str) -> Grams:
    """Return the runs of letters of a text, as numbers."""
    return frozenset(one for word in words(text) for one in of_word(word))


@lru_cache(maxsize=20_000)
def of_word(word: str) -> tuple[int, ...]:
    if SPACELESS.search(word):
        return tuple(hash(word[at : at + 2]) for at in range(max(1, len(word) - 1)))
    bounded = f" {word} "
    if len(bounded) <= RUN:
        return (hash(bounded),)
    runs = (bounded[at : at + RUN] for at in range(len(bounded) - RUN + 1))
    return tuple(hash(run) for run in runs)


class Weights:
    """What is rare among some texts tells them apart: it weighs more."""

    def __init__(self, texts: Collection[Grams]) -> None:
        seen = Counter(gram for text in texts for gram in text)
        self.most = log(1 + len(texts)) + 1
        self.known = {gram: self.most - log(count) for gram, count in seen.items()}
        self.weighed: dict[Grams, float] = {}

    def weigh(self, grams: Iterable[int]) -> float:
        return sum(self.known.get(gram, self.most) for gram in grams)

    def whole(self, text: Grams) -> float:
        """Weigh all of a text; one that is compared with many is weighed once."""
        if text not in self.weighed:
            self.weighed = {text: self.weigh(text)}
        return self.weighed[text]

    def alike(self, one: Grams, other: Grams, least: float = 0.0) -> float:
        """Return from 0, nothing in common, to 1, the same; 0 also for what is below *least*."""
        shared = self.weigh(one & other)
        whole = self.whole(one) if shared else 0.0
        if shared <= least * least * whole:  # the other one weighs at least what they share
            return 0.0
        return shared / sqrt(whole * self.weigh(other))
