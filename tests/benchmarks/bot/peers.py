"""What others would make of the same tables: the nearest example by words, or by meaning."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

from routing.bots.understanding import Example
from routing.bots.understanding.grams import words

STEEP, EVEN = 1.2, 0.75  #: BM25's k1 and b, as usual


def by_words(taught: Sequence[Example], texts: Sequence[str]) -> list[str]:
    """Name the intent of the example that BM25 finds first."""
    said = [Counter(words(one.text)) for one in taught]
    mean = sum(map(Counter.total, said)) / len(said)
    postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for number, counts in enumerate(said):
        for word, count in counts.items():
            length = 1 - EVEN + EVEN * counts.total() / mean
            postings[word].append((number, count * (STEEP + 1) / (count + STEEP * length)))
    found = []
    for text in texts:
        score: Counter[int] = Counter({0: 0.0})
        for word in words(text):
            many = len(postings.get(word, ()))
            weight = math.log(1 + (len(said) - many + 0.5) / (many + 0.5))
            for number, worth in postings.get(word, ()):
                score[number] += weight * worth
        found.append(taught[score.most_common(1)[0][0]].intent)
    return found


def by_meaning(taught: Sequence[Example], texts: Sequence[str]) -> list[str]:
    """Name the intent of the example that the encoder puts nearest."""
    from routing.bots.understanding.encoder import points

    near = points(texts) @ points([one.text for one in taught]).T
    return [taught[int(place)].intent for place in near.argmax(1)]
