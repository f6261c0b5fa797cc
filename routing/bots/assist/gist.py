"""A long conversation in a few of its own sentences; nothing is made up, nothing said anew.

The sentences that have most in common with all others tell most (as in D. Radev et al.:
Centroid-based summarization, 2000); the customer's last one always stays.
"""

import re
from collections import Counter
from collections.abc import Sequence

from inbox.model import Direction, Value
from inbox.words import cut
from routing.bots.likeness import Grams, Weights, grams, words

SENTENCE = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])|\n+")
FEWEST = 4  # words that a sentence needs to tell something
MOST = 400  # sentences that are weighed, the newest
LINES = 4
LINE = 220  # letters
SAME = 0.6  # two sentences that say the same


class Line(Value):
    """Something that was said."""

    message_id: int
    direction: Direction
    text: str


def gist(said: Sequence[Line], *, lines: int = LINES) -> list[Line]:
    """Return the sentences that tell what a conversation is about, in their order."""
    all_of = [one for line in said for one in sentences(line)][-MOST:]
    if not all_of:
        return []
    heard = [grams(one.text) for one in all_of]
    weights = Weights(heard)
    again = recurring(heard)
    order = sorted(
        range(len(all_of)),
        key=lambda at: -(weights.alike(heard[at], again) + standing(at, all_of[at])),
    )
    chosen = [last(all_of)]
    for at in order:
        if len(chosen) == lines:
            break
        if all(weights.alike(heard[at], heard[one]) < SAME for one in chosen):
            chosen.append(at)
    return [shortened(all_of[at]) for at in sorted(chosen)]


def recurring(heard: Sequence[Grams]) -> Grams:
    """Return what more than one sentence speaks of."""
    counts = Counter(gram for one in heard for gram in one)
    return frozenset(gram for gram, count in counts.items() if count > 1)


def standing(at: int, said: Line) -> float:
    """Weigh who said a sentence, and where: the first of the customer tells what they want."""
    first = 0.3 if at == 0 else 0.0
    theirs = 0.15 if said.direction is Direction.IN else 0.0
    asks = 0.1 if said.text.endswith(("?", "？")) else 0.0
    return first + theirs + asks


def last(said: Sequence[Line]) -> int:
    """Return where the customer's last sentence is; that of anybody when they said none."""
    theirs = [at for at, one in enumerate(said) if one.direction is Direction.IN]
    return theirs[-1] if theirs else len(said) - 1


def sentences(line: Line) -> list[Line]:
    """Take a message apart; what is only a greeting or thanks is left out."""
    parts = (part.strip() for part in SENTENCE.split(line.text))
    return [
        Line(message_id=line.message_id, direction=line.direction, text=part)
        for part in parts
        if len(words(part)) >= FEWEST
    ]


def shortened(line: Line) -> Line:
    text = cut(" ".join(line.text.split()), LINE)
    return Line(message_id=line.message_id, direction=line.direction, text=text)
