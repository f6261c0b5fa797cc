"""Making a model of examples: what is chosen for this desk, and by what."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.bots.understanding import measures
from routing.bots.understanding.encoder import Halves, installed, points
from routing.bots.understanding.machine import Floats, Intents, evenly, learn, surprise, warmth
from routing.bots.understanding.reading import About, Model
from routing.bots.understanding.values import Damaged, Example
from routing.bots.understanding.views import Views, heard

MOST = 16_000  #: examples that are learned from: how alike they are takes a gigabyte
TRIED = 1_200  #: examples the mix is chosen with
ROWS = 500  #: that are compared with all others at once
USUAL = 0.7  #: how much meaning counts beside pieces
CHOICES = 0.5, USUAL, 0.85
SOFTNESS, ALONE = 0.05, 0.3  #: how little a single example is believed; and by pieces alone

Pair = tuple[str, str]  # an intent, and a text that asks for it


class Class(NamedTuple):
    """What is learned from, in order of intents; their names stand behind as further examples."""

    intents: list[str]
    texts: list[str]
    names: list[str]
    intent: Intents


def learned(
    examples: Sequence[Example], *, seed: int, encoder: bool, earlier: bytes | None
) -> Model:
    """Learn from *examples*; see `routing.bots.understanding.train`."""
    dice = np.random.default_rng(seed)
    pairs = few(sorted({(one.intent, heard(one.text)) for one in examples}), dice)
    if not pairs:
        return Model(About(), None, {})
    school = class_of(pairs)
    texts = [*school.texts, *school.names]
    views = Views.of(texts, vectors(texts, earlier) if encoder and installed() else None)
    meaning = best_meaning(views, school, some(pairs, dice))
    alike = likeness(views, school, meaning)
    close = nearest(alike)
    softness = ALONE if views.points is None else SOFTNESS
    result = evenly(learn(alike, school.intent, len(school.intents), softness), school.intent)
    size = len(school.texts)
    unseen, intent = result.unseen[:size], school.intent[:size]
    fair = np.bincount(intent)[intent] > 1  # without the only example, its intent is unknown
    novel = measures.novel(unseen, close[:size], views.postings[-1].alone()[:size])
    arrays = {
        "weights": result.weights,
        "begin": np.searchsorted(intent, np.arange(len(school.intents) + 1)).astype(np.int32),
        "usual": measures.usual(novel[fair]),
    }
    about = About(
        intents=tuple(school.intents),
        texts=tuple(school.texts),
        size=size + len(school.names),
        spoken=tuple(sorted({one.language for one in examples if one.language})),
        meaning=meaning,
        warmth=warmth(unseen[fair], intent[fair]),
        figures={
            "examples": float(size),
            "intents": float(len(school.intents)),
            "meaning": meaning,
            "accuracy": right(unseen[fair], intent[fair]),
        },
    )
    return Model(about, views, arrays)


def right(unseen: Floats, intent: Intents) -> float:
    """Return how many of the examples would have been understood by the others."""
    return float((unseen.argmax(1) == intent).mean()) if len(intent) else 0.0


# --- what is learned from -------------------------------------------------------------------
def few(pairs: list[Pair], dice: np.random.Generator) -> list[Pair]:
    """Keep as many as can be learned from, as evenly from all intents as they have them."""
    if len(pairs) <= MOST:
        return pairs
    turn = {
        pair: int(place)
        for mine in by_intent(pairs)
        for pair, place in zip(mine, dice.permutation(len(mine)), strict=True)
    }
    return sorted(sorted(pairs, key=lambda pair: (turn[pair], pair))[:MOST])


def some(pairs: list[Pair], dice: np.random.Generator) -> NDArray[np.intp]:
    """Return the places of a few whole intents' examples."""
    if len(pairs) <= TRIED:
        return np.arange(len(pairs))
    place = {pair: number for number, pair in enumerate(pairs)}
    groups = by_intent(pairs)
    taken: list[int] = []
    for number in dice.permutation(len(groups)):
        if len(taken) < TRIED:
            taken += [place[pair] for pair in groups[number][: TRIED // 2]]
    return np.array(sorted(taken))


def by_intent(pairs: Iterable[Pair]) -> list[list[Pair]]:
    groups: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        groups[pair[0]].append(pair)
    return list(groups.values())


def class_of(pairs: Sequence[Pair]) -> Class:
    intents = sorted({intent for intent, _ in pairs})
    number = {name: place for place, name in enumerate(intents)}
    said = Counter(map(spoken, intents))
    named = [name for name in intents if spoken(name) and said[spoken(name)] == 1]
    return Class(
        intents=intents,
        texts=[text for _, text in pairs],
        names=[spoken(name) for name in named],
        intent=np.array([number[name] for name, _ in pairs] + [number[n] for n in named], np.int32),
    )


def spoken(name: str) -> str:
    """Return an intent's name as somebody would say it; where no other is said so, it teaches.

    >>> spoken("card_arrival"), spoken("HassTurnOn"), spoken("17")
    ('card arrival', 'hass turn on', '')
    """
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])|[\W\d_]+", " ", name)
    return " ".join(apart.split()).lower()


def vectors(texts: Sequence[str], earlier: bytes | None) -> Halves:
    """Have the encoder read *texts*, but for those that an earlier version knows."""
    known: dict[str, Halves] = {}
    if earlier is not None:
        with suppress(Damaged):
            known = Model.load(earlier).vectors()
    new = [text for text in dict.fromkeys(texts) if text not in known]
    known |= zip(new, points(new).astype(np.float16), strict=True)
    return np.array([known[text] for text in texts])


# --- how alike they are ---------------------------------------------------------------------
def likeness(views: Views, school: Class, meaning: float) -> Floats:
    """Return how alike all examples are, all views together."""
    texts = [*school.texts, *school.names]
    alike = np.empty((len(texts), len(texts)), np.float32)
    for begin in range(0, len(texts), ROWS):
        rows = slice(begin, begin + ROWS)
        pieces, _ = views.pieces(texts[rows])
        alike[rows] = views.mixed(pieces, views.points_of(rows), meaning)
    return alike


def nearest(alike: Floats) -> Floats:
    """Return how alike each example is to the nearest other."""
    own = np.diag(alike).copy()
    np.fill_diagonal(alike, 0)
    close = alike.max(1)
    np.fill_diagonal(alike, own)
    return np.asarray(close, np.float32)


def best_meaning(views: Views, school: Class, places: NDArray[np.intp]) -> float:
    """Choose by what the examples say of one another, each as if it were not there."""
    if views.points is None:
        return 0.0
    kinds = set(school.intent[places].tolist())
    if len(kinds) < 2:
        return USUAL
    size = len(school.texts)
    names = [n for n in range(size, len(school.intent)) if school.intent[n] in kinds]
    taken = np.array([*places, *names])
    order = {kind: number for number, kind in enumerate(sorted(kinds))}
    intent = np.array([order[kind] for kind in school.intent[taken].tolist()], np.int32)
    texts = [*school.texts, *school.names]
    pieces = views.pieces([texts[n] for n in taken])[0][:, taken]
    count = len(places)

    def missed(meaning: float) -> float:
        alike = views.mixed(pieces, views.points_of(taken), meaning, taken)
        unseen = learn(alike, intent, len(kinds), SOFTNESS).unseen[:count]
        return surprise(unseen, intent[:count], warmth(unseen, intent[:count]))

    return min(CHOICES, key=missed)
