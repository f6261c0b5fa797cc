"""Which of very many earlier questions may be about the same, without looking at each of them.

A question is kept as the beginnings of its words: inflected languages change the ends. The rare
ones of a new question name those that come near, which are then compared letter by letter. All of
it is numbers, others each time the process starts.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from heapq import nlargest
from math import log, sqrt

from inbox.model import ConversationId
from routing.bots.likeness import SPACELESS, words

STEM = 5  # letters of a word
RARE = 24  # of a question's words that are looked up, the rarest
REACH = 600  # conversations with a word that are looked at, the latest


def stems(text: str) -> frozenset[int]:
    """Return the beginnings of the words of a text, as numbers."""
    return frozenset(one for word in words(text) for one in begun(word))


def begun(word: str) -> Iterator[int]:
    if SPACELESS.search(word):
        yield from (hash(word[at : at + 2]) for at in range(max(1, len(word) - 1)))
    else:
        yield hash(word[:STEM])


class Index:
    """The questions of many conversations, found by their words."""

    def __init__(self) -> None:
        self.sizes: dict[ConversationId, int] = {}  #: words of each
        self.older: dict[int, array[int]] = defaultdict(lambda: array("Q"))  #: the latest first
        self.newer: dict[int, array[int]] = defaultdict(lambda: array("Q"))  #: the latest last

    def __len__(self) -> int:
        return len(self.sizes)

    def __contains__(self, which: ConversationId) -> bool:
        return which in self.sizes

    def add(self, which: ConversationId, question: frozenset[int], *, older: bool = False) -> None:
        """Keep what a conversation was about, unless it is known: the first question stays."""
        if which in self.sizes:
            return
        self.sizes[which] = len(question)
        held = self.older if older else self.newer
        for stem in question:
            held[stem].append(which)

    def near(self, text: str, limit: int = 1_000) -> list[ConversationId]:
        """Return conversations that have rare words of *text*, those with most of them first.

        However many there are, no more than `RARE` times `REACH` are looked at.
        """
        often = {stem: self.often(stem) for stem in stems(text)}
        rare = sorted((count, stem) for stem, count in often.items() if count)[:RARE]
        weights: dict[ConversationId, float] = defaultdict(float)
        for count, stem in rare:
            weight = log(1 + len(self) / count)
            for which in self.latest(stem):
                weights[which] += weight
        sizes = self.sizes
        return nlargest(limit, weights, key=lambda one: weights[one] / sqrt(sizes[one]))

    def often(self, stem: int) -> int:
        return len(self.older.get(stem, ())) + len(self.newer.get(stem, ()))

    def latest(self, stem: int) -> Iterable[ConversationId]:
        """Return some of the conversations that have a word, the latest first."""
        newer = self.newer.get(stem, array("Q"))[: -REACH - 1 : -1]
        older = self.older.get(stem, array("Q"))[: REACH - len(newer)]
        return map(ConversationId, (*newer, *older))
